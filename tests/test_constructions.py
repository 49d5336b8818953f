"""Constructions over signed sentences, and bodies in brackets that answer for a task."""

from __future__ import annotations

from dataclasses import replace

import pytest
from extract_samples import Fact, marked, quoted, stage

from kg.errors import OntologyError
from kg.extract.constructions import (
    STANDING,
    Constructions,
    compile_constructions,
    find_constructions,
    sign,
)
from kg.extract.decisions import HINT
from kg.extract.responsible import compile_responsibility, find_responsible
from kg.extract.scenes import compile_joint, scenes
from kg.model import Span
from kg.ontology import Ontology
from kg.text.normal import sentences


@pytest.fixture(scope="module")
def constructions(ontology: Ontology) -> Constructions:
    return compile_constructions(ontology)


def facts(sentence: str, ontology: Ontology, constructions: Constructions) -> set[Fact]:
    scene = stage(sentence, ontology)
    links = find_constructions(scene, constructions)
    return quoted(scene, [link for link in links if link.confidence >= HINT])


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "推广{甲钢|Technology}、{乙钢|Technology}等先进{材料|Concept}",
            {("甲钢", "isA", "材料"), ("乙钢", "isA", "材料")},
        ),
        ("{甲网|Initiative}纳入{乙规划|Policy}", {("甲网", "partOf", "乙规划")}),
        ("{星河县|Region}{银河镇|Region}", {("银河镇", "locatedIn", "星河县")}),
        (
            "{星河县人民政府|Organization}副县长{刘捷|Person}",
            {("刘捷", "affiliatedWith", "星河县人民政府")},
        ),
        ("{2022年|Time}{粮食产量|Indicator}稳定", {("粮食产量", "occursAt", "2022年")}),
        (
            "以{大数据|Technology}赋能{社会治理|Concept}",
            {("大数据", "promotes", "社会治理")},
        ),
        (
            "建立{预警机制|Concept}，防范{金融风险|Concept}",
            {("预警机制", "addresses", "金融风险")},
        ),
        (
            "以{数据|Concept}为核心的{新经济|Concept}",
            {("新经济", "hasFeature", "数据")},
        ),
        (
            "根据《{甲法|Regulation}》，{浙江|Region}制定《{乙条例|Regulation}》",
            {("浙江", "proposes", "乙条例"), ("乙条例", "basedOn", "甲法")},
        ),
        # 分别 pairs the two lists
        (
            "{甲局|Organization}、{乙局|Organization}分别印发《{丙|Policy}》《{丁|Policy}》",
            {("甲局", "proposes", "丙"), ("乙局", "proposes", "丁")},
        ),
        # an object that only tells which later name is meant
        ("{甲|Technology}促进{乙|Concept}的{丙|Person}", set()),
        # a verb behind the list
        ("{上海|Region}、{浙江|Region}等推进{改革|Concept}", set()),
    ],
)
def test_what_a_construction_states(
    sentence: str, expected: set[Fact], ontology: Ontology, constructions: Constructions
) -> None:
    assert facts(sentence, ontology, constructions) == expected


def test_every_link_passes_domain_and_range_and_stands_by_its_rank(
    ontology: Ontology, constructions: Constructions
) -> None:
    scene = stage("以{大数据|Technology}赋能{社会治理|Concept}", ontology)
    found = list(find_constructions(scene, constructions))
    assert found
    for link in found:
        assert (link.floor > 0) == (link.confidence >= STANDING / 100)


def test_a_sign_keeps_the_place_of_its_row(
    ontology: Ontology, constructions: Constructions
) -> None:
    scene = stage("推出“{甲|Initiative}”和“{乙|Initiative}”，{丙|Concept}", ontology)
    signed = sign(scene, constructions.signs)
    assert len(signed.text) == len(signed.places) == len("推出X，Y")
    assert [signed.places[place] for place in sorted(signed.rows)] == [3, 10]


@pytest.mark.parametrize(
    ("regex", "problem"),
    [("{s}是", "without both"), ("{s}({o}", "no regular expression"), ("{s}{none}{o}", "none")],
)
def test_a_wrong_construction_says_so(regex: str, problem: str, ontology: Ontology) -> None:
    pattern = next(p for p in ontology.patterns if p.states is not None)
    broken = replace(ontology, patterns=(replace(pattern, regex=regex),))
    with pytest.raises(OntologyError, match=problem):
        compile_constructions(broken)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "建立{信用体系|Concept}。（{甲总局|Organization}、{乙部|Organization}负责）",
            {("甲总局", "implements", "信用体系"), ("乙部", "implements", "信用体系")},
        ),
        (
            "开展{甲行动|Initiative}（{乙部|Organization}牵头）。",
            {("乙部", "implements", "甲行动")},
        ),
        ("建立{信用体系|Concept}。（{甲总局|Organization}网站）", set()),
        ("建立{信用体系|Concept}。\n（{甲总局|Organization}负责）", set()),  # another paragraph
    ],
)
def test_bodies_in_brackets_answer_for_the_task_before_them(
    text: str, expected: set[Fact], ontology: Ontology, constructions: Constructions
) -> None:
    plain, names = marked(text)
    lines = list(sentences(plain, Span(0, len(plain))))
    found = list(scenes(plain, lines, names, compile_joint(ontology)))
    responsibility = compile_responsibility(ontology, constructions)
    links = list(find_responsible(found, responsibility))
    assert quoted(found[0], [link for _, link in links]) == expected
    assert all(0 <= stretch.start < stretch.end <= len(plain) for stretch, _ in links)
