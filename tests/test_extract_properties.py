"""Whatever the text is, extraction ends, and what it says of the text is true of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.extract.equipment import equip
from kg.extract.pipeline import Reader
from kg.model import Extraction
from kg.ontology import Ontology, load_ontology
from kg.text.read import read_passage
from kg.vocabulary import KG

ROOT = Path(__file__).parent.parent
SETTINGS = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def _words() -> list[str]:
    """Words of the ontology that mean something to every room of extraction."""
    ontology = load_ontology()
    named = [concept.label for concept in ontology.concepts[::40]]
    triggers = [word for r in ontology.relations for word in (*r.triggers, *r.backward_triggers)]
    frames = [part for r in ontology.relations for frame in r.frames for part in frame.split("{")]
    listed = [word for words in ontology.words.values() for word in words[:6]]
    return sorted({*named, *triggers, *frames, *listed})


MARKS = [
    "，",
    "。",
    "、",
    "“",
    "”",
    "《",
    "》",
    "（",
    "）",
    "：",
    "；",
    "？",
    "——",
    ",",
    "(",
    '"',
    "\n",
]
ODD = [
    "\u00a0",
    "\u3000",
    "\r\n",
    "\u2028",
    "\ufeff",
    "\x00",
    "Ａ５",
    "５％",
    "\U00020000",
    "e\u0301",
]
FIGURES = [
    "2025年",
    "5.6%",
    "超过170个",
    "十四五",
    "国发〔2019〕5号",
    "2017—2020",
    "一",
    "1.3万亿元",
]
policy_like = st.lists(
    st.one_of(
        st.sampled_from(_words()),
        st.sampled_from(MARKS),
        st.sampled_from(FIGURES),
        st.sampled_from(
            ["浙江省", "国务院", "数字政府", "我国", "张三", "政府", "改革", "的", "以下简称"]
        ),
        st.sampled_from(ODD),
    ),
    max_size=40,
).map("".join)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
mixed = st.tuples(policy_like, any_text, policy_like).map("".join)
texts = st.one_of(policy_like, any_text, mixed)


@pytest.fixture(scope="module")
def reader(ontology: Ontology) -> Reader:
    return Reader(equip(ontology))


@pytest.fixture(scope="module")
def bare(ontology: Ontology) -> Reader:
    return Reader(equip(ontology, None))


@SETTINGS
@given(text=texts)
def test_what_is_found_is_true_of_the_text(text: str, reader: Reader) -> None:
    check(reader.extract(read_passage(text, "a")), reader.equipment.ontology)


@SETTINGS
@given(text=texts)
def test_what_is_found_without_models_is_true_of_the_text(text: str, bare: Reader) -> None:
    check(bare.extract(read_passage(text, "a")), bare.equipment.ontology)


def check(found: Extraction, ontology: Ontology) -> None:
    text = found.document.text
    spans = [mention.span for mention in found.mentions]
    assert spans == sorted(spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(mention.quote == mention.span.of(text) for mention in found.mentions)
    kinds = {entity.iri: entity.kind for entity in found.entities}
    assert set(found.references) <= set(kinds)
    assert len(kinds) == len(found.entities)
    for said in found.assertions:
        evidence = said.evidence
        assert evidence.quote == evidence.quotation.of(text)
        assert evidence.sentence.holds(evidence.quotation)
        assert evidence.quotation.holds(evidence.subject)
        assert evidence.quotation.holds(evidence.object)
        assert {evidence.subject, evidence.object} <= set(spans)
        relation = ontology.relation(said.relation)
        # Nothing is related to itself; only another name of it may be said to be the same.
        names = {evidence.subject.of(text), evidence.object.of(text)}
        itself = relation.iri == KG.sameAs and len(names) == 2
        assert said.subject != said.object or itself, relation.name
        assert relation.allows(kinds[said.subject], kinds[said.object]), relation.name
        assert 0.0 <= said.confidence <= 1.0
        for qualifier in (said.context, said.speaker, said.time, said.value):
            assert qualifier is None or qualifier in kinds


# ------------------------------------------------------------------ two processes

WORKER = """
import json, sys
from kg.extract.equipment import equip
from kg.extract.pipeline import Reader
from kg.model import digest
from kg.ontology import load_ontology
from kg.text.read import read_passage
reader = Reader(equip(load_ontology()))
for line in sys.stdin:
    print(digest(repr(reader.extract(read_passage(json.loads(line), "a")))), flush=True)
"""

Ask = Callable[[str], str]


@pytest.fixture(scope="module")
def processes() -> Iterator[list[Ask]]:
    """Two processes with hash seeds of their own: each answers a text with its extraction."""
    with ExitStack() as stack:
        yield [stack.enter_context(_process(seed)) for seed in ("1", "2")]


class _process:  # noqa: N801 - it is used as a function
    def __init__(self, seed: str) -> None:
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        self.worker = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
        )

    def __enter__(self) -> Ask:
        return self.ask

    def ask(self, text: str) -> str:
        assert self.worker.stdin is not None
        assert self.worker.stdout is not None
        self.worker.stdin.write(json.dumps(text) + "\n")
        self.worker.stdin.flush()
        answer = self.worker.stdout.readline()
        assert answer, "the process ended"
        return answer

    def __exit__(self, *_: object) -> None:
        self.worker.communicate(timeout=30)


@SETTINGS
@given(text=texts)
def test_two_processes_find_the_same(text: str, processes: list[Ask]) -> None:
    assert len({ask(text) for ask in processes}) == 1


def test_two_processes_find_the_same_in_the_article(processes: list[Ask]) -> None:
    article = (ROOT / "data" / "article.txt").read_text(encoding="utf-8")
    assert len({ask(article) for ask in processes}) == 1
