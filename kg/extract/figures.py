"""What a figure or a date tells by itself: number, unit and comparator; the ISO 8601 date."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg.expressions import compile_named, expand
from kg.ontology import Ontology

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_COMPARATORS = (
    ("atMost", "<="),
    ("atLeast", ">="),
    ("moreThan", ">"),
    ("lessThan", "<"),
    ("approximately", "~"),
)
"""Word lists of `grammar.ttl` in the order of asking: “不超过” before “超过”."""

Properties = tuple[tuple[str, str | float], ...]


class Figures:
    """Reads figures and dates with the word lists of one ontology."""

    def __init__(self, ontology: Ontology) -> None:
        self._words = ontology.words
        self._comparators = [
            (re.compile(expand(f"{{{name}}}", self._words)), sign)
            for name, sign in _COMPARATORS
            if self._words.get(name)
        ]
        self._scales: Mapping[str, int] = {
            word: 10 ** int(power)
            for power in (2, 3, 4, 8)
            for word in self._words.get(f"tenTo{power}", ())
        }
        self._date = compile_named("isoDate", ontology)

    def quantity(self, name: str) -> Properties:
        """Return comparator, number and unit of a quantity's normalized name.

        >>> from kg.ontology import load_ontology
        >>> Figures(load_ontology()).quantity("超过170个国家")
        (('comparator', '>'), ('number', 170.0), ('unit', '个国家'))
        """
        match = _NUMBER.search(name)
        if match:
            value, end = float(match.group().replace(",", "")), match.end()
        else:
            return ()
        while name[end : end + 1] in self._scales:
            value *= self._scales[name[end]]
            end += 1
        rest = name[end:]
        unit = rest
        for regex, _ in self._comparators:
            unit = regex.sub("", unit)
        found: list[tuple[str, str | float]] = [
            ("comparator", self._comparator(name[: match.start()] + rest)),
            ("number", round(value, 6)),
        ]
        return tuple(found + ([("unit", unit)] if unit else []))

    def _comparator(self, words: str) -> str:
        return next((sign for regex, sign in self._comparators if regex.search(words)), "=")

    def time(self, name: str) -> Properties:
        """Return the ISO 8601 date, month or year with which a time's name begins, if any.

        >>> from kg.ontology import load_ontology
        >>> Figures(load_ontology()).time("2022年6月15日")
        (('date', '2022-06-15'),)
        """
        for regex in self._date:
            if match := regex.match(name):
                parts = [part for part in match.groups() if part]
                padded = [parts[0], *(f"{int(part):02d}" for part in parts[1:])]
                return (("date", "-".join(padded)),)
        return ()
