"""Where `kg` (Oxigraph) and rdflib answer a query differently, and what the standard says.

    python -m bench.engines            # the cases in which an engine leaves the standard
    python -m bench.engines --all

A case is an expression or a query, and what SPARQL 1.1 and XPath's functions make of it: one
answer, or several where the standard leaves a choice; `error` is a variable that stays unbound.
"""

from __future__ import annotations

import argparse
import logging
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox
import rdflib

from bench.engine_cases import DATA, EXPRESSIONS, QUERIES
from kg.errors import QueryError
from kg.graph.answers import ask
from kg.graph.rows import Rows
from kg.graph.terms import Term
from kg.vocabulary import PREFIXES

ERROR = "error"
KNOWN = {**PREFIXES, "": "urn:"}


@dataclass(frozen=True)
class Answered:
    """A case, and what each of the two makes of it."""

    sparql: str
    standard: tuple[str, ...]
    """Every answer that the standard allows."""
    kg: str
    rdflib: str

    @property
    def kg_differs(self) -> bool:
        """Tell whether `kg` leaves the standard."""
        return self.kg not in self.standard

    @property
    def rdflib_differs(self) -> bool:
        """Tell whether rdflib leaves the standard."""
        return self.rdflib not in self.standard


def main() -> None:
    """Print the cases as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="print those on which all agree too")
    everything = parser.parse_args().all
    found = answers()
    print("| asked | standard | kg | rdflib |\n|---|---|---|---|")
    for case in found:
        if everything or case.kg_differs or case.rdflib_differs or case.kg != case.rdflib:
            cells = (case.sparql, " or ".join(case.standard), _marked(case.kg, case.kg_differs))
            told = (*cells, _marked(case.rdflib, case.rdflib_differs))
            print("| " + " | ".join(cell.replace("|", "\\|") for cell in told) + " |")
    for name, differs in (("kg", "kg_differs"), ("rdflib", "rdflib_differs")):
        number = sum(getattr(case, differs) for case in found)
        print(f"\n{name} leaves the standard in {number} of {len(found)} cases")


def answers() -> tuple[Answered, ...]:
    """Return what both engines make of all cases."""
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # some literals are wrong by intent
    store, peer = ox.Store(), rdflib.Graph()
    store.load(DATA, format=ox.RdfFormat.TURTLE)
    peer.parse(data=DATA, format="turtle")
    return tuple(
        Answered(
            shown,
            tuple(map(str.strip, standard.split(" or "))),
            _answer(lambda asked=sparql: _by_kg(store, asked)),
            _answer(lambda asked=sparql: _by_rdflib(peer, asked)),
        )
        for shown, sparql, standard in _cases()
    )


def _cases() -> Iterator[tuple[str, str, str]]:
    for expression, standard in EXPRESSIONS:
        # The 1 is there because rdflib leaves out a row in which nothing is bound.
        yield expression, f"SELECT ?x (1 AS ?y) {{ BIND ({expression} AS ?x) }}", standard
    for query, standard in QUERIES:
        yield query, query, standard


def _marked(answer: str, differs: bool) -> str:
    return f"**{answer}**" if differs else answer


def _answer(work: Callable[[], str]) -> str:
    try:
        return work()
    except QueryError:
        return "refused"
    except Exception as error:  # noqa: BLE001 - whatever a peer raises is its answer
        return f"refused ({type(error).__name__})"


def _by_kg(store: ox.Store, sparql: str) -> str:
    found = ask(store, sparql, KNOWN)
    if not isinstance(found, Rows):
        return str(bool(found)).lower()
    return _told(sparql, ([_of_kg(term) for term in row] for row in found.terms))


def _by_rdflib(peer: rdflib.Graph, sparql: str) -> str:
    found = peer.query(sparql, initNs=KNOWN)
    if found.type == "ASK":
        return str(bool(found)).lower()
    return _told(sparql, ([_of_rdflib(term) for term in row] for row in found))


def _told(sparql: str, rows: Iterable[list[str]]) -> str:
    lines = [" ".join(row[:1] if "(1 AS ?y)" in sparql else row) for row in rows]
    return ", ".join(lines if "ORDER BY" in sparql else sorted(lines)) or "nothing"


def _of_kg(term: Term | None) -> str:
    if isinstance(term, ox.Literal):
        return _literal(term.value, term.language, term.datatype.value)
    if isinstance(term, ox.NamedNode):
        return term.value.replace("urn:", ":")
    return ERROR if term is None else "blank"


# Any: rdflib's terms are strings, and None is none of them.
def _of_rdflib(term: object) -> str:
    if isinstance(term, rdflib.Literal):
        datatype = str(term.datatype or PREFIXES["xsd"] + "string")
        return _literal(str(term), term.language, datatype)
    if isinstance(term, rdflib.URIRef):
        return str(term).replace("urn:", ":")
    return ERROR if term is None else "blank"


def _literal(value: str, language: str | None, datatype: str) -> str:
    if language:
        return f'"{value}"@{language}'
    kind = datatype.removeprefix(PREFIXES["xsd"])
    if kind == "string":
        return f'"{value}"'
    return value if kind in ("integer", "boolean") else f"{_plain(value, kind)}^^{kind}"


def _plain(value: str, kind: str) -> str:
    # One way to write a number: what STR makes of it is a case of its own.
    if kind == "decimal":
        short = f"{Decimal(value).quantize(Decimal('1e-9')):f}"
        return short.rstrip("0").rstrip(".")
    if kind in ("double", "float") and math.isfinite(float(value)):
        return f"{float(value):g}"
    return value


if __name__ == "__main__":
    main()
