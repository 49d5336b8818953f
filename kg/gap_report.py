"""Gaps as a Turtle file: what would teach the ontology, with what it is about as comments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from kg.extract.entities import name_key
from kg.gaps import Gaps, Place, UnknownPhrase
from kg.model import digest
from kg.ontology import Ontology, Relation
from kg.vocabulary import PREFIXES


def gap_lines(gaps: Gaps, ontology: Ontology, *, top: int = 10) -> Iterator[str]:
    """Yield the lines of a Turtle file that teaches the first ``top`` gaps of each kind."""
    prefixes = {**ontology.prefixes, "kg": PREFIXES["kg"], "skos": PREFIXES["skos"]}
    for name in ("kg", "id", "skos"):
        yield f"@prefix {name}: <{prefixes.get(name, ontology.base)}> ."
    yield from _heading("sentences with two or more names and no assertion", gaps.sentences, top)
    for silent in gaps.sentences[:top]:
        yield from _about(silent.place, f"names: {_comment(' | '.join(silent.names))}")
        if silent.trigger and silent.relation:
            yield _trigger(silent.relation, silent.trigger)
        yield ""
    yield from _heading("frequent phrases that nobody knows", gaps.phrases, top)
    for phrase in gaps.phrases[:top]:
        yield from _about(phrase.place, f"{phrase.count} times")
        yield from _concept(phrase, ontology)
        yield ""
    yield from _heading("verbs between names that state no relation", gaps.verbs, top)
    for verb in gaps.verbs[:top]:
        yield from _about(verb.place, f"{verb.count} times")
        yield _trigger(verb.relation, verb.word)
        yield ""


def _heading(title: str, found: Sequence[object], top: int) -> Iterator[str]:
    shown = f"{len(found)}, the first {top}" if len(found) > top else f"{len(found)}"
    yield ""
    yield f"# {'-' * 10} {title}: {shown}"
    yield ""


def _about(place: Place, words: str) -> Iterator[str]:
    yield f"# {words}"
    yield f"# {_comment(place.file)}:{place.span.start}-{place.span.end} {_comment(place.sentence)}"


def _comment(text: str) -> str:
    return " ".join(text.split())


def _trigger(relation: Relation, words: str) -> str:
    return f"kg:{relation.name} kg:trigger {ox.Literal(words)} ."


def _concept(phrase: UnknownPhrase, ontology: Ontology) -> Iterator[str]:
    # The IRI is the one that the name has where it is found without being known.
    kind = ontology.kind(phrase.kind)
    name = f"{kind.evaluated.lower()}-{digest(kind.evaluated, name_key(phrase.words))}"
    label = ox.Literal(phrase.words, language="zh")
    yield f"id:{name} a kg:{kind.name} ; skos:prefLabel {label} ."
