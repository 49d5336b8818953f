"""``kg:matches``: the words of a search in the midst of a query, joined like any other pattern.

``?thing kg:matches "words"`` stands for the things, documents and sentences that the search
finds; ``(?thing ?score) kg:matches "words"`` gives how well they fit. The pattern is worked out
before the query, and a VALUES block with the hits put in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import QueryError
from kg.graph.answers import TOKENS, position, refuse_service, translating
from kg.vocabulary import NAMESPACE

MATCHES = NAMESPACE + "matches"
"""The property that no graph holds."""

Find = Callable[[str], Iterable[tuple[str, float]]]
"""From words to the IRIs that are found, with their scores."""

_MARKS = re.compile(
    TOKENS.pattern + r"|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<tag>@[A-Za-z-]+|\^\^)|(?P<mark>\S)",
    re.VERBOSE | re.DOTALL,
)
_PREFIX = re.compile(r"\bPREFIX\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)
_OPENING, _CLOSING = "([{", ")]}"
_ESCAPES = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


@dataclass(frozen=True)
class Token:
    """A token of a query."""

    kind: str
    text: str
    start: int
    end: int


def expand(sparql: str, prefixes: Mapping[str, str], find: Find) -> str:
    """Return the query with VALUES in the place of each ``kg:matches``.

    Raise QueryError, with line and column, where the pattern is not of the form above.

    >>> query = 'SELECT * { ?x kg:matches "a" ; ?p ?o }'
    >>> expand(query, {"kg": NAMESPACE}, lambda words: [("urn:x", 1.0)])
    'SELECT * { VALUES (?x) { (<urn:x>) } . ?x ?p ?o }'
    """
    if "matches" not in sparql:
        return sparql
    tokens = [token for token in _tokens(sparql) if token.kind != "comment"]
    known = {**prefixes, **dict(_PREFIX.findall(sparql))}
    places = [n for n, token in enumerate(tokens) if _means_matches(token, known)]
    if not places:
        return sparql
    refuse_service(sparql)
    with translating(sparql):  # what is no SPARQL is told at its own place, not at one moved
        ox.Store().query(sparql, prefixes=dict(prefixes))
    parts, done = [], 0
    for place in places:
        start, end, text = _replaced(tokens, place, sparql, find)
        parts += [sparql[done:start], text]
        done = end
    return "".join([*parts, sparql[done:]])


def _tokens(sparql: str) -> list[Token]:
    return [
        Token(str(match.lastgroup), match.group(), *match.span())
        for match in _MARKS.finditer(sparql)
        if match.lastgroup
    ]


def _means_matches(token: Token, prefixes: Mapping[str, str]) -> bool:
    if token.kind == "iri":
        return token.text[1:-1] == MATCHES
    prefix, colon, local = token.text.partition(":")
    return bool(token.kind == "word" and colon and prefixes.get(prefix, "") + local == MATCHES)


def _replaced(tokens: Sequence[Token], place: int, sparql: str, find: Find) -> tuple[int, int, str]:
    # From where to where, and by what.
    said = tokens[place + 1] if place + 1 < len(tokens) else None
    if said is None or said.kind != "string":
        raise _misplaced(sparql, tokens[place], "has words in quotation marks behind it")
    start, subjects, head = _subject(tokens, place, sparql)
    last, following = _after(tokens, place + 1)
    tail = ""
    if following == ",":
        raise _misplaced(sparql, tokens[place], "takes one text; put all words into it")
    if following == ";":
        last += 1
        following = tokens[last + 1].text if last + 1 < len(tokens) else ""
        tail = f" . {subjects[0]}" if following not in (".", "}", "]", ";") else ""
    values = _values(subjects, find(_unquoted(said.text)))
    return start, tokens[last].end, head + values + tail


def _subject(tokens: Sequence[Token], place: int, sparql: str) -> tuple[int, list[str], str]:
    # Where the pattern starts, its subjects, and what must stand before it.
    before = tokens[place - 1]
    if before.kind == "variable":
        return before.start, [before.text], ""
    if before.text == ")":
        opening = _opening(tokens, place - 1)
        inside = tokens[opening + 1 : place - 1]
        if len(inside) == 2 and all(token.kind == "variable" for token in inside):
            return tokens[opening].start, [token.text for token in inside], ""
    if before.text == ";":
        first = tokens[_beginning(tokens, place - 1)]
        if first.kind == "variable":
            return before.start, [first.text], " . "
    wanted = "has ?variable or (?variable ?score) before it"
    raise _misplaced(sparql, tokens[place], wanted)


def _opening(tokens: Sequence[Token], place: int) -> int:
    depth = 0
    for number in range(place, -1, -1):
        depth += (tokens[number].text in _CLOSING) - (tokens[number].text in _OPENING)
        if depth == 0:
            return number
    return 0


def _beginning(tokens: Sequence[Token], place: int) -> int:
    # The first token of the triples that this one belongs to.
    number = place - 1
    while number >= 0:
        text = tokens[number].text
        if text in (".", "{", "}", "["):
            return number + 1
        number = _opening(tokens, number) - 1 if text in (")", "]") else number - 1
    return 0


def _after(tokens: Sequence[Token], place: int) -> tuple[int, str]:
    # The last token of the literal, and the text of what follows.
    last = place
    if last + 1 < len(tokens) and tokens[last + 1].kind == "tag":
        last += 1 if tokens[last + 1].text.startswith("@") else 2
    return last, tokens[last + 1].text if last + 1 < len(tokens) else ""


def _values(subjects: Sequence[str], hits: Iterable[tuple[str, float]]) -> str:
    best: dict[str, float] = {}
    for iri, score in hits:
        best[iri] = max(score, best.get(iri, 0.0))
    scored = len(subjects) == 2
    rows = (f"(<{iri}> {score:.4f})" if scored else f"(<{iri}>)" for iri, score in best.items())
    return f"VALUES ({' '.join(subjects)}) {{ {' '.join(rows)} }}"


def _unquoted(text: str) -> str:
    marks = 3 if text.startswith(('"""', "'''")) else 1
    return _ESCAPES.sub(_character, text[marks:-marks])


def _character(escape: re.Match[str]) -> str:
    said = escape[1]
    return chr(int(said[1:], 16)) if said[0] in "uU" else _PLAIN.get(said, said)


def _misplaced(sparql: str, token: Token, wanted: str) -> QueryError:
    line, column = position(sparql, token.start)
    return QueryError(
        f"the query cannot be answered: line {line}, column {column}: kg:matches {wanted}"
    )
