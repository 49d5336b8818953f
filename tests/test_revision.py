"""The tagger's names put right: marks made whole, enumerations taken apart."""

from __future__ import annotations

import pytest
from extract_samples import kind

from kg.extract.equipment import Equipment, equip
from kg.extract.observation import observe
from kg.extract.proposals import Proposal
from kg.extract.revision import compile_revision, revise
from kg.ontology import load_ontology


@pytest.fixture(scope="module")
def equipment() -> Equipment:
    return equip(load_ontology(), None)


def revised(text: str, *names: tuple[str, str], equipment: Equipment) -> list[str]:
    """Return the names after revision, of those that the tagger saw with their classes."""
    seen = observe(text, equipment.lexicon, equipment.grammar)
    tagged = [
        Proposal(text.index(name), text.index(name) + len(name), kind(label), "tagger")
        for name, label in names
    ]
    rules = compile_revision(equipment.ontology)
    return [seen.text[p.start : p.end] for p in revise(tagged, seen, equipment.lexicon, rules)]


@pytest.mark.parametrize(
    ("text", "seen", "whole"),
    [
        ("实施“清水绿岸”河段治理", "清水绿岸”河段", "“清水绿岸”河段"),
        ("保护大运河（天津段）遗产", "大运河（天津", "大运河（天津段）"),
        ("推进“争链主、强集群”行动", "强集群”行动", "“争链主、强集群”行动"),
    ],
)
def test_the_partner_of_a_lone_mark_is_taken_in_where_it_is_near(
    text: str, seen: str, whole: str, equipment: Equipment
) -> None:
    assert revised(text, (seen, "Initiative"), equipment=equipment) == [whole]


def test_a_partner_beyond_a_comma_is_not_taken(equipment: Equipment) -> None:
    text = "在“苏超，海丝”活动中"
    [name] = revised(text, ("海丝”活动", "Initiative"), equipment=equipment)
    assert name in ("海丝", "海丝”活动")
    assert "“" not in name


def test_a_partner_that_another_name_holds_is_not_taken(equipment: Equipment) -> None:
    text = "“湖畔计划联合青松”专项"
    found = revised(
        text, ("“湖畔计划", "Initiative"), ("青松”专项", "Initiative"), equipment=equipment
    )
    assert found == ["湖畔计划", "青松”专项"]


def test_where_nothing_was_tagged_there_is_nothing_to_revise(equipment: Equipment) -> None:
    assert revised("今天天气很好。", equipment=equipment) == []


def test_an_enumeration_is_as_many_names_as_it_lists(equipment: Equipment) -> None:
    text = "查处玩忽职守、徇私枉法行为"
    assert revised(text, ("玩忽职守、徇私枉法", "Concept"), equipment=equipment) == [
        "玩忽职守",
        "徇私枉法",
    ]


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("印发关于发展、稳定的意见", "关于发展、稳定的意见", "Policy"),
        ("开展“先入区、后检测”监管", "“先入区、后检测”监管", "Initiative"),
    ],
)
def test_a_title_and_a_quotation_may_hold_an_enumeration(
    text: str, name: str, label: str, equipment: Equipment
) -> None:
    assert revised(text, (name, label), equipment=equipment) == [name]
