"""Constructions: expressions over a sentence in which each row of names is one sign.

`ontology/constructions.ttl` declares them, each with the relation that it states.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from kg.errors import OntologyError
from kg.expressions import expand
from kg.extract.relations import Link
from kg.extract.scenes import Group, Scene
from kg.model import IRI, Span
from kg.ontology import Ontology, Pattern, Relation
from kg.vocabulary import KG

FIRST_SIGN, QUOTED = 0xE000, 0x100
"""Code point of the first class's sign, and how much higher that of a row in quotation marks
lies; no text that says something holds one."""

STANDING = 70
"""Rank from which on a construction stands by itself where the linker doubts."""

_OPENING = frozenset("\u201c\u300a")
_DROPPED = frozenset('\u201c\u201d\u300a\u300b"')
_STOPS = "\uff0c\u3002\uff1b\uff1a\uff01\uff1f\u3001\uff08\uff09\\n"


@dataclass(frozen=True)
class Construction:
    """A compiled construction; the groups ``s`` and ``o`` are the signs of the two ends."""

    name: str
    relation: Relation
    regex: re.Pattern[str]
    rank: int


@dataclass(frozen=True)
class Constructions:
    """All constructions of an ontology, what they have in common, and the sign of each class."""

    rules: tuple[Construction, ...]
    signs: Mapping[IRI, str]
    modified: tuple[re.Pattern[str], ...]
    """What follows an object that only tells which later name is meant: 甲中的乙."""
    respectively: re.Pattern[str]
    """What pairs two lists one by one: 分别."""


@dataclass(frozen=True)
class Signed:
    """A sentence with a sign for each row of names, without quotation marks."""

    text: str
    places: tuple[int, ...]
    """The document's offset of each character; of a sign, where its row starts."""
    rows: Mapping[int, Group]
    """The row behind each sign, by the sign's place in ``text``."""


def compile_constructions(ontology: Ontology) -> Constructions:
    """Compile the patterns that state a relation; raise OntologyError for one without both ends."""
    sign_of = _signs(ontology)
    rules = [
        _construction(pattern, ontology)
        for pattern in ontology.patterns
        if pattern.states is not None
    ]
    signs = {iri: sign_of[kind.evaluated] for iri, kind in ontology.kinds.items()}
    modified = compile_signed("modified", ontology)
    respectively = re.compile(expand("{respectively}", ontology.words))
    ordered = tuple(sorted(rules, key=lambda r: (-r.rank, r.name)))
    return Constructions(ordered, signs, modified, respectively)


def _signs(ontology: Ontology) -> Mapping[str, str]:
    names = sorted({kind.evaluated for kind in ontology.kinds.values()})
    return {name: chr(FIRST_SIGN + place) for place, name in enumerate(names)}


def compile_signed(name: str, ontology: Ontology) -> tuple[re.Pattern[str], ...]:
    """Compile every expression of the pattern with this local name, over signed sentences."""
    return tuple(_compile(p, ontology) for p in ontology.patterns if p.name == name)


def _compile(pattern: Pattern, ontology: Ontology) -> re.Pattern[str]:
    sign_of = _signs(ontology)
    quoted = "".join(chr(ord(sign) + QUOTED) for sign in sign_of.values())
    signs = "".join(sign_of.values()) + quoted
    regex = (
        pattern.regex.replace("{s}", f"(?P<s>[{signs}])")
        .replace("{o}", f"(?P<o>[{signs}])")
        .replace("{name}", f"[{signs}]")
        .replace("{quoted}", f"[{quoted}]")
        .replace("{gap}", f"[^{signs}{_STOPS}]")
    )
    classes = {name: (sign, chr(ord(sign) + QUOTED)) for name, sign in sign_of.items()}
    lists = {**ontology.words, **classes}
    try:
        return re.compile(expand(regex, lists))
    except (re.error, KeyError) as error:
        raise _wrong(pattern, f"is no regular expression: {error}", ontology) from error


def _construction(pattern: Pattern, ontology: Ontology) -> Construction:
    compiled = _compile(pattern, ontology)
    if not {"s", "o"} <= set(compiled.groupindex) or pattern.states is None:
        raise _wrong(pattern, "states a relation without both {s} and {o}", ontology)
    relation = next((r for r in ontology.relations if r.iri == pattern.states), None)
    if relation is None:
        raise _wrong(pattern, f"states {pattern.states}, which is no relation", ontology)
    return Construction(pattern.name, relation, compiled, pattern.rank)


def _wrong(pattern: Pattern, problem: str, ontology: Ontology) -> OntologyError:
    return OntologyError(
        f"{problem}; mend its kg:regex", term=f"kg:{pattern.name}", file=ontology.folder
    )


def find_constructions(scene: Scene, constructions: Constructions) -> Iterator[Link]:
    """Yield a link for each pair of names at the two ends of a construction, types permitting."""
    if len(scene.rows) < 2:
        return
    signed = sign(scene, constructions.signs)
    for rule in constructions.rules:
        first = rule.regex.search(signed.text)
        if first is None:  # so with nearly every rule
            continue
        for match in _matches(first, signed.text):
            if not _modifies(match, rule, signed, constructions):
                yield from _links(match, rule, scene, signed, constructions.respectively)


def _matches(first: re.Match[str], text: str) -> Iterator[re.Match[str]]:
    # One may begin within the other: 甲促进乙，乙促进丙.
    match: re.Match[str] | None = first
    while match:
        yield match
        match = first.re.search(text, match.start() + 1)


def _modifies(
    match: re.Match[str], rule: Construction, signed: Signed, constructions: Constructions
) -> bool:
    # Only an object behind its subject can lead to a later name, and a time never does.
    behind = match.start("s") < match.start("o") and rule.relation.iri != KG.occursAt
    after = match.end("o")
    return behind and any(m.match(signed.text, after) for m in constructions.modified)


def _links(
    match: re.Match[str],
    rule: Construction,
    scene: Scene,
    signed: Signed,
    respectively: re.Pattern[str],
) -> Iterator[Link]:
    subjects, objects = (signed.rows[match.start(end)] for end in ("s", "o"))
    cue = _cue(match, signed)
    sure = rule.rank / 100
    for one, other in _pairs(match, subjects, objects, respectively):
        kinds = scene.mentions[one].kind, scene.mentions[other].kind
        if one != other and rule.relation.allows(*kinds):
            floor = sure if rule.rank >= STANDING else 0.0
            yield Link(one, rule.relation, other, cue, rule.name, sure, floor)


def _pairs(
    match: re.Match[str], subjects: Group, objects: Group, respectively: re.Pattern[str]
) -> Iterable[tuple[int, int]]:
    # Lists distribute, unless 分别 pairs them one by one.
    same = len(subjects.members) == len(objects.members)
    if same and respectively.search(match.group()):
        return zip(subjects.members, objects.members, strict=True)
    return product(subjects.members, objects.members)


def _cue(match: re.Match[str], signed: Signed) -> Span | None:
    # The words between the two ends are what a reader would underline.
    first, last = sorted((match.start("s"), match.start("o")))
    if first + 1 == last:
        return None
    return Span(signed.places[first + 1], signed.places[last - 1] + 1)


def sign(scene: Scene, signs: Mapping[IRI, str]) -> Signed:
    """Return the sentence with a sign for each row of names."""
    pieces: list[str] = []
    places: list[int] = []
    rows: dict[int, Group] = {}
    place = scene.span.start
    for group in scene.rows:
        _copy(scene, place, group.start, pieces, places)
        rows[len(pieces)] = group
        own = signs[scene.mentions[group.members[0]].kind]
        quoted = scene.text[group.start - 1 : group.start] in _OPENING
        pieces.append(chr(ord(own) + QUOTED) if quoted else own)
        places.append(group.start)
        place = group.end
    _copy(scene, place, scene.span.end, pieces, places)
    return Signed("".join(pieces), tuple(places), rows)


def _copy(scene: Scene, start: int, end: int, pieces: list[str], places: list[int]) -> None:
    words = scene.text[start:end]
    kept = [place for place, letter in enumerate(words, start) if letter not in _DROPPED]
    places += kept
    pieces += words if len(kept) == len(words) else map(scene.text.__getitem__, kept)
