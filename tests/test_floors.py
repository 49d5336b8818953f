"""The drawing of the house, with teeth: imports go only downwards, and nowhere in a circle."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "kg"

FLOORS = (
    # 0  GROUND
    "errors expressions gold model ontology questions schema template turtle version vocabulary",
    # 1  TEXT
    "text",
    # 2  EXTRACTION
    "extract",
    # 3  GRAPH
    "graph",
    # 4  OUTPUTS
    "export server",
    # 5  WORKS
    "builder changes corpus distributed engine evaluate finishing folds gaps identity judging "
    "learning listing loading lock opening outcome passages preview ratchet reading scores serving "
    "train worker",
    # 6  DOOR
    "__init__ __main__ cli extractions gap_report options quality_cli quality_report report "
    "scale_cli terminal tour",
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms.split()}
APART = ({"extract", "graph"},)
"""Rooms that never import each other: they meet in `model.Extraction`."""


def modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted(PACKAGE.rglob("*.py"))
    }


MODULES = modules()


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def imports(module: str) -> Iterator[tuple[str, int]]:
    """Yield each module of ours that a module imports, anywhere in it, with the line."""
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno} imports relatively"
            source = node.module or ""
            inner = [f"{source}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else source for name in inner]
        else:
            continue
        yield from ((name, node.lineno) for name in dict.fromkeys(names) if name in MODULES)


LONGEST = 400
"""Lines that a file has fewer than."""


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_file_is_long(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) < LONGEST


def test_every_room_has_its_floor() -> None:
    assert {room(module) for module in MODULES} <= set(FLOOR_OF)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_downwards(module: str) -> None:
    wrong = [
        f"{module}:{line} imports {other}, which is on a floor above"
        for other, line in imports(module)
        if FLOOR_OF[room(other)] > FLOOR_OF[room(module)]
    ]
    assert not wrong


@pytest.mark.parametrize("module", sorted(MODULES))
def test_rooms_that_meet_in_a_value_do_not_import_each_other(module: str) -> None:
    for apart in APART:
        if room(module) in apart:
            others = apart - {room(module)}
            assert not [other for other, _ in imports(module) if room(other) in others]


def test_nothing_imports_in_a_circle() -> None:
    graph = {
        module: {other for other, _ in imports(module) if other != module}
        for module in MODULES
        if module != "kg"  # the front door, which imports when a name is used
    }
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_a_room_is_entered_by_its_own_door() -> None:
    # A package's __init__ holds nothing: whoever imports names what it needs.
    for module, path in MODULES.items():
        if path.name == "__init__.py" and module != "kg":
            assert not list(imports(module)), module
