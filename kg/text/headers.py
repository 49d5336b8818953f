"""The head and foot of a page, told from its matter."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.model import Field, Span
from kg.ontology import Ontology
from kg.text.fields import FieldGrammar, Source
from kg.text.lines import Line, Role, compile_lines, find_lines
from kg.text.normal import normalize

SHORTEST_TITLE = 6
"""Characters from which on the first line that may be the title is taken for it."""
FOOT_BEGINS = 0.5
"""The share of the text after which a line may end the matter."""


@dataclass(frozen=True)
class Layout:
    """What a text says of itself, and the paragraphs that are matter; both in text order."""

    fields: tuple[Field, ...]
    body: tuple[Span, ...]


def find_layout(text: str, ontology: Ontology) -> Layout:
    """Tell header, foot and the furniture of a site from matter.

    What stands above the first prose is header as far down as a line of it is a field or
    furniture; what stands below the last prose is foot. A text in which nothing speaks for a
    header has none, except that a short first line above prose is its title.

    >>> from kg.ontology import load_ontology
    >>> layout = find_layout("打造数字政府\\n来源:新华社\\n\\n政府正在转型。", load_ontology())
    >>> [(field.name, field.value) for field in layout.fields], layout.body
    ([('title', '打造数字政府'), ('source', '新华社')], (Span(start=15, end=22),))
    """
    source = Source(text, normalize(text).text)
    grammar = compile_lines(ontology)
    lines = tuple(find_lines(source, grammar))
    if len(lines) == 1 or not any(line.role is Role.PROSE for line in lines):
        return Layout((), tuple(line.span for line in lines))
    start = next(i for i, line in enumerate(lines) if line.role.is_matter)
    fields, early = _head(lines[:start], source, grammar.fields)
    matter, foot = _foot(lines[start:], len(text))
    fields += tuple(field for line in foot for field in line.fields)
    fields = _with_title_authors(fields, source, grammar.fields, ontology)
    return Layout(
        tuple(sorted(fields, key=lambda field: (_place(field), field.name))),
        tuple(line.span for line in (*early, *matter)),
    )


def _head(
    head: Sequence[Line], source: Source, grammar: FieldGrammar
) -> tuple[tuple[Field, ...], Sequence[Line]]:
    """Return the fields of the lines above the prose, and those lines that are matter after all."""
    outside = [i for i, line in enumerate(head) if line.role.is_outside]
    last = outside[-1] if outside else -1
    title = _title(head[: last + 1]) or _title(head[last + 1 :][:1])
    fields = [field for line in head for field in line.fields]
    if title and not any(field.name == "title" for field in fields):
        fields.extend(source.field("title", title.span.start, title.span.end))
    early = [line for line in head[last + 1 :] if line is not title]
    below = head.index(title) + 1 if title else len(head)
    for line in head[below:]:
        if line.role is Role.SHORT and (authors := grammar.persons_only(source, line.span)):
            if line in early[1:]:
                continue
            fields.extend(authors)
            early = [other for other in early if other is not line]
    return tuple(fields), early


def _title(lines: Sequence[Line]) -> Line | None:
    candidates = [line for line in lines if line.role is Role.SHORT]
    marked = (line for line in candidates if line.depth == 1)
    long_enough = (line for line in candidates if len(line.span) >= SHORTEST_TITLE)
    longest = max(candidates, key=lambda line: len(line.span), default=None)
    return next(itertools.chain(marked, long_enough), longest)


def _foot(lines: Sequence[Line], length: int) -> tuple[Sequence[Line], Sequence[Line]]:
    end = next(
        (
            i
            for i, line in enumerate(lines)
            if line.role is Role.END and line.span.start >= FOOT_BEGINS * length
        ),
        len(lines),
    )
    while end and lines[end - 1].role.is_outside:
        end -= 1
    return lines[:end], lines[end:]


_NAMES_BEFORE_TITLE = re.compile(r"(?P<names>[^:\uff1a]{2,40})[:\uff1a]\s*(?P<title>\S.*)")


def _with_title_authors(
    fields: Iterable[Field], source: Source, grammar: FieldGrammar, ontology: Ontology
) -> tuple[Field, ...]:
    # Names and a colon before a title: its authors, unless the names are those of something known.
    fields = tuple(fields)
    known = {field.value for field in fields if field.name == "author"}
    return tuple(
        part
        for field in fields
        for part in (
            _split_title(field, known, source, grammar, ontology)
            if field.name == "title"
            else (field,)
        )
    )


def _split_title(
    field: Field, known: set[str], source: Source, grammar: FieldGrammar, ontology: Ontology
) -> Iterator[Field]:
    place = field.span
    match = _NAMES_BEFORE_TITLE.fullmatch(place.of(source.normal)) if place else None
    if not place or not match:
        yield field
        return
    names = Span(place.start, place.start + match.end("names"))
    authors = grammar.persons_only(source, names)
    stated = {author.value for author in authors}
    if not authors or not (stated & known or not stated & _labels(ontology)):
        yield field
        return
    yield from authors
    yield from source.field("title", place.start + match.start("title"), place.end)


def _labels(ontology: Ontology) -> set[str]:
    return {name for concept in ontology.concepts for name in (concept.label, *concept.aliases)}


def _place(field: Field) -> int:
    return field.span.start if field.span else 0
