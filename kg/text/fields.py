"""What a line of a header says: labels and their values, as the ontology writes them."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.expressions import alternation, compile_named
from kg.model import Field, Span
from kg.ontology import Ontology

DATES = frozenset({"created", "effective", "issued", "published", "written"})
"""The fields whose value is a date; without one they say nothing."""

_BLANKS = re.compile(r"\s+")
_EDGES = " \t\r\n|"
_TITLE_MARKS = ("\N{LEFT DOUBLE ANGLE BRACKET}", "\N{RIGHT DOUBLE ANGLE BRACKET}")
_LINE_END = re.compile(r"(?<=[\u2e80-\uffef])[ \t]*[\r\n]+\s*(?=[\u2e80-\uffef])")
_LETTER_SPACED = re.compile(r"(?:\S[ \u00a0\u3000]+){3,}\S")
_TOKEN = re.compile(r"[^\s,;/\u3001\uff0c\uff1b\uff08\uff09()\u300a\u300b]+")
_APART = re.compile(r"[;\uff1b]")


@dataclass(frozen=True)
class Source:
    """A text twice: as it stands and in its matching form, which has the same length."""

    text: str
    normal: str

    def field(self, name: str, start: int, end: int, value: str | None = None) -> Iterator[Field]:
        """Yield the field at a place, trimmed; nothing if only blanks stand there."""
        words = self.normal[start:end]
        start += len(words) - len(words.lstrip(_EDGES))
        end -= len(words) - len(words.rstrip(_EDGES))
        opening, closing = _TITLE_MARKS
        words = self.normal[start:end]
        if words.startswith(opening) and words.find(closing) == len(words) - 1:
            start, end = start + 1, end - 1
        if start < end:
            yield Field(name, value or _stated(self.text[start:end]), Span(start, end))


def _stated(words: str) -> str:
    """Return the words as a value: a line end within them is no blank, many blanks are one.

    >>> _stated("在广东省第十四届\\n 人民代表大会\u3000上"), _stated("几 个 问 题")
    ('在广东省第十四届人民代表大会 上', '几个问题')
    """
    if _LETTER_SPACED.fullmatch(words):
        return _BLANKS.sub("", words)
    return _BLANKS.sub(" ", _LINE_END.sub("", words))


@dataclass(frozen=True)
class Labelled:
    """What a line with labels says; ``open`` is a label at its end whose value may follow below."""

    fields: tuple[Field, ...]
    open: str | None = None
    furniture: bool = False
    """Whether a label of the site itself, as of a counter of visits, is among them."""


@dataclass(frozen=True)
class FieldGrammar:
    """The expressions that read header lines, compiled."""

    label: re.Pattern[str]
    name_of: Mapping[str, str | None]
    """From a label without blanks to its field; None for labels of page furniture."""
    lines: tuple[re.Pattern[str], ...]
    broken: tuple[re.Pattern[str], ...]
    """Of fields that go on in the next line."""
    values: Mapping[str, tuple[re.Pattern[str], ...]]
    dates: tuple[re.Pattern[str], ...]
    persons: tuple[re.Pattern[str], ...]
    byline: re.Pattern[str]

    def labelled(self, source: Source, line: Span) -> Labelled | None:
        """Return what the labels of a line say, or None if it has none at a place for one."""
        line = _within_brackets(source.normal, line)
        matches = list(self.label.finditer(source.normal, line.start, line.end))
        if not matches:
            return None
        before = Span(line.start, matches[0].start()) if matches[0].start() > line.start else None
        found = list(self.whole_line(source, before)) if before else []
        if before and not found and source.normal[before.start : before.end].strip(_LEADERS):
            return None
        names = [self.name_of[_BLANKS.sub("", match["label"])] for match in matches]
        open_label = None
        for match, name, following in zip(matches, names, [*matches[1:], None], strict=True):
            end = following.start() if following else line.end
            stated = source.normal[match.end() : end].strip(_EDGES)
            if name and stated:
                found.extend(self.value(name, source, match.end(), end))
            elif name and following is None and source.normal[end - 1] != "|":
                open_label = name
        return Labelled(tuple(found), open_label, None in names)

    def bare_label(self, source: Source, line: Span) -> Labelled | None:
        """Return what a line says that is a label without its colon: that a value follows."""
        words = _BLANKS.sub("", line.of(source.normal)).lower()
        if len(words) < SHORTEST_BARE_LABEL or words not in self.name_of:
            return None
        return Labelled((), self.name_of[words], self.name_of[words] is None)

    def whole_line(self, source: Source, line: Span) -> Iterator[Field]:
        """Yield the fields of a line that a pattern matches as a whole."""
        words = source.normal[line.start : line.end].rstrip()
        for pattern in self.lines:
            if match := pattern.fullmatch(words):
                yield from self._groups(match, source, line.start)
                return

    def broken_line(self, source: Source, line: Span, following: Span) -> tuple[Field, ...]:
        """Return the fields of a line that goes on in the next one; none if it does not."""
        if len(line) + len(following) > LONGEST_BROKEN:
            return ()
        # The line end becomes a character that is no blank; the length stays.
        between = "\N{WORD JOINER}" * (following.start - line.end)
        words = line.of(source.normal) + between + following.of(source.normal)
        for pattern in self.broken:
            if match := pattern.fullmatch(words):
                return tuple(self._groups(match, source, line.start))
        return ()

    def value(self, name: str, source: Source, start: int, end: int) -> Iterator[Field]:
        """Yield the fields that the words after a label name: one or more, or none."""
        if name in DATES:
            yield from self._date(name, source, start, end)
        elif name == "author":
            yield from self._authors(source, start, end)
        elif name == "affiliation":
            for part in _parts(source.normal, start, end):
                yield from self._by_pattern(name, source, part.start, part.end)
        else:
            yield from self._by_pattern(name, source, start, end)

    def _by_pattern(self, name: str, source: Source, start: int, end: int) -> Iterator[Field]:
        words = source.normal[start:end]
        start += len(words) - len(words.lstrip())
        words = words.strip()
        for pattern in self.values.get(name, ()):
            if match := pattern.fullmatch(words):
                yield from self._groups(match, source, start, own=name)
                return
        yield from source.field(name, start, start + len(words))

    def _groups(
        self, match: re.Match[str], source: Source, offset: int, own: str = ""
    ) -> Iterator[Field]:
        for name in sorted(match.re.groupindex, key=match.start):
            start, end = (offset + place for place in match.span(name))
            if not match[name]:
                continue
            if name == own:
                yield from source.field(name, start, end)
            else:
                yield from self.value(name, source, start, end)

    def _date(self, name: str, source: Source, start: int, end: int) -> Iterator[Field]:
        for pattern in self.dates:
            for match in pattern.finditer(source.normal, start, end):
                if date := _iso(match["year"], match["month"], match["day"]):
                    yield from source.field(name, *match.span(), date)
                    return

    def _authors(self, source: Source, start: int, end: int) -> Iterator[Field]:
        tokens = list(self._tokens(source.normal, start, end))
        persons = [token for token in tokens if self.is_person(token.of(source.normal))]
        if not persons:
            # A body may be the author; its name stays whole.
            if tokens:
                yield from source.field("author", tokens[0].start, tokens[-1].end)
            return
        for token in tokens:
            if token in persons:
                name = _BLANKS.sub("", token.of(source.text))
                yield from source.field("author", token.start, token.end, name)
            elif len(token) >= _SHORTEST_BODY:
                yield from self._by_pattern("affiliation", source, token.start, token.end)

    def _tokens(self, normal: str, start: int, end: int) -> Iterator[Span]:
        letters: Span | None = None
        for match in _TOKEN.finditer(normal, start, end):
            begin = _end(self.byline.match(normal, *match.span()), match.start())
            if begin == match.end():
                continue
            token = Span(begin, match.end())
            # A name of two characters is often set apart: 龚 正.
            if len(token) == 1 and letters:
                yield Span(letters.start, token.end)
                letters = None
            elif len(token) == 1:
                letters = token
            else:
                letters = None
                yield token

    def is_person(self, words: str) -> bool:
        """Tell whether the words have the form of a personal name."""
        return any(pattern.fullmatch(words) for pattern in self.persons)

    def persons_only(self, source: Source, line: Span) -> tuple[Field, ...]:
        """Return the authors that a bare line of names holds; nothing if it holds anything else."""
        tokens = list(self._tokens(source.normal, line.start, line.end))
        if not tokens or not all(self.is_person(token.of(source.normal)) for token in tokens):
            return ()
        return tuple(self._authors(source, line.start, line.end))


SHORTEST_BARE_LABEL = 2
"""Characters of a label that may stand without a colon above its value."""
LONGEST_BROKEN = 120
"""Characters of two lines that may be one field."""

_SHORTEST_BODY = 4
_ENCLOSING = {"\uff08": "\uff09", "(": ")", "\u3010": "\u3011", "[": "]", "\u3014": "\u3015"}
_LEADERS = " \t|-*#>\u3010\uff08([\u3014"


def compile_fields(ontology: Ontology) -> FieldGrammar:
    """Return the field grammar of an ontology; raise OntologyError for an ill-formed expression."""
    name_of: dict[str, str | None] = dict.fromkeys(ontology.words.get("chromeLabels", ()))
    for rule in ontology.fields:
        name_of.update(dict.fromkeys(rule.header_labels, rule.name))
    spaced = "|".join(
        r"[ \t]*".join(map(re.escape, label))
        for label in sorted(name_of, key=lambda x: (-len(x), x))
    )
    names = {rule.name for rule in ontology.fields}
    return FieldGrammar(
        label=re.compile(
            rf"(?:(?<=[\s|\u3010\uff08(\[\u3014*])|^)(?P<label>{spaced or '(?!)'})"
            r"[ \t]*[\u3011\])]?(?:[:\uff1a]|(?=[ \t]+\|))",
            re.MULTILINE | re.IGNORECASE,
        ),
        name_of={label.lower(): name for label, name in name_of.items()},
        lines=compile_named("fieldLine", ontology),
        broken=compile_named("joinedFieldLine", ontology),
        values={name: compile_named(f"{name}Value", ontology) for name in sorted(names)},
        dates=compile_named("documentDate", ontology),
        persons=compile_named("personName", ontology),
        byline=re.compile(alternation(ontology.words.get("bylines", ()))),
    )


def _within_brackets(normal: str, line: Span) -> Span:
    # The opening bracket stays: a label may stand behind one.
    closing = _ENCLOSING.get(normal[line.start])
    enclosed = closing and normal[line.end - 1] == closing and len(line) > 2
    return Span(line.start, line.end - 1) if enclosed else line


def _parts(normal: str, start: int, end: int) -> Iterator[Span]:
    for match in _APART.finditer(normal, start, end):
        if start < match.start():
            yield Span(start, match.start())
        start = match.end()
    if start < end:
        yield Span(start, end)


def _end(match: re.Match[str] | None, otherwise: int) -> int:
    return match.end() if match else otherwise


def _iso(year: str, month: str, day: str) -> str | None:
    """Return the date as ISO 8601, or None if the calendar has no such day.

    >>> _iso("二〇二六", "一", "二十七"), _iso("2022", "2", "30")
    ('2026-01-27', None)
    """
    try:
        return datetime.date(_digits(year), _count(month), _count(day)).isoformat()
    except ValueError:
        return None


def _digits(numeral: str) -> int:
    return int("".join(str(_worth(digit)) for digit in numeral))


def _count(numeral: str) -> int:
    if numeral.isascii():
        return int(numeral)
    total, pending = 0, 0
    for character in numeral:
        worth = _worth(character)
        if worth == 10:
            total, pending = total + (pending or 1) * 10, 0
        else:
            pending = worth
    return total + pending


def _worth(digit: str) -> int:
    return int(unicodedata.numeric(digit, 0))
