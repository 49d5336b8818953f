"""Short names that a text declares."""

from __future__ import annotations

import pytest
from extract_samples import stage

from kg.extract.aliases import Declarations, compile_declarations, find_aliases
from kg.ontology import Ontology


@pytest.fixture(scope="module")
def declarations(ontology: Ontology) -> Declarations:
    return compile_declarations(ontology)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "{国家发展和改革委员会|Organization}（以下简称{国家发改委|Organization}）发文",
            [("国家发展和改革委员会", "国家发改委")],
        ),
        (
            "《{关于加强数字政府建设的指导意见|Policy}》（以下简称《{指导意见|Policy}》）提出",
            [("关于加强数字政府建设的指导意见", "指导意见")],
        ),
        ("《{数据规划|Policy}》，以下简称“{规划|Policy}”", [("数据规划", "规划")]),
        ("{数字政府|Concept}又称{电子政府|Concept}", [("数字政府", "电子政府")]),
        ("{数字政府|Concept}，又称“{电子政府|Concept}”", [("数字政府", "电子政府")]),
        # a bracket alone declares what is made of the same characters
        ("{国家数据局|Organization}（{数据局|Organization}）", [("国家数据局", "数据局")]),
        ("{国家数据局|Organization}({数据局|Organization})", [("国家数据局", "数据局")]),
        ("{国家数据局|Organization}（{浙江大学|Organization}）", []),
        ("{数据局|Organization}（{国家数据局|Organization}）", []),
        # not of one class
        ("{国务院|Organization}（以下简称{规划|Policy}）", []),
        # a list is no declaration
        ("{国务院|Organization}、{国家数据局|Organization}", []),
        ("{国务院|Organization}下属{国家数据局|Organization}", []),
    ],
)
def test_a_declaration_joins_the_full_name_and_the_short(
    sentence: str,
    expected: list[tuple[str, str]],
    ontology: Ontology,
    declarations: Declarations,
) -> None:
    scene = stage(sentence, ontology)
    mentions = scene.mentions
    found = [
        tuple(scene.between(mentions[m].start, mentions[m].end) for m in (alias.full, alias.short))
        for alias in find_aliases(scene, declarations)
    ]
    assert found == expected


def test_a_declaration_knows_the_words_that_make_it(
    ontology: Ontology, declarations: Declarations
) -> None:
    scene = stage("{国家数据局|Organization}（以下简称{数据局|Organization}）", ontology)
    [alias] = find_aliases(scene, declarations)
    assert scene.between(*alias.cue) == "（以下简称"
