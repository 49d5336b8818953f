"""What simpler extractors are worth on the same passages, by the same measures.

Each row is a function from a document to an extraction, as the Reader is. With --cross-validate
the rows that need models take those of the fold, so that every row is on passages held out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench import variants
from bench.held_out import Question, System, evaluate, heading, parser, question, row, show, trained
from bench.jieba_only import jieba_names, jieba_triples
from bench.variants import Variant

ALONE = {**variants.FRAMED_NAMES, **variants.LISTS}
BARE = {"tagger": False, "linker": False}

SYSTEMS: Mapping[str, System] = {
    "the full system": Variant(),
    "lexicon alone, rules relate": Variant({**variants.PATTERNS, **ALONE}, **BARE),
    "patterns alone, rules relate": Variant({**variants.LEXICON, **ALONE}, **BARE),
    "lexicon and patterns, rules relate (no models)": Variant({}, **BARE),
    "tagger alone, linker relates": Variant(
        {**variants.PROPOSALS, **variants.AFTERWORK, **variants.RULES}
    ),
    "tagger, lexicon and patterns, no revision": Variant(variants.AFTERWORK),
    "jieba's name tags (nr, ns, nt, t, m+q)": jieba_names,
    "jieba, subject verb object": jieba_triples,
}
"""By the name of its row."""

PAIRS = "relations/pairs"


def main(arguments: Sequence[str] | None = None) -> None:
    """Score and print; see --help."""
    show(table(question(parser(__doc__).parse_args(arguments))))


def table(asked: Question) -> Iterator[str]:
    """Yield a Markdown table, a row a system, with the difference from the full one."""
    pairs = trained(asked)
    whole = None
    yield from heading("relations pairs", "names strict P / R")
    for name, system in SYSTEMS.items():
        found = evaluate(system, pairs)
        names = found.scores["names/strict"]
        more = (f"{found.scores[PAIRS].f1:.3f}", f"{names.precision:.3f} / {names.recall:.3f}")
        yield row(name, found, whole, more)
        whole = whole or found


if __name__ == "__main__":
    main()
