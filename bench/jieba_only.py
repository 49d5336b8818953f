"""Extractors that know nothing but `jieba.posseg`: its names, and subject, verb, object."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from bench.held_out import Extract
from kg.extract.equipment import Equipment
from kg.model import IRI, Assertion, Document, Entity, Evidence, Extraction, Mention, Span, digest
from kg.text.normal import sentences

NAME_TAGS: Mapping[str, str] = {"nr": "Person", "ns": "Region", "nt": "Organization", "t": "Time"}
"""Tags (ICTCLAS) that are classes of names."""
NUMERAL, CLASSIFIER, QUANTITY = "m", "q", "Quantity"
NOUN_TAGS: Mapping[str, str] = {**NAME_TAGS, "n": "Concept", "nz": "Concept", "vn": "Concept"}
"""Tags that may be subject or object, with the class that they come nearest."""
VERB = "v"
NAME, SURE = "jieba", 0.5


class Token(NamedTuple):
    """A word with its place in the document, and its tag or its class."""

    start: int
    end: int
    label: str


Tie = tuple[Token, Token, Token]
"""A subject, a verb and an object."""


def jieba_names(equipment: Equipment) -> Extract:
    """Return an extractor of what jieba's tags call a person, place, body, time or quantity."""

    def extract(document: Document) -> Extraction:
        names = [name for line in _lines(document) for name in names_in(line)]
        return _extraction(document, names, (), equipment)

    return extract


def jieba_triples(equipment: Equipment) -> Extract:
    """Return an extractor of the noun before, and the noun after, each verb of a sentence.

    jieba knows no relations of the ontology, so each pair gets the first one that its classes
    allow: only the measure of pairs does it justice.
    """

    def extract(document: Document) -> Extraction:
        ties = [tie for line in _lines(document) for tie in triples_in(line)]
        names = {end for subject, _, object_ in ties for end in (subject, object_)}
        return _extraction(document, sorted(names), ties, equipment)

    return extract


def _lines(document: Document) -> Iterator[list[Token]]:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    import jieba.posseg

    for paragraph in document.body:
        for line in sentences(document.text, paragraph):
            tokens, start = [], line.start
            for pair in jieba.posseg.cut(line.of(document.text)):
                tokens.append(Token(start, start + len(pair.word), pair.flag))
                start += len(pair.word)
            yield tokens


def names_in(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the words whose tag is a class of names, and each numeral with its classifier.

    >>> words = [Token(0, 2, "ns"), Token(2, 3, "v"), Token(3, 5, "m"), Token(5, 6, "q")]
    >>> [(name.start, name.end, name.label) for name in names_in(words)]
    [(0, 2, 'Region'), (3, 6, 'Quantity')]
    """
    for token in tokens:
        if token.label in NAME_TAGS:
            yield token._replace(label=NAME_TAGS[token.label])
    for one, other in pairwise(tokens):
        if (one.label, other.label) == (NUMERAL, CLASSIFIER):
            yield Token(one.start, other.end, QUANTITY)


def triples_in(tokens: Sequence[Token]) -> Iterator[Tie]:
    """Yield the nearest noun before each verb, the verb, and the nearest noun after it.

    >>> words = [Token(0, 2, "ns"), Token(2, 4, "v"), Token(4, 5, "a"), Token(5, 7, "n")]
    >>> [(one.label, other.label) for one, _, other in triples_in(words)]
    [('Region', 'Concept')]
    """
    for place, token in enumerate(tokens):
        if token.label == VERB:
            before = next((t for t in reversed(tokens[:place]) if t.label in NOUN_TAGS), None)
            after = next((t for t in tokens[place + 1 :] if t.label in NOUN_TAGS), None)
            if before is not None and after is not None:
                yield _as_name(before), token, _as_name(after)


def _as_name(token: Token) -> Token:
    return token._replace(label=NOUN_TAGS[token.label])


# ---------------------------------------------------------------------- as the Reader says it


def _extraction(
    document: Document, names: Iterable[Token], ties: Iterable[Tie], equipment: Equipment
) -> Extraction:
    mentions = [_mention(document, name, equipment) for name in sorted(set(names))]
    references = [_reference(mention, equipment) for mention in mentions]
    entities = {
        iri: Entity(iri, mention.kind, mention.quote)
        for iri, mention in zip(references, mentions, strict=True)
    }
    return Extraction(
        document=document,
        mentions=tuple(mentions),
        references=tuple(references),
        entities=tuple(entities[iri] for iri in sorted(entities)),
        assertions=tuple(_assertion(document, tie, equipment) for tie in ties),
    )


def _mention(document: Document, name: Token, equipment: Equipment) -> Mention:
    span = Span(name.start, name.end)
    return Mention(span, span.of(document.text), equipment.kinds[name.label], NAME, SURE)


def _reference(mention: Mention, equipment: Equipment) -> IRI:
    return equipment.ontology.mint(f"jieba-{digest(mention.kind, mention.quote)}")


def _assertion(document: Document, tie: Tie, equipment: Equipment) -> Assertion:
    subject, verb, object_ = tie
    one, other = (_mention(document, name, equipment) for name in (subject, object_))
    relations = equipment.ontology.relations
    fitting = [relation for relation in relations if relation.allows(one.kind, other.kind)]
    quotation = Span(subject.start, object_.end)
    return Assertion(
        subject=_reference(one, equipment),
        relation=(fitting or relations)[0].iri,
        object=_reference(other, equipment),
        evidence=Evidence(
            sentence=quotation,
            quotation=quotation,
            quote=quotation.of(document.text),
            subject=one.span,
            object=other.span,
            cue=Span(verb.start, verb.end),
        ),
        confidence=SURE,
        extractor=NAME,
    )
