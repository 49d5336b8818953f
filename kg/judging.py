"""One passage, its gold and what was extracted from it: what is right, and what is wrong how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from kg.gold import Name, Passage
from kg.learning.tagger import label_characters
from kg.model import Extraction, Span, Status
from kg.ontology import Ontology
from kg.scores import Counts
from kg.text.normal import normalize, sentences

T = TypeVar("T")

NOT_CLAIMED = (Status.NEGATED, Status.QUESTIONED)
"""What the text denies or asks is no prediction that it holds."""


class Called(NamedTuple):
    """A name of a passage: its words and the evaluated class; it stands for all its places."""

    quote: str
    label: str

    def __str__(self) -> str:
        return f"{self.quote} ({self.label})"


class Related(NamedTuple):
    """A relation between two names of a passage."""

    subject: Called
    relation: str
    object: Called

    def __str__(self) -> str:
        return f"{self.subject.quote} {self.relation} {self.object.quote}"


@dataclass(frozen=True)
class Said:
    """What somebody, annotator or extractor, finds in a passage."""

    places: frozenset[Name]
    """Every place of every name."""
    names: frozenset[Called]
    relations: Mapping[Related, float]
    """With confidence; an annotator's is 1."""


@dataclass(frozen=True)
class Judged:
    """A passage with its gold and its prediction."""

    passage: Passage
    gold: Said
    predicted: Said


def judge(passage: Passage, extraction: Extraction, ontology: Ontology) -> Judged:
    """Set what was extracted from a passage's text beside its gold."""
    return Judged(passage, gold_of(passage), prediction_of(extraction, ontology))


def gold_of(passage: Passage) -> Said:
    """Return what the annotator marked; a name stands for all its occurrences.

    >>> passage = Passage("1", "", "数据，数据", (Name(0, 2, "Concept"),))
    >>> sorted((place.start, place.end) for place in gold_of(passage).places)
    [(0, 2), (3, 5)]
    """
    names = [Called(passage.quote(name), name.label) for name in passage.names]
    ties = (Related(names[tie.subject], tie.relation, names[tie.object]) for tie in passage.ties)
    return Said(frozenset(_places(passage)), frozenset(names), dict.fromkeys(ties, 1.0))


def _places(passage: Passage) -> Iterator[Name]:
    labels = label_characters(passage)
    start = 0
    while start < len(labels):
        end = start + 1
        if labels[start].startswith("B-"):
            label = labels[start][2:]
            while end < len(labels) and labels[end] == f"I-{label}":
                end += 1
            yield Name(start, end, label)
        start = end


def prediction_of(extraction: Extraction, ontology: Ontology) -> Said:
    """Return what was extracted: classes as evaluated, denied and asked assertions left out."""
    text = extraction.document.text
    places = {
        mention.span: Name(
            mention.span.start, mention.span.end, ontology.kind(mention.kind).evaluated
        )
        for mention in extraction.mentions
    }
    named = {span: Called(span.of(text), place.label) for span, place in places.items()}
    relations: dict[Related, float] = {}
    for said in extraction.assertions:
        ends = named.get(said.evidence.subject), named.get(said.evidence.object)
        if said.status in NOT_CLAIMED or ends[0] is None or ends[1] is None:
            continue
        link = Related(ends[0], ontology.relation(said.relation).name, ends[1])
        relations[link] = max(said.confidence, relations.get(link, 0.0))
    return Said(frozenset(places.values()), frozenset(named.values()), relations)


# ---------------------------------------------------------------------- what matches what


def alike(one: Called, other: Called) -> bool:
    """Tell whether one name holds the other, at least half as long, and the classes are the same.

    >>> alike(Called("数字政府建设", "Concept"), Called("数字政府", "Concept"))
    True
    >>> alike(Called("国家数据局", "Organization"), Called("国家", "Organization"))
    False
    """
    if one.label != other.label:
        return False
    short, long = sorted((one.quote, other.quote), key=len)
    return short in long and 2 * len(short) >= len(long)


def alike_pair(one: Related, other: Related) -> bool:
    """Tell whether both ends are alike, whatever the relation."""
    return alike(one.subject, other.subject) and alike(one.object, other.object)


def alike_relation(one: Related, other: Related) -> bool:
    """Tell whether both ends are alike and the relation is the same."""
    return one.relation == other.relation and alike_pair(one, other)


def compare(
    predicted: Iterable[T], gold: Iterable[T], match: Callable[[T, T], bool] | None = None
) -> Counts:
    """Count what has its match on the other side; without ``match`` only equals do."""
    ours, theirs = list(predicted), list(gold)
    if match is None:
        same = len(set(ours) & set(theirs))
        return Counts(len(ours), same, len(theirs), same)
    correct = sum(any(match(one, other) for other in theirs) for one in ours)
    found = sum(any(match(one, other) for one in ours) for other in theirs)
    return Counts(len(ours), correct, len(theirs), found)


def tally(judged: Judged) -> dict[str, Counts]:
    """Return the counts of one passage for every measure.

    The measures are ``names/strict``, ``names/relaxed``, ``names/any_type``, ``mentions``,
    ``relations/relaxed`` and ``relations/pairs``, and the same for each class and relation behind
    ``type/Concept/`` and ``relation/uses/``.
    """
    ours, gold = judged.predicted, judged.gold
    return {
        **_of_names(ours, gold, "names/"),
        "names/any_type": compare(
            {name.quote for name in ours.names}, {name.quote for name in gold.names}
        ),
        "mentions": compare(ours.places, gold.places),
        "relations/relaxed": compare(ours.relations, gold.relations, alike_relation),
        "relations/pairs": compare(_pairs(ours), _pairs(gold), alike_pair),
        **dict(_by_type(ours, gold)),
        **dict(_by_relation(ours, gold)),
    }


def _of_names(ours: Said, gold: Said, prefix: str) -> dict[str, Counts]:
    return {
        f"{prefix}strict": compare(ours.names, gold.names),
        f"{prefix}relaxed": compare(ours.names, gold.names, alike),
    }


def _pairs(said: Said) -> Iterable[Related]:
    # Each pair of names once, in the direction in which they are related.
    return {(link.subject, link.object): link for link in said.relations}.values()


def _by_type(ours: Said, gold: Said) -> Iterator[tuple[str, Counts]]:
    for label in sorted({name.label for name in ours.names | gold.names}):
        one, other = _only(ours, label), _only(gold, label)
        yield from _of_names(one, other, f"type/{label}/").items()
        yield f"type/{label}/mentions", compare(one.places, other.places)


def _only(said: Said, label: str) -> Said:
    return Said(
        frozenset(place for place in said.places if place.label == label),
        frozenset(name for name in said.names if name.label == label),
        {},
    )


def _by_relation(ours: Said, gold: Said) -> Iterator[tuple[str, Counts]]:
    for name in sorted({link.relation for link in (*ours.relations, *gold.relations)}):
        one, other = ([r for r in side.relations if r.relation == name] for side in (ours, gold))
        yield f"relation/{name}/relaxed", compare(one, other, alike_relation)


# ---------------------------------------------------------------------- what is wrong how


def mistakes(judged: Judged) -> Iterator[str]:
    """Yield lines that tell sentence by sentence what was missed, invented, mistyped, misbounded.

    A passage without a mistake yields nothing.
    """
    text = judged.passage.text
    whole = Span(0, len(text)) if text else None
    lines = tuple(sentences(normalize(text).text, whole)) if whole else ()
    found = sorted([*_wrong_names(judged), *_wrong_relations(judged)])
    if not found:
        return
    yield f"{judged.passage.id}  {judged.passage.source}"
    for place, line in enumerate(lines):
        last = lines[place + 1].start if place + 1 < len(lines) else len(text) + 1
        own = [told for start, told in found if (start >= line.start or not place) and start < last]
        if own:
            yield f"  {' '.join(line.of(text).split())}"
            yield from (f"    {told}" for told in dict.fromkeys(own))
    yield ""


def _wrong_names(judged: Judged) -> Iterator[tuple[int, str]]:
    text, gold, ours = judged.passage.text, judged.gold, judged.predicted
    labels = _labels(gold.names)
    explained: set[Called] = set()
    for name, place in _first_places(ours, text):
        if name in gold.names:
            continue
        other = labels.get(name.quote)
        crossing = [p for p in gold.places if p.start < place.end and place.start < p.end]
        if other is not None:
            explained.add(Called(name.quote, other))
            yield place.start, f"mistyped    {name}, gold says {other}"
        elif crossing:
            meant = [Called(text[p.start : p.end], p.label) for p in sorted(crossing)]
            explained.update(meant)
            yield place.start, f"misbounded  {name}, gold says {', '.join(map(str, meant))}"
        else:
            yield place.start, f"invented    {name}"
    for name, place in _first_places(gold, text):
        if name not in ours.names and name not in explained:
            yield place.start, f"missed      {name}"


def _labels(names: Iterable[Called]) -> dict[str, str]:
    return {name.quote: name.label for name in sorted(names)}


def _first_places(said: Said, text: str) -> list[tuple[Called, Name]]:
    first: dict[Called, Name] = {}
    for place in sorted(said.places):
        first.setdefault(Called(text[place.start : place.end], place.label), place)
    return list(first.items())


def _wrong_relations(judged: Judged) -> Iterator[tuple[int, str]]:
    text, gold, ours = judged.passage.text, judged.gold.relations, judged.predicted.relations
    explained: set[Related] = set()
    for link, sure in sorted(ours.items()):
        if any(alike_relation(link, other) for other in gold):
            continue
        place = _place(link, text)
        meant = [other for other in sorted(gold) if alike_pair(link, other)]
        if meant:
            explained.update(meant)
            said = ", ".join(other.relation for other in meant)
            yield place, f"misrelated  {link} ({sure:.2f}), gold says {said}"
        else:
            yield place, f"invented    {link} ({sure:.2f})"
    for link in sorted(gold):
        if link not in explained and not any(alike_relation(link, other) for other in ours):
            why = _why_missed(link, judged.predicted.names)
            yield _place(link, text), f"missed      {link}{why}"


def _why_missed(link: Related, names: frozenset[Called]) -> str:
    ends: Sequence[Called] = (link.subject, link.object)
    unseen = [end.quote for end in ends if not any(alike(end, name) for name in names)]
    return f" (without {', '.join(unseen)})" if unseen else ""


def _place(link: Related, text: str) -> int:
    return max(text.find(link.subject.quote), text.find(link.object.quote))
