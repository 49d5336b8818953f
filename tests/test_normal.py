"""The matching form: as long as the text, and what it makes one."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Span
from kg.text.normal import clauses, normalize, sentences

TEXTS = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("数據，,:;()!?“”‘’「」\"'\n 。《》（）A1"))
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ１２３％", "ABC123%"),
        ("政府\u00a0转型\u3000战略\u2003一", "政府 转型 战略 一"),
        ("方丹:打造,推进;提升(一)!?", "方丹：打造，推进；提升（一）！？"),
        ("已有的，；：（）！？", "已有的，；：（）！？"),
        ("1,300万人2022-06-20 09:20", "1,300万人2022-06-20 09:20"),  # between digits they are signs
        ("人工智能(AI)", "人工智能（AI）"),  # both brackets or none
        ("启示建议”(21NDYD092YB)阶段", "启示建议”（21NDYD092YB）阶段"),
        ("OECD (2019), UN", "OECD (2019), UN"),
        ("「最多跑一次」『一』„一“‘一’", "“最多跑一次”“一”“一““一”"),
        ("'最多跑一次'和\"一网通办\"", "“最多跑一次”和“一网通办”"),
        ('it\'s "fine" ok', 'it\'s "fine" ok'),
        ("Xi’an", "Xi'an"),
        ("嘎玛・泽登‧扎西•次仁", "嘎玛·泽登·扎西·次仁"),
        ("數位轉型與資料治理", "数位转型与资料治理"),
        ("乾淨的乾坤", "干净的乾坤"),  # the phrase decides
        ("朱镕基喆堃", "朱镕基喆堃"),  # rare, but not traditional
        ("", ""),
    ],
)
def test_spellings_of_one_text_become_one(text: str, expected: str) -> None:
    assert normalize(text).text == expected


@given(TEXTS)
def test_the_matching_form_has_the_length_of_the_text(text: str) -> None:
    assert len(normalize(text).text) == len(text)


@settings(deadline=None)  # the first traditional character loads a dictionary
@given(TEXTS)
def test_the_matching_form_is_always_the_same(text: str) -> None:
    assert normalize(text) == normalize(text)


def test_simplified_text_does_not_load_the_dictionary() -> None:
    code = (
        "import sys; from kg.text.normal import normalize; normalize('数字政府——“转型”');"
        "assert 'opencc' not in sys.modules; normalize('數位'); assert 'opencc' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def cut(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text, Span(0, len(text)))] if text else []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "一是创新。二是开放！三是什么？四是这样；五",
            ["一是创新。", "二是开放！", "三是什么？", "四是这样；", "五"],
        ),
        ("他说：“要改革。”我们同意。", ["他说：“要改革。”", "我们同意。"]),
        ("他说：“要改革。”", ["他说：“要改革。”"]),
        ("“谁来管？”的问题", ["“谁来管？”的问题"]),
        ("《谁来治理？》出版了。好", ["《谁来治理？》出版了。", "好"]),
        ("增长3.5%。达到5.2万。", ["增长3.5%。", "达到5.2万。"]),
        ("发展。\n\n  推动\n", ["发展。", "推动"]),
        ("好！！真的？！是。）然后", ["好！！", "真的？！", "是。）", "然后"]),
        ("（见附件。详见网站。）后文", ["（见附件。详见网站。）", "后文"]),
        ("“" + "长" * 70 + "。还有。”后", ["“" + "长" * 70 + "。", "还有。”", "后"]),
        ("“没有结束。下一句。", ["“没有结束。", "下一句。"]),
        ("规划;方案!好?是.", ["规划;", "方案!", "好?", "是."]),
        ("GB/T 2260; a;b", ["GB/T 2260; a;b"]),
        ("。", ["。"]),
        (" \n ", []),
    ],
)
def test_sentences_keep_their_marks_and_quotations(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("通过改革，推动发展；提升：一。", ["通过改革，", "推动发展；", "提升：", "一。"]),
        ("“参与、合作，共享”等价值，有进展", ["“参与、合作，共享”等价值，", "有进展"]),
        ("新增1,300万,增长", ["新增1,300万,", "增长"]),
        ("于09:20开始", ["于09:20开始"]),
        ("整体——部分", ["整体——", "部分"]),
        ("（一，二）三，四", ["（一，二）三，", "四"]),
    ],
)
def test_clauses_end_at_their_marks(sentence: str, expected: list[str]) -> None:
    spans = clauses(sentence, Span(0, len(sentence)))
    assert [span.of(sentence) for span in spans] == expected


def test_sentences_stay_within_their_stretch() -> None:
    text = "前文。正文一。正文二。后文。"
    assert [s.of(text) for s in sentences(text, Span(3, 11))] == ["正文一。", "正文二。"]


def bare(text: str) -> str:
    return "".join(text.split())


@given(TEXTS.filter(bool))
def test_nothing_but_blanks_is_left_out(text: str) -> None:
    spans = list(sentences(text, Span(0, len(text))))
    assert bare("".join(span.of(text) for span in spans)) == bare(text)
    assert all(span.of(text).strip() == span.of(text) for span in spans)
    assert all(before.end <= after.start for before, after in itertools.pairwise(spans))
    for span in spans:
        assert bare("".join(c.of(text) for c in clauses(text, span))) == bare(span.of(text))


def test_unbalanced_marks_take_no_time() -> None:
    text = "（《“" * 20_000 + "。" + "”》）" * 20_000
    assert "".join(cut(text)) == text
