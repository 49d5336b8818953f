"""Short names that the text itself declares: 以下简称《意见》, 国家数据局（数据局）."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kg.expressions import compile_named
from kg.extract.entities import Alias, name_key
from kg.extract.scenes import Scene
from kg.ontology import Ontology


@dataclass(frozen=True)
class Declarations:
    """How a text declares a short name, compiled."""

    words: re.Pattern[str]
    bracket: re.Pattern[str]


def compile_declarations(ontology: Ontology) -> Declarations:
    """Compile the words that declare an alias."""
    return Declarations(
        *compile_named("aliasWording", ontology),
        *compile_named("aliasBracket", ontology),
    )


def find_aliases(scene: Scene, declarations: Declarations) -> Iterator[Alias]:
    """Yield each pair of neighbours that the sentence declares to name one thing.

    A bracket alone declares an alias only if the short name is made of the full one's characters.
    """
    members = [member for group in scene.groups for member in group.members]
    for full, short in pairwise(members):
        one, other = scene.mentions[full], scene.mentions[short]
        if one.kind != other.kind:
            continue
        gap = scene.between(one.end, other.start)
        name, brief = scene.between(one.start, one.end), scene.between(other.start, other.end)
        bracketed = declarations.bracket.fullmatch(gap) and _abbreviates(brief, name)
        if declarations.words.fullmatch(gap) or bracketed:
            yield Alias(full, short, (one.end, other.start))


def _abbreviates(brief: str, name: str) -> bool:
    """Tell whether the short name's characters all stand in the full one, in their order.

    >>> _abbreviates("国资委", "国务院国有资产监督管理委员会"), _abbreviates("发改委", "国家数据局")
    (True, False)
    """
    rest = iter(name_key(name))
    return all(character in rest for character in name_key(brief))
