"""A change of the ontology: only what it can change is read again, and the graph is a fresh one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.builder import BuildReport, build
from kg.changes import FILE, Words, recall_taught
from kg.export.formats import FORMATS
from kg.extract.entities import name_key, tidy
from kg.extract.lexicon import Lexicon
from kg.finishing import PRODUCTS
from kg.model import IRI, Document
from kg.ontology import SHIPPED_ONTOLOGY, Concept, load_ontology
from kg.opening import open_graph, write_product
from kg.report import summary
from kg.text.normal import normalize

ROOT = Path(__file__).parent.parent
TEXTS = {
    "d/1.txt": "新加坡提出智慧国家构想，推动政府数字化转型。金穗堂推出惠民平台。",
    "d/2.txt": "联合王国出台《政府转型战略》，建设数字政府平台。我国提出高质量发展。",
    "d/3.txt": "浙江推出“最多跑一次”改革，数字技术提升政府服务效能。",
    "d/4.txt": "广东推出“一网通办”改革，依托大数据提升治理能力。金穗堂提出青禾计划。",
    "d/5.txt": "上海市提出「智慧　國家」構想，推動數位轉型，解決數據孤島問題。",
}
ALL = tuple(TEXTS)
OWN = Path("own")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents, a copy of the ontology, and the graph made of them."""
    folder = tmp_path_factory.mktemp("before")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        shutil.copytree(SHIPPED_ONTOLOGY, OWN)
        Path("d").mkdir()
        for number, (name, text) in enumerate(TEXTS.items()):
            Path(name).write_text(f"第{number}号报告\n\n{text}\n", encoding="utf-8")
        build(["d"], "out", ontology=OWN, engine="serial")
    return folder


@pytest.fixture(autouse=True)
def here(before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(before, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")


def edit(name: str, old: str, new: str) -> None:
    text = (OWN / name).read_text(encoding="utf-8")
    assert not old or text.count(old) == 1, text.count(old)
    changed = text.replace(old, new) if old else f"{text}\n{new}\n"
    (OWN / name).write_text(changed, encoding="utf-8")


def again(out: str = "out") -> BuildReport:
    return build(["d"], out, ontology=OWN, engine="serial")


def everything(out: str) -> dict[str, bytes]:
    """Return what the build wrote, and the graph in every format."""
    with open_graph(out, ontology=OWN) as graph:
        for suffix in FORMATS:
            write_product(graph, Path(f"{out}-all{suffix}"))
    written = {name: Path(out, name).read_bytes() for name in (*PRODUCTS, FILE)}
    return written | {suffix: Path(f"{out}-all{suffix}").read_bytes() for suffix in FORMATS}


def check(report: BuildReport, reread: tuple[str, ...], why: str) -> None:
    """Hold what was read against what was to be read, and the graph against a fresh one."""
    assert report.written == report.reread == reread
    assert report.unchanged == report.kept == tuple(name for name in ALL if name not in reread)
    assert why in "\n".join(summary(report, load_ontology(OWN)))
    new = again("fresh")
    assert everything("out") == everything("fresh")
    assert report.findings == new.findings
    remembered = [json.loads(Path(out, "build.json").read_text()) for out in ("out", "fresh")]
    assert remembered[0]["checked"] == remembered[1]["checked"]
    assert not again().changed


# ------------------------------------------------------------------ words

SMART = "concepts/terms-digital-government.ttl"
SCHEME = "kg:Concept ; skos:inScheme id:scheme-digital-government ;\n    skos:prefLabel"
STARTS = "id:one-stop-online-service a"
Edit = tuple[str, str, str]
"""A file, what stands there, and what is to stand there; at the end of the file if nothing."""
Case = tuple[Edit, tuple[str, ...], str]

WORDS: dict[str, Case] = {
    "a concept more": (
        (SMART, "", 'id:jinsui a kg:Organization ; skos:prefLabel "金穗堂"@zh .'),
        ("d/1.txt", "d/4.txt"),
        "read again  2 of 5 documents: the word 金穗堂 changed",
    ),
    "a concept less": (
        (
            SMART,
            f'id:smart-nation a {SCHEME} "智慧国家"@zh , "smart nation"@en',
            f'id:other-nation a {SCHEME} "别的国家"@zh , "other nation"@en',
        ),
        # The second one writes it in traditional script, with a blank inside.
        ("d/1.txt", "d/5.txt"),
        "read again  2 of 5 documents: the words 别的国家, 智慧国家 changed",
    ),
    "an alias more": (
        (SMART, "", 'id:smart-nation skos:altLabel "青禾计划"@zh .'),
        ("d/4.txt",),
        "read again  1 of 5 documents: the word 青禾计划 changed",
    ),
    "another label": (
        # The document calls it by an alias and shows the label.
        ("concepts/countries.ttl", '"英国"@zh', '"不列颠"@zh'),
        ("d/2.txt",),
        "read again  1 of 5 documents: the words 不列颠, 大不列颠及北爱尔兰联合王国, 联合王国, ",
    ),
    "another class": (
        ("concepts/initiatives.ttl", f"{STARTS} kg:Initiative", f"{STARTS} kg:Technology"),
        ("d/4.txt",),
        "read again  1 of 5 documents: the word 一网通办 changed",
    ),
    "a word in context": (
        ("concepts/countries.ttl", 'kg:contextLabel "我国"@zh , ', "kg:contextLabel "),
        ("d/2.txt",),
        "documents: the words ",
    ),
    "a word that no document has": (
        (SMART, "", 'id:smart-nation skos:altLabel "无人知晓的名称"@zh .'),
        (),
        "read again  0 of 5 documents: the word 无人知晓的名称 changed",
    ),
}


@pytest.mark.parametrize("name", sorted(WORDS))
def test_a_changed_word_has_those_read_again_that_may_hold_it(name: str) -> None:
    change, reread, why = WORDS[name]
    edit(*change)
    check(again(), reread, why)


def test_what_a_text_has_minted_is_read_again_when_it_becomes_known() -> None:
    # Such IRIs are what `kg gaps` proposes; the name may be another one than the text's.
    with open_graph("out", ontology=OWN) as graph:
        minted = graph.rows(
            "SELECT ?x ?name { GRAPH ?g { ?x a ?c ; rdfs:label ?name ."
            "  FILTER(REGEX(STR(?x), '/id/[a-z]+-[0-9a-f]{12}$')) } ?g kg:file 'd/2.txt' }"
        )
        iri = next(str(iri) for iri, name in minted if "战略" in str(name))
    edit(SMART, "", f'<{iri}> a kg:Policy ; skos:prefLabel "转型之策"@zh .')
    check(again(), ("d/2.txt",), "read again  1 of 5 documents: the word 转型之策 changed")


# ------------------------------------------------------------------ what is no word of a text

UNREAD = "read again  0 of 5 documents: nothing changed by which texts are read"
WORLD: dict[str, Edit] = {
    "where it lies": (
        "concepts/regions.ttl",
        '"CN-ZJ"^^kg:iso3166-2 ;\n    kg:locatedIn id:country-CN',
        '"CN-ZJ"^^kg:iso3166-2 ;\n    kg:locatedIn id:country-SG',
    ),
    "what it is narrower than": (SMART, "", "id:smart-nation skos:broader id:digitalization ."),
    "an English name": ("concepts/countries.ttl", '"United Kingdom"@en', '"Britain"@en'),
    "a code": ("concepts/countries.ttl", '"GB"^^kg:iso3166-1', '"UK"^^kg:iso3166-1'),
    "a definition": ("policy.ttl", '"Puts forward, issues or launches."', '"Puts forward."'),
    "a remark": ("grammar.ttl", "", "# Nothing follows."),
}


@pytest.mark.parametrize("name", sorted(WORLD))
def test_what_only_the_ontology_says_of_things_has_nothing_read_again(name: str) -> None:
    edit(*WORLD[name])
    check(again(), (), UNREAD)


EVERYTHING: dict[str, tuple[Edit, str]] = {
    "a trigger": (
        ("policy.ttl", 'kg:trigger "制定" , "启动"', 'kg:trigger "制定" , "推动" , "启动"'),
        "read again  all 5 documents: relation proposes changed",
    ),
    "a pattern": (
        ("grammar.ttl", "改革开放以来|", ""),
        "read again  all 5 documents: pattern relativePeriod changed",
    ),
    "a word list": (
        ("grammar.ttl", "", 'kg:conjunctions kg:word "抑或" .'),
        "read again  all 5 documents: word list conjunctions changed",
    ),
    "a class": (
        ("policy.ttl", "", 'kg:Country kg:headWord "国" .'),
        "read again  all 5 documents: class Country changed",
    ),
}


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_what_may_concern_any_text_has_all_read_again(name: str) -> None:
    change, why = EVERYTHING[name]
    edit(*change)
    check(again(), ALL, why)


def test_other_software_has_all_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.builder.software_version", lambda: "9.9")
    monkeypatch.setattr("kg.graph.store.software_version", lambda: "9.9")
    check(again(), ALL, "read again  all 5 documents: software changed")


# ------------------------------------------------------------------ several changes, cut off builds


def test_documents_read_at_different_times_are_each_held_against_their_own() -> None:
    edit(SMART, "", 'id:jinsui a kg:Organization ; skos:prefLabel "金穗堂"@zh .')
    first = build(["d/1.txt", "d/2.txt"], "out", ontology=OWN, engine="serial")
    assert (first.written, first.kept) == (("d/1.txt",), ("d/2.txt",))
    assert len(recall_taught(Path("out"))) == 2
    edit(SMART, "", 'id:qinghe a kg:Initiative ; skos:prefLabel "青禾计划"@zh .')
    edit(SMART, "", 'id:benefit a kg:Technology ; skos:prefLabel "惠民平台"@zh .')
    why = "2 of 5 documents: the words 惠民平台, 金穗堂, 青禾计划 changed; "
    check(again(), ("d/1.txt", "d/4.txt"), why)
    assert len(recall_taught(Path("out"))) == 1


@pytest.mark.parametrize("where", ["finish", "failures_of", "remember_taught"])
def test_a_build_that_is_cut_off_is_finished_by_the_next_one(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(SMART, "", 'id:jinsui a kg:Organization ; skos:prefLabel "金穗堂"@zh .')
    edit("concepts/countries.ttl", '"United Kingdom"@en', '"Britain"@en')

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(f"kg.builder.{where}", cut_off)
        again()
    again()
    again("fresh")
    assert everything("out") == everything("fresh")


def test_a_changed_file_is_read_whatever_changed_in_the_ontology() -> None:
    edit(SMART, "", 'id:jinsui a kg:Organization ; skos:prefLabel "金穗堂"@zh .')
    Path("d/3.txt").write_text("第2号报告\n\n湖北推出“一网通办”改革。\n", encoding="utf-8")
    Path("d/1.txt").unlink()
    report = again()
    assert (report.written, report.reread) == (("d/3.txt", "d/4.txt"), ("d/4.txt",))
    assert (report.kept, report.removed) == (("d/2.txt", "d/5.txt"), ("d/1.txt",))
    again("fresh")
    assert everything("out") == everything("fresh")


def test_where_nobody_knows_what_changed_all_are_read_again() -> None:
    Path("out", FILE).write_text("{", encoding="utf-8")
    edit(SMART, "", 'id:jinsui a kg:Organization ; skos:prefLabel "金穗堂"@zh .')
    check(again(), ALL, "all 5 documents: with what they had been read is not known any more")


def test_in_several_processes_it_is_the_same() -> None:
    edit(SMART, "", 'id:jinsui a kg:Organization ; skos:prefLabel "金穗堂"@zh .')
    report = build(["d"], "out", ontology=OWN, engine="processes", jobs=2)
    check(report, ("d/1.txt", "d/4.txt"), "2 of 5 documents")


# ------------------------------------------------------------------ where a word may stand


@settings(deadline=None)
@given(
    name=st.text(
        st.sampled_from("数據数据島岛Ａa１1 “”《》()（）·,，。后後"), min_size=1, max_size=6
    ),
    around=st.text(st.sampled_from('数據島Ａa１1 \n“”"「」《》()（）,，。后後府'), max_size=12),
    place=st.integers(0, 12),
)
def test_what_the_lexicon_would_find_is_never_said_not_to_stand_there(
    name: str, around: str, place: int
) -> None:
    text = around[:place] + name + around[place:]
    lexicon = Lexicon([Concept(IRI("id:x"), IRI("kg:Concept"), name)])
    normal = normalize(text).text
    ends = range(len(normal) + 1)
    found = any(True for _ in lexicon.find(normal)) or any(
        lexicon.lookup(form)
        for start in ends
        for end in ends[start + 1 :]
        for piece in (normal[start:end], text[start:end])
        for form in (piece, name_key(piece), tidy(piece), normalize(piece).text)
    )
    assert not found or Words((name,)).may_stand_in(Document("a", text, "0" * 64))


def test_what_is_taught_is_the_same_in_every_process() -> None:
    code = (
        "from kg.changes import taught_by; from kg.ontology import load_ontology;"
        "import json, dataclasses; print(json.dumps(dataclasses.asdict(taught_by("
        "load_ontology(), 'models', 'software'))))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
