"""The places of ontology/concepts/: complete, unambiguous, and what their script writes."""

import importlib.util
import re
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from babel import Locale
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

ROOT = Path(__file__).parent.parent
FILES = ("countries.ttl", "regions.ttl", "areas.ttl")
ID = "https://w3id.org/zhengtu/id/"
KG = "https://w3id.org/zhengtu/ontology#"
SKOS = "http://www.w3.org/2004/02/skos/core#"

# Two-letter territories of the CLDR that ISO 3166-1 does not assign.
RESERVED = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "TA", "UN"}
USER_ASSIGNED = {"QO", "XA", "XB", "XK", "ZZ"}


@pytest.fixture(scope="module")
def places() -> ModuleType:
    path = ROOT / "ontology" / "sources" / "places.py"
    spec = importlib.util.spec_from_file_location("places", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    for name in FILES:
        store.load(path=str(ROOT / "ontology" / "concepts" / name), format=RdfFormat.TURTLE)
    return store


def quads(store: Store, term: str) -> list[Quad]:
    return list(store.quads_for_pattern(None, NamedNode(term), None, None))


def codes(store: Store, table: str) -> list[str]:
    literals = [quad.object for quad in quads(store, SKOS + "notation")]
    return [code.value for code in literals if code.datatype == NamedNode(KG + table)]


def labels(store: Store, *terms: str, language: str = "zh") -> list[str]:
    found: list[Literal] = [quad.object for term in terms for quad in quads(store, term)]
    return [label.value for label in found if label.language == language]


@pytest.mark.parametrize("name", FILES)
def test_the_script_writes_the_files_byte_for_byte(places: ModuleType, name: str) -> None:
    written = (ROOT / "ontology" / "concepts" / name).read_bytes()
    assert places.files()[name].encode() == written


def test_every_code_of_iso_3166_1_is_there_once(store: Store) -> None:
    territories = {code for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", code)}
    found = codes(store, "iso3166-1")
    assert len(found) == 249
    assert set(found) == territories - RESERVED - USER_ASSIGNED


def test_china_has_34_provinces_and_their_prefectures(store: Store) -> None:
    divisions = codes(store, "gbt2260")
    provinces = [code for code in divisions if code.endswith("0000")]
    prefectures = [code for code in divisions if re.fullmatch(r"\d{4}00", code)]
    assert len(divisions) == len(set(divisions))
    assert len(provinces) == 34
    assert len(prefectures) - len(provinces) >= 330
    assert len(set(codes(store, "iso3166-2"))) == 34


def test_every_place_has_one_label_in_either_language(store: Store) -> None:
    kinds = store.quads_for_pattern(
        None, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), None, None
    )
    named = Counter(
        (quad.subject, quad.object.language) for quad in quads(store, SKOS + "prefLabel")
    )
    assert named == Counter((quad.subject, tag) for quad in kinds for tag in ("zh", "en"))


def test_no_label_is_short_or_untidy(store: Store) -> None:
    found = labels(store, SKOS + "prefLabel", SKOS + "altLabel", KG + "contextLabel")
    assert [label for label in found if len(label) < 2 or label != label.strip()] == []


def test_no_two_places_bear_the_same_label(store: Store) -> None:
    found = labels(store, SKOS + "prefLabel", SKOS + "altLabel", KG + "contextLabel")
    english = labels(store, SKOS + "prefLabel", language="en")
    assert [label for label, times in Counter(found).items() if times > 1] == []
    assert [label for label, times in Counter(english).items() if times > 1] == []


def test_a_hidden_name_is_no_label_of_its_own_place(store: Store) -> None:
    shown = {
        (quad.subject, quad.object.value)
        for term in (SKOS + "prefLabel", SKOS + "altLabel")
        for quad in quads(store, term)
    }
    hidden = {(quad.subject, quad.object.value) for quad in quads(store, SKOS + "hiddenLabel")}
    assert hidden
    assert not hidden & shown


def test_every_place_lies_in_a_place_that_is_there(store: Store) -> None:
    known = {quad.subject for quad in quads(store, SKOS + "prefLabel")}
    within = quads(store, KG + "locatedIn")
    regions = {quad.subject for quad in within if quad.subject.value.startswith(ID + "region-")}
    assert len(regions) == len(codes(store, "gbt2260"))
    assert [quad.object for quad in within if quad.object not in known] == []
