"""What extraction did not understand, and how the ontology might be taught it.

Names that stand together and no assertion joins them, phrases that nobody took for a name, verbs
between names that no relation is stated by.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kg.extract.lexicon import Lexicon
from kg.extract.segment import Word, segment
from kg.model import IRI, Document, Extraction, Mention, Span
from kg.ontology import Ontology, Relation
from kg.text.normal import clauses, normalize, sentences
from kg.vocabulary import KG

FEWEST = 2
"""Times that a phrase or verb must occur to be told."""
SHORTEST, LONGEST = 3, 10
"""Characters of a phrase."""
MOST_WORDS = 4
NAMED = ("nz", "nt", "ns", "nr")
"""Parts of speech of a single word that is a name: jieba's dictionary knows the plain ones."""
REACH = 18
"""Characters between two names within which a verb may join them."""
LONGEST_TRIGGER = 8

Ends = tuple[IRI, IRI]
"""The classes of two names, in text order."""


@dataclass(frozen=True)
class Place:
    """A sentence of a document."""

    file: str
    span: Span
    sentence: str


@dataclass(frozen=True)
class SilentSentence:
    """A sentence with two or more names and no assertion."""

    place: Place
    names: tuple[str, ...]
    trigger: str | None
    """The words between two of its names that could state a relation."""
    relation: Relation | None
    """The one they might state."""
    chances: int
    """How many neighbouring names have a verb between them."""


@dataclass(frozen=True)
class UnknownPhrase:
    """A nominal phrase that recurs and was nowhere taken for a name."""

    words: str
    count: int
    weight: float
    """Its C-value: how often it stands by itself, the more the longer it is."""
    kind: IRI
    """The class of the known names that end like it; a concept if there are none."""
    place: Place


@dataclass(frozen=True)
class UnknownVerb:
    """A verb that stands between names and is no trigger of any relation."""

    word: str
    count: int
    relation: Relation
    """The one that fits most of the names it stands between."""
    place: Place


@dataclass(frozen=True)
class Gaps:
    """All that was not understood, the most telling first."""

    sentences: tuple[SilentSentence, ...]
    phrases: tuple[UnknownPhrase, ...]
    verbs: tuple[UnknownVerb, ...]


def find_gaps(extractions: Iterable[Extraction], ontology: Ontology) -> Gaps:
    """Return what was not understood in some documents."""
    extractions = tuple(extractions)
    views = [view for extraction in extractions for view in _views(extraction)]
    guess = _Guess(ontology, extractions)
    return Gaps(
        sentences=tuple(_silent(views, guess)),
        phrases=tuple(_phrases(views, ontology)),
        verbs=tuple(_verbs(views, guess)),
    )


@dataclass(frozen=True)
class _View:
    """A sentence with its words and names, in the document's offsets."""

    place: Place
    text: str
    """The normalized text of the document."""
    clauses: tuple[Span, ...]
    words: tuple[Word, ...]
    mentions: tuple[Mention, ...]
    joined: frozenset[frozenset[Span]]
    """The pairs of names that an assertion joins."""

    def names(self) -> tuple[str, ...]:
        """Return each name of the sentence once."""
        return tuple(dict.fromkeys(mention.quote for mention in self.mentions))

    def neighbours(self) -> Iterator[tuple[Mention, Mention]]:
        """Yield the names that stand beside each other in a clause and that nothing joins."""
        for one, other in pairwise(self.mentions):
            both = Span(one.span.start, other.span.end)
            near = 0 < other.span.start - one.span.end <= REACH
            near = near and any(clause.holds(both) for clause in self.clauses)
            if near and frozenset((one.span, other.span)) not in self.joined:
                yield one, other

    def verbs(self, one: Mention, other: Mention) -> Iterator[str]:
        """Yield the verbs between two names."""
        for word in self.words:
            between = one.span.end <= word.start and word.end <= other.span.start
            if between and word.tag == "v" and len(word.text) > 1:
                yield word.text


def _views(extraction: Extraction) -> Iterator[_View]:
    document = extraction.document
    text = normalize(document.text).text
    words = tuple(segment(text))
    lines = tuple(_lines(document, text))
    starts = [line.start for line in lines]
    mentions: dict[int, list[Mention]] = defaultdict(list)
    joined: dict[int, set[frozenset[Span]]] = defaultdict(set)
    for mention in extraction.mentions:
        mentions[bisect_right(starts, mention.span.start)].append(mention)
    for said in extraction.assertions:
        ends = frozenset((said.evidence.subject, said.evidence.object))
        joined[bisect_right(starts, said.evidence.subject.start)].add(ends)
    word_starts = [word.start for word in words]
    for number, line in enumerate(lines, start=1):
        yield _View(
            place=Place(document.name, line, line.of(document.text)),
            text=text,
            clauses=tuple(clauses(text, line)),
            words=words[bisect_left(word_starts, line.start) : bisect_left(word_starts, line.end)],
            mentions=tuple(m for m in mentions[number] if line.holds(m.span)),
            joined=frozenset(joined[number]),
        )


def _lines(document: Document, text: str) -> Iterator[Span]:
    for paragraph in document.body:
        yield from sentences(text, paragraph)


# ---------------------------------------------------------------------- which relation


@dataclass
class _Guess:
    """Guesses which relation some words state, from what is known of relations."""

    ontology: Ontology
    extractions: Iterable[Extraction]
    stated: Counter[tuple[str, Ends]] = field(default_factory=Counter)
    mapped: frozenset[str] = frozenset()
    """All words that the ontology already has a use for."""

    def __post_init__(self) -> None:
        for extraction in self.extractions:
            kinds = {mention.span: mention.kind for mention in extraction.mentions}
            for said in extraction.assertions:
                ends = kinds.get(said.evidence.subject), kinds.get(said.evidence.object)
                if ends[0] and ends[1]:
                    self.stated[said.relation, (ends[0], ends[1])] += 1
        self.mapped = frozenset(
            word
            for words in (
                *self.ontology.words.values(),
                *(r.triggers + r.backward_triggers for r in self.ontology.relations),
            )
            for word in words
        )

    def relation(self, pairs: Iterable[Ends]) -> Relation | None:
        """Return the relation whose domain and range fit most of the pairs.

        A pair counts for a relation the more, the oftener that one was stated of such classes
        here; of relations never stated the one that allows less is preferred.
        """
        votes: dict[str, float] = defaultdict(float)
        fitting = {r.name: r for r in self.ontology.relations}
        for ends in pairs:
            for name, vote in self._votes(ends):
                votes[name] += vote
        best = max(votes, key=lambda name: (votes[name], fitting[name].rank, name), default=None)
        return fitting[best] if best else None

    def _votes(self, ends: Ends) -> Iterator[tuple[str, float]]:
        weights = {
            r.name: self.stated[r.iri, ends] + 1 / (len(r.domain) * len(r.range))
            for r in self.ontology.relations
            if r.allows(*ends)
        }
        total = sum(weights.values())
        yield from ((name, weight / total) for name, weight in weights.items())

    def knows(self, word: str) -> bool:
        """Tell whether the ontology has a use for a word."""
        return word in self.mapped


# ---------------------------------------------------------------------- sentences, verbs


def _silent(views: Iterable[_View], guess: _Guess) -> list[SilentSentence]:
    found = [
        _silent_sentence(view, guess) for view in views if len(view.names()) > 1 and not view.joined
    ]
    return sorted(found, key=lambda s: (s.trigger is None, -s.chances, -len(s.names)))


def _silent_sentence(view: _View, guess: _Guess) -> SilentSentence:
    open_ = [(one, other) for one, other in view.neighbours() if any(view.verbs(one, other))]
    for one, other in open_:
        words = _statement(view, one, other, guess)
        relation = guess.relation([(one.kind, other.kind)]) if words else None
        if relation is not None:
            return SilentSentence(view.place, view.names(), words, relation, len(open_))
    return SilentSentence(view.place, view.names(), None, None, len(open_))


def _statement(view: _View, one: Mention, other: Mention, guess: _Guess) -> str | None:
    # A verb nobody knows, else the words from the first verb on if they are few.
    verbs = list(view.verbs(one, other))
    for verb in verbs:
        if not guess.knows(verb):
            return verb
    gap = view.text[one.span.end : other.span.start]
    words = gap[gap.find(verbs[0]) :] if verbs else ""
    few = 1 < len(words) <= LONGEST_TRIGGER and words.isalpha()
    return words if few and not guess.knows(words) else None


def _verbs(views: Iterable[_View], guess: _Guess) -> list[UnknownVerb]:
    pairs: dict[str, list[Ends]] = defaultdict(list)
    places: dict[str, Place] = {}
    for view in views:
        for one, other in view.neighbours():
            for verb in set(view.verbs(one, other)):
                if not guess.knows(verb):
                    pairs[verb].append((one.kind, other.kind))
                    places.setdefault(verb, view.place)
    found = [
        UnknownVerb(verb, len(ends), relation, places[verb])
        for verb, ends in pairs.items()
        if len(ends) >= FEWEST and (relation := guess.relation(ends)) is not None
    ]
    return sorted(found, key=lambda verb: (-verb.count, verb.word))


# ---------------------------------------------------------------------- phrases


def _phrases(views: Iterable[_View], ontology: Ontology) -> list[UnknownPhrase]:
    counts: Counter[str] = Counter()
    places: dict[str, Place] = {}
    for view in views:
        for run in _nominal_runs(view):
            for phrase in _stretches(run):
                counts[phrase] += 1
                places.setdefault(phrase, view.place)
    known = Lexicon(ontology.concepts)
    kind_of = _kinds_by_ending(ontology)
    weights = _c_values({p: n for p, n in counts.items() if n >= FEWEST})
    found = [
        UnknownPhrase(phrase, counts[phrase], weight, _kind(phrase, kind_of), places[phrase])
        for phrase, weight in weights.items()
        if weight > 0 and known.lookup(phrase) is None
    ]
    return sorted(found, key=lambda phrase: (-phrase.weight, phrase.words))


def _nominal_runs(view: _View) -> Iterator[list[Word]]:
    # Words that may make up a name, none of them in a mention; a run ends in a noun.
    covered = {place for m in view.mentions for place in range(m.span.start, m.span.end)}
    run: list[Word] = []
    for word in (*view.words, Word(0, 0, "", "x")):
        if _may_be_named(word.tag) and word.start not in covered and word.text.isalpha():
            run.append(word)
        else:
            if run:
                yield run
            run = []


def _may_be_named(tag: str) -> bool:
    return tag[0] == "n" or tag in ("vn", "an", "b", "eng", "j", "l")


def _stretches(run: Sequence[Word]) -> Iterator[str]:
    for start in range(len(run)):
        for end in range(start + 1, min(len(run), start + MOST_WORDS) + 1):
            words = run[start:end]
            phrase = "".join(word.text for word in words)
            named = len(words) > 1 or words[0].tag in NAMED
            ends_well = words[-1].tag[0] == "n" or words[-1].tag == "vn"
            if named and ends_well and SHORTEST <= len(phrase) <= LONGEST:
                yield phrase


def _c_values(counts: Mapping[str, int]) -> dict[str, float]:
    """Return the C-value of each phrase (Frantzi, Ananiadou and Mima 2000)."""
    within: dict[str, list[int]] = defaultdict(list)
    for phrase, count in counts.items():
        for size in range(SHORTEST, len(phrase)):
            for start in range(len(phrase) - size + 1):
                inner = phrase[start : start + size]
                if inner in counts:
                    within[inner].append(count)
    return {
        phrase: math.log2(len(phrase))
        * (count - (sum(within[phrase]) / len(within[phrase]) if within[phrase] else 0))
        for phrase, count in counts.items()
    }


def _kinds_by_ending(ontology: Ontology) -> Mapping[str, IRI]:
    # The class that most of the known names with these last characters have.
    votes: dict[str, Counter[IRI]] = defaultdict(Counter)
    for concept in ontology.concepts:
        for size in (1, 2, 3):
            votes[concept.label[-size:]][concept.kind] += 1
    endings = {end: min(v, key=lambda kind: (-v[kind], kind)) for end, v in votes.items()}
    heads = {word: iri for iri, kind in ontology.kinds.items() for word in kind.head_words}
    return {**endings, **heads}


def _kind(phrase: str, kind_of: Mapping[str, IRI]) -> IRI:
    for size in (4, 3, 2):
        if phrase[-size:] in kind_of:
            return kind_of[phrase[-size:]]
    return IRI(KG.Concept)
