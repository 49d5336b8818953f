"""A graph to try the page on: two notices of an invented province, hostile names and all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256

from kg.graph.store import Graph
from kg.model import (
    IRI,
    Assertion,
    Document,
    Entity,
    Evidence,
    Extraction,
    Field,
    Mention,
    Span,
    Status,
    digest,
)
from kg.ontology import load_ontology
from kg.vocabulary import NAMESPACE

BASE = "https://w3id.org/zhengtu/id/"

SCRIPT = "</script><img src=x onerror=alert(1)>"
LINK = "javascript:alert(2)"
TURNED = "平台\u202ecod.exe\u202c"
FORMULA = "=cmd|' /C calc'!A0"
ASTRAL = "𠮷林数据港"

# [name] is a thing; + goes on with the line above; > is what the sentence states:
# subject relation object cue [status].
PLAN = """云川省数字政府建设三年行动计划解读

云川省政务网

[云川省人民政府]于[2024年3月18日]印发[《云川省数字政府建设三年行动计划》]。
> 云川省人民政府 proposes 云川省数字政府建设三年行动计划 印发
> 云川省数字政府建设三年行动计划 occursAt 2024年3月18日 -
[《云川省数字政府建设三年行动计划》]以[整体政府]为目标,旨在提升[政务服务效能],
+ 并要求[云川省大数据局]统筹推进[云上通办]。
> 云川省数字政府建设三年行动计划 aimsAt 整体政府 目标
> 云川省数字政府建设三年行动计划 promotes 政务服务效能 提升
> 云川省大数据局 implements 云上通办 统筹推进 required
[云川省大数据局]依托[云川省公共数据平台]建设[云上通办],打破[信息孤岛]。
> 云川省大数据局 uses 云川省公共数据平台 依托
> 云川省大数据局 implements 云上通办 建设
> 云上通办 addresses 信息孤岛 打破
[海岳市]、[青澜市]和[北屿县]率先推出[云上通办]和[一件事一次办]。
> 海岳市 proposes 云上通办 推出
> 青澜市 proposes 云上通办 推出
> 北屿县 proposes 云上通办 推出
> 海岳市 proposes 一件事一次办 推出
> 青澜市 proposes 一件事一次办 推出
> 北屿县 proposes 一件事一次办 推出
[海岳市]、[青澜市]、[北屿县]均属于[云川省]。
> 海岳市 partOf 云川省 属于
> 青澜市 partOf 云川省 属于
> 北屿县 partOf 云川省 属于
[云上通办]运用[人工智能]、[区块链]和[电子证照],推动[治理模式]从[末端治理]转向[源头治理]。
> 云上通办 uses 人工智能 运用
> 云上通办 uses 区块链 运用
> 云上通办 uses 电子证照 运用
> 末端治理 becomes 源头治理 转向
> 云上通办 promotes 治理模式 推动
[云川省公共数据平台]已归集数据[超过120亿条],[数据共享率]达到[95%]。
> 云川省公共数据平台 hasValue 超过120亿条 超过
> 数据共享率 hasValue 95% 达到
到[2027年],[云川省]将建成[数字孪生城市],并在[海岳市]举办[云川数字治理大会]。
> 云川省 implements 数字孪生城市 建成 planned
> 云川数字治理大会 locatedIn 海岳市 举办 planned
> 数字孪生城市 occursAt 2027年 到 planned
[云川省大数据局]局长[周予安]表示,[一件事一次办]有利于改善[营商环境]。
> 周予安 affiliatedWith 云川省大数据局 局长
> 一件事一次办 promotes 营商环境 有利于 reported
[一件事一次办]尚未覆盖[跨省通办],并不等于[云上通办]。
> 一件事一次办 partOf 跨省通办 覆盖 negated
> 一件事一次办 isA 云上通办 等于 negated
[整体政府]强调[协作]与[整合],通过[业务协作]和[数据共享]应对[碎片化]问题。
> 整体政府 hasFeature 协作 强调
> 整体政府 hasFeature 整合 强调
> 整体政府 uses 业务协作 通过
> 整体政府 uses 数据共享 通过
> 整体政府 addresses 碎片化 应对
[云川大学]的[林若川]认为,[数据共享]促进了[政府透明度]。
> 林若川 affiliatedWith 云川大学 的
> 数据共享 promotes 政府透明度 促进 reported
"""

RULES = f"""云川省公共数据条例要点

云川日报

[《云川省公共数据条例》]根据[《数据安全法》]制定,由[云川省人大常委会]通过。
> 云川省公共数据条例 basedOn 数据安全法 根据
> 云川省人大常委会 proposes 云川省公共数据条例 通过
[《云川省公共数据条例》]自[2025年1月1日]起施行,保障[数据共享]。
> 云川省公共数据条例 occursAt 2025年1月1日 自
> 云川省公共数据条例 promotes 数据共享 保障
[中国]与[新加坡]合作建设[{ASTRAL}],{chr(0x20BB7)}字不计入偏移误差,[{ASTRAL}]位于[北屿县]。
> 中国 implements {ASTRAL} 建设
> 新加坡 implements {ASTRAL} 建设
> {ASTRAL} locatedIn 北屿县 位于
[云川省公共数据平台]接入了[{SCRIPT}]和[{LINK}],也接入[{TURNED}]。
> 云川省公共数据平台 uses {SCRIPT} 接入
> 云川省公共数据平台 uses {LINK} 接入
> 云川省公共数据平台 uses {TURNED} 接入
[{FORMULA}]利用[人工智能]。
> {FORMULA} uses 人工智能 利用
[云川省大数据局]负责[云上通办]的运行。
> 云川省大数据局 implements 云上通办 负责
是否应由[云川省人民政府]推行[首席数据官制度],尚待讨论。
> 云川省人民政府 implements 首席数据官制度 推行 questioned
[首席数据官制度]与[数据要素市场]、[场景开放清单]均在调研之列。
"""

KINDS: Mapping[str, str] = {
    "Country": "中国 新加坡",
    "Region": "云川省 海岳市 青澜市 北屿县",
    "Organization": "云川省人民政府 云川省大数据局 云川省人大常委会 云川大学",
    "Person": "周予安 林若川",
    "Strategy": "云川省数字政府建设三年行动计划",
    "Regulation": "云川省公共数据条例 数据安全法",
    "Initiative": "云上通办 一件事一次办 跨省通办 数字孪生城市 首席数据官制度 场景开放清单 "
    + ASTRAL,
    "Technology": "人工智能 区块链 电子证照 云川省公共数据平台 " + LINK + " " + TURNED,
    "Event": "云川数字治理大会",
    "Indicator": "数据共享率",
    "Quantity": "超过120亿条 95%",
    "Time": "2024年3月18日 2027年 2025年1月1日",
}
DATES = {"2024年3月18日": "2024-03-18", "2027年": "2027", "2025年1月1日": "2025-01-01"}
KNOWN = {"中国": "country-CN", "新加坡": "country-SG"}


def kind_of(name: str) -> str:
    """Return the local name of the class; what no list holds is a concept."""
    return next((kind for kind, names in KINDS.items() if name in names.split(" ")), "Concept")


def iri_of(name: str) -> IRI:
    """Return the IRI under which the sample knows the name."""
    kind = kind_of(name)
    return IRI(BASE + KNOWN.get(name, f"{kind.lower()}-{digest(kind, name)}"))


def sample_graph() -> Graph:
    """Return the two documents as a graph in memory."""
    graph = Graph.memory(load_ontology())
    graph.replace(*extractions())
    graph.infer()
    return graph


def extractions() -> tuple[Extraction, ...]:
    """Return the two documents, read."""
    return (
        _read("data/plan.txt", PLAN, "2024-03-20", "云川省政务网", ("林若川",)),
        _read("data/rules.txt", RULES, "2025-01-02", "云川日报", ("周予安", "林若川")),
    )


def _read(name: str, marked: str, day: str, source: str, authors: tuple[str, ...]) -> Extraction:
    lines = _lines(marked)
    text = "\n".join(_NAME.sub(_unmarked, line) for line, _ in lines)
    fields = [
        Field("title", lines[0][0]),
        Field("issued", day),
        Field("source", source),
        *(Field("author", author) for author in authors),
    ]
    document = Document(name, text, sha256(text.encode()).hexdigest(), tuple(fields))
    mentions: list[Mention] = []
    assertions: list[Assertion] = []
    start = 0
    for line, stated in lines:
        plain = _NAME.sub(_unmarked, line)
        found = list(_mentions(line, start))
        mentions += found
        for fact in stated:
            assertions.append(_assertion(text, Span(start, start + len(plain)), found, fact))
        start += len(plain) + 1
    entities = {iri_of(m.quote): _entity(m) for m in mentions}
    return Extraction(
        document,
        tuple(mentions),
        tuple(iri_of(m.quote) for m in mentions),
        tuple(entities[iri] for iri in sorted(entities)),
        tuple(assertions),
    )


_NAME = re.compile(r"\[(《?)([^\]]*?)》?\]")


def _lines(marked: str) -> list[tuple[str, list[str]]]:
    lines: list[tuple[str, list[str]]] = []
    for line in marked.split("\n"):
        if line.startswith("+ "):
            lines[-1] = (lines[-1][0] + line[2:], lines[-1][1])
        elif line.startswith("> "):
            lines[-1][1].append(line[2:])
        else:
            lines.append((line, []))
    return lines


def _unmarked(found: re.Match[str]) -> str:
    return found[0][1:-1]


def _mentions(line: str, start: int) -> Iterator[Mention]:
    shift = 0
    for found in _NAME.finditer(line):
        begin = start + found.start() - shift + len(found[1])
        shift += 2
        kind = IRI(NAMESPACE + kind_of(found[2]))
        yield Mention(Span(begin, begin + len(found[2])), found[2], kind, "patterns", 0.9)


def _entity(mention: Mention) -> Entity:
    name = mention.quote
    aliases = ("全流程网上办理", "云通办") if name == "云上通办" else ()
    properties: tuple[tuple[str, str | float], ...] = ()
    if name in DATES:
        properties = (("date", DATES[name]),)
    if name == "超过120亿条":
        properties = (("comparator", ">"), ("number", 12e9), ("unit", "条"))
    return Entity(iri_of(name), mention.kind, name, aliases, properties)


def _assertion(text: str, sentence: Span, found: list[Mention], fact: str) -> Assertion:
    parts = re.match(
        r"(.+?) ([a-zA-Z]+) (.+?) (\S+?)(?: (planned|required|negated|questioned|reported))?$",
        fact.strip(),
    )
    assert parts, fact
    name, relation, other, word, status = parts.groups()
    subject = next(m.span for m in found if m.quote == name)
    object_ = next(m.span for m in found if m.quote == other)
    quotation = Span(min(subject.start, object_.start), max(subject.end, object_.end))
    at = text.find(word, sentence.start, sentence.end)
    cue = Span(at, at + len(word)) if at >= 0 and word != "-" else None
    return Assertion(
        iri_of(name),
        IRI(NAMESPACE + relation),
        iri_of(other),
        Evidence(sentence, quotation, quotation.of(text), subject, object_, cue),
        round(0.52 + int(digest(fact), 16) % 47 / 100, 2),
        "triggers" if cue else "fields",
        Status(status or "asserted"),
    )
