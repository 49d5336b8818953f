"""The leaves of a page: its lines of text, each with the element it stands in.

A leaf is what a browser would show as one line or paragraph, or a row of a table of figures.
Scripts, controls and what is hidden have none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.text.transcript import row_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LONG_CELL, LONG_PARAGRAPH, MOST_LAYOUT_ROWS = 300, 40, 3
"""Characters of a cell, or of each of two paragraphs in it, from which on it is layout and no
figure, in a table of so many rows at most."""


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SILENT = _tags("""
script style noscript template iframe object embed svg canvas math select option button
input textarea datalist audio video map head title meta link base
""")
_BLOCKS = _tags("""
address article aside blockquote body caption center dd details dialog dir div dl dt
fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li
main menu nav ol p pre search section summary table tbody td tfoot th thead tr ul
""")
_HEADINGS = {f"h{depth}": depth for depth in range(1, 7)}
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_BETWEEN_HAN = re.compile(r"(?<=[\u2e80-\uffef]) (?=[\u2e80-\uffef])")
_LINE_END = "\u2028"
"""Stands for a blank of the source that holds a line end, until its neighbours are known."""


@dataclass(frozen=True)
class Leaf:
    """A line of a page."""

    words: str
    element: HtmlElement
    """The innermost block element around it."""
    linked: int = 0
    """How many of its characters are links."""
    links: tuple[str, ...] = ()
    """Where they lead."""
    depth: int = 0
    """Of a heading, from 1; else 0."""
    row: bool = False


@dataclass
class _Pen:
    """Writes down the leaves as the walk comes upon their words."""

    leaves: list[Leaf] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    linked: int = 0
    links: list[str] = field(default_factory=list)

    def write(self, text: str | None, *, linked: bool, kept: bool) -> None:
        if not text:
            return
        if not kept:
            text = _BLANKS.sub(lambda m: _LINE_END if "\n" in m.group() else " ", text)
        self.words.append(text)
        if linked:
            self.linked += len(text.strip())

    def end(self, element: HtmlElement, depth: int) -> None:
        # Line ends that are still there are those of preformatted text.
        for line in "".join(self.words).split("\n"):
            if words := _tidied(line):
                linked = min(self.linked, len(words))
                self.leaves.append(Leaf(words, element, linked, tuple(self.links), depth))
        self.words, self.linked, self.links = [], 0, []


def leaves_of(element: HtmlElement) -> list[Leaf]:
    """Return the leaves of an element in the order of the page.

    >>> import lxml.html
    >>> page = "<div>甲<br>乙<table><tr><td>省份<td>数量<tr><td>江苏<td>1</table></div>"
    >>> [leaf.words for leaf in leaves_of(lxml.html.fromstring(page))]
    ['甲', '乙', '省份 | 数量', '江苏 | 1']
    """
    pen = _Pen()
    _walk(element, element, pen, depth=0, linked=False, kept=False)
    pen.end(element, 0)
    return pen.leaves


def _walk(
    node: HtmlElement, block: HtmlElement, pen: _Pen, *, depth: int, linked: bool, kept: bool
) -> None:
    tag = node.tag if isinstance(node.tag, str) else ""
    if _is_silent(node, tag) or _is_written(node, tag, block, pen, depth):
        return
    opens = tag in _BLOCKS
    if opens:
        if not (tag == "dd" and _is(node.getprevious(), "dt")):
            pen.end(block, depth)
        block, depth = node, _HEADINGS.get(tag, depth)
    if tag == "a" and node.get("href"):
        linked = True
        pen.links.append(node.get("href", ""))
    kept = kept or tag == "pre"
    pen.write(node.text, linked=linked, kept=kept)
    for child in node:
        _walk(child, block, pen, depth=depth, linked=linked, kept=kept)
        pen.write(child.tail, linked=linked, kept=kept)
    if tag == "dt" and _is(node.getnext(), "dd"):
        pen.write(" | ", linked=False, kept=True)
    elif opens:
        pen.end(block, depth)


def _is_silent(node: HtmlElement, tag: str) -> bool:
    return not tag or tag in _SILENT or _is_hidden(node)


def _is_written(node: HtmlElement, tag: str, block: HtmlElement, pen: _Pen, depth: int) -> bool:
    """Tell whether the node ends a line or is a whole row, and write it down if so."""
    row = _figures(node) if tag == "tr" else None
    if tag == "br" or row:
        pen.end(block, depth)
    if row:
        pen.leaves.append(row)
    return tag == "br" or row is not None


def _is(node: HtmlElement | None, tag: str) -> bool:
    return node is not None and node.tag == tag


def _is_hidden(node: HtmlElement) -> bool:
    return "hidden" in node.attrib or bool(_HIDDEN.search(node.get("style", "")))


# ------------------------------------------------------------------ tables


def _figures(row: HtmlElement) -> Leaf | None:
    """Return a row of figures or of labels and values as one leaf; None for one of layout."""
    cells = [cell for cell in row if cell.tag in ("td", "th") and not _is_hidden(cell)]
    if len(cells) < 2 or _is_layout(row, cells):
        return None
    words: list[str] = []
    links: list[str] = []
    linked = 0
    for cell in cells:
        inner = leaves_of(cell)
        words.append(_joined([leaf.words for leaf in inner]))
        linked += sum(leaf.linked for leaf in inner)
        links.extend(link for leaf in inner for link in leaf.links)
    line = row_of(words)
    if sum(1 for cell in words if cell.strip()) < 2 and not line.endswith("|"):
        line = line.strip("| ")
    return Leaf(line, row, linked, tuple(links), row=True) if line else None


def _is_layout(row: HtmlElement, cells: list[HtmlElement]) -> bool:
    if any(next(cell.iter(*_NEVER_IN_FIGURES), None) is not None for cell in cells):
        return True
    table = row.getparent()
    rows = len(table.findall("tr")) if table is not None else 1
    return rows <= MOST_LAYOUT_ROWS and any(
        len(cell.text_content()) >= LONG_CELL
        or sum(len(p.text_content()) >= LONG_PARAGRAPH for p in cell.iter("p", "div")) > 1
        for cell in cells
    )


_NEVER_IN_FIGURES = ("table", "form", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6")


def _joined(lines: list[str]) -> str:
    return _tidied(_LINE_END.join(lines))


def _tidied(words: str) -> str:
    """Return the words without the blanks that only the source has.

    >>> _tidied(f" 推动{_LINE_END}发展 to{_LINE_END}be")
    '推动发展 to be'
    """
    parts = words.split(_LINE_END)
    joined = parts[0]
    for part in parts[1:]:
        glued = bool(_BETWEEN_HAN.search(f"{joined[-1:]} {part[:1]}"))
        joined += part if glued or not joined or not part else f" {part}"
    return _SPACES.sub(" ", joined).strip()


_SPACES = re.compile(r" {2,}")
