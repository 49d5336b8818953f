"""Extractions made by hand, for the tests of the graph and of what is written from it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

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
from kg.ontology import NAMESPACE, Ontology, load_ontology

ID = "https://w3id.org/zhengtu/id/"


@cache
def ontology() -> Ontology:
    return load_ontology()


@dataclass(frozen=True)
class Name:
    """A name in the text, the class of what it names, and the IRI if it is known."""

    label: str
    kind: str
    iri: str = ""
    aliases: tuple[str, ...] = ()
    properties: tuple[tuple[str, str | float], ...] = ()

    @property
    def entity(self) -> Entity:
        minted = f"{ID}{self.kind.lower()}-{digest(self.kind, self.label)}"
        return Entity(
            iri=IRI(self.iri or minted),
            kind=IRI(NAMESPACE + self.kind),
            label=self.label,
            aliases=self.aliases,
            properties=self.properties,
        )


@dataclass(frozen=True)
class Said:
    """A relation between two names; the text says so at the first sentence that holds both."""

    subject: str
    relation: str
    object: str
    status: Status = Status.ASSERTED
    confidence: float = 0.9
    cue: str = ""
    context: str = ""
    speaker: str = ""
    extractor: str = "triggers"


def extraction(
    file: str,
    text: str,
    names: Sequence[Name],
    said: Sequence[Said],
    fields: Sequence[Field] = (),
) -> Extraction:
    """Return an extraction whose mentions are all occurrences of the names, longest first."""
    document = Document(
        name=file,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        fields=tuple(fields),
        body=(Span(0, len(text)),),
    )
    by_word = {word: name for name in names for word in (name.label, *name.aliases)}
    pattern = "|".join(map(re.escape, sorted(by_word, key=len, reverse=True)))
    in_fields = {field.span for field in fields}
    mentions, references = [], []
    for match in re.finditer(pattern, text) if pattern else ():
        span, entity = Span(*match.span()), by_word[match.group()].entity
        who = "fields" if span in in_fields else "lexicon"
        mentions.append(Mention(span, match.group(), entity.kind, who))
        references.append(entity.iri)
    entities = {name.label: name.entity for name in names}
    return Extraction(
        document=document,
        mentions=tuple(mentions),
        references=tuple(references),
        entities=tuple(entities.values()),
        assertions=tuple(_assertion(one, text, entities) for one in said),
    )


def _assertion(said: Said, text: str, entities: dict[str, Entity]) -> Assertion:
    subject, object_ = entities[said.subject], entities[said.object]
    evidence = next(
        found
        for sentence in sentences(text)
        if (found := _evidence(sentence, text, _words(subject), _words(object_), said.cue))
    )
    return Assertion(
        subject=subject.iri,
        relation=IRI(NAMESPACE + said.relation),
        object=object_.iri,
        evidence=evidence,
        confidence=said.confidence,
        extractor=said.extractor,
        status=said.status,
        context=entities[said.context].iri if said.context else None,
        speaker=entities[said.speaker].iri if said.speaker else None,
    )


def _words(entity: Entity) -> tuple[str, ...]:
    return (entity.label, *entity.aliases)


def sentences(text: str) -> list[Span]:
    """Return the sentences, each with its full stop."""
    ends = [0, *(match.end() for match in re.finditer("[。\n]", text)), len(text)]
    return [Span(start, end) for start, end in pairwise(ends) if text[start:end].strip()]


def _evidence(
    sentence: Span, text: str, subjects: Sequence[str], objects: Sequence[str], cue: str
) -> Evidence | None:
    subject = _find(subjects, text, sentence)
    object_ = _find(objects, text, sentence)
    if subject is None or object_ is None:
        return None
    quotation = Span(min(subject.start, object_.start), max(subject.end, object_.end))
    return Evidence(
        sentence=sentence,
        quotation=quotation,
        quote=quotation.of(text),
        subject=subject,
        object=object_,
        cue=_find([cue], text, quotation) if cue else None,
    )


def _find(words: Sequence[str], text: str, within: Span) -> Span | None:
    for word in words:
        start = text.find(word, within.start, within.end)
        if start >= 0:
            return Span(start, start + len(word))
    return None


SINGAPORE = Name("新加坡", "Country", f"{ID}country-SG")
SMART_NATION = Name("智慧国2025计划", "Strategy")
SMART_STATE = Name("智慧国家", "Concept")
ZHEJIANG = Name("浙江", "Region", f"{ID}region-330000", aliases=("浙江省",))
HANGZHOU = Name("杭州", "Region", f"{ID}region-330100")
ONE_TRIP = Name("最多跑一次", "Initiative")
AUTHOR = Name("陶永亮", "Person")
FRAGMENTS = Name("碎片化", "Concept")
FIGURE = Name(
    "超过170个国家",
    "Quantity",
    properties=(("comparator", ">"), ("number", 170.0), ("unit", "个国家")),
)
STRATEGY = Name("数字化发展战略", "Policy")
YEAR = Name("2022年6月", "Time", properties=(("date", "2022-06"),))


def article() -> Extraction:
    """An article with a title, an author, and each kind of assertion."""
    text = (
        "国际前沿趋势\n陶永亮\n新加坡在“智慧国2025计划”中提出智慧国家构想。"
        "浙江省杭州推出“最多跑一次”改革，尚未消除碎片化。"
        "据新加坡介绍，超过170个国家于2022年6月出台数字化发展战略。"
    )
    return extraction(
        "data/article.txt",
        text,
        [
            SINGAPORE,
            SMART_NATION,
            SMART_STATE,
            ZHEJIANG,
            HANGZHOU,
            ONE_TRIP,
            AUTHOR,
            FRAGMENTS,
            FIGURE,
            STRATEGY,
            YEAR,
        ],
        [
            Said("新加坡", "proposes", "智慧国家", cue="提出", context="智慧国2025计划"),
            Said("智慧国2025计划", "aimsAt", "智慧国家", confidence=0.7, extractor="frames"),
            Said("杭州", "locatedIn", "浙江", confidence=1.0),
            Said("浙江", "proposes", "最多跑一次", Status.PLANNED, cue="推出"),
            Said("最多跑一次", "addresses", "碎片化", Status.NEGATED, cue="消除"),
            Said("数字化发展战略", "hasValue", "超过170个国家", Status.REPORTED, speaker="新加坡"),
            Said("数字化发展战略", "occursAt", "2022年6月"),
        ],
        [
            Field("title", "国际前沿趋势", Span(0, 6)),
            Field("author", "陶永亮", Span(7, 10)),
            Field("issued", "2022-06-15"),
        ],
    )


def notice() -> Extraction:
    """A second document, which says one of the article's facts again."""
    return extraction(
        "data/notice.txt",
        "新加坡提出智慧国家。浙江推出“最多跑一次”，不再是口号。",
        [SINGAPORE, SMART_STATE, ZHEJIANG, ONE_TRIP],
        [
            Said("新加坡", "proposes", "智慧国家", confidence=0.8, cue="提出"),
            Said("浙江", "implements", "最多跑一次", Status.QUESTIONED, cue="推出"),
        ],
    )


def long_article(facts: int = 120) -> Extraction:
    """An article of as many sentences, each with one fact: for measuring."""
    policies = [Name(f"第{n}号行动方案", "Policy") for n in range(facts // 3)]
    concepts = [Name(f"目标{n:03}号", "Concept") for n in range(facts // 2)]
    pairs = [(policies[n % len(policies)], concepts[n % len(concepts)]) for n in range(facts)]
    text = "".join(f"{p.label}旨在实现{c.label}，并推动各项工作取得成效。" for p, c in pairs)
    relations = ("aimsAt", "promotes", "hasFeature", "uses")
    said = [Said(p.label, relations[n % 4], c.label, cue="实现") for n, (p, c) in enumerate(pairs)]
    return extraction("data/long.txt", text, [*policies, *concepts], list(dict.fromkeys(said)))


def sample() -> Graph:
    """A graph in memory of the article and the notice."""
    graph = Graph.memory(ontology())
    graph.replace(article(), notice())
    graph.infer()
    return graph
