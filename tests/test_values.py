"""Figures and what they measure."""

from __future__ import annotations

import pytest
from extract_samples import Fact, quoted, stage

from kg.extract.values import COUNTED, DIRECT, Measures, compile_measures, find_values
from kg.ontology import Ontology


@pytest.fixture(scope="module")
def measures(ontology: Ontology) -> Measures:
    return compile_measures(ontology)


def pairs(sentence: str, ontology: Ontology, measures: Measures) -> set[tuple[str, str]]:
    scene = stage(sentence, ontology)
    found: set[Fact] = quoted(scene, find_values(scene, measures))
    assert {relation for _, relation, _ in found} <= {"hasValue"}
    return {(subject, object_) for subject, _, object_ in found}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("{生产总值|Indicator}达到{3万亿元|Quantity}", {("生产总值", "3万亿元")}),
        ("{生产总值|Indicator}{增长5.5%|Quantity}", {("生产总值", "增长5.5%")}),
        ("{生产总值|Indicator}（{3万亿元|Quantity}）", {("生产总值", "3万亿元")}),
        ("{数字经济|Concept}规模约为{50万亿元|Quantity}", {("数字经济", "50万亿元")}),
        ("{生产总值|Indicator}同比增长{5.5%|Quantity}", {("生产总值", "5.5%")}),
        ("{20项|Quantity}{科技成果|Concept}", {("科技成果", "20项")}),
        ("{20项|Quantity}重大{科技成果|Concept}", {("科技成果", "20项")}),
        ("{浙江|Region}新增{100家|Quantity}{数字企业|Concept}", {("数字企业", "100家")}),
        ("{生产总值|Indicator}，{3万亿元|Quantity}", set()),  # in another clause
        ("{生产总值|Indicator}与{3万亿元|Quantity}", set()),  # nothing that joins the two
        ("{刘捷|Person}达到{3万亿元|Quantity}", set()),  # a person has no figure
        ("{2022年|Time}达到{3万亿元|Quantity}", set()),
        ("{3万亿元|Quantity}投入{科技成果|Concept}", set()),
    ],
)
def test_a_figure_belongs_to_what_it_measures(
    sentence: str, expected: set[tuple[str, str]], ontology: Ontology, measures: Measures
) -> None:
    assert pairs(sentence, ontology, measures) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "{收入|Indicator}、{产量|Indicator}分别增长{5%|Quantity}、{6%|Quantity}",
            {("收入", "5%"), ("产量", "6%")},
        ),
        (
            "{收入|Indicator}、{产量|Indicator}和{产值|Indicator}分别达到"
            "{5亿元|Quantity}、{6亿斤|Quantity}和{7亿元|Quantity}",
            {("收入", "5亿元"), ("产量", "6亿斤"), ("产值", "7亿元")},
        ),
        # without 分别 only the neighbours belong together
        (
            "{收入|Indicator}、{产量|Indicator}增长{5%|Quantity}、{6%|Quantity}",
            {("产量", "5%")},
        ),
    ],
)
def test_respectively_pairs_the_members_of_two_lists(
    sentence: str, expected: set[tuple[str, str]], ontology: Ontology, measures: Measures
) -> None:
    assert pairs(sentence, ontology, measures) == expected


@pytest.mark.parametrize(
    ("sentence", "confidence", "cue"),
    [
        ("{产值|Indicator}达到{3亿元|Quantity}", DIRECT, "达到"),
        ("{20项|Quantity}重大{成果|Concept}", COUNTED, "重大"),
        ("{20项|Quantity}{成果|Concept}", COUNTED, None),
    ],
)
def test_a_value_tells_how_sure_it_is_and_why(
    sentence: str, confidence: float, cue: str | None, ontology: Ontology, measures: Measures
) -> None:
    scene = stage(sentence, ontology)
    [link] = find_values(scene, measures)
    assert (link.extractor, link.confidence) == ("values", confidence)
    assert (link.cue and link.cue.of(scene.text)) == cue
