"""The commands, as they are typed: results to standard output, the rest to standard error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.builder import BuildReport
from kg.cli import main
from kg.ontology import SHIPPED_ONTOLOGY
from kg.terminal import compact, shorten, table, width

ROOT = Path(__file__).parent.parent
TEXT = "新加坡提出智慧国家构想。英国出台《政府转型战略》。"


def kg(*arguments: str | Path, input: str | None = None) -> Result:  # noqa: A002
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=input)


def out_of(result: Result) -> str:
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def problem_of(result: Result, status: int = 1) -> str:
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr.strip()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def out(article: BuildReport) -> Path:
    return article.folder


# ------------------------------------------------------------------ build


def test_build_says_what_it_read_and_found(here: Path) -> None:
    printed = out_of(kg("build", "a.txt"))
    assert "written  a.txt" in printed
    assert "1 document, " in printed
    assert "Country" in printed
    assert "国家" in printed
    assert "SHACL: the graph conforms to its shapes" in printed
    assert "wrote out/graph.ttl, out/graph.html, out/search.sqlite" in printed
    assert out_of(kg("build", "a.txt")).startswith("nothing changed: 1 document, ")
    assert (here / "out" / "graph.ttl").is_file()


@pytest.mark.usefixtures("here")
def test_build_without_paths_reads_data_but_neither_gold_nor_models() -> None:
    for folder in ("data", "data/gold", "data/models"):
        Path(folder).mkdir()
        Path(folder, "x.md").write_text(TEXT + folder, encoding="utf-8")
    assert "written  data/x.md\n1 written, 0 unchanged, 0 removed, 0 failed\n1 document" in out_of(
        kg("build")
    )


@pytest.mark.usefixtures("here")
def test_build_goes_on_after_a_bad_file_and_exits_with_1() -> None:
    Path("b.txt").write_bytes(b"\0\0")
    result = kg("build", "a.txt", "b.txt")
    assert result.exit_code == 1
    assert "written  a.txt" in result.stdout
    assert result.stderr == (
        "Error: b.txt: is not text (it holds NUL bytes); give plain text or Markdown\n"
    )


@pytest.mark.usefixtures("here")
def test_build_of_nothing_is_one_line() -> None:
    assert problem_of(kg("build", "none")) == (
        "Error: none: there is no such file or folder; give the path of one"
    )
    assert problem_of(kg("build", "a.txt", "--ontology", "none")).startswith(
        "Error: none: is not a folder; give the folder that holds policy.ttl"
    )
    assert not Path("out").exists()


# ------------------------------------------------------------------ query


def test_query_answers_a_shipped_question_by_its_name(out: Path) -> None:
    printed = out_of(kg("query", "countries-strategies", "--out", out))
    assert printed.splitlines()[0].split() == ["country", "strategy"]
    assert any(line.split()[0] == "新加坡" for line in printed.splitlines())


def test_query_answers_a_file_and_standard_input(out: Path, here: Path) -> None:
    sparql = 'SELECT ?s { ?s rdfs:label "新加坡"@zh }'
    (here / "q.rq").write_text("\ufeff" + sparql, encoding="utf-8")
    expected = "s\n─────────────\nid:country-SG\n"
    assert out_of(kg("query", "q.rq", "--out", out)) == expected
    assert out_of(kg("query", "-", "--out", out, input=sparql)) == expected


@pytest.mark.parametrize(
    ("format_", "start"),
    [
        ("csv", "name\r\n新加坡\r\n"),
        ("tsv", '?name\n"新加坡"@zh\n'),
        ("json", '{"head"'),
        ("xml", "<?xml"),
    ],
)
def test_query_writes_the_formats_of_sparql(format_: str, start: str, out: Path) -> None:
    sparql = 'SELECT ?name { id:country-SG rdfs:label ?name FILTER (LANG(?name) = "zh") }'
    printed = out_of(kg("query", "-", "--format", format_, "--out", out, input=sparql))
    assert printed.startswith(start) or printed.replace("\n", "\r\n").startswith(start)


def test_query_answers_ask_and_construct(out: Path) -> None:
    ask = "ASK { ?s a kg:Country }"
    assert out_of(kg("query", "-", "--out", out, input=ask)) == "yes\n"
    assert "true" in out_of(kg("query", "-", "--format", "json", "--out", out, input=ask))
    construct = "CONSTRUCT { ?s a kg:Country } WHERE { ?s a kg:Country }"
    for options in ([], ["--format", "turtle"]):
        printed = out_of(kg("query", "-", *options, "--out", out, input=construct))
        assert "id:country-SG a kg:Country" in printed.replace("rdf:type", "a")
    describe = "DESCRIBE id:country-SG"
    assert "新加坡" in out_of(kg("query", "-", "--out", out, input=describe))


def test_query_problems_are_one_line(out: Path, here: Path) -> None:
    assert problem_of(
        kg(
            "query",
            "-",
            input="ASK {}",
        )
    ) == ("Error: out: no graph here; run `kg build` first")
    assert problem_of(kg("query", "country-strategies", "--out", out)) == (
        "Error: country-strategies: there is no such file or question; "
        "did you mean countries-strategies?"
    )
    assert problem_of(kg("query", "-", "--out", out, input="SELEC ?s")).startswith(
        "Error: the query is not SPARQL: line 1, "
    )
    (here / "bad.rq").write_bytes("ASK {} # 数".encode("gb18030"))
    assert problem_of(kg("query", "bad.rq", "--out", out)) == (
        "Error: bad.rq: is not UTF-8; save it as UTF-8"
    )
    sparql = "SELECT ?s { ?s a kg:Country }"
    wrong = kg("query", "-", "--format", "turtle", "--out", out, input=sparql)
    assert "use csv, json, tsv, xml" in problem_of(wrong)


def test_queries_lists_the_questions() -> None:
    printed = out_of(kg("queries"))
    assert len(printed.splitlines()) == 14
    assert "哪些国家提出了什么战略？" in printed
    assert "What is the evidence for each assertion?" in printed


# ------------------------------------------------------------------ export, check, explain


@pytest.mark.parametrize(
    "suffix", ["ttl", "nt", "nq", "trig", "jsonld", "rdf", "html", "graphml", "sqlite"]
)
def test_export_writes_the_format_of_the_suffix(suffix: str, out: Path, here: Path) -> None:
    name = f"x/graph.{suffix}"
    assert out_of(kg("export", name, "--out", out)) == f"wrote {name}\n"
    assert (here / name).stat().st_size > 1000
    assert [path.name for path in (here / "x").iterdir()] == [f"graph.{suffix}"]


def test_export_writes_other_pages_when_asked(out: Path, here: Path) -> None:
    for page in ("full", "light", "classic"):
        option = [] if page == "full" else [f"--{page}"]
        assert out_of(kg("export", f"{page}.html", *option, "--out", out)) == f"wrote {page}.html\n"
    full, light = (here / "full.html").stat().st_size, (here / "light.html").stat().st_size
    assert full > light + 1_500_000
    assert "vis.Network" in (here / "classic.html").read_text(encoding="utf-8")
    assert problem_of(kg("export", "graph.ttl", "--classic", "--out", out)) == (
        "Error: graph.ttl: is no page; --classic goes with a file .html"
    )


def test_export_of_an_unknown_suffix_says_which_are_known(out: Path, here: Path) -> None:
    assert problem_of(kg("export", "graph.doc", "--out", out)).startswith(
        "Error: graph.doc: no format .doc; use .ttl .nt .nq"
    )
    assert not (here / "graph.doc").exists()


def test_check_finds_nothing_wrong_with_the_article(out: Path) -> None:
    assert kg("check", "--out", out).exit_code == 0
    turtle = kg("check", "--out", out, "--format", "turtle")
    assert turtle.exit_code == 0
    assert "sh:ValidationReport" in turtle.stdout


@pytest.mark.usefixtures("here")
def test_check_exits_with_1_on_a_violation_and_says_where() -> None:
    Path("own").mkdir()
    assert out_of(kg("new-ontology", "own")).startswith("wrote own; ")
    with Path("own/shapes.ttl").open("a", encoding="utf-8") as file:
        file.write(
            "\nshape:No-country a sh:NodeShape ; sh:targetClass kg:Country ; sh:not [ sh:class "
            'kg:Country ] ; sh:message "没有国家。"@zh , "No country may be."@en .\n'
        )
    built = kg("build", "a.txt", "--ontology", "own")
    assert "violations; `kg check` lists them" in built.stdout
    result = kg("check")
    assert result.exit_code == 1
    assert "id:country-SG" in result.stdout
    assert "No country may be." in result.stdout
    assert kg("check", "--format", "turtle").exit_code == 1


def test_explain_shows_facts_with_their_sentences(out: Path) -> None:
    for name in ("新加坡", "Singapore", "SG"):
        printed = out_of(kg("explain", name, "--out", out))
        assert printed.startswith("新加坡  国家 Country  Singapore")
        assert "data/article.txt:" in printed
        assert ", confidence 0." in printed
        assert "[新加坡" in printed
    assert problem_of(kg("explain", "火星", "--out", out)) == (
        "Error: 火星: nothing in the graph bears this name; try `kg queries`"
    )


# ------------------------------------------------------------------ extract


@pytest.mark.usefixtures("here")
def test_extract_shows_names_and_statements_without_a_graph() -> None:
    printed = out_of(kg("extract", "a.txt"))
    assert "新加坡" in printed
    assert "proposes" in printed
    assert not Path("out").exists()
    [found] = json.loads(out_of(kg("extract", "a.txt", "--format", "json")))
    mention = found["mentions"][0]
    assert (mention["quote"], mention["class"]) == ("新加坡", "Country")
    assert TEXT[mention["start"] : mention["end"]] == mention["quote"]
    assert all(said["quote"] in TEXT for said in found["assertions"])


@pytest.mark.usefixtures("here")
def test_extract_takes_doccano_passages_and_gives_predictions_of_the_same_form() -> None:
    lines = [
        {"id": 7, "source": "x", "text": TEXT, "entities": [{"id": 1}], "relations": []},
        {"id": "p-2", "text": "来源:新华社"},
        {"text": ""},
    ]
    Path("p.jsonl").write_text(
        "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", encoding="utf-8"
    )
    printed = out_of(kg("extract", "p.jsonl", "--format", "doccano"))
    first, second, third = map(json.loads, printed.splitlines())
    assert (first["id"], first["source"], first["text"]) == (7, "x", TEXT)
    assert (second["id"], third["id"], third["entities"]) == ("p-2", 3, [])
    names = {
        (TEXT[e["start_offset"] : e["end_offset"]], e["label"]): e["id"] for e in first["entities"]
    }
    assert len(names) == len(first["entities"])
    assert ("英国", "Country") in names
    assert ("政府转型战略", "Policy") in names  # a strategy counts as a policy
    link = (names["英国", "Country"], "proposes", names["政府转型战略", "Policy"])
    assert link in [(r["from_id"], r["type"], r["to_id"]) for r in first["relations"]]


@pytest.mark.usefixtures("here")
def test_extract_gives_a_document_as_paragraphs_to_doccano() -> None:
    Path("b.txt").write_text(f"智慧国家\n来源：新华社\n\n{TEXT}\n", encoding="utf-8")
    printed = out_of(kg("extract", "b.txt", "--format", "doccano"))
    lines = [json.loads(line) for line in printed.splitlines()]
    assert lines[-1]["text"] == TEXT
    assert lines[-1]["source"] == "b.txt"
    for line in lines:
        for entity in line["entities"]:
            assert 0 <= entity["start_offset"] < entity["end_offset"] <= len(line["text"])


@pytest.mark.usefixtures("here")
def test_extract_names_the_line_that_is_no_passage() -> None:
    lines = ('{"text": "新加坡"}', '{"id": 2}', "{", '{"text": "英国"}', r'{"text": "\ud800"}')
    Path("p.jsonl").write_text("\n".join(lines), encoding="utf-8")
    result = kg("extract", "p.jsonl", "none.txt", "--format", "doccano")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    problems = result.stderr.splitlines()
    assert problems.pop(1).startswith("Error: p.jsonl:3: is not JSON (")
    assert problems == [
        'Error: p.jsonl:2: has no "text"; export it from doccano as JSONL',
        "Error: p.jsonl:5: holds half a character (U+D800); escape it as a pair",
        "Error: none.txt: there is no such file or folder; give the path of one",
    ]


# ------------------------------------------------------------------ new-ontology, the rest


@pytest.mark.usefixtures("here")
def test_new_ontology_writes_a_copy_and_never_over_something() -> None:
    out_of(kg("new-ontology", "own"))
    shipped = {p.relative_to(SHIPPED_ONTOLOGY) for p in SHIPPED_ONTOLOGY.rglob("*.ttl")}
    assert shipped <= {path.relative_to("own") for path in Path("own").rglob("*.ttl")}
    assert problem_of(kg("new-ontology", "own")) == "Error: own: is not empty; give a new folder"


def test_the_version_is_told() -> None:
    assert out_of(kg("--version")).startswith("kg ")


def test_wrong_usage_exits_with_2() -> None:
    assert kg("extract").exit_code == 2
    assert kg("query", "x", "--format", "doc").exit_code == 2
    assert kg("nothing").exit_code == 2


def test_help_of_every_command_begins_with_a_sentence() -> None:
    assert len(main.commands) >= 10
    for name in main.commands:
        printed = out_of(kg(name, "--help"))
        assert printed.splitlines()[2].strip()


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("kg.questions.load_questions", broken)
    assert isinstance(kg("queries").exception, ZeroDivisionError)


def test_help_needs_no_heavy_library() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from kg.cli import main;"
        "assert CliRunner().invoke(main, ['query', '--help']).exit_code == 0;"
        "heavy = {'rdflib', 'pyshacl', 'pyvis', 'networkx', 'jieba', 'numpy', 'pyoxigraph'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout == "[]\n"


def test_asking_needs_neither_rdflib_nor_the_extraction(out: Path) -> None:
    code = (
        "import sys; from click.testing import CliRunner; from kg.cli import main;"
        f"run = CliRunner().invoke(main, ['query', 'evidence', '--out', {str(out)!r}]);"
        "assert run.exit_code == 0, run.output;"
        "heavy = {'rdflib', 'pyshacl', 'pyvis', 'networkx', 'jieba', 'numpy', 'opencc'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout == "[]\n"


def test_a_table_is_as_wide_as_its_characters() -> None:
    lines = list(table(["国家", "n"], [["新加坡", "1"], ["a\nb", "22"]]))
    assert lines == ["国家    n", "──────  ──", "新加坡  1", "a b     22"]
    assert list(table(["a"], [])) == ["a", "─"]
    assert (width("é数"), shorten("数字政府", 5), shorten("abc", 3)) == (3, "数字…", "abc")


def test_a_table_fits_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.terminal.terminal_width", lambda: 20)
    rows = [["数字政府建设的路径选择", "1", "短"]]
    assert max(map(width, table(["a", "b", "c"], rows))) <= 20


def test_many_columns_on_a_narrow_terminal_become_records(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kg.terminal.terminal_width", lambda: 20)
    rows = [["数字政府建设的路径", "政府数字化转型"], ["短", ""]]
    assert list(table(["subject", "o"], rows)) == [
        "subject  数字政府建设的路径",
        "o        政府数字化转型",
        "",
        "subject  短",
        "o",
    ]


def test_an_iri_is_shortened_only_where_a_prefix_fits() -> None:
    prefixes = {"a": "http://x/", "b": "http://x/y/"}
    assert compact("http://x/y/z-1", prefixes) == "b:z-1"
    assert compact("http://x/y/z/1", prefixes) == "http://x/y/z/1"
    assert compact("http://other/z", prefixes) == "http://other/z"
