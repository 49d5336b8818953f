"""Which thing a mention is."""

from __future__ import annotations

import pytest
from extract_samples import kind, marked

from kg.extract.entities import Alias, resolve
from kg.extract.equipment import Equipment, equip
from kg.model import IRI, Entity
from kg.ontology import NAMESPACE, Ontology


@pytest.fixture(scope="module")
def equipment(ontology: Ontology) -> Equipment:
    return equip(ontology, None)


def resolved(
    sentence: str, equipment: Equipment, *aliases: Alias
) -> tuple[tuple[IRI, ...], dict[IRI, Entity]]:
    text, names = marked(sentence)
    references, entities = resolve(names, text, equipment, aliases)
    return references, {entity.iri: entity for entity in entities}


@pytest.mark.parametrize(
    "sentence",
    [
        "{我国|Country}即{中国|Country}",
        "{浙江|Region}、{浙江省|Region}",
        "{“十四五”规划|Policy}、{十四五规划|Policy}",  # without marks
        "{智慧城市 计划|Initiative}、{智慧城市计划|Initiative}",  # without the blank
        "{星河条例|Policy}、{“星河”条例|Policy}",
        "{星河条例|Policy}、{星河条例|Regulation}",  # a subclass of the other
        "{數字政府|Concept}、{数字政府|Concept}",
        "{ＢＩＭ|Technology}、{BIM|Technology}",
    ],
)
def test_two_spellings_are_one_thing(sentence: str, equipment: Equipment) -> None:
    references, _ = resolved(sentence, equipment)
    assert len(references) == 2
    assert len(set(references)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "{星河|Concept}、{星河|Initiative}",  # one name, two classes
        "{浙江|Region}、{浙江|Organization}",
        "{星河通办|Initiative}、{星河快办|Initiative}",
        "{新加坡|Country}、{中国|Country}",
    ],
)
def test_two_names_or_classes_are_two_things(sentence: str, equipment: Equipment) -> None:
    references, entities = resolved(sentence, equipment)
    assert len(set(references)) == len(entities) == 2


def test_a_known_thing_keeps_its_iri_and_its_proper_name(equipment: Equipment) -> None:
    [iri], entities = resolved("{浙江省|Region}", equipment)
    concept = equipment.ontology.concept(iri)
    assert concept is not None
    assert entities[iri].label == concept.label == "浙江"
    assert entities[iri].aliases == ("浙江省",)


def test_a_word_that_stands_for_a_country_in_context_is_no_alias(equipment: Equipment) -> None:
    [iri], entities = resolved("{我国|Country}", equipment)
    assert (entities[iri].label, entities[iri].aliases) == ("中国", ())


def test_an_unknown_thing_is_named_by_its_class_and_name_alone(equipment: Equipment) -> None:
    [one], _ = resolved("{星河通办|Initiative}", equipment)
    [other], _ = resolved("浙江推出“{星河通办|Initiative}”等", equipment)
    assert one == other
    assert one.startswith(f"{equipment.ontology.base}initiative-")


def test_the_longest_spelling_of_an_unknown_thing_is_its_label(equipment: Equipment) -> None:
    [iri, _], entities = resolved("{星河条例|Policy}、{“星河”条例|Policy}", equipment)
    assert (entities[iri].label, entities[iri].aliases) == ("“星河”条例", ("星河条例",))


def test_a_declared_short_name_refers_to_the_full_one_wherever_it_stands(
    equipment: Equipment,
) -> None:
    sentence = "《{星河条例|Policy}》（以下简称《{条例|Policy}》），《{条例|Policy}》"
    references, entities = resolved(sentence, equipment, Alias(0, 1, (4, 9)))
    assert len(set(references)) == 1
    assert [(e.label, e.aliases) for e in entities.values()] == [("星河条例", ("条例",))]


def test_a_short_name_of_another_class_stays_itself(equipment: Equipment) -> None:
    sentence = "{星河条例|Policy}（{条例|Policy}），{条例|Concept}"
    references, _ = resolved(sentence, equipment, Alias(0, 1, (4, 5)))
    assert references[0] == references[1] != references[2]


@pytest.mark.parametrize(
    ("name", "of", "expected"),
    [
        ("星河发展战略", "Policy", "Strategy"),
        ("星河管理条例", "Policy", "Regulation"),
        ("星河意见", "Policy", "Policy"),
        ("星河计划", "Initiative", "Initiative"),  # head words refine their own class only
    ],
)
def test_the_head_word_tells_a_strategy_from_a_regulation(
    name: str, of: str, expected: str, equipment: Equipment
) -> None:
    [iri], entities = resolved(f"{{{name}|{of}}}", equipment)
    assert entities[iri].kind == kind(expected)


def test_a_term_that_ends_in_a_known_one_is_narrower_than_it(equipment: Equipment) -> None:
    [iri], entities = resolved("{星河式数字政府|Concept}", equipment)
    broader = entities[iri].broader
    assert broader is not None
    assert entities[broader].label == "数字政府"


@pytest.mark.parametrize(
    ("sentence", "properties"),
    [
        ("{超过170个国家|Quantity}", {"comparator": ">", "number": 170.0, "unit": "个国家"}),
        ("{2022年6月15日|Time}", {"date": "2022-06-15"}),
        ("{数字政府|Concept}", {}),
    ],
)
def test_figures_and_dates_carry_what_they_tell(
    sentence: str, properties: dict[str, object], equipment: Equipment
) -> None:
    [iri], entities = resolved(sentence, equipment)
    assert dict(entities[iri].properties) == properties


def test_entities_come_sorted_and_each_once(equipment: Equipment) -> None:
    text, names = marked("{浙江|Region}、{上海|Region}、{浙江|Region}")
    _, entities = resolve(names, text, equipment)
    assert [e.iri for e in entities] == sorted({e.iri for e in entities})
    assert len(entities) == 2


def test_every_concept_of_the_ontology_is_itself(equipment: Equipment) -> None:
    # Save where two concepts share a label: there the first one has it.
    wrong = []
    for concept in equipment.ontology.concepts:
        entry = equipment.lexicon.lookup(concept.label)
        if entry is None or entry.concept != concept.iri:
            continue
        of = concept.kind.removeprefix(NAMESPACE)
        [iri], _ = resolved(f"{{{concept.label}|{of}}}", equipment)
        wrong += [] if iri == concept.iri else [concept.label]
    assert not wrong
