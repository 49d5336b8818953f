"""What a document says of other documents: on what it rests, which it issues, changes or ends.

The document itself is the subject, so that no sentence has to name it; both it and what it cites
are entities that are known by their titles, and are the same ones wherever they are cited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.expressions import alternation, compile_named
from kg.extract.entities import resolve
from kg.extract.equipment import Equipment
from kg.extract.proposals import Proposal
from kg.model import IRI, Assertion, Document, Entity, Evidence, Field, Span
from kg.ontology import Ontology
from kg.text.normal import normalize, sentences
from kg.vocabulary import KG

FRAMED, CITED, ATTACHED = 0.9, 0.8, 0.9
"""Confidence of a relation that a frame states, of a bare citation, of a list of attachments."""
EXTRACTOR = "citations"
SHORTEST_TITLE = 4
"""Characters of the shortest title; a shorter one is short for something that is not known."""
FAR = 24
"""Characters that may stand for … in a frame."""

_SLOT, _MARK = "{o}", "\ufffc"
_RANGE = "\u2026"


@dataclass(frozen=True)
class Cited:
    """A place where the text names a document, by its title, its number, or both."""

    span: Span
    """The title, else the number."""
    whole: Span
    """With marks and brackets."""
    title: str
    number: str


_Stated = tuple[IRI, Cited, Evidence, float]
"""A relation, the document it leads to, the place that says so, how sure it is."""


@dataclass(frozen=True)
class Citations:
    """What a document is as a work, and what it says of others."""

    work: IRI | None = None
    entities: tuple[Entity, ...] = ()
    assertions: tuple[Assertion, ...] = ()


@dataclass(frozen=True)
class CitationGrammar:
    """The frames and patterns of citations, compiled."""

    cited: tuple[re.Pattern[str], ...]
    frames: tuple[tuple[IRI, re.Pattern[str]], ...]
    """Over sentences in which each cited document is one character."""
    titles: tuple[tuple[IRI, re.Pattern[str]], ...]
    official: tuple[re.Pattern[str], ...]
    citable: tuple[re.Pattern[str], ...]
    aliases: tuple[re.Pattern[str], ...]
    attachments: tuple[re.Pattern[str], ...]
    items: tuple[re.Pattern[str], ...]


def compile_citations(ontology: Ontology) -> CitationGrammar:
    """Compile what the ontology says of citations; without its words there are none."""
    joint = alternation(ontology.words.get("citationJoint", ()))
    group = f"(?P<o>{_MARK}(?:{joint}?{_MARK})*)"
    return CitationGrammar(
        cited=compile_named("citedDocument", ontology),
        frames=tuple(
            (relation.iri, re.compile(_framed(frame, group)))
            for relation in ontology.relations
            for frame in relation.citation_frames
        ),
        titles=tuple(
            (relation.iri, re.compile(_framed(frame, "(?P<o>.{4,150})") + "$"))
            for relation in ontology.relations
            for frame in relation.title_frames
        ),
        official=compile_named("officialTitle", ontology)[:2],
        citable=compile_named("citableTitle", ontology),
        aliases=compile_named("aliasWording", ontology),
        attachments=compile_named("attachmentList", ontology),
        items=compile_named("attachmentItem", ontology),
    )


def _framed(frame: str, slot: str) -> str:
    parts = re.split(r"(\{o\}|\u2026)", frame)
    between = f"[^{_MARK}]{{0,{FAR}}}?"
    return "".join(
        slot if part == _SLOT else between if part == _RANGE else re.escape(part) for part in parts
    )


def find_citations(
    document: Document, text: str, grammar: CitationGrammar, equipment: Equipment
) -> Citations:
    """Return the work that the document is, and its relations to the documents that it cites.

    ``text`` is normalized. Only a document that is an official one, by its number, its issuer or
    its title, is a work that cites; of any other nothing is returned.
    """
    title = next((field for field in document.fields if field.name == "title"), None)
    if title is None or title.span is None or not _is_official(document, title, grammar):
        return Citations()
    work = _work(title.value, document.value("number") or "", equipment)
    stated = _with_titles(_stated(document, title.span, text, grammar))
    known = {relation.iri for relation in equipment.ontology.relations}
    entities = {work.iri: work}
    found: dict[tuple[IRI, IRI], Assertion] = {}
    # The shortest words of a frame say it best; what is cited barely, its first mention.
    for relation, cited, evidence, confidence in sorted(stated, key=_directness):
        entity = _work(cited.title, cited.number, equipment)
        if relation not in known or _is_same(entity, work):
            continue
        if not entities.setdefault(entity.iri, entity).properties:
            entities[entity.iri] = entity
        said = Assertion(work.iri, relation, entity.iri, evidence, confidence, EXTRACTOR)
        found.setdefault((relation, entity.iri), said)
    return Citations(
        work.iri,
        tuple(entities[iri] for iri in sorted(entities)),
        tuple(sorted(_without_vague(found), key=lambda a: (a.evidence.sentence, a.object))),
    )


def _with_titles(stated: Iterable[_Stated]) -> list[_Stated]:
    """Return what is stated, with the title of what is cited by number where the text gives it."""
    stated = list(stated)
    title_of = {one.number: one.title for _, one, _, _ in stated if one.number and one.title}
    return [
        (relation, replace(one, title=one.title or title_of.get(one.number, "")), evidence, sure)
        for relation, one, evidence, sure in stated
    ]


def _directness(stated: _Stated) -> tuple[int, Span]:
    evidence = stated[2]
    return len(evidence.quotation) if evidence.cue else 0, evidence.quotation


def _is_same(entity: Entity, work: Entity) -> bool:
    number, own = (dict(one.properties).get("documentNumber") for one in (entity, work))
    return entity.iri == work.iri or (number is not None and number == own)


def _without_vague(found: Mapping[tuple[IRI, IRI], Assertion]) -> Iterator[Assertion]:
    """Yield the assertions, a bare citation only where nothing else is said of the document."""
    told = {iri for relation, iri in found if relation != KG.cites}
    for (relation, iri), said in found.items():
        if relation != KG.cites or iri not in told:
            yield said


def with_cited(entities: Iterable[Entity], citations: Citations) -> tuple[Entity, ...]:
    """Return the entities of a document with those of its citations, by IRI."""
    found = {entity.iri: entity for entity in entities}
    for entity in citations.entities:
        known = found.get(entity.iri)
        both = tuple(sorted({*entity.properties, *(known.properties if known else ())}))
        found[entity.iri] = replace(known or entity, properties=both)
    return tuple(found[iri] for iri in sorted(found))


def _is_official(document: Document, title: Field, grammar: CitationGrammar) -> bool:
    named = any(document.value(name) for name in ("number", "issuer", "index"))
    words = normalize(title.value).text
    return named or any(pattern.fullmatch(words) for pattern in grammar.official)


def _work(title: str, number: str, equipment: Equipment) -> Entity:
    """Return the entity of a document: the same for each spelling of its title, else its number."""
    words = normalize(title or number).text
    proposal = Proposal(0, len(words), IRI(KG.Policy), EXTRACTOR)
    (iri,), entities = resolve([proposal], words, equipment)
    entity = next(entity for entity in entities if entity.iri == iri)
    numbered = (("documentNumber", _tidy_number(number)),) if number else ()
    return replace(entity, properties=tuple(sorted({*entity.properties, *numbered})))


def _tidy_number(number: str) -> str:
    """Return a number with the brackets that the rules of official documents ask for.

    >>> _tidy_number("国办发[2019] 4号"), _tidy_number("国发（1981）88号")
    ('国办发〔2019〕4号', '国发〔1981〕88号')
    """
    bare = "".join(number.split())
    return re.sub(r"[\[\u3010\uff08\uff3b(](\d{4})[\]\u3011\uff09\uff3d)]", "\u3014\\1\u3015", bare)


# ------------------------------------------------------------------ what is stated


def _stated(
    document: Document, title: Span, text: str, grammar: CitationGrammar
) -> Iterator[_Stated]:
    short: dict[str, Cited] = {}
    framed: set[IRI] = set()
    for sentence in (s for paragraph in document.body for s in sentences(text, paragraph)):
        cited = [_in_full(one, short) for one in _declared(sentence, short, text, grammar)]
        for stated in _in_sentence(document, title, sentence, cited, text, grammar):
            if len(stated[1].title or stated[1].number) >= SHORTEST_TITLE:
                framed.add(stated[0])
                yield stated
    yield from _attached(document, title, text, grammar)
    # The title often shortens the name that the text gives in full.
    for stated in _in_title(document, title, text, grammar):
        if stated[0] not in framed:
            yield stated


def _declared(
    sentence: Span, short: dict[str, Cited], text: str, grammar: CitationGrammar
) -> Iterator[Cited]:
    """Yield the documents that a sentence names, and note the short names that it declares."""
    before: Cited | None = None
    for one in find_cited(text, sentence, grammar):
        gap = text[before.whole.end : one.whole.start] if before else ""
        if before and any(p.fullmatch(gap) or p.fullmatch(f"{gap}\u300a") for p in grammar.aliases):
            short[one.title] = before
        else:
            before = one
        yield one


def _in_full(cited: Cited, short: Mapping[str, Cited]) -> Cited:
    full = short.get(cited.title)
    return replace(cited, title=full.title, number=full.number) if full else cited


def find_cited(text: str, within: Span, grammar: CitationGrammar) -> Iterator[Cited]:
    """Yield the documents that a stretch of normalized text names, in order."""
    place = within.start
    upcoming: dict[re.Pattern[str], re.Match[str] | None] = {}
    for pattern in grammar.cited:
        upcoming[pattern] = pattern.search(text, place, within.end)
    while match := min(filter(None, upcoming.values()), key=lambda m: m.start(), default=None):
        said = match.groupdict()
        named = "title" if said.get("title") else "number"
        yield Cited(
            Span(*match.span(named)),
            Span(*match.span()),
            said.get("title") or "",
            said.get("number") or "",
        )
        place = match.end()
        for pattern, other in upcoming.items():
            if other and other.start() < place:
                upcoming[pattern] = pattern.search(text, place, within.end)


def _in_sentence(
    document: Document,
    title: Span,
    sentence: Span,
    cited: Sequence[Cited],
    text: str,
    grammar: CitationGrammar,
) -> Iterator[_Stated]:
    folded, places = _folded(text, sentence, cited)
    for relation, frame in grammar.frames:
        for match in frame.finditer(folded):
            start, end = match.span("o")
            cue = _cue(match, places)
            for one in cited:
                if start <= places.index(one.whole.start) < end:
                    yield relation, one, _evidence(document, sentence, title, one, cue), FRAMED
    for one in cited:
        if one.number or any(pattern.fullmatch(one.title) for pattern in grammar.citable):
            yield IRI(KG.cites), one, _evidence(document, sentence, title, one, None), CITED


def _folded(text: str, sentence: Span, cited: Sequence[Cited]) -> tuple[str, list[int]]:
    """Return the sentence with a mark for each cited document, and where each character stood."""
    folded: list[str] = []
    places: list[int] = []
    place = sentence.start
    for one in cited:
        folded.append(text[place : one.whole.start] + _MARK)
        places.extend(range(place, one.whole.start + 1))
        place = one.whole.end
    folded.append(text[place : sentence.end])
    places.extend(range(place, sentence.end + 1))
    return "".join(folded), places


def _cue(match: re.Match[str], places: Sequence[int]) -> Span | None:
    """Return the words of the frame: those before the slot, else those after it."""
    start, end = match.span("o")
    for one, other in ((match.start(), start), (end, match.end())):
        if one < other:
            return Span(places[one], places[other - 1] + 1)
    return None


def _evidence(
    document: Document, sentence: Span, title: Span, cited: Cited, cue: Span | None
) -> Evidence:
    edges = [cited.span, *([cue] if cue else [])]
    quotation = Span(min(edge.start for edge in edges), max(edge.end for edge in edges))
    return Evidence(
        sentence, quotation, quotation.of(document.text), subject=title, object=cited.span, cue=cue
    )


def _attached(
    document: Document, title: Span, text: str, grammar: CitationGrammar
) -> Iterator[_Stated]:
    # A list of attachments goes on as long as its lines are numbered.
    patterns: Iterable[re.Pattern[str]] = grammar.attachments
    for line in document.body:
        match = next((m for p in patterns if (m := p.fullmatch(line.of(text)))), None)
        patterns = (*grammar.attachments, *grammar.items) if match else grammar.attachments
        if match:
            span = Span(*(line.start + edge for edge in match.span("title")))
            cited = Cited(span, span, match["title"], "")
            evidence = _evidence(document, line, title, cited, None)
            yield IRI(KG.attaches), cited, evidence, ATTACHED


def _in_title(
    document: Document, title: Span, text: str, grammar: CitationGrammar
) -> Iterator[_Stated]:
    words = title.of(text)
    for relation, frame in grammar.titles:
        if match := frame.search(words):
            start, end = (title.start + edge for edge in match.span("o"))
            inner = words[match.start("o") : match.end("o")]
            if inner.startswith("\u300a") and inner.endswith("\u300b"):
                start, end = start + 1, end - 1
            cited = Cited(Span(start, end), Span(start, end), text[start:end], "")
            yield relation, cited, _evidence(document, title, title, cited, None), FRAMED
