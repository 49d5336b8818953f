"""SPARQL in, answers out: rows, a truth value or triples, as plain Python values.

A query is answered from the graph alone: ``SERVICE``, which would ask another server, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import QueryError
from kg.graph.rows import RESULTS, Rows, format_of, rows_of

_TRIPLES = {
    "json": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "turtle": ox.RdfFormat.TURTLE,
    "xml": ox.RdfFormat.RDF_XML,
}


@dataclass(frozen=True)
class Truth:
    """The answer to ASK."""

    value: bool

    def __bool__(self) -> bool:
        return self.value

    def serialize(self, format: str = "csv") -> str:  # noqa: A002
        """Return the truth value as csv or tsv (the bare word), json or xml."""
        if format_of(format, RESULTS) in (ox.QueryResultsFormat.CSV, ox.QueryResultsFormat.TSV):
            return f"{str(self.value).lower()}\n"
        json = f'{{"head":{{}},"boolean":{str(self.value).lower()}}}'
        parsed = ox.parse_query_results(json.encode(), format=ox.QueryResultsFormat.JSON)
        if not isinstance(parsed, ox.QueryBoolean):
            raise TypeError("a truth value was read back as rows")
        return (parsed.serialize(format=RESULTS[format]) or b"").decode()


@dataclass(frozen=True)
class Triples:
    """The answer to CONSTRUCT or DESCRIBE: sorted, each triple once."""

    triples: tuple[ox.Triple, ...]
    prefixes: Mapping[str, str]

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self.triples)

    def __len__(self) -> int:
        return len(self.triples)

    def serialize(self, format: str = "turtle") -> str:  # noqa: A002
        """Return the triples as turtle, nt, xml (RDF/XML) or json (JSON-LD)."""
        wanted = format_of(format, _TRIPLES)
        # The serializer writes the prefixes in an order of its own, which changes from run to run.
        prefixes = dict(self.prefixes) if wanted == ox.RdfFormat.TURTLE else {}
        written = (ox.serialize(self.triples, format=wanted, prefixes=prefixes) or b"").decode()
        head = sorted(re.findall(r"(?m)^@prefix .*\n", written))
        return "".join(head) + re.sub(r"(?m)^@prefix .*\n", "", written)


Answer = Rows | Truth | Triples
Found = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


@dataclass(frozen=True)
class Dataset:
    """The graphs that a query is asked of, by their IRIs, in the place of all."""

    default: tuple[str, ...] = ()
    """Graphs whose union is the default graph of the query."""
    named: tuple[str, ...] = ()


def ask(store: ox.Store, sparql: str, prefixes: Mapping[str, str]) -> Answer:
    """Answer a query from the store's default graph, or the graphs that it names.

    The prefixes are known without a declaration, and lines are counted as the query has them.
    Raise QueryError, with line and column, for what is not SPARQL or cannot be answered.

    >>> from kg.vocabulary import PREFIXES
    >>> ask(ox.Store(), "SELECT ?s WHERE {\\n ?s ?p \\n}", PREFIXES)
    Traceback (most recent call last):
    kg.errors.QueryError: the query is not SPARQL: line 3, column 2: something is missing or too \
much near "?p }"
    >>> bool(ask(ox.Store(), "ASK { ?s a kg:Country }", PREFIXES))
    False
    """
    try:
        return _answer(solve(store, sparql, prefixes), prefixes)
    except _TROUBLE as error:
        raise _translated(error, sparql) from error


def solve(
    store: ox.Store, sparql: str, prefixes: Mapping[str, str], dataset: Dataset | None = None
) -> Found:
    """Return the store's own answer, of which solutions and triples are still to be worked out.

    Use it within `translating`, and work it out there: a query may fail at any row.
    """
    refuse_service(sparql)
    return store.query(
        sparql,
        prefixes=_wanted(prefixes, sparql),
        default_graph=[ox.NamedNode(iri) for iri in dataset.default] if dataset else None,
        named_graphs=[ox.NamedNode(iri) for iri in dataset.named] if dataset else None,
    )


def _wanted(prefixes: Mapping[str, str], sparql: str) -> dict[str, str]:
    # Each prefix that is handed over costs time, in a small query all together a third of it.
    return {
        prefix: iri
        for prefix, iri in prefixes.items()
        if prefix in sparql and f"{prefix}:" in sparql
    }


@contextmanager
def translating(sparql: str) -> Iterator[None]:
    """Turn what the store raises about a query into QueryError, with line and column."""
    try:
        yield
    except _TROUBLE as error:
        raise _translated(error, sparql) from error


_TROUBLE = (SyntaxError, RuntimeError, ValueError, OSError)
"""What the store raises about a query."""


def _translated(error: Exception, sparql: str) -> QueryError:
    if isinstance(error, SyntaxError):
        return QueryError(f"the query is not SPARQL: {syntax_problem(error, sparql)}")
    return QueryError(f"the query cannot be answered: {_one_line(error)}")


def _answer(found: Found, prefixes: Mapping[str, str]) -> Answer:
    if isinstance(found, ox.QueryBoolean):
        return Truth(bool(found))
    if isinstance(found, ox.QueryTriples):
        return Triples(tuple(sorted(set(found), key=str)), prefixes)
    return rows_of(found)


TOKENS = re.compile(
    r"""
      (?P<comment>\#[^\n\r]*)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<string>'''(?:[^\\]|\\.)*?''' | \"\"\"(?:[^\\]|\\.)*?\"\"\"
        | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*")
    | (?P<variable>[?$]\w+)
    | (?P<word>[\w.-]*):(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*
    | (?P<keyword>[A-Za-z]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)
"""What of a query is no mark: comments, IRIs, strings, variables, prefixed names, bare words."""


def _words(sparql: str) -> Iterator[tuple[str, int]]:
    # What may hold a keyword, with its offset: bare words, and the prefixes of names, since
    # the parser takes SERVICEex:a for SERVICE ex:a and trueSERVICE for true SERVICE.
    for token in TOKENS.finditer(sparql):
        if token.lastgroup in ("word", "keyword"):
            yield token[token.lastgroup].upper(), token.start()


def refuse_service(sparql: str) -> None:
    """Raise QueryError where another server would be asked: the store has no switch for it."""
    if "SERVICE" not in sparql.upper() and "\\" not in sparql:
        return
    plain = _ESCAPE.sub(lambda escape: chr(int(escape[1] or escape[2], 16)), sparql)
    for word, offset in (*_words(sparql), *(_words(plain) if plain != sparql else ())):
        if "SERVICE" in word:
            line, column = position(sparql, offset + word.index("SERVICE"))
            raise QueryError(
                f"line {line}, column {column}: SERVICE asks another server; "
                "this graph answers from itself alone"
            )


_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U00([0-9A-Fa-f]{6})")


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset, both counted from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_SENTENCE = re.compile(r"[A-Z][a-z]+(?: [\w-]+){2,}")
_PREFIX = re.compile(r"([\w.-]*:)\S*$")
_UPDATES = frozenset(
    ("ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH")
)
_READS = frozenset(("ASK", "CONSTRUCT", "DESCRIBE", "SELECT"))


def syntax_problem(error: SyntaxError, sparql: str) -> str:
    """Return one line: where the text stops being SPARQL, and on what."""
    place = _PLACE.match(str(error))
    if not place:
        return _one_line(error)
    verb, start = _verb(sparql)
    if verb in _UPDATES:
        line, column = position(sparql, start)
        return f"line {line}, column {column}: {verb} would change the graph; a query only reads it"
    line, column = int(place[1]), int(place[2])
    offset = sum(len(before) + 1 for before in sparql.split("\n")[: line - 1]) + column - 1
    return f"line {line}, column {column}: {_reason(place[3], sparql, offset)}"


def is_update(sparql: str) -> bool:
    """Tell whether what is asked would change the graph.

    >>> is_update("PREFIX : <urn:> # no SELECT\\nINSERT DATA { :a :b 1 }")
    True
    """
    return _verb(sparql)[0] in _UPDATES


def _verb(sparql: str) -> tuple[str, int]:
    # What is to be done, with its offset.
    return next((word for word in _words(sparql) if word[0] in _UPDATES | _READS), ("", 0))


def _reason(expected: str, sparql: str, offset: int) -> str:
    before, after = sparql[:offset], sparql[offset:]
    if "Prefix not found" in expected and (name := _PREFIX.search(before)):
        return f"the prefix {name[1]} is not known; declare it with PREFIX {name[1]} <…>"
    if sentence := _SENTENCE.search(expected):
        return sentence.group().replace("The SELECT", "SELECT", 1)
    # The parser says how far it came, which is at or just behind what is wrong.
    gap = "" if re.search(r"\S$", before) and re.match(r"\S", after) else " "
    near = " ".join(before.split()[-2:]) + gap + " ".join(after.split()[:1])
    return f'something is missing or too much near "{near.strip()}"' if near.strip() else "no query"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
