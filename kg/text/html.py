"""From a web page to its text: the matter and its header, without what the site puts around."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.text.encodings import decode
from kg.text.leaves import Leaf, leaves_of
from kg.text.transcript import Piece, Transcript, compose, numbered

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MEDIA_TYPE = "text/html"
PROSE = 40
"""Characters from which on a line without links is prose."""
SENTENCE, SMALL = 15, 400
"""Characters of a line that may be matter, and of a page that is small."""
CORE_SHARE = 0.85
"""The share of a page's prose that its matter holds at least."""
LINK_SHARE = 0.8
"""The share of linked characters from which on a line is a way to another page."""
SHORT_HEADING = 12
"""Characters of the heading of a list of links at most."""
LONGEST_TITLE = 8
"""Lines over which a title may be broken."""


def read_html(content: bytes, name: str, declared: str | None = None) -> Transcript:
    """Return the transcript of a web page; DocumentError where there is no text in it.

    Navigation, sidebars, footers and lists of links are left out; tables stand as rows of cells
    between bars. Nothing is fetched. Paragraphs are counted over what is left.

    >>> page = "<title>通知_某网</title><nav><a href=/>首页</a></nav><p>现将有关事项通知如下。"
    >>> transcript = read_html(page.encode(), "a.html")
    >>> transcript.text, transcript.metadata["title"]
    ('现将有关事项通知如下。', '通知_某网')
    """
    text = decode(content, name, declared or _declared(content))
    page = _parse(text, name)
    metadata = dict(_metadata(page))
    kept = list(_kept(page, metadata.get("title", "")))
    if not kept:
        raise DocumentError("holds no text; save the page again, with its content", file=name)
    return compose(numbered(kept), MEDIA_TYPE, metadata)


_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
_PROLOG = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})")


def _declared(content: bytes) -> str | None:
    match = _DECLARED.search(content, 0, 1 << 14) or _PROLOG.search(content, 0, 1 << 10)
    return match[1].decode("ascii") if match else None


def _parse(text: str, name: str) -> HtmlElement:
    import lxml.etree
    import lxml.html

    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        page = lxml.html.document_fromstring(text.encode(), parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError) as error:
        raise DocumentError(
            "holds no text; save the page again, with its content", file=name
        ) from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise DocumentError("is nested deeper than 256 elements; save it as text", file=name)
    return page


# ------------------------------------------------------------------ what the page says of itself

_META = {
    "title": ("articletitle", "og:title", "dc.title", "twitter:title"),
    "published": (
        *("pubdate", "publishdate", "article:published_time", "dc.date", "firstpublishedtime"),
        *("dc.date.issued", "publish-date", "date"),
    ),
    "source": ("contentsource", "source", "og:site_name", "sitename"),
    "author": ("author", "article:author", "dc.creator"),
    "keywords": ("keywords",),
    "index": ("indexnumber",),
    "number": ("filenumber", "documentnumber"),
}


def _metadata(page: HtmlElement) -> Iterator[tuple[str, str]]:
    said: dict[str, str] = {}
    for meta in page.iter("meta"):
        key = (meta.get("name") or meta.get("property") or "").strip().lower()
        said.setdefault(key, " ".join(meta.get("content", "").split()))
    title = next((" ".join(node.text_content().split()) for node in page.iter("title")), "")
    for name, keys in _META.items():
        value = next((said[key] for key in keys if said.get(key)), "")
        if name == "title":
            value = value or title
        if value:
            yield name, value


# ------------------------------------------------------------------ what is kept


def _kept(page: HtmlElement, title: str) -> Iterator[Piece]:
    body = next(page.iter("body"), page)
    _remove_furniture(body)
    leaves = list(_without_lists_of_links(leaves_of(body)))
    region = _region(leaves, body)
    above = True
    for leaf in _with_whole_title(leaves, title):
        core = _within(leaf.element, region.core)
        inside = core or _within(leaf.element, region.wide)
        above = above and not core
        if inside or _may_be_field(leaf.words) or (above and len(leaf.words) < PROSE):
            yield Piece(leaf.words, depth=leaf.depth, row=leaf.row, core=core, edge=not inside)


@dataclass(frozen=True)
class _Region:
    core: HtmlElement
    """The innermost element that holds nearly all the prose."""
    wide: HtmlElement
    """The outermost one around it that adds no navigation."""


def _region(leaves: Sequence[Leaf], body: HtmlElement) -> _Region:
    prose = _sums(((x.element, len(x.words)) for x in leaves if _is_matter(x)), body)
    words = _sums(((x.element, len(x.words)) for x in leaves), body)
    linked = _sums(((x.element, x.linked) for x in leaves if not _is_attached(x)), body)
    count = _sums(((x.element, 1) for x in leaves), body)
    # A page without prose, a list of names say, is judged by all its words.
    weights = prose or words
    core = body
    while (best := _heaviest(core, weights)) is not None:
        alone = count[best] < 2 < count[core]
        if alone or weights[best] < CORE_SHARE * weights.get(body, 0):
            break
        core = best
    wide = core
    most = max(words.get(core, 0), SMALL)
    while wide is not body and (parent := wide.getparent()) is not None:
        more = words.get(parent, 0) - words.get(wide, 0)
        if linked.get(parent, 0) - linked.get(wide, 0) > 0.3 * more or more > most:
            break
        wide = parent
    return _Region(core, wide)


def _sums(weights: Iterable[tuple[HtmlElement, int]], body: HtmlElement) -> dict[HtmlElement, int]:
    """Return for each element under the body what it and all within it weigh."""
    sums: dict[HtmlElement, int] = {}
    for element, weight in weights:
        sums[element] = sums.get(element, 0) + weight
    for element in reversed(list(body.iter())):
        if element is not body and element in sums:
            parent = element.getparent()
            sums[parent] = sums.get(parent, 0) + sums[element]
    return sums


def _heaviest(element: HtmlElement, weights: Mapping[HtmlElement, int]) -> HtmlElement | None:
    children = [child for child in element if child in weights]
    return max(children, key=lambda child: weights[child], default=None)


def _within(element: HtmlElement, region: HtmlElement) -> bool:
    return element is region or any(node is region for node in element.iterancestors())


_FIELD_LIKE = re.compile("[:\uff1a]|[12][0-9]{3}[-./\u5e74]")


def _may_be_field(words: str) -> bool:
    return len(words) <= 200 and bool(_FIELD_LIKE.search(words))


def _is_prose(leaf: Leaf) -> bool:
    if leaf.row and _LABELS.search(leaf.words):
        return False
    return len(leaf.words) >= PROSE and leaf.linked < 0.5 * len(leaf.words)


def _is_matter(leaf: Leaf) -> bool:
    if _LABELS.search(leaf.words) if leaf.row else _LABELLED.match(leaf.words):
        return False
    long = len(leaf.words) >= SENTENCE and not leaf.depth
    return long and leaf.linked < 0.5 * len(leaf.words)


_LABELLED = re.compile("[^:\uff1a\u3002]{2,10}[:\uff1a][^:\uff1a\u3002]{0,60}$")
"""A line that is a label and its value."""
_LABELS = re.compile("[:\uff1a] \\|")
"""A row of labels and values, which is a header, however long."""


# ------------------------------------------------------------------ what the site puts around


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STRONG = _names("""
nav navbar navigation menu breadcrumb breadcrumbs crumb crumbs pager pagination paging share
sharing bdshare footer copyright sidebar related recommend recommended qr qrcode ewm toolbar
fontsize friendlink
""")
_WEAK = _names("""
header head top foot bottom side links link position location search login banner hot rank
ranking tools tool social comment comments aside ad ads advert logo print path weizhi dqwz
relevant interrelated extend
""")
_TOKENS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True)
class _Page:
    """How much of what there is in each element that has any."""

    words: Mapping[HtmlElement, int]
    linked: Mapping[HtmlElement, int]
    prose: Mapping[HtmlElement, int]
    titled: Collection[HtmlElement]
    """The elements around a heading of the first rank."""


def _remove_furniture(body: HtmlElement) -> None:
    leaves = leaves_of(body)
    page = _Page(
        _sums(((x.element, len(x.words)) for x in leaves), body),
        _sums(((x.element, x.linked) for x in leaves), body),
        _sums(((x.element, len(x.words)) for x in leaves if _is_prose(x)), body),
        frozenset(_sums(((heading, 1) for heading in body.iter("h1")), body)),
    )
    for element in [node for node in body.iter() if isinstance(node.tag, str)]:
        if element is not body and _is_furniture(element, page):
            _drop(element)


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _is_furniture(element: HtmlElement, page: _Page) -> bool:
    tag, role = element.tag, element.get("role", "")
    holds_prose = page.prose.get(element, 0) >= 5 * PROSE
    if tag in ("nav", "footer") or role in ("navigation", "contentinfo", "search", "menu"):
        return not holds_prose
    if tag in ("html", "body", "main", "article", "form", "table", "tbody", "tr"):
        return False
    named = " ".join((element.get("id", ""), element.get("class", "")))
    tokens = {token.lower() for token in _TOKENS.findall(named)}
    if element in page.titled:
        return False
    if tokens & _STRONG or tag == "aside":
        return not holds_prose
    return bool(tokens & _WEAK or tag == "header") and _is_linked(element, page)


def _is_linked(element: HtmlElement, page: _Page) -> bool:
    words, linked = page.words.get(element, 0), page.linked.get(element, 0)
    return not page.prose.get(element) and 2 * linked >= words


_ATTACHED = re.compile(
    r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|pptx?|zip|rar|txt|jpe?g|png)(?:[?#]|$)", re.I
)


def _is_attached(leaf: Leaf) -> bool:
    return any(_ATTACHED.search(link) for link in leaf.links)


def _is_way(leaf: Leaf) -> bool:
    """Tell whether a line is nothing but a way to other pages; attachments are part of the text."""
    linked = bool(leaf.links) and leaf.linked >= LINK_SHARE * len(leaf.words)
    return linked and not _is_attached(leaf)


def _without_lists_of_links(leaves: Sequence[Leaf]) -> Iterator[Leaf]:
    prose = [i for i, leaf in enumerate(leaves) if _is_prose(leaf)]
    first, last = (prose[0], prose[-1]) if prose else (len(leaves), -1)
    ways = [_is_way(leaf) for leaf in leaves]
    for i, leaf in enumerate(leaves):
        alone = not any(ways[max(i - 1, 0) : i]) and not any(ways[i + 1 : i + 2])
        if ways[i] and not (alone and first < i < last and len(leaf.links) == 1):
            continue
        if len(leaf.words) <= SHORT_HEADING and ways[i + 1 : i + 3] == [True, True]:
            continue  # the heading of a list of links
        yield leaf


# ------------------------------------------------------------------ a title over several lines


def _with_whole_title(leaves: Sequence[Leaf], title: str) -> Iterator[Leaf]:
    """Yield the leaves, those that make up the title between them joined to one."""
    titles = {_squeezed(words) for words in (title, *_TITLE_PARTS.split(title))}
    cells = {_squeezed(w) for leaf in leaves if leaf.row for w in leaf.words.split(" | ")}
    prose = next((i for i, leaf in enumerate(leaves) if _is_prose(leaf)), len(leaves))
    above = leaves[:prose]
    place = 0
    while place < prose:
        end = _end_of_title(above, place, titles, cells)
        if end > place:
            words = "".join(leaf.words for leaf in leaves[place:end])
            yield Leaf(words, leaves[place].element, depth=1)
        else:
            yield leaves[place]
        place = max(end, place + 1)
    yield from leaves[prose:]


_TITLE_PARTS = re.compile(r"[-_|\u2014\u2013]")


def _end_of_title(leaves: Sequence[Leaf], place: int, titles: set[str], cells: set[str]) -> int:
    joined = ""
    for end, leaf in enumerate(leaves[place : place + LONGEST_TITLE], start=place + 1):
        if leaf.row:
            break
        joined += _squeezed(leaf.words)
        if joined in titles or (end > place + 1 and joined in cells):
            return end
    return place


def _squeezed(words: str) -> str:
    return "".join(words.split())
