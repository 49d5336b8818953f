"""Sentence frames with two slots, and the names that only a frame vouches for."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from extract_samples import Fact, kind, quoted, stage

from kg.errors import OntologyError
from kg.extract.frames import FRAME, Frame, compile_frames, find_frames, propose_names
from kg.extract.observation import Observation
from kg.extract.relations import CARRIED
from kg.extract.scenes import compile_joint
from kg.extract.segment import segment
from kg.model import Span
from kg.ontology import Ontology
from kg.text.normal import normalize

Frames = tuple[Frame, ...]


@pytest.fixture(scope="module")
def frames(ontology: Ontology) -> Frames:
    return compile_frames(ontology)


def facts(sentence: str, ontology: Ontology, frames: Frames) -> set[Fact]:
    scene = stage(sentence, ontology)
    return quoted(scene, find_frames(scene, frames))


@pytest.mark.parametrize(
    "sentence",
    [
        "从{末端治理|Concept}转向{源头治理|Concept}",
        "由{末端治理|Concept}向{源头治理|Concept}转变",
        "由“{末端治理|Concept}”向“{源头治理|Concept}”转变。",
        "从{末端治理|Concept}向{源头治理|Concept}转型",
        "从{末端治理|Concept}走向{源头治理|Concept}",
        "由{末端治理|Concept}转变为{源头治理|Concept}",
        "{浙江|Region}从{末端治理|Concept}到{源头治理|Concept}，全面推开",
        "实现从传统的{末端治理|Concept}转向{源头治理|Concept}",
    ],
)
def test_what_turns_into_what(sentence: str, ontology: Ontology, frames: Frames) -> None:
    assert facts(sentence, ontology, frames) == {("末端治理", "becomes", "源头治理")}


def test_lists_in_both_slots_distribute(ontology: Ontology, frames: Frames) -> None:
    sentence = (
        "由“{末端治理|Concept}”和“{经验治理|Concept}”"
        "向“{源头治理|Concept}”和“{数据治理|Concept}”转变"
    )
    assert facts(sentence, ontology, frames) == {
        (one, "becomes", other)
        for one, other in product(("末端治理", "经验治理"), ("源头治理", "数据治理"))
    }


@pytest.mark.parametrize(
    ("words", "relation"),
    [
        ("以{数据共享|Concept}为核心", "hasFeature"),
        ("以“{数据共享|Concept}”为特征", "hasFeature"),
        ("以{数据共享|Concept}为目标", "aimsAt"),
        ("以{数据共享|Concept}为载体", "uses"),
        ("以{数据共享|Concept}为指导", "basedOn"),
    ],
)
def test_what_is_taken_for_what(
    words: str, relation: str, ontology: Ontology, frames: Frames
) -> None:
    sentence = f"{{数字政府|Concept}}{words}。"
    assert facts(sentence, ontology, frames) == {("数字政府", relation, "数据共享")}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("{亚运会|Event}在{杭州|Region}举办", {("亚运会", "locatedIn", "杭州")}),
        ("在{杭州|Region}举办{亚运会|Event}。", {("亚运会", "locatedIn", "杭州")}),
        (
            "{数字经济|Concept}由{产业数字化|Concept}和{数字产业化|Concept}构成",
            {("产业数字化", "partOf", "数字经济"), ("数字产业化", "partOf", "数字经济")},
        ),
        ("{整体性|Concept}是{数字政府|Concept}的特征", {("数字政府", "hasFeature", "整体性")}),
    ],
)
def test_other_frames(
    sentence: str, expected: set[Fact], ontology: Ontology, frames: Frames
) -> None:
    assert facts(sentence, ontology, frames) == expected


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("从{浙江|Region}转向{上海|Region}", "regions do not turn into one another"),
        ("从{2019年|Time}到{2022年|Time}", "nor do years"),
        ("从{末端治理|Concept}看，转向{源头治理|Concept}", "a comma parts the frame"),
        ("{数字政府|Concept}以{浙江|Region}为核心", "a region is no feature"),
        ("以{数据共享|Concept}为核心", "nothing is said to have it"),
        ("从{末端治理|Concept}转向", "the second slot is empty"),
    ],
)
def test_a_frame_gates_as_a_trigger_does(
    sentence: str, why: str, ontology: Ontology, frames: Frames
) -> None:
    assert facts(sentence, ontology, frames) == set(), why


@pytest.mark.parametrize(
    ("sentence", "sure"),
    [
        ("{数字政府|Concept}以{数据共享|Concept}为核心", FRAME),
        ("{数字政府|Concept}很重要，以{数据共享|Concept}为核心", CARRIED),
        ("以{数据共享|Concept}为核心，推进{数字政府|Concept}", CARRIED),
    ],
)
def test_a_subject_of_another_clause_is_less_sure(
    sentence: str, sure: float, ontology: Ontology, frames: Frames
) -> None:
    scene = stage(sentence, ontology)
    found = list(find_frames(scene, frames))
    assert quoted(scene, found) == {("数字政府", "hasFeature", "数据共享")}
    assert {link.confidence for link in found} == {sure}


@pytest.mark.parametrize(
    ("sentence", "cue"),
    [
        ("从{末端治理|Concept}转向{源头治理|Concept}", "转向"),
        ("由{末端治理|Concept}向{源头治理|Concept}转变", "转变"),
        ("{数字政府|Concept}以{数据共享|Concept}为核心", "为核心"),
    ],
)
def test_the_cue_is_what_a_reader_would_underline(
    sentence: str, cue: str, ontology: Ontology, frames: Frames
) -> None:
    scene = stage(sentence, ontology)
    [link] = find_frames(scene, frames)
    assert link.cue is not None
    assert link.cue.of(scene.text) == cue


def vouched(text: str, ontology: Ontology, frames: Frames) -> list[str]:
    normal = normalize(text).text
    seen = Observation(normal, tuple(segment(normal)), (), ())
    joint = compile_joint(ontology)
    found = propose_names(seen, [Span(0, len(normal))], frames, joint)
    return sorted({normal[p.start : p.end] for p in found})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("从星河治理转向银河治理。", ["星河治理", "银河治理"]),
        ("由管理型向服务型转变", ["服务型", "管理型"]),
        ("由“星河”和“银河”向“天河”转变", ["天河", "星河", "银河"]),
        ("从一个非常长的句子里面的名字转向银河治理。", ["银河治理"]),  # too long for a name
        ("以星河治理为核心", []),  # one slot vouches for nothing
        ("星河大会在银河市举办", []),  # nor do ends of different classes
    ],
)
def test_a_frame_of_two_terms_vouches_for_them(
    text: str, expected: list[str], ontology: Ontology, frames: Frames
) -> None:
    assert vouched(text, ontology, frames) == expected


def test_a_frame_without_an_object_slot_says_so(ontology: Ontology) -> None:
    [becomes] = [r for r in ontology.relations if r.iri == kind("becomes")]
    broken = replace(ontology, relations=(replace(becomes, frames=("从{s}转向",)),))
    with pytest.raises(OntologyError) as caught:
        compile_frames(broken)
    assert "转向 has the kg:frame 从{s}转向 without the slot {o}" in str(caught.value)
    assert "write it where the object stands" in str(caught.value)
