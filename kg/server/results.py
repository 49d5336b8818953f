"""Rows and truth values as the four formats of SPARQL results."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from kg.graph.terms import Term

_PLAIN = "http://www.w3.org/2001/XMLSchema#string"
_NAMESPACE = "http://www.w3.org/2005/sparql-results#"

Row = tuple[Term | None, ...]


@dataclass(frozen=True)
class Table:
    """The answer to SELECT, as far as it is sent."""

    variables: tuple[str, ...]
    rows: Sequence[Row]
    note: str = ""
    """What is said in formats that have a place for it."""


def write_json(table: Table) -> str:
    """Return the rows as SPARQL 1.1 Query Results JSON; a note stands beside the head."""
    cells = _Cells(_json_cell)
    names = [json.dumps(name, ensure_ascii=False) + ":" for name in table.variables]
    rows = (
        "{" + ",".join(n + cells[term] for n, term in zip(names, row, strict=True) if term) + "}"
        for row in table.rows
    )
    head = json.dumps({"vars": table.variables}, ensure_ascii=False)
    note = f'"note":{json.dumps(table.note, ensure_ascii=False)},' if table.note else ""
    return f'{{"head":{head},{note}"results":{{"bindings":[{",".join(rows)}]}}}}\n'


def write_xml(table: Table) -> str:
    """Return the rows as SPARQL Query Results XML; a note is a comment."""
    cells = _Cells(_xml_cell)
    openings = [f"<binding name={quoteattr(name)}>" for name in table.variables]
    head = "".join(f"<variable name={quoteattr(name)}/>" for name in table.variables)
    rows = "".join(
        "<result>"
        + "".join(
            f"{opening}{cells[term]}</binding>"
            for opening, term in zip(openings, row, strict=True)
            if term
        )
        + "</result>"
        for row in table.rows
    )
    note = f"<!-- {table.note} -->" if table.note else ""
    return _xml_document(f"<head>{head}</head>{note}<results>{rows}</results>")


def write_csv(table: Table) -> str:
    """Return the rows as SPARQL 1.1 CSV: bare values, lines that end in CR LF."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.variables)
    cells = _Cells(_csv_cell)
    writer.writerows([cells[term] if term else "" for term in row] for row in table.rows)
    return out.getvalue()


def write_tsv(table: Table) -> str:
    """Return the rows as SPARQL 1.1 TSV: terms as Turtle writes them."""
    cells = _Cells(str)
    lines = ["\t".join(f"?{name}" for name in table.variables)]
    lines += ["\t".join(cells[term] if term else "" for term in row) for row in table.rows]
    return "\n".join(lines) + "\n"


WRITERS: Mapping[str, Callable[[Table], str]] = {
    "json": write_json,
    "xml": write_xml,
    "csv": write_csv,
    "tsv": write_tsv,
}


def write_truth(value: bool, name: str) -> str:
    """Return the answer to ASK; CSV and TSV, which define none, hold the bare word.

    >>> write_truth(True, "json")
    '{"head":{},"boolean":true}\\n'
    """
    word = str(value).lower()
    if name == "json":
        return f'{{"head":{{}},"boolean":{word}}}\n'
    if name == "xml":
        return _xml_document(f"<head/><boolean>{word}</boolean>")
    return f"{word}\n"


class _Cells(dict[Term, str]):
    """Terms as they are written, each worked out once: the same ones come again and again."""

    def __init__(self, write: Callable[[Term], str]) -> None:
        self.write = write

    def __missing__(self, term: Term) -> str:
        written = self[term] = self.write(term)
        return written


def _xml_document(content: str) -> str:
    return f'<?xml version="1.0"?>\n<sparql xmlns="{_NAMESPACE}">{content}</sparql>\n'


def _json_cell(term: Term) -> str:
    return json.dumps(_json_term(term), ensure_ascii=False, separators=(",", ":"))


def _json_term(term: Term) -> dict[str, object]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Literal):
        return {"type": "literal", "value": term.value, **dict(_qualities(term, "xml:lang"))}
    parts = ("subject", "predicate", "object")
    value = {part: _json_term(getattr(term, part)) for part in parts}
    return {"type": "triple", "value": value}


def _qualities(literal: ox.Literal, language: str) -> Iterator[tuple[str, str]]:
    if literal.language:
        yield language, literal.language
    elif literal.datatype.value != _PLAIN:
        yield "datatype", literal.datatype.value


def _xml_cell(term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        return f"<uri>{_fit(term.value)}</uri>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{_fit(term.value)}</bnode>"
    if isinstance(term, ox.Literal):
        said = "".join(f" {name}={quoteattr(v)}" for name, v in _qualities(term, "xml:lang"))
        return f"<literal{said}>{_fit(term.value)}</literal>"
    parts = ("subject", "predicate", "object")
    inner = "".join(f"<{part}>{_xml_cell(getattr(term, part))}</{part}>" for part in parts)
    return f"<triple>{inner}</triple>"


def _fit(text: str) -> str:
    return escape(text.translate(_UNWRITABLE), {"\r": "&#13;"})


_UNWRITABLE = dict.fromkeys(
    [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}"
)
"""Characters that no XML file may hold."""


def _csv_cell(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
