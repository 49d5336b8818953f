"""The declared grammar of names: what it finds, where a name ends, and what is only a hint."""

from __future__ import annotations

from dataclasses import replace

import pytest
from extract_samples import kind

from kg.errors import OntologyError
from kg.extract.patterns import Grammar, compile_grammar
from kg.extract.proposals import TRUSTED
from kg.ontology import Ontology, Pattern
from kg.text.normal import normalize


@pytest.fixture(scope="module")
def grammar(ontology: Ontology) -> Grammar:
    return compile_grammar(ontology)


def found(text: str, of: str, grammar: Grammar, *, least: int = TRUSTED) -> list[str]:
    normal = normalize(text).text
    proposals = [p for p in grammar.find(normal) if p.kind == kind(of) and p.rank >= least]
    # Matches of two patterns may overlap: the longest of them is what the grammar sees.
    longest = [
        p
        for p in proposals
        if not any(q.start <= p.start and p.end <= q.end and q[:2] != p[:2] for q in proposals)
    ]
    return list(dict.fromkeys(normal[p.start : p.end] for p in sorted(longest)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022年6月15日发布", ["2022年6月15日"]),
        ("到2025年底前建成", ["2025年底前"]),
        ("2019年3月，启动", ["2019年3月"]),
        ("“十四五”时期我国", ["“十四五”时期"]),
        ("近年来，浙江", ["近年来"]),
        ("二〇二二年六月十五日", ["二〇二二年六月十五日"]),
        ("２０２２年６月", ["2022年6月"]),  # full-width digits
        ("2022-06-15 10:00", ["2022-06-15"]),
        ("2023年第一季度", ["2023年第一季度"]),
        ("今后五年", ["今后五年"]),
        ("目前，今后", []),
        ("约12022年", []),
    ],
)
def test_times(text: str, expected: list[str], grammar: Grammar) -> None:
    assert found(text, "Time", grammar) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("增长5.5%。", ["增长5.5%"]),
        ("达到7232亿元，", ["达到7232亿元"]),
        ("超过170个国家出台", ["超过170个国家"]),
        ("1300亿斤以上", ["1300亿斤以上"]),
        ("百分之三十以上", ["百分之三十以上"]),
        ("翻一番", ["翻一番"]),
        ("1,300万人", ["1,300万人"]),
        ("第19届", []),  # an ordinal
        ("国发〔2022〕14号", []),  # a number within a name
        ("一是加强，二是推进", []),
        ("5G网络", []),
    ],
)
def test_quantities(text: str, expected: list[str], grammar: Grammar) -> None:
    assert found(text, "Quantity", grammar) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("印发《数据条例》的通知", ["数据条例"]),
        ("《国务院关于印发〈数据规划〉的通知》", ["国务院关于印发〈数据规划〉的通知"]),
        ("《关于〈数据规划〉的说明", []),  # the title never ends
        ("国发〔2022〕14号", ["国发〔2022〕14号"]),
        ("国发[2022]14号", ["国发[2022]14号"]),
        ("《甲》", []),  # one character is no title
    ],
)
def test_policies(text: str, expected: list[str], grammar: Grammar) -> None:
    assert found(text, "Policy", grammar) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("制定“十四五”规划", ["“十四五”规划"]),
        ("第十四个五年规划纲要", ["第十四个五年规划纲要"]),
        ("十四五规划纲要", ["十四五规划纲要"]),
        ("提出“智慧国2025计划”", ["智慧国2025计划"]),
        ("二十四五规划", []),
    ],
)
def test_strategies(text: str, expected: list[str], grammar: Grammar) -> None:
    assert found(text, "Strategy", grammar) == expected


@pytest.mark.parametrize(
    ("text", "of", "expected"),
    [
        ("推进“放管服”改革", "Initiative", ["“放管服”改革"]),
        ("“双千兆”专项行动", "Initiative", ["“双千兆”专项行动"]),
        ("党的二十大提出", "Event", ["党的二十大"]),
        ("党的十九届四中全会", "Event", ["党的十九届四中全会"]),
        ("党的十八大以来", "Event", []),  # a time
        ("浙江省人民政府印发", "Organization", ["浙江省人民政府"]),
        ("市长刘捷，", "Person", ["刘捷"]),
        ("记者陶永亮报道", "Person", []),  # no border after the name: only a guess
        ("“枫桥式”治理模式", "Concept", ["“枫桥式”治理模式"]),
    ],
)
def test_other_names(text: str, of: str, expected: list[str], grammar: Grammar) -> None:
    assert found(text, of, grammar) == expected


def test_a_name_of_two_characters_ends_before_the_verb_of_thinking(grammar: Grammar) -> None:
    assert found("教授刘捷认为", "Person", grammar) == ["刘捷"]


def test_a_person_is_found_after_other_words(grammar: Grammar) -> None:
    assert found("倡议由习近平总书记提出", "Person", grammar) == ["习近平"]


@pytest.mark.parametrize(
    ("text", "of", "hint"),
    [
        ("所谓“信息孤岛”", "Concept", "信息孤岛"),
        ("浙江省星河研究院", "Organization", "浙江省星河研究院"),
        ("举办数字博览会", "Event", "举办数字博览会"),
        ("实施西气东输工程", "Initiative", "实施西气东输工程"),
    ],
)
def test_a_vague_pattern_is_only_a_hint(text: str, of: str, hint: str, grammar: Grammar) -> None:
    assert found(text, of, grammar) == []
    assert hint in found(text, of, grammar, least=0)


def test_patterns_come_most_trusted_first(grammar: Grammar) -> None:
    ranks = [rank for _, _, rank, _ in grammar.rules]
    assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize(
    ("regex", "words"),
    [
        ("{nothing}年", "names no word list 'nothing'"),
        ("(年", "missing ), unterminated subpattern at position 0"),
    ],
)
def test_a_pattern_that_is_no_expression_says_so(
    regex: str, words: str, ontology: Ontology
) -> None:
    broken = replace(ontology, patterns=(Pattern("broken", regex, kind("Time"), 50),))
    with pytest.raises(OntologyError) as caught:
        compile_grammar(broken)
    assert f"kg:broken is no regular expression: {words}" in str(caught.value)
    assert "mend its kg:regex" in str(caught.value)
