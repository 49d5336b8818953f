"""Graphs of any size, made up: things that keep company in groups, each fact with its sentence.

The same number of things gives the same graph. Names are of syllables, so that searching and
labels have the work that real ones give them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
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
KINDS = ("Concept", "Concept", "Concept", "Policy", "Organization", "Technology", "Initiative")
RELATIONS = (("promotes", "促进"), ("uses", "利用"), ("addresses", "应对"), ("aimsAt", "旨在"))
STATUSES = (Status.ASSERTED,) * 8 + (Status.PLANNED, Status.NEGATED)
SYLLABLES = (
    "数据治理平台协同服务效能整体透明开放共享安全标准监管创新试点区域城市社会公共智慧网络信用评估"
    "保障机制体系改革规划产业市场绿色交通教育医疗养老水利能源农村科技金融贸易文化旅游应急环境"
)
SENTENCES_A_DOCUMENT = 40


def invented(things: int, edges: int | None = None) -> Graph:
    """Return a graph in memory with so many things, and twice as many edges if not told."""
    entities = _entities(things)
    pairs = _pairs(things, edges or 2 * things)
    graph = Graph.memory(load_ontology())
    batch = 25 * SENTENCES_A_DOCUMENT
    for start in range(0, len(pairs), batch):
        graph.replace(
            *(
                _document(number, pairs[number : number + SENTENCES_A_DOCUMENT], entities)
                for number in range(start, min(start + batch, len(pairs)), SENTENCES_A_DOCUMENT)
            )
        )
    return graph


def _entities(things: int) -> Sequence[Entity]:
    chance = random.Random(things)
    made = []
    for number in range(things):
        kind = KINDS[number % len(KINDS)]
        name = "".join(chance.choices(SYLLABLES, k=chance.randint(3, 9))) + f"{number:x}"
        made.append(
            Entity(IRI(f"{BASE}{kind.lower()}-{digest(name)}"), IRI(NAMESPACE + kind), name)
        )
    return made


def _pairs(things: int, edges: int) -> Sequence[tuple[int, int]]:
    # Nine of ten edges stay within a group of some sixty things; old members attract more.
    chance = random.Random(edges)
    groups = max(1, things // 60)
    pairs = dict.fromkeys((number, number % groups) for number in range(groups, things))
    while len(pairs) < edges:
        one = chance.randrange(things)
        rank = int(chance.random() ** 2 * (things // groups))
        other = rank * groups + (
            one % groups if chance.random() < 0.9 else chance.randrange(groups)
        )
        if other < things and other != one:
            pairs[one, other] = None
    return tuple(pairs)


def _document(
    number: int, pairs: Sequence[tuple[int, int]], entities: Sequence[Entity]
) -> Extraction:
    text, mentions, references, assertions = f"文件{number}\n", [], [], []
    for turn, (one, other) in enumerate(pairs):
        relation, cue = RELATIONS[(one + other) % len(RELATIONS)]
        status = STATUSES[(one * 7 + other) % len(STATUSES)]
        begin = len(text)
        spans = []
        for name, rest in ((entities[one].label, cue), (entities[other].label, "。")):
            spans.append(Span(len(text), len(text) + len(name)))
            text += name + rest
        whole = Span(begin, len(text) - 1)
        for span, entity in zip(spans, (entities[one], entities[other]), strict=True):
            mentions.append(Mention(span, entity.label, entity.kind))
            references.append(entity.iri)
        evidence = Evidence(
            Span(begin, len(text)),
            whole,
            text[begin : len(text) - 1],
            *spans,
            Span(spans[0].end, spans[0].end + len(cue)),
        )
        assertions.append(
            Assertion(
                entities[one].iri, IRI(NAMESPACE + relation), entities[other].iri, evidence,
                round(0.4 + (turn % 60) / 100, 2), "triggers", status,
            )
        )  # fmt: skip
        text += "\n"
    day = f"20{10 + number // SENTENCES_A_DOCUMENT % 15}-{1 + number % 12:02}-{1 + number % 28:02}"
    fields = (Field("title", f"文件{number}"), Field("issued", day), Field("source", "示例报"))
    used = {entities[i].iri: entities[i] for pair in pairs for i in pair}
    document = Document(
        f"invented/{number:06}.txt", text, sha256(text.encode()).hexdigest(), fields
    )
    return Extraction(
        document, tuple(mentions), tuple(references),
        tuple(used[iri] for iri in sorted(used)), tuple(assertions),
    )  # fmt: skip
