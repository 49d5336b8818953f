"""Sentences of policy text, and all the facts that the rules alone find in each.

A fact is a line: subject, relation, object, then what is not as usual: a status other than
asserted, `speaker=`, `time=`, `context=`. A known failure says why it fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.extract.equipment import equip
from kg.extract.pipeline import Reader
from kg.model import Extraction, Status
from kg.ontology import Ontology
from kg.text.read import read_passage

CASES = Path(__file__).parent / "cases" / "sentences"


def load(file: Path) -> Iterator[Any]:
    for case in json.loads(file.read_text(encoding="utf-8")):
        known = [pytest.mark.xfail(strict=True, reason=case["xfail"])] if "xfail" in case else []
        yield pytest.param(
            case["sentence"], case["facts"], marks=known, id=f"{file.stem}-{case['sentence']}"
        )


def lines(found: Extraction, ontology: Ontology) -> Iterator[str]:
    labels = {entity.iri: entity.label for entity in found.entities}
    for said in found.assertions:
        relation = ontology.relation(said.relation).name
        parts = [labels[said.subject], relation, labels[said.object]]
        if said.status is not Status.ASSERTED:
            parts.append(said.status.value)
        for name in ("speaker", "time", "context"):
            iri = getattr(said, name)
            if iri is not None:
                parts.append(f"{name}={labels[iri]}")
        yield " | ".join(parts)


@pytest.fixture(scope="module")
def rules(ontology: Ontology) -> Reader:
    return Reader(equip(ontology, None))


@pytest.mark.parametrize(
    ("sentence", "facts"), [case for file in sorted(CASES.glob("*.json")) for case in load(file)]
)
def test_the_rules_alone_find_these_facts_and_no_others(
    sentence: str, facts: list[str], rules: Reader, ontology: Ontology
) -> None:
    found = rules.extract(read_passage(sentence, "case"))
    assert sorted(lines(found, ontology)) == sorted(facts)


def test_each_sentence_is_one_case() -> None:
    files = sorted(CASES.glob("*.json"))
    sentences = [case["sentence"] for file in files for case in json.loads(file.read_bytes())]
    assert len(sentences) == len(set(sentences))
