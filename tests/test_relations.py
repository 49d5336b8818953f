"""Triggers, clauses, coordination, and the classes that a relation allows at its ends."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from extract_samples import Fact, kind, quoted, stage

from kg.extract.relations import ACROSS, CARRIED, NEAR, Link, find_links
from kg.extract.triggers import Triggers, compile_triggers
from kg.ontology import Ontology, Relation


@pytest.fixture(scope="module")
def triggers(ontology: Ontology) -> Triggers:
    return compile_triggers(ontology)


def facts(sentence: str, ontology: Ontology, triggers: Triggers) -> set[Fact]:
    scene = stage(sentence, ontology)
    return quoted(scene, find_links(scene, triggers))


def links(sentence: str, ontology: Ontology, triggers: Triggers) -> list[Link]:
    return list(find_links(stage(sentence, ontology), triggers))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("{新加坡|Country}提出{智慧国家|Concept}构想", {("新加坡", "proposes", "智慧国家")}),
        ("{国务院|Organization}印发《{规划|Policy}》", {("国务院", "proposes", "规划")}),
        ("{浙江|Region}率先推出了“{一网通办|Initiative}”", {("浙江", "proposes", "一网通办")}),
        ("{浙江|Region}推进{数字政府|Concept}建设", {("浙江", "implements", "数字政府")}),
        ("{数字政府|Concept}旨在实现{共同富裕|Concept}", {("数字政府", "aimsAt", "共同富裕")}),
        ("{大数据|Technology}促进{数据共享|Concept}", {("大数据", "promotes", "数据共享")}),
        ("{浙江|Region}破解{信息孤岛|Concept}", {("浙江", "addresses", "信息孤岛")}),
        ("{浙江|Region}依托{大数据|Technology}", {("浙江", "uses", "大数据")}),
        ("{杭州|Region}位于{浙江|Region}", {("杭州", "locatedIn", "浙江")}),
        ("{信息孤岛|Concept}是{治理难题|Concept}", {("信息孤岛", "isA", "治理难题")}),
        ("{电子政务|Concept}升级为{数字政府|Concept}", {("电子政务", "becomes", "数字政府")}),
        ("{数字政府|Concept}体现{整体性|Concept}", {("数字政府", "hasFeature", "整体性")}),
        ("{浙江|Region}研究{数字政府|Concept}", set()),  # no trigger
        ("{浙江|Region}、{数字政府|Concept}", set()),
        ("提出{数字政府|Concept}", set()),  # nobody does so
        ("{浙江|Region}提出", set()),
    ],
)
def test_a_trigger_joins_the_names_around_it(
    sentence: str, expected: set[Fact], ontology: Ontology, triggers: Triggers
) -> None:
    assert facts(sentence, ontology, triggers) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "{数字政府|Concept}包括{政务服务|Concept}和{数据共享|Concept}",
            {("政务服务", "partOf", "数字政府"), ("数据共享", "partOf", "数字政府")},
        ),
        ("{浙江|Region}省长{刘捷|Person}", {("刘捷", "affiliatedWith", "浙江")}),
    ],
)
def test_a_backward_trigger_turns_the_relation_round(
    sentence: str, expected: set[Fact], ontology: Ontology, triggers: Triggers
) -> None:
    assert facts(sentence, ontology, triggers) == expected


@pytest.mark.parametrize(
    ("sentence", "subjects", "objects"),
    [
        (
            "{上海|Region}、{浙江|Region}、{广东|Region}推出“{一网通办|Initiative}”"
            "“{最多跑一次|Initiative}”",
            "上海 浙江 广东",
            "一网通办 最多跑一次",
        ),
        (
            "{上海|Region}、{浙江|Region}和{广东|Region}推出“{一网通办|Initiative}”"
            "和“{最多跑一次|Initiative}”等举措",
            "上海 浙江 广东",
            "一网通办 最多跑一次",
        ),
        (
            "{中国|Country}与{新加坡|Country}共同提出{数字丝路|Initiative}",
            "中国 新加坡",
            "数字丝路",
        ),
        (
            "{国务院|Organization}印发《{甲规划|Policy}》《{乙规划|Policy}》《{丙规划|Policy}》",
            "国务院",
            "甲规划 乙规划 丙规划",
        ),
    ],
)
def test_lists_distribute(
    sentence: str, subjects: str, objects: str, ontology: Ontology, triggers: Triggers
) -> None:
    pairs = product(subjects.split(), objects.split())
    expected = {(one, "proposes", other) for one, other in pairs}
    assert facts(sentence, ontology, triggers) == expected


def test_a_list_that_ends_in_et_cetera_is_no_kind_of_its_object(
    ontology: Ontology, triggers: Triggers
) -> None:
    sentence = "{上海|Region}、{浙江|Region}等推出“{一网通办|Initiative}”"
    assert facts(sentence, ontology, triggers) == {
        ("上海", "proposes", "一网通办"),
        ("浙江", "proposes", "一网通办"),
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "{国务院|Organization}印发《{甲法|Regulation}》和《{乙规划|Policy}》",
        "{国务院|Organization}推出{甲法|Policy}和{乙规划|Initiative}",
    ],
)
def test_lists_of_two_classes_distribute_too(
    sentence: str, ontology: Ontology, triggers: Triggers
) -> None:
    assert facts(sentence, ontology, triggers) == {
        ("国务院", "proposes", "甲法"),
        ("国务院", "proposes", "乙规划"),
    }


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("《{规划|Policy}》由{国务院|Organization}印发", {("国务院", "proposes", "规划")}),
        ("“{一网通办|Initiative}”被{上海|Region}推出", {("上海", "proposes", "一网通办")}),
        (
            "《{规划|Policy}》已由{国务院|Organization}正式发布",
            {("国务院", "proposes", "规划")},
        ),
        (
            "“{一网通办|Initiative}”等由{上海|Region}、{浙江|Region}推出",
            {("上海", "proposes", "一网通办"), ("浙江", "proposes", "一网通办")},
        ),
        ("{信息孤岛|Concept}被{浙江|Region}破解", {("浙江", "addresses", "信息孤岛")}),
        (
            "由{国务院|Organization}印发的《{规划|Policy}》",
            {("国务院", "proposes", "规划")},
        ),
    ],
)
def test_who_acts_stands_behind_the_passive_marker(
    sentence: str, expected: set[Fact], ontology: Ontology, triggers: Triggers
) -> None:
    assert facts(sentence, ontology, triggers) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param(
            "《{规划|Policy}》由{国务院|Organization}于{2022年|Time}印发",
            ("国务院", "proposes", "规划"),
            id="a time before the verb",
        ),
        pytest.param(
            "{改革|Initiative}是由{浙江|Region}推出的",
            ("浙江", "proposes", "改革"),
            id="是由",
        ),
        pytest.param(
            "《{规划|Policy}》尚未由{国务院|Organization}印发",
            ("国务院", "proposes", "规划"),
            id="尚未由",
        ),
        pytest.param(
            "《{规划|Policy}》由{国务院|Organization}印发，由{浙江|Region}落实",
            ("浙江", "implements", "规划"),
            id="a second actor",
        ),
        pytest.param(
            "{信息孤岛|Concept}被{大数据|Technology}打破",
            ("大数据", "addresses", "信息孤岛"),
            id="a thing acts",
        ),
    ],
)
def test_the_passive_in_looser_forms(
    sentence: str, expected: Fact, ontology: Ontology, triggers: Triggers
) -> None:
    assert expected in facts(sentence, ontology, triggers)


def test_a_law_is_passed_not_used(ontology: Ontology, triggers: Triggers) -> None:
    sentence = "《{甲法|Regulation}》由{人大|Organization}通过"
    assert ("人大", "uses", "甲法") not in facts(sentence, ontology, triggers)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # 旨在 is a strong trigger: the subject of the clause before goes on
        (
            "{浙江|Region}推出“{一网通办|Initiative}”，致力于{共同富裕|Concept}",
            {("浙江", "aimsAt", "共同富裕"), ("浙江", "proposes", "一网通办")},
        ),
        # 依托 names the means to what follows
        (
            "{浙江|Region}依托{大数据|Technology}，破解{信息孤岛|Concept}",
            {
                ("浙江", "uses", "大数据"),
                ("浙江", "addresses", "信息孤岛"),
                ("大数据", "addresses", "信息孤岛"),
            },
        ),
        # 提升 is a weak one: it might be anybody's
        (
            "{浙江|Region}推出“{一网通办|Initiative}”，提升{营商环境|Concept}",
            {("浙江", "proposes", "一网通办")},
        ),
        # the verb does not open its clause
        (
            "{浙江|Region}推出“{一网通办|Initiative}”，有关各方普遍认为应当致力于{共同富裕|Concept}",
            {("浙江", "proposes", "一网通办")},
        ),
        # a document named with its author is what follows speaks of
        (
            "{英国|Country}出台的《{甲战略|Policy}》，致力于{数字政府|Concept}",
            {("英国", "proposes", "甲战略"), ("甲战略", "aimsAt", "数字政府")},
        ),
    ],
)
def test_a_clause_without_a_subject_takes_up_the_one_before(
    sentence: str, expected: set[Fact], ontology: Ontology, triggers: Triggers
) -> None:
    assert facts(sentence, ontology, triggers) == expected


@pytest.mark.parametrize(
    ("sentence", "confidence", "extractor"),
    [
        ("{浙江|Region}提出{数字政府|Concept}", NEAR, "strong"),
        ("{浙江|Region}制定{数字政府|Policy}", NEAR, "triggers"),
        ("《{规划|Policy}》由{国务院|Organization}印发", NEAR, "passive"),
        ("{浙江|Region}全力以赴，提出{数字政府|Concept}", CARRIED, "carried"),
    ],
)
def test_a_link_tells_its_rule_and_how_sure_it_is(
    sentence: str, confidence: float, extractor: str, ontology: Ontology, triggers: Triggers
) -> None:
    [link] = links(sentence, ontology, triggers)
    assert (link.confidence, link.extractor) == (confidence, extractor)


def test_an_object_beyond_the_clause_is_less_sure(ontology: Ontology, triggers: Triggers) -> None:
    [link] = links("{浙江|Region}提出，{数字政府|Concept}很好", ontology, triggers)
    assert (link.confidence, link.extractor) == (ACROSS, "across")


def test_the_head_of_a_modified_name_is_meant(ontology: Ontology, triggers: Triggers) -> None:
    sentence = "{浙江|Region}推出{政务服务|Concept}的{一网通办|Initiative}"
    assert facts(sentence, ontology, triggers) == {("浙江", "proposes", "一网通办")}


def test_a_trigger_within_a_name_is_none(ontology: Ontology, triggers: Triggers) -> None:
    sentence = "{浙江|Region}、{推进数字政府行动|Initiative}与{数字政府|Concept}"
    assert facts(sentence, ontology, triggers) == set()


def test_of_two_triggers_that_begin_together_the_longer_counts(
    ontology: Ontology, triggers: Triggers
) -> None:
    scene = stage("{浙江|Region}贯彻落实{数字政府|Policy}", ontology)
    assert [trigger.word for trigger in triggers.find(scene)] == ["贯彻落实"]


def test_an_object_too_far_off_is_another_verbs(ontology: Ontology, triggers: Triggers) -> None:
    near, far = "甚" * 18, "甚" * 19
    assert facts(f"{{浙江|Region}}提出{near}{{数字政府|Concept}}", ontology, triggers)
    assert not facts(f"{{浙江|Region}}提出{far}{{数字政府|Concept}}", ontology, triggers)


def test_a_pair_is_linked_once_by_a_relation(ontology: Ontology, triggers: Triggers) -> None:
    found = links("{浙江|Region}提出并推出{一网通办|Initiative}", ontology, triggers)
    assert len(found) == 1


def test_the_cue_is_the_trigger(ontology: Ontology, triggers: Triggers) -> None:
    scene = stage("{浙江|Region}明确提出{数字政府|Concept}", ontology)
    [link] = find_links(scene, triggers)
    assert link.cue is not None
    assert link.cue.of(scene.text) == "明确提出"


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("{大数据|Technology}提出{数字政府|Concept}", "a technology puts nothing forward"),
        ("{浙江|Region}提出{上海|Region}", "a region is not put forward"),
        ("{浙江|Region}提出{刘捷|Person}", "a person neither"),
        ("{数字政府|Concept}位于{浙江|Region}", "a concept lies nowhere"),
        ("{电子政务|Concept}转变为{浙江|Region}", "nothing becomes a region"),
        ("{浙江|Region}任职于{国务院|Organization}", "a region has no office"),
    ],
)
def test_domain_and_range_are_hard_gates(
    sentence: str, why: str, ontology: Ontology, triggers: Triggers
) -> None:
    assert facts(sentence, ontology, triggers) == set(), why


def test_every_link_keeps_within_domain_and_range(ontology: Ontology, triggers: Triggers) -> None:
    names = sorted(iri.rpartition("#")[2] for iri in ontology.kinds)
    for subject, object_ in product(names, names):
        for word in triggers.forward:
            sentence = f"{{甲甲|{subject}}}{word}{{乙乙|{object_}}}"
            scene = stage(sentence, ontology)
            for link in find_links(scene, triggers):
                kinds = [scene.mentions[m].kind for m in (link.subject, link.object)]
                assert link.relation.allows(*kinds), sentence


def test_of_several_relations_the_upper_row_of_the_table_wins(
    ontology: Ontology, triggers: Triggers
) -> None:
    # 运用 states implements and uses, 加强 implements and promotes.
    assert facts("{浙江|Region}运用{大数据|Technology}", ontology, triggers) == {
        ("浙江", "implements", "大数据")
    }
    assert facts("{大数据|Technology}加强{数据共享|Concept}", ontology, triggers) == {
        ("大数据", "promotes", "数据共享")
    }


def test_a_figure_counts_those_who_have_it(ontology: Ontology, triggers: Triggers) -> None:
    sentence = "{超过170个国家|Quantity}出台了{数字战略|Policy}"
    assert facts(sentence, ontology, triggers) == {("数字战略", "hasValue", "超过170个国家")}


def test_a_taught_relation_is_found_by_its_trigger(ontology: Ontology) -> None:
    repeals = Relation(
        kind("repeals"),
        "repeals",
        "废止",
        "repeals",
        frozenset({kind("Organization")}),
        frozenset({kind("Policy")}),
        triggers=("废止",),
        rank=1,
    )
    taught = replace(ontology, relations=(*ontology.relations, repeals))
    sentence = "{国务院|Organization}废止《{旧规定|Policy}》"
    assert facts(sentence, taught, compile_triggers(taught)) == {("国务院", "repeals", "旧规定")}
