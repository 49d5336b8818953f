"""The head and foot of a page, told from its matter."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kg.expressions import compile_named
from kg.model import Field, Section, Span
from kg.ontology import Ontology
from kg.text.fields import FieldGrammar, Source
from kg.text.lines import Line, LineGrammar, Role, compile_lines, find_lines
from kg.text.normal import normalize
from kg.text.outline import find_sections
from kg.text.transcript import Transcript

SHORTEST_TITLE = 6
"""Characters from which on the first line that may be the title is taken for it."""
MOST_TITLE_LINES = 6
"""Lines over which a title may be broken."""
FOOT_BEGINS = 0.5
"""The share of the text after which a line may end the matter."""


@dataclass(frozen=True)
class Layout:
    """What a text says of itself, and the paragraphs that are matter; both in text order."""

    fields: tuple[Field, ...]
    body: tuple[Span, ...]
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class _Grammar:
    lines: LineGrammar
    titles: tuple[re.Pattern[str], ...]
    signatures: tuple[re.Pattern[str], ...]

    @property
    def fields(self) -> FieldGrammar:
        return self.lines.fields


@lru_cache(maxsize=2)
def _compile(ontology: Ontology) -> _Grammar:
    return _Grammar(
        compile_lines(ontology),
        compile_named("officialTitle", ontology),
        compile_named("signature", ontology),
    )


def find_layout(transcript: Transcript, ontology: Ontology) -> Layout:
    """Tell header, foot and the furniture of a site from matter.

    What stands above the first prose is header as far down as a line of it is a field or
    furniture; what stands below the last prose is foot. Where the markup shows the matter and the
    title stands above it, all of that is matter. A text in which nothing speaks for a header has
    none, except that a short first line above prose is its title.

    >>> from kg.ontology import load_ontology
    >>> text = "打造数字政府\\n来源:新华社\\n\\n政府正在转型。"
    >>> layout = find_layout(Transcript(text), load_ontology())
    >>> [(field.name, field.value) for field in layout.fields], layout.body
    ([('title', '打造数字政府'), ('source', '新华社')], (Span(start=15, end=22),))
    """
    source = Source(transcript.text, normalize(transcript.text).text)
    grammar = _compile(ontology)
    found = list(find_lines(source, transcript, grammar.lines))
    lines = [line for line in found if not line.edge]
    if len(lines) == 1 or not any(line.role in (Role.PROSE, Role.ROW) for line in lines):
        fields = _from_metadata((), transcript, grammar.fields)
        return Layout(fields, tuple(line.span for line in lines))
    start = _start(lines, transcript)
    fields, early = _head(lines[:start], source, grammar, transcript.metadata.get("title", ""))
    matter, foot = _foot(lines[start:], len(transcript.text))
    fields += tuple(field for line in foot for field in line.fields)
    fields = _with_title_authors(fields, source, grammar.fields, ontology)
    fields += tuple(_missing(_within(matter, source, grammar), fields))
    fields += tuple(_missing(_at_edge(found), fields))
    fields += tuple(_missing(_from_title(fields, source, grammar), fields))
    fields = _from_metadata(fields, transcript, grammar.fields)
    body = (*early, *matter)
    return Layout(
        tuple(sorted(fields, key=lambda field: (_place(field), field.name))),
        tuple(line.span for line in body),
        find_sections(body, source, _titles(fields), ontology),
    )


def _start(lines: Sequence[Line], transcript: Transcript) -> int:
    """Return where the matter begins: where the markup says so, if the title stands above."""
    first = next(i for i, line in enumerate(lines) if line.role.is_matter or line.role is Role.ROW)
    if transcript.core is None:
        return first
    core = transcript.core.start
    above = [line for line in lines if line.span.start < core]
    titled = any(field.name == "title" for line in above for field in line.fields)
    titled = titled or any(line.depth == 1 for line in above)
    return len(above) if titled and len(above) < len(lines) else first


# ------------------------------------------------------------------ the head


def _head(
    head: Sequence[Line], source: Source, grammar: _Grammar, hint: str
) -> tuple[tuple[Field, ...], Sequence[Line]]:
    """Return the fields of the lines above the matter, and those lines that are matter after all.

    ``hint`` is the title by the file's own metadata.
    """
    outside = [i for i, line in enumerate(head) if line.role.is_outside]
    last = outside[-1] if outside else -1
    fields = [field for line in head for field in line.fields]
    below, above = head[last + 1 :][:MOST_TITLE_LINES], head[: last + 1]
    title = _title(above, source, grammar, hint) or _title(below, source, grammar, hint, first=True)
    if title and not any(field.name == "title" for field in fields):
        fields.extend(source.field("title", title[0].span.start, title[-1].span.end))
    early = [line for line in head[last + 1 :] if line not in title]
    for line in head[head.index(title[-1]) + 1 :] if title else ():
        if line.role is Role.SHORT and (authors := grammar.fields.persons_only(source, line.span)):
            if line in early[1:]:
                continue
            fields.extend(authors)
            early = [other for other in early if other is not line]
    return tuple(fields), early


def _title(
    lines: Sequence[Line],
    source: Source,
    grammar: _Grammar,
    hint: str,
    *,
    first: bool = False,
) -> Sequence[Line]:
    """Return the lines that make up the title: none, one, or several that follow each other."""
    candidates = [line for line in lines if line.role is Role.SHORT]
    if first:
        candidates = [line for line in candidates if line is lines[0]]
    hinted = (line for line in candidates if _is_hinted(line, source, hint))
    marked = (line for line in candidates if line.depth == 1)
    long_enough = (line for line in candidates if len(line.span) >= SHORTEST_TITLE)
    longest = max(candidates, key=lambda line: len(line.span), default=None)
    found = next(itertools.chain(hinted, marked, long_enough), longest)
    return _whole_title(lines[lines.index(found) :], source, grammar) if found else ()


def _is_hinted(line: Line, source: Source, hint: str) -> bool:
    words = "".join(line.span.of(source.text).split())
    return len(words) >= SHORTEST_TITLE and words in "".join(hint.split())


def _whole_title(lines: Sequence[Line], source: Source, grammar: _Grammar) -> Sequence[Line]:
    joined = ""
    for end, line in enumerate(lines[:MOST_TITLE_LINES], start=1):
        if line.role is not Role.SHORT:
            break
        joined += "".join(line.span.of(source.normal).split())
        if any(pattern.fullmatch(joined) for pattern in grammar.titles):
            return lines[:end]
    return lines[:1]


# ------------------------------------------------------------------ the foot


def _foot(lines: Sequence[Line], length: int) -> tuple[Sequence[Line], Sequence[Line]]:
    lines = [replace(line, role=Role.SHORT) if _is_signing(line) else line for line in lines]
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


def _is_signing(line: Line) -> bool:
    """Tell whether the line is nothing but a date or a number, which below the head is matter."""
    names = {field.name for field in line.fields}
    return not line.labelled and names in ({"published"}, {"number"}, {"issuer"})


def _within(matter: Sequence[Line], source: Source, grammar: _Grammar) -> Iterator[Field]:
    """Yield what the matter itself says of the document: its number, who signed it, and when."""
    prose = next((i for i, line in enumerate(matter) if line.role is Role.PROSE), 0)
    for line in matter[:prose]:
        yield from (field for field in line.fields if field.name != "published")
    for line, following in itertools.pairwise(matter[prose:]):
        dates = [field for field in following.fields if field.name == "published"]
        issuers = tuple(_issuers(line, source, grammar)) if dates and _is_signing(following) else ()
        if issuers:
            yield from issuers
            yield replace(dates[0], name="written")
            return


def _issuers(line: Line, source: Source, grammar: _Grammar) -> Iterator[Field]:
    if line.role is not Role.SHORT or line.fields:
        return
    words = line.span.of(source.normal)
    parts = [line.span] if _letter_spaced(words) else list(_words(line.span, source.normal))
    tidy = ["".join(part.of(source.normal).split()) for part in parts]
    if all(any(p.fullmatch(name) for p in grammar.signatures) for name in tidy):
        for part in parts:
            yield from source.field("issuer", part.start, part.end)


def _words(span: Span, normal: str) -> Iterator[Span]:
    for match in re.finditer(r"\S+", span.of(normal)):
        yield Span(span.start + match.start(), span.start + match.end())


def _letter_spaced(words: str) -> bool:
    return all(len(word) == 1 for word in words.split())


# ------------------------------------------------------------------ what is said elsewhere


def _missing(found: Iterable[Field], stated: Iterable[Field]) -> Iterator[Field]:
    names = {field.name for field in stated}
    yield from (field for field in found if field.name not in names)


def _at_edge(lines: Iterable[Line]) -> Iterator[Field]:
    seen: set[str] = set()
    for line in lines:
        if line.edge and line.role is Role.FIELD:
            yield from (field for field in line.fields if field.name not in seen)
            seen |= {field.name for field in line.fields}


def _from_title(fields: Iterable[Field], source: Source, grammar: _Grammar) -> Iterator[Field]:
    # Who issues a document is what its title begins with, where nothing else says so.
    title = next((f.span for f in fields if f.name == "title" and f.span), None)
    numbered = any(field.name == "number" for field in fields)
    if title is None or not numbered:
        return
    for pattern in grammar.titles:
        match = pattern.fullmatch(title.of(source.normal))
        if match and "issuer" in pattern.groupindex:
            start, end = match.span("issuer")
            yield from source.field("issuer", title.start + start, title.start + end)
            return


def _from_metadata(
    fields: tuple[Field, ...], transcript: Transcript, grammar: FieldGrammar
) -> tuple[Field, ...]:
    """Return the fields with those that the file's metadata alone states; they have no place."""
    names = {field.name for field in fields}
    for name, value in sorted(transcript.metadata.items()):
        if name not in names:
            source = Source(value, normalize(value).text)
            said = [f for f in grammar.value(name, source, 0, len(value)) if f.name == name]
            fields += tuple(Field(field.name, field.value) for field in said)
    return fields


# ------------------------------------------------------------------ authors in the title

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


def _titles(fields: Iterable[Field]) -> frozenset[str]:
    return frozenset("".join(field.value.split()) for field in fields if field.name == "title")


def _place(field: Field) -> int:
    return field.span.start if field.span else 0
