"""Whole documents: what is found, where it stands, and which names are one thing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from extract_samples import facts, kind, named

from kg.extract.equipment import equip
from kg.extract.pipeline import Reader, extract
from kg.model import Extraction, Field, Span, Status
from kg.ontology import Ontology
from kg.text.read import read_bytes, read_passage
from kg.vocabulary import KG

PAGE = """\
浙江省推出“一网通办”。2022年6月，国务院印发《关于加强数字政府建设的指导意见》（以下简称《意见》）。
《意见》由国务院印发，明确提出整体政府，致力于实现治理现代化。
　　上海、浙江、广东推出“最多跑一次”和“一网通办”。我国没有放弃数字政府；中国将推进数字政府建设。
政府治理從末端治理轉向源頭治理，以數據共享為核心。
一般公共预算收入、粮食产量分别增长5%、6%。
"""


@pytest.fixture(scope="module")
def rules(ontology: Ontology) -> Reader:
    """A reader without models: lexicon, patterns, frames and triggers alone."""
    return Reader(equip(ontology, None))


@pytest.fixture(scope="module")
def trained(ontology: Ontology) -> Reader:
    """A reader with the shipped models."""
    return Reader(equip(ontology))


@pytest.fixture(scope="module", params=["rules", "trained"])
def reader(request: pytest.FixtureRequest) -> Reader:
    found: Reader = request.getfixturevalue(request.param)
    return found


def read(text: str, reader: Reader) -> Extraction:
    return reader.extract(read_passage(text, "a"))


# ------------------------------------------------------------------ evidence


def test_every_quotation_stands_where_it_says(reader: Reader) -> None:
    found = read(PAGE, reader)
    assert len(found.assertions) > 10
    for said in found.assertions:
        evidence = said.evidence
        assert PAGE[evidence.quotation.start : evidence.quotation.end] == evidence.quote
        assert evidence.sentence.holds(evidence.quotation)
        assert evidence.quotation.holds(evidence.subject)
        assert evidence.quotation.holds(evidence.object)
        assert evidence.cue is None or evidence.quotation.holds(evidence.cue)


def test_every_mention_quotes_the_text_as_it_stands(reader: Reader) -> None:
    found = read(PAGE, reader)
    assert len(found.mentions) > 20
    for mention in found.mentions:
        assert PAGE[mention.span.start : mention.span.end] == mention.quote


def test_a_quotation_keeps_the_script_and_the_width_of_the_text(rules: Reader) -> None:
    text = "我國提出「數字政府」。"
    [said] = read(text, rules).assertions
    assert said.evidence.quote == "我國提出「數字政府"
    assert said.evidence.cue is not None
    assert said.evidence.cue.of(text) == "提出"


@pytest.mark.parametrize(
    "before", ["", "\n\n", "　　", "\u00a0", "𠀀𠀀。", "\r\n", "：", "e\u0301。"]
)
def test_offsets_are_code_points_of_the_text_as_read(before: str, rules: Reader) -> None:
    text = before + "浙江省推出“一网通办”。"
    [said] = read(text, rules).assertions
    assert said.evidence.subject == Span(len(before), len(before) + 3)
    assert said.evidence.quote == "浙江省推出“一网通办"


def test_evidence_of_two_sentences_is_two_assertions(rules: Reader) -> None:
    found = read("浙江省推出“一网通办”。浙江推出“一网通办”。", rules)
    assert len({(a.subject, a.relation, a.object) for a in found.assertions}) == 1
    assert [a.evidence.sentence for a in found.assertions] == [Span(0, 12), Span(12, 23)]


def test_one_sentence_says_a_fact_once(rules: Reader) -> None:
    found = read("浙江省推出“一网通办”，浙江推出“一网通办”。", rules)
    assert len(found.assertions) == 1


# ------------------------------------------------------------------ one thing, many names


@pytest.mark.parametrize(
    ("text", "label", "quotes"),
    [
        ("我国提出数字政府。中国推进数字政府。", "中国", {"我国", "中国"}),
        ("浙江省推进数字政府。浙江推进数字政府。", "浙江", {"浙江省", "浙江"}),
        ("我國推進數字政府。中国推进数字政府。", "中国", {"我國", "中国"}),
        ("浙江省依托5G、５Ｇ。", "5G", {"5G", "５Ｇ"}),
        (
            "《星河行动方案》（以下简称《方案》）提出数字政府。《方案》明确整体政府。",
            "星河行动方案",
            {"星河行动方案", "方案"},
        ),
        (
            "国家发展和改革委员会（国家发展改革委）推进数字政府。",
            "国家发展和改革委员会",
            {"国家发展和改革委员会", "国家发展改革委"},
        ),
        (
            "“十四五”规划提出数字政府。十四五规划提出整体政府。",
            "“十四五”规划",
            {"“十四五”规划", "十四五规划"},
        ),
        (
            '"十四五"规划提出数字政府。「十四五」规划提出整体政府。',
            "“十四五”规划",
            {'"十四五"规划', "「十四五」规划"},
        ),
    ],
)
def test_all_names_of_a_thing_refer_to_it(
    text: str, label: str, quotes: set[str], rules: Reader
) -> None:
    found = read(text, rules)
    [thing] = [entity for entity in found.entities if entity.label == label]
    pairs = zip(found.mentions, found.references, strict=True)
    assert {mention.quote for mention, iri in pairs if iri == thing.iri} == quotes


def test_a_declared_short_name_is_said_to_be_the_same(rules: Reader) -> None:
    found = read("《星河行动方案》（以下简称《方案》）提出数字政府。", rules)
    [same] = [a for a in found.assertions if a.relation == KG.sameAs]
    assert same.subject == same.object
    assert same.evidence.quote == "星河行动方案》（以下简称《方案"


def test_a_short_name_holds_in_its_own_document_only(rules: Reader) -> None:
    first = read("《星河行动方案》（以下简称《方案》）提出数字政府。", rules)
    second = read("《方案》提出数字政府。", rules)
    [plan] = [e for e in second.entities if e.label == "方案"]
    assert plan.iri not in {e.iri for e in first.entities}


def test_two_known_things_stay_two_whatever_the_text_says(rules: Reader) -> None:
    found = read("所谓“整体政府”，即数字政府。数字政府推动治理现代化。", rules)
    assert {"整体政府", "数字政府"} <= {entity.label for entity in found.entities}


@pytest.mark.parametrize("text", ["“星河”条例", "星河条例", "“星河条例”"])
def test_a_thing_named_in_two_articles_is_one(text: str, rules: Reader) -> None:
    one = read("浙江省出台《星河条例》。", rules)
    other = read(f"上海市落实《{text}》。", rules)
    assert {e.iri for e in one.entities} & {e.iri for e in other.entities}


def test_the_name_of_the_file_does_not_name_the_things_in_it(rules: Reader) -> None:
    text = "浙江省出台《星河条例》。"
    one, other = (rules.extract(read_passage(text, name)) for name in ("a", "b"))
    assert one.entities == other.entities
    assert one.assertions == other.assertions


def test_one_name_of_two_classes_is_two_things(rules: Reader) -> None:
    # 星河 is a document in one article and a term in the other.
    one = read("浙江省出台《星河》。", rules)
    other = read("从星河转向银河。", rules)
    both = [e for found in (one, other) for e in found.entities if e.label == "星河"]
    assert {e.kind for e in both} == {kind("Policy"), kind("Concept")}
    assert len({e.iri for e in both}) == 2


def test_within_one_article_a_name_has_one_class(rules: Reader) -> None:
    found = read("浙江省出台《星河治理》。从星河治理转向银河治理。", rules)
    assert len({e.kind for e in found.entities if e.label == "星河治理"}) == 1


def test_a_known_name_keeps_its_class_in_a_frame(rules: Reader) -> None:
    found = read("从“最多跑一次”到“一网通办”。", rules)
    assert ("一网通办", "Initiative") in named(found)


# ------------------------------------------------------------------ names that nobody taught


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("浙江省出台《星河管理条例》。", ("星河管理条例", "Regulation")),
        ("浙江省出台《星河发展战略》。", ("星河发展战略", "Strategy")),
        ("浙江省出台《星河意见》。", ("星河意见", "Policy")),
        ("浙江省推出“星河”行动。", ("“星河”行动", "Initiative")),
        ("浙江省推进“星河”改革。", ("“星河”改革", "Initiative")),
        ("从星河治理转向银河治理。", ("银河治理", "Concept")),
        ("国发〔2031〕7号提出数字政府。", ("国发〔2031〕7号", "Policy")),
        ("党的二十届三中全会提出数字政府。", ("党的二十届三中全会", "Event")),
        ("2031年5月，浙江省推进数字政府。", ("2031年5月", "Time")),
        ("浙江省粮食产量增长7.77%。", ("增长7.77%", "Quantity")),
        ("星河市委推进数字政府。", ("星河市委", "Organization")),
    ],
)
def test_without_models_patterns_find_what_the_lexicon_lacks(
    text: str, name: tuple[str, str], rules: Reader
) -> None:
    assert name in named(read(text, rules))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("新加坡推进数字政府。", ("新加坡", "Country")),
        ("乌鲁木齐市推进数字政府。", ("乌鲁木齐", "Region")),
        ("国务院推进数字政府。", ("国务院", "Organization")),
        ("浙江省依托区块链。", ("区块链", "Technology")),
        ("浙江省推出“最多跑一次”。", ("最多跑一次", "Initiative")),
    ],
)
def test_without_models_the_lexicon_finds_what_it_knows(
    text: str, name: tuple[str, str], rules: Reader
) -> None:
    assert name in named(read(text, rules))


# ------------------------------------------------------------------ facts of a page


def test_the_facts_of_a_page(rules: Reader, ontology: Ontology) -> None:
    opinion = "关于加强数字政府建设的指导意见"
    assert facts(read(PAGE, rules), ontology) >= {
        ("浙江", "proposes", "一网通办", "asserted"),
        ("国务院", "proposes", opinion, "asserted"),
        (opinion, "sameAs", opinion, "asserted"),
        ("上海", "proposes", "最多跑一次", "asserted"),
        ("上海", "proposes", "一网通办", "asserted"),
        ("浙江", "proposes", "最多跑一次", "asserted"),
        ("广东", "proposes", "最多跑一次", "asserted"),
        ("广东", "proposes", "一网通办", "asserted"),
        ("中国", "implements", "数字政府", "planned"),
        ("末端治理", "becomes", "源头治理", "asserted"),
        ("一般公共预算收入", "hasValue", "增长5%", "asserted"),
        ("粮食产量", "hasValue", "6%", "asserted"),
    }


def test_what_is_denied_has_its_evidence_but_is_no_fact(rules: Reader) -> None:
    [said] = read("据新华社报道，浙江省没有推出“一网通办”。", rules).assertions
    assert said.status is Status.NEGATED
    assert not said.status.is_fact
    assert said.speaker is not None
    assert said.evidence.quote == "浙江省没有推出“一网通办"


def test_assertions_come_in_text_order(reader: Reader) -> None:
    found = read(PAGE, reader)
    sentences = [said.evidence.sentence for said in found.assertions]
    assert sentences == sorted(sentences)


def test_nothing_is_said_across_two_sentences(rules: Reader) -> None:
    assert read("浙江省。推出“一网通办”。", rules).assertions == ()


def test_the_ends_of_a_fact_are_of_the_classes_its_relation_allows(reader: Reader) -> None:
    found = read(PAGE, reader)
    kinds = {entity.iri: entity.kind for entity in found.entities}
    for said in found.assertions:
        relation = reader.equipment.ontology.relation(said.relation)
        assert relation.allows(kinds[said.subject], kinds[said.object])


# ------------------------------------------------------------------ what is matter


def test_what_is_no_matter_is_not_read(rules: Reader) -> None:
    text = "首页 浙江省推出“一网通办”。\n上海市推出“一网通办”。"
    passage = read_passage(text, "a")
    body = (Span(text.index("上海"), len(text)),)
    found = rules.extract(replace(passage, body=body))
    assert {mention.quote for mention in found.mentions} == {"上海市", "一网通办"}


def test_a_field_of_the_header_is_a_mention_and_a_fact(rules: Reader, ontology: Ontology) -> None:
    text = "作者：刘捷　浙江大学\n浙江省推出“一网通办”。"
    fields = (Field("author", "刘捷", Span(3, 5)), Field("affiliation", "浙江大学", Span(6, 10)))
    document = replace(
        read_passage(text, "a"), fields=fields, body=(Span(text.index("浙江省"), len(text)),)
    )
    assert ("刘捷", "affiliatedWith", "浙江大学", "asserted") in facts(
        rules.extract(document), ontology
    )


@pytest.mark.parametrize("text", ["。", "，，，", "一", "Hello, world.", "《》“”（）"])
def test_a_text_without_names_gives_nothing(text: str, reader: Reader) -> None:
    found = read(text, reader)
    assert (found.mentions, found.assertions, found.entities) == ((), (), ())


# ------------------------------------------------------------------ the same gives the same


def test_the_same_document_gives_the_same(reader: Reader) -> None:
    document = read_passage(PAGE, "a")
    assert reader.extract(document) == reader.extract(document)
    assert reader.extract(document) == extract(document, reader.equipment)


def test_a_document_is_read_the_same_after_another(rules: Reader) -> None:
    alone = read(PAGE, rules)
    read("《星河行动方案》（以下简称《意见》）由上海市印发。", rules)
    assert read(PAGE, rules) == alone


# ------------------------------------------------------------------ short forms, figures


@pytest.mark.parametrize(
    ("text", "label", "quotes"),
    [
        (
            "《关于推进星河建设的意见》提出数字政府。《意见》明确整体政府。",
            "关于推进星河建设的意见",
            {"关于推进星河建设的意见", "意见"},
        ),
        (
            "《星河管理办法》提出数字政府。《本办法》提出整体政府。",
            "星河管理办法",
            {"星河管理办法", "本办法"},
        ),
        # the nearest one before it
        (
            "《星河规划》提出数字政府。《银河规划》提出整体政府。《规划》提出数据共享。",
            "银河规划",
            {"银河规划", "规划"},
        ),
        # nothing before it ends so
        ("《意见》提出数字政府。《星河意见》提出整体政府。", "星河意见", {"星河意见"}),
        (
            "《星河意见》（星政发〔2031〕7号）提出数字政府。",
            "星河意见",
            {"星河意见", "星政发〔2031〕7号"},
        ),
    ],
)
def test_a_short_form_refers_to_what_was_named_in_full(
    text: str, label: str, quotes: set[str], rules: Reader
) -> None:
    found = read(text, rules)
    thing = next(e for e in found.entities if label in (e.label, *e.aliases))
    pairs = zip(found.mentions, found.references, strict=True)
    assert {mention.quote for mention, iri in pairs if iri == thing.iri} == quotes


def test_a_name_in_brackets_is_said_to_be_the_same(rules: Reader) -> None:
    found = read("国家发展和改革委员会（以下简称国家发展改革委）印发《星河规划》。", rules)
    [same] = [a for a in found.assertions if a.relation == KG.sameAs]
    assert (same.extractor, same.status) == ("aliases", Status.ASSERTED)


def test_the_figure_of_the_object_is_the_value(rules: Reader) -> None:
    found = read("到2025年，浙江省提升粮食产量达到1300亿斤以上。", rules)
    labels = {entity.iri: entity.label for entity in found.entities}
    values = {labels[a.value] for a in found.assertions if a.value and a.relation != KG.hasValue}
    times = {labels[a.time] for a in found.assertions if a.value and a.time}
    assert (values, times) == ({"达到1300亿斤以上"}, {"2025年"})


def test_a_title_over_two_lines_is_read_once(trained: Reader, ontology: Ontology) -> None:
    # The line of the date lies within the stretch of the subtitle.
    page = (
        "政府工作报告\n——2026年1月26日在广东省第十四届\n人民代表大会第五次会议上\n"
        "广东省省长 孟某某\n各位代表：\n现在，我代表省人民政府，向大会报告工作。\n"
    )
    document = read_bytes(page.encode(), "report.txt", ontology)
    mentions = trained.extract(document).mentions
    assert any(mention.quote == "2026年1月26日" for mention in mentions)
    assert all(one.span.end <= other.span.start for one, other in pairwise(mentions))
