"""The lexicon finds the names it was given, in any spelling, and no others."""

from __future__ import annotations

import pytest

from kg.extract.lexicon import CONTEXT_RANK, NAME_RANK, Lexicon
from kg.model import IRI
from kg.ontology import Concept, Ontology
from kg.text.normal import normalize

SINGAPORE = Concept(IRI("id:SG"), IRI("kg:Country"), "新加坡", aliases=("星洲", "Ｓ Ｇ"))
CHINA = Concept(IRI("id:CN"), IRI("kg:Country"), "中国", context=("我国",))
ZHEJIANG = Concept(IRI("id:330000"), IRI("kg:Region"), "浙江")
UNIVERSITY = Concept(IRI("id:zju"), IRI("kg:Organization"), "浙江大学")
ALL = [SINGAPORE, CHINA, ZHEJIANG, UNIVERSITY]


def found(text: str, concepts: list[Concept] = ALL) -> list[tuple[str, str | None]]:
    normal = normalize(text).text
    proposals = Lexicon(concepts).find(normal)
    return [(normal[p.start : p.end], p.concept) for p in proposals]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新加坡与中国", [("新加坡", "id:SG"), ("中国", "id:CN")]),
        ("到星洲去", [("星洲", "id:SG")]),  # an alias
        ("浙江大学在浙江", [("浙江大学", "id:zju"), ("浙江", "id:330000")]),  # the longest
        ("我国", [("我国", "id:CN")]),  # a word of the context
        ("S G", [("S G", "id:SG")]),  # full-width in the ontology, half-width in the text
        ("Ｓ Ｇ", [("S G", "id:SG")]),  # full-width in both
        ("浙　江", []),  # a blank is no part of this name
        ("中國、新加坡", [("中国", "id:CN"), ("新加坡", "id:SG")]),  # traditional script
        ("", []),
        ("杭州", []),
    ],
)
def test_every_label_is_found(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert found(text) == expected


def test_labels_in_traditional_script_are_found_in_simplified_text() -> None:
    concept = Concept(IRI("id:x"), IRI("kg:Concept"), "數位治理")
    assert found("数位治理", [concept]) == [("数位治理", "id:x")]


def test_of_two_concepts_with_one_label_the_first_keeps_it() -> None:
    other = Concept(IRI("id:other"), IRI("kg:Concept"), "中国")
    assert found("中国", [CHINA, other]) == [("中国", "id:CN")]
    assert found("中国", [other, CHINA]) == [("中国", "id:other")]


def test_a_word_of_the_context_ranks_below_a_name() -> None:
    ranks = [p.rank for p in Lexicon(ALL).find("中国即我国")]
    assert ranks == [NAME_RANK, CONTEXT_RANK]


@pytest.mark.parametrize(
    ("name", "concept"), [("浙江", "id:330000"), ("浙江省", None), ("浙", None), ("", None)]
)
def test_a_name_is_looked_up_whole(name: str, concept: str | None) -> None:
    entry = Lexicon(ALL).lookup(name)
    assert (entry and entry.concept) == concept


def test_a_label_of_blanks_is_no_name() -> None:
    blank = Concept(IRI("id:x"), IRI("kg:Concept"), " ")
    assert found("甲 乙", [blank]) in ([], [(" ", "id:x")])
    assert found("甲乙", [Concept(IRI("id:x"), IRI("kg:Concept"), "")]) == []


def test_a_lexicon_without_concepts_finds_nothing() -> None:
    assert len(Lexicon([])) == 0
    assert list(Lexicon([]).find("浙江")) == []


def test_every_label_of_the_ontology_is_found_in_itself(ontology: Ontology) -> None:
    lexicon = Lexicon(ontology.concepts)
    for concept in ontology.concepts:
        text = normalize(" ".join(concept.label.split())).text
        spans = [(p.start, p.end) for p in lexicon.find(text)]
        assert (0, len(text)) in spans, concept.label
