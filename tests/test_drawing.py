"""What the page is made of: places, the pyvis drawing, the contents, and the one file of all."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from page_samples import ASTRAL, SCRIPT, extractions, sample_graph

from kg.export.contents import contents
from kg.export.page import HERE, SCRIPTS, write_classic, write_page
from kg.graph.drawing import LOOKS, SPARES, drawing
from kg.graph.layout import GRID, places
from kg.graph.store import Graph


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "graph.html"
    write_page(sample_graph(), path)
    return path.read_text(encoding="utf-8")


def held_by(page: str, name: str = "matter") -> Any:
    found = re.search(
        rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL
    )
    assert found
    return json.loads(found[1])


# ------------------------------------------------------------------ places


def test_boxes_of_a_piece_do_not_overlap() -> None:
    star = nx.star_graph(40)
    graph = nx.relabel_nodes(star, {n: f"n{n:02}" for n in star})
    sizes = dict.fromkeys(graph, (110, 44))
    spots = places(graph, sizes)
    assert all(x % GRID == y % GRID == 0 for x, y in spots.values())
    for (ax, ay), (bx, by) in combinations(spots.values(), 2):
        assert abs(ax - bx) > 100 or abs(ay - by) > 36


def test_places_do_not_depend_on_the_order_of_nodes_and_edges() -> None:
    graph = nx.gnm_random_graph(60, 80, seed=3)
    named = nx.relabel_nodes(graph, {n: f"n{n:02}" for n in graph})
    turned = nx.Graph()
    turned.add_nodes_from(reversed(list(named)))
    turned.add_edges_from((b, a) for a, b in reversed(list(named.edges())))
    assert places(named) == places(turned)


def test_a_large_piece_is_laid_out_by_its_communities() -> None:
    graph = nx.connected_caveman_graph(40, 12)
    named = nx.relabel_nodes(graph, {n: f"n{n:04}" for n in graph})
    spots = places(named)
    assert len(spots) == len(named)
    assert len(set(spots.values())) > 470


# ------------------------------------------------------------------ the drawing


def test_parallel_edges_survive_and_titles_are_harmless() -> None:
    network = nx.MultiDiGraph()
    network.add_node("a", label="<a href=x>", kind="Concept", kind_label="K")
    network.add_node("b", label="b", kind="Budget")
    network.add_edge("a", "b", key="uses", label="uses")
    network.add_edge("a", "b", key="promotes", label="promotes")
    network.add_edge("b", "a", key="uses", label="uses", status="planned")
    drawn = drawing(network)
    assert [edge["relation"] for edge in drawn.edges] == ["promotes", "uses", "uses"]
    assert [edge["dashes"] for edge in drawn.edges] == [False, False, True]
    assert "<" not in drawn.nodes[0]["title"] and "href" not in drawn.nodes[0]["title"]
    assert drawn.nodes[1]["color"] == SPARES[0].colour
    assert drawn.num_nodes() == 2
    html = drawn.generate_html()
    assert '"enabled": false' in html  # no physics


def test_the_classic_page_is_pyvis_own_and_asks_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "图.html"
    write_classic(sample_graph(), path)
    page = path.read_text(encoding="utf-8")
    assert not re.findall(r"<link|<script[^>]*src=", page)
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    for script in re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL):
        digest = b64encode(sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "vis.Network" in page and '"configure"' in page
    assert SCRIPT not in page and "<img" not in page
    sample_graph().pyvis().write_html(str(path))  # as from a notebook
    assert not re.findall(r"<link|<script[^>]*src=", path.read_text(encoding="utf-8"))


def test_colours_can_be_told_from_both_papers() -> None:
    papers = dict(re.findall(r"(light|dark)?.*?--paper: (#\w+)", css()))
    assert len(papers) <= 2
    for paper in re.findall(r"--paper: (#\w+)", css()):
        for drawn in (*LOOKS.values(), *SPARES):
            assert contrast(drawn.colour, paper) >= 3, (drawn, paper)


def test_text_can_be_read_in_both_themes() -> None:
    for block in re.findall(r":root[^{]*\{([^}]*)\}", css()):
        colours = dict(re.findall(r"--([\w-]+): (#\w+)", block))
        for ink in ("ink", "quiet", "accent", "good", "fair", "poor", "denied"):
            for ground in ("panel", "paper", "sunk"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
        assert contrast(colours["accent"], colours["wash"]) >= 4.5
        assert contrast(colours["ink"], colours["subject"]) >= 4.5
        assert contrast(colours["ink"], colours["object"]) >= 4.5


def css() -> str:
    return (HERE / "page.css").read_text(encoding="utf-8")


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


# ------------------------------------------------------------------ the contents


def test_every_span_cuts_the_words_it_stands_for() -> None:
    graph = sample_graph()
    held = contents(graph)
    texts = [extraction.document.text for extraction in extractions()]
    assert len(held["facts"]) == sum(len(e.assertions) for e in extractions())
    for document, text in zip(held["documents"], texts, strict=True):
        for start, words in document["text"]:  # no file at hand: what the spans quote
            assert text[start : start + len(words)] == words
        for start, end, thing in document["mentions"]:
            names = [name for name, _ in held["things"][thing]["names"]]
            assert text[start:end] in names


def test_the_source_is_found_again_only_if_it_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data").mkdir()
    for extraction in extractions():
        text = extraction.document.text
        Path(extraction.document.name).write_text(text, encoding="utf-8", newline="")
    Path("data/rules.txt").write_text("something else", encoding="utf-8")
    plan, rules = contents(sample_graph())["documents"]
    assert plan["text"] == [[0, extractions()[0].document.text]]
    assert len(rules["text"]) > 1


# ------------------------------------------------------------------ the file


def test_the_page_names_each_script_by_its_hash_and_allows_nothing_else(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy and "default-src &#39;none&#39;" in policy[1]
    for tag in ("script", "style"):
        [body] = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = b64encode(sha256(body.encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy[1]
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page)


def test_strange_names_cannot_leave_their_script_element(page: str) -> None:
    held = held_by(page)
    names = [thing[2] for thing in held["things"]]
    assert SCRIPT in names and ASTRAL in names
    assert SCRIPT not in page
    assert page.count("</script>") == page.count("<script") == 8


def test_the_article_fits_into_its_page_with_its_whole_text(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parent.parent)
    write_page(graph, tmp_path / "graph.html")
    page = (tmp_path / "graph.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 2_400_000
    write_page(graph, tmp_path / "light.html", sparql=False)
    assert (tmp_path / "light.html").stat().st_size < 400_000
    held = held_by(page)
    [found] = re.findall(r'<script type="text/plain" id="texts">(.*?)</script>', page, re.DOTALL)
    [[[start, text]], mentions] = json.loads(found)
    assert (start, text) == (0, Path("data/article.txt").read_bytes().decode())
    for edge, _, _, _, spans, _, _, _ in held["facts"]:
        subject, _, object_ = held["edges"][edge]
        for thing, (a, b) in ((subject, spans[4:6]), (object_, spans[6:8])):
            assert [a, b, thing] in mentions


def test_the_scripts_never_make_html_from_strings() -> None:
    files = sorted(file.stem for file in (HERE / "page").glob("*.js"))
    assert files == sorted(SCRIPTS)
    for name in SCRIPTS:
        code = (HERE / "page" / f"{name}.js").read_text(encoding="utf-8")
        assert not re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", code
        )
        assert len(code.splitlines()) <= 400


def test_the_same_graph_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path[:0] = sys.argv[2:]; from pathlib import Path;"
        "from page_samples import sample_graph; from kg.export.page import write_page;"
        "write_page(sample_graph(), Path(sys.argv[1]))"
    )
    root = Path(__file__).parent
    written = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.html"
        subprocess.run(
            [sys.executable, "-c", code, str(path), str(root.parent), str(root)],
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        )
        written.append(path.read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize("size", [60, 300, 900])
def test_groups_and_places_hang_on_no_order_of_a_process(size: int) -> None:
    code = (
        f"import random, networkx as nx; chance = random.Random({size});"
        f"names = ['id:' + str(chance.random()) for _ in range({size})];"
        # Pieces of less than half: of those networkx goes through the set of their nodes.
        "parts = [names[i::5] for i in range(5)];"
        f"edges = [chance.sample(parts[i % 5], 2) for i in range({size * 3 // 2})];"
        "from kg.graph.importance import foremost, groups; from kg.graph.layout import places;"
        "network = nx.Graph(edges); sizes = dict.fromkeys(names, (40, 20));"
        "part = network.subgraph(foremost(network, 50));"
        "print(groups(network), sorted(places(network, sizes).items()), groups(part),"
        " sorted(places(part, sizes).items()))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent.parent)},
        ).stdout
        for seed in "123456"
    }
    assert len(said) == 1
