"""Header, foot and site furniture against matter, on the article and on pages of other kinds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.ontology import Ontology, load_ontology
from kg.text.headers import Layout, find_layout
from kg.text.read import read
from kg.text.transcript import Transcript

ARTICLE = Path(__file__).parent.parent / "data" / "article.txt"
PROSE = "数字化转型成为政府改革的主旋律。从全球来看，数字化转型已成为主旋律之一。"
MORE = "从国内来看，政府数字化转型是实现治理现代化的关键支撑。"


def pairs(layout: Layout) -> list[tuple[str, str]]:
    return [(field.name, field.value) for field in layout.fields]


def matter(text: str, layout: Layout) -> list[str]:
    return [span.of(text) for span in layout.body]


def test_the_article_says_who_wrote_it_and_where(ontology: Ontology) -> None:
    document = read(ARTICLE, ontology)
    authors = [("author", "陶永亮"), ("author", "方丹")]
    assert [(field.name, field.value) for field in document.fields] == [
        *authors,
        ("title", "打造数字政府 推进治理现代化"),
        ("published", "2022-06-20"),
        ("source", "中国社会科学报"),
        ("fundingProgramme", "浙江省社科规划对策类项目"),
        ("funding", "社会治理中数字化改革国际前沿趋势及启示建议"),
        ("fundingNumber", "21NDYD092YB"),
        *authors,
        ("affiliation", "之江实验室智能社会治理研究中心"),
        ("source", "中国社会科学报"),
        ("issued", "2022-06-15"),
    ]
    stated = [field.span.of(document.text) for field in document.fields if field.span]
    assert len(stated) == len(document.fields)
    assert (
        stated[2] == "打造数字政府\u00a0推进治理现代化"
        or stated[2] == "打造数字政府 推进治理现代化"
    )
    assert stated[-1] == "2022年6月15日"


def test_the_article_keeps_its_paragraphs_and_loses_the_site(ontology: Ontology) -> None:
    document = read(ARTICLE, ontology)
    body = [span.of(document.text) for span in document.body]
    assert len(body) == 9
    assert body[0].startswith("数字化时代的到来,推动")
    assert body[-1].startswith("三是推动数字化") and body[-1].endswith("法治规则刚性。")
    for chrome in ("原网站入口", "OA系统", "浏览", "Baidu", "map", "来源"):
        assert not any(chrome in paragraph for paragraph in body)


REPORT = f"""下载
打印
全屏
收藏
【字号：
加大
还原
减小
】
2026年上海市政府工作报告
——2026年2月3日在上海市第十六届人民代表大会第四次会议上
来源：解放日报
时间：2026-02-09
上海市市长 龚 正
各位代表：
现在，我代表上海市人民政府，向大会报告工作，请予审议。
一、2025年工作回顾
——经济运行稳中有进。{PROSE}
相关报道：
"""


def test_a_report_has_speaker_meeting_and_dates(ontology: Ontology) -> None:
    layout = find_layout(Transcript(REPORT), ontology)
    assert pairs(layout) == [
        ("title", "2026年上海市政府工作报告"),
        ("issued", "2026-02-03"),
        ("subtitle", "2026年2月3日在上海市第十六届人民代表大会第四次会议上"),
        ("source", "解放日报"),
        ("published", "2026-02-09"),
        ("affiliation", "上海市"),
        ("author", "龚正"),
    ]
    assert matter(REPORT, layout) == [
        "各位代表：",
        "现在，我代表上海市人民政府，向大会报告工作，请予审议。",
        "一、2025年工作回顾",
        f"——经济运行稳中有进。{PROSE}",
    ]


@pytest.mark.parametrize(
    ("head", "foot", "expected"),
    [
        (
            "数字政府建设的路径\n张三丰 李四\n2022-06-20 10:30 来源：中国政府网 浏览次数：123\n",
            "（作者单位：浙江大学公共管理学院；清华大学公共管理学院）\n责任编辑：王五\n",
            [
                ("title", "数字政府建设的路径"),
                ("author", "张三丰"),
                ("author", "李四"),
                ("published", "2022-06-20"),
                ("source", "中国政府网"),
                ("affiliation", "浙江大学公共管理学院"),
                ("affiliation", "清华大学公共管理学院"),
            ],
        ),
        (
            "首页 > 理论 > 正文\n数字政府从何而来？\n"
            "作 者：王 宁（北京大学）、李小红（复旦大学）\n",
            "（作者系北京大学政府管理学院教授）\n",
            [
                ("title", "数字政府从何而来？"),
                ("author", "王宁"),
                ("affiliation", "北京大学"),
                ("author", "李小红"),
                ("affiliation", "复旦大学"),
                ("affiliation", "北京大学政府管理学院"),
            ],
        ),
        (
            "政府工作报告\n二〇二六年一月二十七日在甘肃省第十四届人民代表大会第四次会议上 "
            "甘肃省省长 任振鹤\n",
            "打印本页\n关闭窗口\n相关文件\n",
            [
                ("title", "政府工作报告"),
                ("issued", "2026-01-27"),
                ("subtitle", "二〇二六年一月二十七日在甘肃省第十四届人民代表大会第四次会议上"),
                ("affiliation", "甘肃省"),
                ("author", "任振鹤"),
            ],
        ),
        (
            "2026年四川省人民政府工作报告\n2026年02月10日 07时41分\n来源:\n四川日报\n【字体：\n"
            "大\n中\n小\n】\n分享：\n四川省人民政府省长 施小琳\n",
            "",
            [
                ("title", "2026年四川省人民政府工作报告"),
                ("published", "2026-02-10"),
                ("source", "四川日报"),
                ("affiliation", "四川省人民政府"),
                ("author", "施小琳"),
            ],
        ),
        (
            "关于加强数字政府建设的指导意见\n索 引 号：000014349/2022-00066\n"
            "发文机关：国务院\u3000发文字号：国发〔2022〕14号\n主题分类：国务院\n"
            "成文日期：2022年6月6日 发布日期：2022年6月23日\n",
            "",
            [
                ("title", "关于加强数字政府建设的指导意见"),
                ("index", "000014349/2022-00066"),
                ("issuer", "国务院"),
                ("number", "国发〔2022〕14号"),
                ("topic", "国务院"),
                ("written", "2022-06-06"),
                ("published", "2022-06-23"),
            ],
        ),
        (
            "数字治理研究\n作者：本报记者 王小明 通讯员 赵六\n"
            "来源：《光明日报》（ 2022年06月15日 11版）\n",
            "基金项目：国家社会科学基金重大项目“数字政府研究”（20ZDA001）\n",
            [
                ("title", "数字治理研究"),
                ("author", "王小明"),
                ("author", "赵六"),
                ("source", "光明日报"),
                ("issued", "2022-06-15"),
                ("fundingProgramme", "国家社会科学基金重大项目"),
                ("funding", "数字政府研究"),
                ("fundingNumber", "20ZDA001"),
            ],
        ),
        (
            "作者：新华社评论员\n標題：數位治理\n來源：新華社 2022-06-20 10:00\n",
            "",
            [
                ("author", "新华社评论员"),
                ("title", "數位治理"),
                ("source", "新華社"),
                ("published", "2022-06-20"),
            ],
        ),
        (
            "---\ntitle: 数字政府\nauthor: 张三\ndate: 2022-06-20\n---\n# 数字政府\n\n",
            "",
            [("title", "数字政府"), ("author", "张三"), ("published", "2022-06-20")],
        ),
    ],
)
def test_headers_of_many_kinds_are_read(
    head: str, foot: str, expected: list[tuple[str, str]], ontology: Ontology
) -> None:
    text = f"{head}\n{PROSE}\n\n{MORE}\n\n{foot}"
    layout = find_layout(Transcript(text), ontology)
    assert pairs(layout) == expected
    assert matter(text, layout) == [PROSE, MORE]
    for field in layout.fields:
        assert field.span is not None
        assert field.name in {rule.name for rule in ontology.fields}


@pytest.mark.parametrize(
    "text",
    [
        f"{PROSE}\n\n{MORE}\n",
        f"{PROSE}\r\n{MORE}\r\n",
        f"一、总体要求\n{PROSE}\n二、主要任务\n{MORE}\n",
        "新加坡提出智慧国家构想",
        "发布时间:2022-06-20",
        "新加坡提出智慧国家构想\n英国出台《政府转型战略》\n",
        f"各位代表：\n{PROSE}\n时间：明年三月。地点另行通知。\n",
        f"{PROSE}\n国务院办公厅\n2022年6月6日以后\n",
    ],
)
def test_a_text_without_header_is_matter_throughout(text: str, ontology: Ontology) -> None:
    layout = find_layout(Transcript(text), ontology)
    assert layout.fields == ()
    assert matter(text, layout) == [line for line in text.splitlines() if line]


def test_a_short_line_above_prose_is_its_title(ontology: Ontology) -> None:
    text = f"打造数字政府\n\n{PROSE}\n"
    layout = find_layout(Transcript(text), ontology)
    assert (pairs(layout), matter(text, layout)) == ([("title", "打造数字政府")], [PROSE])


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("王宁:数字政府怎么建", [("author", "王宁"), ("title", "数字政府怎么建")]),
        (
            "江苏:数字政府怎么建",
            [("title", "江苏:数字政府怎么建")],
        ),  # a place, though Jiang is a surname
        ("数字政府:怎么建", [("title", "数字政府:怎么建")]),
    ],
)
def test_names_before_a_title_are_authors_unless_known_otherwise(
    title: str, expected: list[tuple[str, str]], ontology: Ontology
) -> None:
    assert (
        pairs(find_layout(Transcript(f"{title}\n来源:新华社\n{PROSE}"), ontology))[:-1] == expected
    )


@pytest.mark.parametrize(
    ("head", "speaker", "day"),
    [
        (
            "——2026年1月25日在某区第一届人民代表大会第四次会议上\n自治区主席 艾尔肯·吐尼亚孜\n",
            "艾尔肯·吐尼亚孜",
            "2026-01-25",
        ),
        (
            "（2026年1月27日在某省第一届人民代表大会第四次会议上）\n某省人民政府省长　周大力\n",
            "周大力",
            "2026-01-27",
        ),
        (
            "——2026年1月26日在某省第十四届\n人民代表大会第五次会议上\n某省省长 孟小利\n",
            "孟小利",
            "2026-01-26",
        ),
        (
            "——在某区第一届人民代表大会第四次会议上\n自治区主席 张大浦\n（2026年1月26日）\n",
            "张大浦",
            "2026-01-26",
        ),
        (
            "——2026年1月25日在某省第一届人民代表大会第四次会议上\n某省人民政府省长\n罗大川\n",
            "罗大川",
            "2026-01-25",
        ),
        (
            "2026年1月26日在某省第一届人民代表大会第四次会议上 某省省长 王大谱\n",
            "王大谱",
            "2026-01-26",
        ),
        (
            "——二〇二六年一月二十七日在某省一届人民代表大会四次会议上\n某省代省长　任 鹤\n",
            "任鹤",
            "2026-01-27",
        ),
    ],
)
def test_the_speaker_of_a_report_and_its_day(
    head: str, speaker: str, day: str, ontology: Ontology
) -> None:
    text = f"政府工作报告\n{head}各位代表：\n{PROSE}\n{MORE}\n"
    layout = find_layout(Transcript(text), ontology)
    said = {field.name: field.value for field in layout.fields}
    assert (said["title"], said["author"], said["issued"]) == ("政府工作报告", speaker, day)
    assert matter(text, layout) == ["各位代表：", PROSE, MORE]


def test_a_notice_in_plain_text_says_its_number_and_who_signed_it(ontology: Ontology) -> None:
    text = (
        "某市人民政府关于加强\n数据管理的意见\n某政发〔2023〕12号\n各县人民政府：\n"
        f"{PROSE}\n{MORE}\n某市人民政府\n2023年5月6日\n（此件公开发布）\n"
    )
    layout = find_layout(Transcript(text), ontology)
    assert pairs(layout) == [
        ("title", "某市人民政府关于加强数据管理的意见"),
        ("number", "某政发〔2023〕12号"),
        ("issuer", "某市人民政府"),
        ("written", "2023-05-06"),
    ]
    assert matter(text, layout)[-3:] == ["某市人民政府", "2023年5月6日", "（此件公开发布）"]


def test_several_bodies_may_sign(ontology: Ontology) -> None:
    text = f"关于数据的通知\n{PROSE}\n{MORE}\n教育部　　财政部\n2023年5月6日\n"
    assert [
        v for name, v in pairs(find_layout(Transcript(text), ontology)) if name == "issuer"
    ] == [
        "教育部",
        "财政部",
    ]


def test_headings_between_header_and_prose_are_matter(ontology: Ontology) -> None:
    text = f"数字政府研究报告\n来源：新华社\n引言\n{PROSE}\n## 现状\n- {MORE}\n"
    assert matter(text, find_layout(Transcript(text), ontology)) == ["引言", PROSE, "现状", MORE]


@given(
    st.text(
        alphabet=st.sampled_from("来源作者:：《》\n 2022年6月5日（）。张三大学|>#-—省长A\u00a0")
    )
)
def test_any_text_has_a_layout(text: str) -> None:
    layout = find_layout(Transcript(text), ONTOLOGY)
    starts = [span.start for span in layout.body]
    assert starts == sorted(starts)
    outside = [field.span for field in layout.fields if field.span]
    assert not any(field.overlaps(span) for field in outside for span in layout.body)


ONTOLOGY = load_ontology()


@pytest.mark.parametrize(
    "line", ["来" * 20_000, "大中小" * 60 + "甲", "a > " * 45 + "。", "《" * 190, "作者：" * 60]
)
def test_strange_lines_take_no_time(line: str) -> None:
    find_layout(Transcript(f"{line}\n{PROSE}\n{line}\n"), ONTOLOGY)
