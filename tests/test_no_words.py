"""What to look for is said in the ontology alone: no Chinese word stands in the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kg"
HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_no_chinese_word_stands_in_the_code(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    # A string that stands by itself is documentation: of a module, class, function or value.
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    words = [
        f"{path.name}:{node.lineno} {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in alone
        # An escape in the source names a character; it is no word.
        and HAN.search(ast.get_source_segment(source, node) or node.value)
    ]
    assert not words
