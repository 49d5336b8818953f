"""What the documents show is true: commands, examples, facts and links are tried, not believed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

import kg
from kg.builder import BuildReport
from kg.cli import main
from kg.ontology import PREFIXES, Ontology, load_ontology
from kg.template import copy_ontology

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEACHING = (ROOT / "ontology" / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "ontology" / "README.md", *ROOT.glob("docs/*.md")])
ARTICLE = (ROOT / "data" / "article.txt").read_bytes().decode()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of one language."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text)


def prose(text: str) -> str:
    return re.sub(r"(?ms)^```\w*\n.*?^```$", "", text)


def head(ontology: Ontology) -> str:
    prefixes = {**PREFIXES, **ontology.prefixes, "id": ontology.base}
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())


# ------------------------------------------------------------------ commands


@pytest.fixture(scope="session")
def shell(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a shell that knows `kg`."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "kg"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m kg "$@"\n')
    script.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def run(command: str, folder: Path, shell: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=shell, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}\n{done.stderr}"
    return done.stdout


def test_the_first_two_commands_stand_alone() -> None:
    build, test = blocks(README, "sh")[:2]
    for command in (build, test):
        assert command.count("\n") == 1
        steps = [shlex.split(step) for step in command.split(" && ")]
        assert steps[0] == ["python3", "-m", "venv", ".venv"]
        assert steps[1][:5] == [".venv/bin/pip", "install", "-q", "-c", "constraints.txt"]
        assert all(step[0].startswith(".venv/bin/") for step in steps[1:])
    assert shlex.split(build)[-3:] == ["&&", ".venv/bin/python", "build.py"]
    assert "'.[test]'" in test
    assert test.endswith(".venv/bin/python -m pytest\n")
    assert (ROOT / "build.py").is_file()


def test_every_package_is_pinned_and_nothing_else_is_said() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", pin) for pin in pins)
    pinned = {_package(pin) for pin in pins}
    for wanted in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()):
        assert {_package(requirement) for requirement in wanted} <= pinned


def _package(requirement: str) -> str:
    return re.split(r"[<>=!~\[; ]", requirement)[0].lower().replace("_", "-").replace(".", "-")


def test_every_command_is_there_and_every_one_is_told() -> None:
    texts = [path.read_text(encoding="utf-8") for path in DOCUMENTS]
    named = {name for text in texts for name in re.findall(r"(?m)(?:`|^|\| )kg ([a-z-]+)", text)}
    assert named <= set(main.commands)
    assert set(re.findall(r"(?m)^\| `kg ([a-z-]+)", README)) == set(main.commands)


def test_options_and_formats_are_those_of_the_commands() -> None:
    for name, line in re.findall(r"(?m)^\| `kg ([a-z-]+)[^|]*(?:\\\|[^|]*)*\|(.*)$", README):
        options = {o: p for p in main.commands[name].params for o in p.opts}
        for option, values in re.findall(r"`(--[a-z-]+)(?: ([^`]*))?`", line):
            choices = getattr(options[option].type, "choices", ())
            assert tuple(filter(None, values.split("\\|"))) == tuple(choices), name


def test_the_commands_of_the_readme_run(article: BuildReport, shell: dict[str, str]) -> None:
    folder = article.folder.parent
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "article.txt").write_bytes((ROOT / "data" / "article.txt").read_bytes())
    [shown] = [block for block in blocks(README, "sh") if block.startswith("kg ")]
    outputs = [run(command, folder, shell) for command in shown.splitlines()]
    assert outputs[0].startswith("nothing changed: 1 document, ")
    assert all(output.strip() for output in outputs)
    assert (folder / "graph.jsonld").is_file()


def test_the_library_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "article.txt").write_bytes((ROOT / "data" / "article.txt").read_bytes())
    monkeypatch.chdir(tmp_path)
    [example] = blocks(README, "python")
    exec(compile(example, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert printed.startswith("1 document, conforms\n")
    assert "末端治理 → 源头治理" in printed
    assert "rdflib.graph.Dataset" in printed
    assert (tmp_path / "graph.graphml").is_file()


def test_the_formats_of_export_are_all_told() -> None:
    from kg.export.formats import FORMATS

    [line] = re.findall(r"(?m)^\| `kg export.*$", README)
    assert re.findall(r"\.[a-z]+", line.split("|")[2]) == list(FORMATS)


# ------------------------------------------------------------------ the fact, and the three lines


def test_the_fact_is_in_the_graph_and_in_the_article(
    article: BuildReport, ontology: Ontology
) -> None:
    shown, _ = blocks(README, "turtle")
    triples = set(ox.parse(head(ontology) + shown, format=ox.RdfFormat.TURTLE))
    graph = (article.folder / "graph.ttl").read_bytes()
    said = set(ox.parse(graph, format=ox.RdfFormat.TURTLE))
    assert not triples - said
    [sentence] = re.findall(r"\*\*One fact\*\*, from the sentence (\S+)$", README, re.MULTILINE)
    assert sentence in ARTICLE
    words, start, end = re.findall(r'oa:exact "(.+)"@zh ;\s*oa:start (\d+) ; oa:end (\d+)', shown)[
        0
    ]
    assert ARTICLE[int(start) : int(end)] == words
    assert words in sentence


def test_three_lines_teach_what_is_promised(tmp_path: Path) -> None:
    _, taught = blocks(README, "turtle")
    [(file, sentence)] = re.findall(r"end of `ontology/(\S+)`, and it reads (\S+) as", README)
    assert len(taught.splitlines()) == 3
    copy_ontology(tmp_path / "own")
    text = f"{sentence}。"
    assert not _facts(text, load_ontology(), "repeals")
    with (tmp_path / "own" / file).open("a", encoding="utf-8") as policy:
        policy.write(taught)
    found = _facts(text, load_ontology(tmp_path / "own"), "repeals")
    assert found == [("浙江省人民政府", "浙江省公共数据管理办法")]


def _facts(text: str, ontology: Ontology, relation: str) -> list[tuple[str, str]]:
    found = kg.extract_document(kg.read_passage(text, "a"), ontology)
    labels = {entity.iri: entity.label for entity in found.entities}
    return [
        (labels[said.subject], labels[said.object])
        for said in found.assertions
        if said.relation.endswith(f"#{relation}")
    ]


# ------------------------------------------------------------------ ontology/README.md


class Step(NamedTuple):
    """A command of the walk through the ontology, and what it should print."""

    command: str
    expected: tuple[str, ...]
    printed: str


SECTIONS = re.findall(r"(?m)^## (.+)$", TEACHING)


def _shown(section: str) -> Iterator[tuple[str, str]]:
    yield from re.findall(r"(?ms)^```(\w+)\n(.*?)^```$", section)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory, shell: dict[str, str]) -> dict[str, list[Step]]:
    """Follow the document from top to bottom: write what it writes, type what it types."""
    folder = tmp_path_factory.mktemp("teaching")
    steps: dict[str, list[Step]] = {}
    for section in re.split(r"(?m)^## ", TEACHING):
        title = section.partition("\n")[0]
        for language, content in _shown(section):
            if language == "console":
                steps.setdefault(title, []).extend(_typed(content, folder, shell))
                continue
            first, _, rest = content.partition("\n")
            with (folder / first.removeprefix("# ")).open("a", encoding="utf-8") as file:
                file.write(f"\n{rest}" if language == "turtle" else rest)
    return steps


def _typed(content: str, folder: Path, shell: dict[str, str]) -> Iterator[Step]:
    for part in re.split(r"(?m)^\$ ", content)[1:]:
        command, *expected = part.splitlines()
        yield Step(command, tuple(expected), run(command, folder, shell))


@pytest.mark.parametrize("title", [title for title in SECTIONS if title.startswith("A ")])
def test_every_lesson_is_learnt(title: str, walk: dict[str, list[Step]]) -> None:
    assert any(step.expected for step in walk[title])
    for step in walk[title]:
        lines = [" ".join(line.split()) for line in step.printed.splitlines()]
        for expected in step.expected:
            wanted = " ".join(expected.split())
            assert any(wanted in line for line in lines), f"{step.command}\n{step.printed}"


# ------------------------------------------------------------------ links, paths, habits


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_and_paths_lead_somewhere(path: Path) -> None:
    text = prose(path.read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    targets = [link.partition("#")[0] for link in links if "://" not in link]
    assert not [target for target in targets if target and not (path.parent / target).exists()]
    paths = re.findall(r"`((?:kg|ontology|docs|tests|data|bench)/[\w./-]+)`", text)
    made = {"data/models", "data/gold"}
    assert not [named for named in paths if named not in made and not (ROOT / named).exists()]


def test_every_decision_is_five_lines() -> None:
    text = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    decisions = re.split(r"(?m)^## ", text)[1:]
    for number, decision in enumerate(decisions, start=1):
        title, *lines = [line for line in decision.splitlines() if line]
        assert title.startswith(f"{number}. ")
        assert [line.split(":")[0] for line in lines] == [
            "- Context",
            "- Choice",
            "- Price",
            "- Date",
        ]
        assert re.fullmatch(r"- Date: \d{4}-\d\d-\d\d", lines[-1])


def test_the_changelog_tells_of_this_version() -> None:
    text = (ROOT / "docs" / "changelog.md").read_text(encoding="utf-8")
    assert f"\n## [{PROJECT['version']}] - " in text
