"""Short names that the text declares: 以下简称《意见》, 国家数据局（数据局）, 人工智能（AI）."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from kg.expressions import compile_named
from kg.extract.entities import Alias, name_key
from kg.extract.relations import Link
from kg.extract.scenes import Scene
from kg.model import IRI, Span
from kg.ontology import Ontology, Relation
from kg.vocabulary import KG

DECLARED = 0.9
"""Prior confidence that two names which the text declares to be one are one."""

_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9.&-]{1,9}")


@dataclass(frozen=True)
class Declarations:
    """How a text declares a short name, compiled."""

    words: re.Pattern[str]
    bracket: re.Pattern[str]
    number: tuple[re.Pattern[str], ...]
    """A document's number: 国发〔2022〕14号 in brackets stands for the document before it."""
    names: Mapping[IRI, str]
    """The evaluated name of each class."""
    same: Relation | None


def compile_declarations(ontology: Ontology) -> Declarations:
    """Compile the words that declare an alias."""
    [words], [bracket] = (
        compile_named(name, ontology) for name in ("aliasWording", "aliasBracket")
    )
    return Declarations(
        words,
        bracket,
        number=compile_named("documentNumber", ontology),
        names={iri: kind.evaluated for iri, kind in ontology.kinds.items()},
        same=next((r for r in ontology.relations if r.iri == KG.sameAs), None),
    )


def find_aliases(scene: Scene, declarations: Declarations) -> Iterator[Alias]:
    """Yield each pair of neighbours that the sentence declares to name one thing.

    A bracket alone declares an alias only if the short name is made of the full one's characters,
    is written in Latin letters where the full one is not, or is the number of a document.
    """
    members = [member for group in scene.groups for member in group.members]
    for full, short in pairwise(members):
        one, other = scene.mentions[full], scene.mentions[short]
        if declarations.names[one.kind] != declarations.names[other.kind]:
            continue
        gap = scene.between(one.end, other.start)
        name, brief = scene.between(one.start, one.end), scene.between(other.start, other.end)
        numbered = any(number.fullmatch(brief) for number in declarations.number)
        bracketed = declarations.bracket.fullmatch(gap) is not None
        shorter = numbered or _abbreviates(brief, name) or _in_letters(brief, name)
        if declarations.words.fullmatch(gap) or (bracketed and shorter):
            yield Alias(full, short, (one.end, other.start), numbered)


def find_alias_links(aliases: Iterable[Alias], declarations: Declarations) -> Iterator[Link]:
    """Yield what the aliases say: that the two names are those of one thing.

    A document's number is no name of it that anybody declares.
    """
    for alias in aliases:
        if declarations.same is not None and not alias.numbered:
            cue = Span(*alias.cue)
            yield Link(alias.full, declarations.same, alias.short, cue, "aliases", DECLARED)


def _in_letters(brief: str, name: str) -> bool:
    # “人工智能（AI）”, “AIGC（人工智能生成内容）”: one is in Latin letters, the other is not.
    return bool(_LATIN.fullmatch(brief)) != bool(_LATIN.fullmatch(name))


def _abbreviates(brief: str, name: str) -> bool:
    """Tell whether the short name's characters all stand in the full one, in their order.

    >>> _abbreviates("国资委", "国务院国有资产监督管理委员会"), _abbreviates("发改委", "国家数据局")
    (True, False)
    """
    rest = iter(name_key(name))
    return all(character in rest for character in name_key(brief))
