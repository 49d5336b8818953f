"""What official documents say of each other: one thing, however and wherever it is cited."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import kg
from kg.cli import main
from kg.extract.citations import Citations, compile_citations, find_citations
from kg.extract.equipment import Equipment, equip
from kg.model import Document
from kg.ontology import Ontology
from kg.text.normal import normalize
from kg.text.read import read

HEAD = "某市人民政府关于加强数据管理的意见\n某政发〔2023〕12号\n各县（市、区）人民政府：\n"
FOOT = "某市人民政府\n2023年5月6日\n"


@pytest.fixture(scope="module")
def equipment(ontology: Ontology) -> Equipment:
    return equip(ontology, None)


def cited(text: str, equipment: Equipment, tmp_path: Path) -> tuple[Document, Citations]:
    file = tmp_path / "notice.txt"
    file.write_text(text, encoding="utf-8")
    document = read(file, equipment.ontology)
    grammar = compile_citations(equipment.ontology)
    return document, find_citations(document, normalize(document.text).text, grammar, equipment)


def said(found: Citations) -> set[tuple[str, str]]:
    labels = {entity.iri: entity.label for entity in found.entities}
    return {(a.relation.rpartition("#")[2], labels[a.object]) for a in found.assertions}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # A law that the ontology knows is that one.
        ("根据《数据安全法》，现提出以下意见。", {("basedOn", "中华人民共和国数据安全法")}),
        (
            "依据《甲地数据条例》（甲政发〔2021〕3号）和《乙地数据条例》，现提出意见。",
            {("basedOn", "甲地数据条例"), ("basedOn", "乙地数据条例")},
        ),
        ("按照省政府办公厅《数据共享办法》要求，抓好落实。", {("basedOn", "数据共享办法")}),
        ("现将《数据管理实施方案》印发给你们，请认真执行。", {("promulgates", "数据管理实施方案")}),
        (
            "《数据共享规划》已经市政府同意，现印发给你们，请遵照执行。",
            {("promulgates", "数据共享规划")},
        ),
        (
            "省数据局《关于公共数据开放的意见》已经省政府同意，现转发给你们。",
            {("forwards", "关于公共数据开放的意见")},
        ),
        ("对《数据共享办法》作如下修改。", {("amends", "数据共享办法")}),
        (
            "本意见自印发之日起施行，《数据管理暂行办法》（某政发〔2015〕4号）同时废止。",
            {("annuls", "数据管理暂行办法")},
        ),
        ("本意见代替《数据管理暂行规定》执行。", {("replaces", "数据管理暂行规定")}),
        (
            "你局《关于报送数据方案的请示》收悉，现批复如下。",
            {("answers", "关于报送数据方案的请示")},
        ),
        ("按照国办发〔2022〕14号文件要求，做好工作。", {("basedOn", "国办发〔2022〕14号")}),
        ("各单位要填写《数据登记表》并存档备查。", set()),  # a form is no document that is cited
        ("有关部门参考了《数据安全管理办法》的做法。", {("cites", "数据安全管理办法")}),
    ],
)
def test_a_frame_says_how_one_document_stands_to_another(
    sentence: str, expected: set[tuple[str, str]], equipment: Equipment, tmp_path: Path
) -> None:
    document, found = cited(f"{HEAD}{sentence}\n{FOOT}", equipment, tmp_path)
    assert said(found) == expected
    for assertion in found.assertions:
        evidence = assertion.evidence
        assert assertion.subject == found.work
        assert evidence.quote == evidence.quotation.of(document.text)
        assert evidence.subject.of(document.text) == "某市人民政府关于加强数据管理的意见"
        assert evidence.object.of(document.text) in evidence.quote


def test_a_short_name_that_the_text_declares_is_the_full_one(
    equipment: Equipment, tmp_path: Path
) -> None:
    text = "现就《数据管理实施方案》（以下简称《方案》）有关事项通知如下。要按照《方案》执行。\n"
    _, found = cited(HEAD + text + FOOT, equipment, tmp_path)
    assert said(found) == {("basedOn", "数据管理实施方案")}


def test_a_number_alone_is_the_title_it_stood_beside(equipment: Equipment, tmp_path: Path) -> None:
    text = "根据《数据条例》（国办发〔2022〕14号），提出意见。要按照国办发〔2022〕14号文件办理。\n"
    _, found = cited(HEAD + text + FOOT, equipment, tmp_path)
    assert said(found) == {("basedOn", "数据条例")}
    [entity] = [entity for entity in found.entities if entity.label == "数据条例"]
    assert entity.properties == (("documentNumber", "国办发〔2022〕14号"),)


def test_attachments_are_a_list_of_lines(equipment: Equipment, tmp_path: Path) -> None:
    text = "现提出以下意见。\n附件：1.数据资源目录清单\n2.数据责任分工表\n"
    _, found = cited(HEAD + text + FOOT, equipment, tmp_path)
    assert said(found) == {("attaches", "数据资源目录清单"), ("attaches", "数据责任分工表")}


def test_a_title_tells_what_is_issued(equipment: Equipment, tmp_path: Path) -> None:
    text = "某市人民政府关于印发数据管理实施方案的通知\n某政发〔2023〕9号\n请认真执行。\n"
    _, found = cited(text, equipment, tmp_path)
    assert said(found) == {("promulgates", "数据管理实施方案")}


def test_a_text_that_is_no_official_document_cites_nothing(
    equipment: Equipment, tmp_path: Path
) -> None:
    text = "数据从何而来\n来源：某报\n根据《数据安全法》，数据要安全。\n"
    assert cited(text, equipment, tmp_path)[1] == Citations()


def test_a_cited_document_is_the_same_when_it_is_read_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("later.txt").write_text(
        f"{HEAD}根据《某省人民政府关于数据共享的通知》（某省政发〔2020〕7号），提出意见。\n"
        f"按照国办发〔2019〕2号文件要求执行。\n{FOOT}",
        encoding="utf-8",
    )
    ask = """SELECT ?file ?title { id:%s kg:basedOn ?cited . ?document kg:textOf ?cited ;
        kg:file ?file ; dcterms:title ?title }"""
    run = CliRunner().invoke(main, ["build", "later.txt"])
    assert run.exit_code == 0, run.output
    with kg.open("out") as graph:
        [(work,)] = graph.rows("SELECT ?work { ?document kg:textOf ?work }")
    question = ask % work.rpartition("/")[2]
    with kg.open("out") as graph:
        assert list(graph.rows(question)) == []
    Path("cited.txt").write_text(
        "某省人民政府关于数据共享的\n通知\n某省政发〔2020〕7号\n各市人民政府：\n数据要共享。\n"
        "某省人民政府\n2020年1月2日\n",
        encoding="utf-8",
    )
    Path("numbered.txt").write_text(
        "国务院办公厅关于数据开放的意见\n国办发〔2019〕2号\n各地要开放数据。\n", encoding="utf-8"
    )
    run = CliRunner().invoke(main, ["build", "later.txt", "cited.txt", "numbered.txt"])
    assert run.exit_code == 0, run.output
    with kg.open("out") as graph:
        assert list(graph.rows(question)) == [("cited.txt", "某省人民政府关于数据共享的通知")]
        by_number = question.replace("kg:basedOn ?cited", "kg:basedOn/kg:sameAs ?cited")
        assert ("numbered.txt", "国务院办公厅关于数据开放的意见") in set(graph.rows(by_number))
