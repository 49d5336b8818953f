"""From what the observers propose, mentions are chosen that do not overlap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from extract_samples import kind
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.mentions import CERTAIN, NAMED, Opinions, settle
from kg.extract.observation import Observation
from kg.extract.proposals import TRUSTED, Proposal
from kg.extract.segment import segment
from kg.model import IRI, Span

CONCEPT, INITIATIVE, REGION = kind("Concept"), kind("Initiative"), kind("Region")
ORGANIZATION, TIME = kind("Organization"), kind("Time")


def seen(
    text: str, lexicon: Sequence[Proposal] = (), patterns: Sequence[Proposal] = ()
) -> Observation:
    return Observation(text, tuple(segment(text)), tuple(lexicon), tuple(patterns))


def at(
    text: str, name: str, of: IRI, *, rank: int = 60, sure: float = 1.0, concept: str | None = None
) -> Proposal:
    start = text.index(name)
    known = IRI(concept) if concept else None
    return Proposal(start, start + len(name), of, "patterns", rank, known, sure)


def chosen(
    observation: Observation, said: Opinions | None = None, lines: Sequence[Span] = ()
) -> list[tuple[str, IRI]]:
    text = observation.text
    whole = [Span(0, len(text))]
    return [
        (text[p.start : p.end], p.kind)
        for p in settle(observation, lines or whole, said or Opinions())
    ]


TEXT = "浙江大学在浙江推进数字政府建设"


def test_of_two_that_overlap_the_longer_wins() -> None:
    names = [at(TEXT, "浙江", REGION), at(TEXT, "浙江大学", ORGANIZATION)]
    assert chosen(seen(TEXT, names)) == [("浙江大学", ORGANIZATION)]


def test_of_two_equally_long_the_leftmost_wins() -> None:
    text = "甲乙丙"
    names = [at(text, "乙丙", REGION), at(text, "甲乙", CONCEPT)]
    assert chosen(seen(text, patterns=names)) == [("甲乙", CONCEPT)]


def test_of_two_at_one_place_the_higher_rank_wins() -> None:
    names = [at(TEXT, "数字政府", CONCEPT), at(TEXT, "数字政府", INITIATIVE, rank=70)]
    assert chosen(seen(TEXT, patterns=names)) == [("数字政府", INITIATIVE)]


@pytest.mark.parametrize(("rank", "stands"), [(TRUSTED, True), (TRUSTED - 1, False)])
def test_without_a_tagger_a_pattern_stands_from_the_trusted_rank_on(
    rank: int, stands: bool
) -> None:
    names = [at(TEXT, "数字政府", CONCEPT, rank=rank)]
    assert bool(chosen(seen(TEXT, patterns=names))) is stands


@pytest.mark.parametrize(
    ("of", "rank", "stands"),
    [
        (REGION, NAMED, True),
        (REGION, NAMED - 1, False),  # a word of the context
        (CONCEPT, NAMED, False),  # no proper name
        (CONCEPT, CERTAIN, False),
    ],
)
def test_with_a_tagger_a_known_name_needs_its_consent_unless_it_is_proper(
    of: IRI, rank: int, stands: bool
) -> None:
    text = "浙江大学在杭州推进数字政府建设"
    names = [at(text, "杭州", of, rank=rank)]
    said = Opinions(tagged=[at(text, "浙江大学", ORGANIZATION)])
    assert (("杭州", of) in chosen(seen(text, names), said)) is stands


def test_a_known_name_stands_only_where_words_begin_and_end() -> None:
    text = "发展中国家"
    assert chosen(seen(text, [at(text, "中国", kind("Country"))])) == []


def test_a_certain_pattern_stands_against_the_tagger() -> None:
    text = "2022年6月15日"
    said = Opinions(tagged=[at(text, "2022年6月15日", CONCEPT)])
    names = [at(text, "2022年", TIME, rank=CERTAIN)]
    assert chosen(seen(text, patterns=names), said) == [("2022年", TIME)]


def test_the_tagger_stands_against_a_pattern_that_is_merely_trusted() -> None:
    names = [at(TEXT, "数字政府", CONCEPT, rank=CERTAIN - 1)]
    said = Opinions(tagged=[at(TEXT, "数字政府建设", INITIATIVE)])
    assert chosen(seen(TEXT, patterns=names), said) == [("数字政府建设", INITIATIVE)]


def test_a_known_name_stands_where_the_tagger_saw_a_part_of_it() -> None:
    known = [at(TEXT, "浙江大学", ORGANIZATION, rank=NAMED)]
    said = Opinions(tagged=[at(TEXT, "浙江", REGION)])
    assert chosen(seen(TEXT, known), said) == [("浙江大学", ORGANIZATION)]


def test_a_field_stands_against_everything() -> None:
    names = [at(TEXT, "浙江大学在浙江", CONCEPT, rank=99)]
    said = Opinions(fields=[at(TEXT, "浙江大学", ORGANIZATION)])
    assert chosen(seen(TEXT, patterns=names), said) == [("浙江大学", ORGANIZATION)]


def test_nothing_outside_the_lines_is_a_mention() -> None:
    names = [at(TEXT, "浙江大学", ORGANIZATION), at(TEXT, "数字政府", CONCEPT)]
    assert chosen(seen(TEXT, names), lines=[Span(5, len(TEXT))]) == [("数字政府", CONCEPT)]


def test_a_name_that_crosses_two_lines_is_none() -> None:
    names = [at(TEXT, "浙江大学", ORGANIZATION)]
    assert chosen(seen(TEXT, names), lines=[Span(0, 2), Span(5, 9)]) == []


@pytest.mark.parametrize(
    ("name", "sure", "times"),
    [
        ("一网通办", 0.9, 2),
        ("一网通办", 0.6, 1),  # too unsure
        ("通办", 0.9, 1),  # too short: such words recur by chance
    ],
)
def test_what_a_text_names_once_it_names_wherever_the_words_recur(
    name: str, sure: float, times: int
) -> None:
    text = "推出一网通办，完善一网通办"
    said = Opinions(tagged=[at(text, name, INITIATIVE, sure=sure)])
    assert chosen(seen(text), said) == [(name, INITIATIVE)] * times


def test_one_name_has_one_class_the_surest() -> None:
    text = "一网通办、一网通办、一网通办"
    places = [(0, INITIATIVE, 0.9), (5, CONCEPT, 0.3), (10, CONCEPT, 0.3)]
    tagged = [Proposal(s, s + 4, of, "tagger", confidence=sure) for s, of, sure in places]
    assert chosen(seen(text), Opinions(tagged=tagged)) == [("一网通办", INITIATIVE)] * 3


def test_a_name_that_takes_the_class_of_a_known_one_takes_its_concept() -> None:
    text = "一网通办、一网通办"
    tagged = [
        Proposal(0, 4, INITIATIVE, "tagger", 0, IRI("id:one"), 0.9),
        Proposal(5, 9, CONCEPT, "tagger", 0, None, 0.3),
    ]
    found = settle(seen(text), [Span(0, len(text))], Opinions(tagged=tagged))
    assert [(p.kind, p.concept) for p in found] == [(INITIATIVE, "id:one")] * 2


NAMES = st.builds(
    lambda start, size, of, rank, sure: Proposal(
        start, min(start + size, len(TEXT)), of, "x", rank, None, sure
    ),
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 6),
    st.sampled_from([CONCEPT, REGION, TIME]),
    st.integers(0, 100),
    st.floats(0, 1),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(NAMES, max_size=8), st.lists(NAMES, max_size=8), st.lists(NAMES, max_size=8))
def test_mentions_never_overlap_whoever_proposes_what(
    lexicon: list[Proposal], patterns: list[Proposal], tagged: list[Proposal]
) -> None:
    observation = seen(TEXT, lexicon, patterns)
    said = Opinions(tagged=tagged, framed=lexicon, listed=patterns)
    found = settle(observation, [Span(0, len(TEXT))], said)
    assert list(found) == sorted(found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_the_order_of_the_proposals_does_not_matter() -> None:
    names = [
        at(TEXT, "浙江", REGION),
        at(TEXT, "浙江大学", ORGANIZATION),
        at(TEXT, "数字政府", CONCEPT),
        at(TEXT, "政府建设", CONCEPT),
    ]
    assert chosen(seen(TEXT, patterns=names)) == chosen(seen(TEXT, patterns=names[::-1]))
