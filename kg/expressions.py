"""The regular expressions of the ontology, with the word lists that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kg.errors import OntologyError
from kg.ontology import Ontology, Pattern

_LIST = re.compile(r"\{([A-Za-z]\w*)\}")


def compile_pattern(pattern: Pattern, ontology: Ontology) -> re.Pattern[str]:
    """Expand the word lists a pattern names in braces, and compile it."""
    try:
        return re.compile(expand(pattern.regex, ontology.words))
    except (re.error, KeyError) as error:
        problem = f"names no word list {error}" if isinstance(error, KeyError) else f"{error}"
        raise OntologyError(
            f"is no regular expression: {problem}; mend its kg:regex",
            term=f"kg:{pattern.name}",
            file=ontology.folder,
        ) from error


def compile_named(name: str, ontology: Ontology) -> tuple[re.Pattern[str], ...]:
    """Compile every expression of the pattern with this local name, as they are declared."""
    return tuple(compile_pattern(p, ontology) for p in ontology.patterns if p.name == name)


def expand(regex: str, words: Mapping[str, Iterable[str]]) -> str:
    """Replace each ``{list}`` by the alternation of its words, longest first.

    >>> expand("{digits}+年", {"digits": ["一", "十一"]})
    '(?:十一|一)+年'
    """
    return _LIST.sub(lambda match: alternation(words[match[1]]), regex)


def alternation(words: Iterable[str]) -> str:
    """Return the expression that matches any of the words, the longest where several do."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(map(re.escape, ordered)) + ")"
