"""Which documents are nearly the same, and which of their sentences are one sentence reprinted.

A document bears the MinHash of its shingles; documents whose hashes agree enough are linked to
the first of them, and assertions of a sentence that stands there too to the one made there.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from kg.graph import terms
from kg.model import Document
from kg.text.normal import normalize

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Hashes: TypeAlias = NDArray[numpy.uint32]

ALIKE = 0.7
"""The share of common shingles from which on two documents are near-duplicates."""
SHINGLE = 5
"""Characters of a shingle."""
SHORTEST = 60
"""Characters below which a text says too little to be told from others."""
_HASHES, _SEED = 128, 1
_BANDS = 32  # of four hashes: at 0.7 all but one pair in five thousand share a band
_COMPARED = 8
_MARKS = re.compile(r"\W+")
_DATES = ("schema:datePublished", "dcterms:created", "dcterms:issued", "dcterms:available")


def signature(document: Document) -> str | None:
    """Return the MinHash of what a document says, in base 64; None for a text too short.

    Marks, blanks and spellings of one character count for nothing; nor do header and chrome.

    >>> from kg.text.read import read_passage
    >>> one = signature(read_passage("数字政府建设是数字中国的重要组成部分。" * 4, "a"))
    >>> one == signature(read_passage("数字政府建设，是数字中国的重要组成部分！" * 4, "b"))
    True
    >>> signature(read_passage("数字政府", "c")) is None
    True
    """
    normal = normalize(document.text).text
    words = _squeezed("".join(span.of(normal) for span in document.body))
    if len(words) < SHORTEST:
        return None
    import numpy
    from rensa import RMinHash

    hashes = RMinHash(num_perm=_HASHES, seed=_SEED)
    hashes.update([words[start : start + SHINGLE] for start in range(len(words) - SHINGLE + 1)])
    return b64encode(numpy.array(hashes.digest(), dtype="<u4").tobytes()).decode()


def near_duplicates(signatures: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return the groups of names whose signatures agree, directly or through others; sorted."""
    import numpy

    names = sorted(signatures)
    if len(names) < 2:
        return []
    hashes = numpy.frombuffer(b"".join(b64decode(signatures[name]) for name in names), dtype="<u4")
    hashes = hashes.reshape(len(names), _HASHES)
    leader = list(range(len(names)))
    for one, other in _pairs(hashes):
        a, b = _leader(leader, one), _leader(leader, other)
        if a != b and (hashes[one] == hashes[other]).mean() >= ALIKE:
            leader[max(a, b)] = min(a, b)
    groups: dict[int, list[str]] = defaultdict(list)
    for number, name in enumerate(names):
        groups[_leader(leader, number)].append(name)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def _pairs(hashes: Hashes) -> Iterator[tuple[int, int]]:
    # Each with a few before it of those that share a band, so that a band which thousands share
    # takes no time; who is missed in one band is met in others, or through a third.
    import numpy

    width = _HASHES // _BANDS
    for band in range(_BANDS):
        part = numpy.ascontiguousarray(hashes[:, band * width : (band + 1) * width])
        keys = part.view(f"V{part.itemsize * width}").ravel()
        _, place, count = numpy.unique(keys, return_inverse=True, return_counts=True)
        order = numpy.argsort(place, kind="stable")
        shared = [int(number) for number in order[count[place[order]] > 1]]
        for position, other in enumerate(shared):
            for one in shared[max(0, position - _COMPARED) : position]:
                if place[one] == place[other]:
                    yield one, other


def _leader(leader: list[int], number: int) -> int:
    while leader[number] != number:
        leader[number] = leader[leader[number]]
        number = leader[number]
    return number


# ------------------------------------------------------------------ in the graph


def likeness(store: ox.Store) -> Iterator[ox.Triple]:
    """Yield which documents are near-duplicates of which, and which assertions repeat which."""
    found = store.quads_for_pattern(None, terms.SIGNATURE, None, terms.UNION)
    signatures = {quad.subject.value: quad.object.value for quad in found}  # type: ignore[union-attr]
    for group in near_duplicates(signatures):
        first, *others = sorted(map(ox.NamedNode, group), key=lambda node: _age(store, node))
        for other in others:
            yield ox.Triple(other, terms.NEAR_DUPLICATE_OF, first)
        yield from _repetitions(store, [first, *others])


def _age(store: ox.Store, document: ox.NamedNode) -> tuple[str, str, str]:
    dates = [value for name in _DATES for value in _values(store, document, terms.node(name))]
    file = next(iter(_values(store, document, terms.FILE)), "")
    return (min(dates, default="9999"), file, document.value)


def _repetitions(store: ox.Store, documents: Sequence[ox.NamedNode]) -> Iterator[ox.Triple]:
    first: dict[tuple[str, ...], ox.NamedNode] = {}
    for document in documents:
        for said, assertion in sorted(_said(store, document), key=str):
            original = first.setdefault(said, assertion)
            if original != assertion:
                yield ox.Triple(assertion, terms.REPEATS, original)


def _said(
    store: ox.Store, document: ox.NamedNode
) -> Iterator[tuple[tuple[str, ...], ox.NamedNode]]:
    parts = (terms.SUBJECT, terms.PREDICATE, terms.OBJECT, terms.STATUS, terms.SENTENCE)
    for quad in store.quads_for_pattern(None, terms.TYPE, terms.ASSERTION, document):
        assertion = quad.subject
        said = [_first(store, assertion, part, document) for part in parts]
        words = _first(store, said.pop(), terms.EXACT, document)
        if isinstance(assertion, ox.NamedNode) and all(said) and isinstance(words, ox.Literal):
            yield (*map(str, said), _squeezed(normalize(words.value).text)), assertion


def _first(
    store: ox.Store, subject: terms.Term | None, predicate: ox.NamedNode, graph: ox.NamedNode
) -> terms.Term | None:
    if not isinstance(subject, terms.Node):
        return None
    quads = store.quads_for_pattern(subject, predicate, None, graph)
    return min((quad.object for quad in quads), key=str, default=None)


def _values(store: ox.Store, subject: ox.NamedNode, predicate: ox.NamedNode) -> Iterable[str]:
    quads = store.quads_for_pattern(subject, predicate, None, terms.UNION)
    return sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.Literal))


def _squeezed(text: str) -> str:
    return _MARKS.sub("", text)


def repeated(store: ox.Store) -> frozenset[str]:
    """Return the assertions that only repeat what a near-duplicate says; they do not count.

    >>> repeated(ox.Store())
    frozenset()
    """
    quads = store.quads_for_pattern(None, terms.REPEATS, None, terms.UNION)
    return frozenset(quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))
