"""How a text puts a link: stated, planned, demanded, denied, asked; who says so; when."""

from __future__ import annotations

import pytest
from extract_samples import stage

from kg.extract.relations import find_links
from kg.extract.scenes import Scene
from kg.extract.statements import Manner, Moods, compile_moods, find_context, manner
from kg.extract.triggers import compile_triggers
from kg.model import Status
from kg.ontology import Ontology


@pytest.fixture(scope="module")
def moods(ontology: Ontology) -> Moods:
    return compile_moods(ontology)


def how(
    sentence: str, ontology: Ontology, moods: Moods, *, relation: str | None = None
) -> tuple[Scene, Manner]:
    """Return the manner of the only link (of that relation) that triggers find."""
    scene = stage(sentence, ontology)
    links = find_links(scene, compile_triggers(ontology))
    [link] = [link for link in links if relation in (None, link.relation.name)]
    return scene, manner(link, scene, moods)


def name(scene: Scene, member: int | None) -> str | None:
    if member is None:
        return None
    return scene.between(scene.mentions[member].start, scene.mentions[member].end)


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        ("推出", Status.ASSERTED),
        ("已经推出了", Status.ASSERTED),
        ("将推出", Status.PLANNED),
        ("拟推出", Status.PLANNED),
        ("力争推出", Status.PLANNED),
        ("计划推出", Status.PLANNED),
        ("有望推出", Status.PLANNED),
        ("要推出", Status.REQUIRED),
        ("应推出", Status.REQUIRED),
        ("必须推出", Status.REQUIRED),
        ("需要推出", Status.REQUIRED),
        ("未推出", Status.NEGATED),
        ("并未推出", Status.NEGATED),
        ("没有推出", Status.NEGATED),
        ("尚未推出", Status.NEGATED),
        ("不得推出", Status.NEGATED),
        ("禁止推出", Status.NEGATED),
        ("如何推出", Status.QUESTIONED),
        ("能否推出", Status.QUESTIONED),
        ("难道不推出", Status.QUESTIONED),
        # words that only look like one of these
        ("不断推出", Status.ASSERTED),
        ("不仅推出", Status.ASSERTED),
        ("主要推出", Status.ASSERTED),
        ("未来推出", Status.ASSERTED),
        ("不失时机推出", Status.ASSERTED),
        ("适应需求推出", Status.ASSERTED),
        # two at once: what denies weighs more than what plans or demands
        ("将不推出", Status.NEGATED),
        ("不应推出", Status.NEGATED),
    ],
)
def test_the_words_before_the_verb_tell_the_status(
    verb: str, status: Status, ontology: Ontology, moods: Moods
) -> None:
    sentence = f"{{浙江|Region}}{verb}“{{一网通办|Initiative}}”"
    _, found = how(sentence, ontology, moods)
    assert found.status is status


@pytest.mark.parametrize(
    "sentence",
    [
        "{浙江|Region}将繁就简，{上海|Region}推出“{一网通办|Initiative}”",  # another clause
        "{将军行动|Initiative}、{上海|Region}推出“{一网通办|Initiative}”",  # before the subject
    ],
)
def test_a_word_that_belongs_elsewhere_bends_nothing(
    sentence: str, ontology: Ontology, moods: Moods
) -> None:
    scene = stage(sentence, ontology)
    triggers = compile_triggers(ontology)
    [link] = [x for x in find_links(scene, triggers) if name(scene, x.subject) == "上海"]
    assert manner(link, scene, moods).status is Status.ASSERTED


@pytest.mark.parametrize(
    ("sentence", "status", "reason"),
    [
        pytest.param(
            "如果{浙江|Region}推出“{一网通办|Initiative}”",
            Status.QUESTIONED,
            "the window opens behind the subject",
            id="如果 before the subject",
        ),
        pytest.param(
            "为什么{浙江|Region}推出“{一网通办|Initiative}”？",
            Status.QUESTIONED,
            "the window opens behind the subject",
            id="为什么 before the subject",
        ),
        pytest.param(
            "{浙江|Region}推出“{一网通办|Initiative}”吗？",
            Status.QUESTIONED,
            "the window closes behind the verb",
            id="吗 behind the object",
        ),
        pytest.param(
            "《{规划|Policy}》将由{国务院|Organization}印发",
            Status.PLANNED,
            "the window opens behind the actor, where the passive marker is past",
            id="将由",
        ),
        pytest.param(
            "{国务院|Organization}要求{浙江|Region}推进{数字政府|Concept}",
            Status.REQUIRED,
            "the window opens behind the subject",
            id="要求 before the subject",
        ),
        pytest.param(
            "力争到{2025年|Time}，{浙江|Region}建成{数字政府|Concept}",
            Status.PLANNED,
            "the window keeps to the verb's clause",
            id="力争 in the clause before",
        ),
    ],
)
def test_a_word_outside_the_window_bends_the_verb_too(
    sentence: str, status: Status, reason: str, ontology: Ontology, moods: Moods
) -> None:
    scene = stage(sentence, ontology)
    links = list(find_links(scene, compile_triggers(ontology)))
    assert manner(links[-1], scene, moods).status is status, reason


def test_a_word_within_a_name_bends_nothing(ontology: Ontology, moods: Moods) -> None:
    scene = stage("{新加坡|Country}在“{智慧国计划|Policy}”中提出{数字政府|Concept}", ontology)
    link = next(find_links(scene, compile_triggers(ontology)))
    of_the_country = link._replace(subject=0)
    assert manner(of_the_country, scene, moods).status is Status.ASSERTED


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("据{新华社|Organization}报道，{浙江|Region}推出“{甲|Initiative}”", "新华社"),
        ("{新华社|Organization}报道，{浙江|Region}推出“{甲|Initiative}”", "新华社"),
        ("{刘捷|Person}认为，{浙江|Region}推出“{甲|Initiative}”", "刘捷"),
        ("{刘捷|Person}教授近日指出：{浙江|Region}推出“{甲|Initiative}”", "刘捷"),
        ("{浙江|Region}推出“{甲|Initiative}”", None),
        # a region, though it be named so, does not speak
        ("{浙江|Region}表示，{上海|Region}推出“{甲|Initiative}”", None),
        # who acts is not who says so
        ("{国务院|Organization}推出“{甲|Initiative}”", None),
    ],
)
def test_who_says_so(sentence: str, speaker: str | None, ontology: Ontology, moods: Moods) -> None:
    scene = stage(sentence, ontology)
    link = list(find_links(scene, compile_triggers(ontology)))[-1]
    found = manner(link, scene, moods)
    assert name(scene, found.speaker) == speaker
    assert found.status is (Status.REPORTED if speaker else Status.ASSERTED)


@pytest.mark.parametrize(
    ("verb", "status"),
    [("没有推出", Status.NEGATED), ("将推出", Status.PLANNED), ("要推出", Status.REQUIRED)],
)
def test_what_is_denied_or_planned_stays_so_whoever_says_it(
    verb: str, status: Status, ontology: Ontology, moods: Moods
) -> None:
    sentence = f"{{新华社|Organization}}报道，{{浙江|Region}}{verb}“{{甲|Initiative}}”"
    scene, found = how(sentence, ontology, moods)
    assert (found.status, name(scene, found.speaker)) == (status, "新华社")


def test_a_short_name_is_not_what_somebody_says(ontology: Ontology, moods: Moods) -> None:
    sentence = "{国家数据局|Organization}（以下简称{数据局|Organization}）印发《{数据规划|Policy}》"
    _, found = how(sentence, ontology, moods, relation="proposes")
    assert (found.status, found.speaker) == (Status.ASSERTED, None)


@pytest.mark.parametrize(
    ("sentence", "time"),
    [
        ("{2022年|Time}，{浙江|Region}推出“{甲|Initiative}”", "2022年"),
        ("{浙江|Region}于{2022年|Time}推出“{甲|Initiative}”", "2022年"),
        ("{浙江|Region}{2022年|Time}推出“{甲|Initiative}”", "2022年"),
        ("{2021年|Time}以后，{2022年|Time}，{浙江|Region}推出“{甲|Initiative}”", "2022年"),
        ("{浙江|Region}推出“{甲|Initiative}”", None),
        # what comes later is another clause's time
        ("{浙江|Region}推出“{甲|Initiative}”，{2022年|Time}完成", None),
    ],
)
def test_when(sentence: str, time: str | None, ontology: Ontology, moods: Moods) -> None:
    scene, found = how(sentence, ontology, moods, relation="proposes")
    assert name(scene, found.time) == time


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "{新加坡|Country}在“{智慧国构想|Policy}”中提出{数字政府|Concept}",
            ("新加坡", "智慧国构想"),
        ),
        ("{新加坡|Country}在{智慧国构想|Policy}里提出{数字政府|Concept}", ("新加坡", "智慧国构想")),
        ("{新加坡|Country}提出{数字政府|Concept}", None),
        ("{新加坡|Country}在{智慧国构想|Policy}提出{数字政府|Concept}", None),
    ],
)
def test_within_what(
    sentence: str, expected: tuple[str, str] | None, ontology: Ontology, moods: Moods
) -> None:
    scene = stage(sentence, ontology)
    found = find_context(scene, moods)
    assert (found and tuple(name(scene, member) for member in found)) == expected


@pytest.mark.parametrize(
    ("status", "is_fact"),
    [
        (Status.ASSERTED, True),
        (Status.PLANNED, True),
        (Status.REQUIRED, True),
        (Status.NEGATED, False),
        (Status.QUESTIONED, False),
        (Status.REPORTED, False),
    ],
)
def test_only_what_is_stated_planned_or_demanded_is_a_fact(status: Status, is_fact: bool) -> None:
    assert status.is_fact is is_fact
