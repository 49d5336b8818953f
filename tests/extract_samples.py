"""Sentences with their names marked by hand: `{浙江|Region}推出{一网通办|Initiative}`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.extract.proposals import Proposal
from kg.extract.relations import Link
from kg.extract.scenes import Scene, compile_joint, scenes
from kg.model import IRI, Extraction, Span
from kg.ontology import NAMESPACE, Ontology
from kg.text.normal import normalize

Fact = tuple[str, str, str]

_NAME = re.compile(r"\{(?P<name>[^|{}]+)\|(?P<kind>\w+)\}")


def kind(name: str) -> IRI:
    """Return the class with this local name."""
    return IRI(NAMESPACE + name)


def marked(sentence: str) -> tuple[str, list[Proposal]]:
    """Return the normalized text without the marks, and a proposal for each marked name."""
    text, names, place = "", [], 0
    for match in _NAME.finditer(sentence):
        text += sentence[place : match.start()]
        end = len(text) + len(match["name"])
        names.append(Proposal(len(text), end, kind(match["kind"]), "lexicon"))
        text += match["name"]
        place = match.end()
    return normalize(text + sentence[place:]).text, names


def stage(sentence: str, ontology: Ontology) -> Scene:
    """Return the scene of one marked sentence that holds a name."""
    text, names = marked(sentence)
    [scene] = scenes(text, [Span(0, len(text))], names, compile_joint(ontology))
    return scene


def quoted(scene: Scene, links: Iterable[Link]) -> set[Fact]:
    """Return links as the words at their ends and the relation's name."""

    def words(member: int) -> str:
        mention = scene.mentions[member]
        return scene.between(mention.start, mention.end)

    return {(words(link.subject), link.relation.name, words(link.object)) for link in links}


def facts(found: Extraction, ontology: Ontology) -> set[tuple[str, str, str, str]]:
    """Return the assertions of a document: subject, relation, object, and status, by name."""
    labels = {entity.iri: entity.label for entity in found.entities}
    return {
        (
            labels[said.subject],
            ontology.relation(said.relation).name,
            labels[said.object],
            said.status.value,
        )
        for said in found.assertions
    }


def named(found: Extraction) -> set[tuple[str, str]]:
    """Return the entities of a document: label, and the class's local name."""
    return {(entity.label, entity.kind.removeprefix(NAMESPACE)) for entity in found.entities}
