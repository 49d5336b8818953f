from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pyoxigraph as ox
import pytest
from graph_samples import (
    HANGZHOU,
    ID,
    SINGAPORE,
    SMART_STATE,
    Name,
    Said,
    article,
    extraction,
    notice,
    ontology,
)

from kg.graph import terms
from kg.graph.quads import concept_quads, document_quads
from kg.model import Extraction, Field, Landmark, Section, Span, Status
from kg.ontology import NAMESPACE


def quads(found: Extraction, version: str = "1.2") -> list[ox.Quad]:
    return document_quads(found, ontology(), version=version)


def objects(found: Iterable[ox.Quad], subject: str, predicate: str) -> set[str]:
    wanted = terms.prefixes(ontology())
    prefix, name = predicate.split(":")
    return {
        str(quad.object)
        for quad in found
        if quad.subject == ox.NamedNode(ID + subject)
        and quad.predicate == ox.NamedNode(wanted[prefix] + name)
    }


def subjects(found: Iterable[ox.Quad], kind: ox.NamedNode) -> list[ox.NamedNode]:
    typed = (q.subject for q in found if q.predicate == terms.TYPE and q.object == kind)
    return sorted((s for s in typed if isinstance(s, ox.NamedNode)), key=str)


def test_a_document_is_one_named_graph() -> None:
    found = article()
    graph = ox.NamedNode(f"{ID}document-{found.document.key}")
    assert {quad.graph_name for quad in quads(found)} == {graph}
    assert graph in {quad.subject for quad in quads(found)}


def test_the_hash_of_the_content_comes_last_and_once() -> None:
    found = article()
    *rest, seal = quads(found)
    assert seal.predicate == terms.SHA256
    assert seal.object == ox.Literal(found.document.sha256)
    assert all(quad.predicate != terms.SHA256 for quad in rest)


def test_the_same_extraction_gives_the_same_quads() -> None:
    assert set(quads(article())) == set(quads(article()))
    assert len(quads(article())) == len(set(quads(article())))


@pytest.mark.parametrize(
    ("status", "is_fact"),
    [
        (Status.ASSERTED, True),
        (Status.PLANNED, True),
        (Status.REQUIRED, True),
        (Status.NEGATED, False),
        (Status.QUESTIONED, False),
        (Status.REPORTED, False),
    ],
)
def test_a_plain_triple_stands_only_for_what_may_be_a_fact(status: Status, is_fact: bool) -> None:
    said = Said("新加坡", "proposes", "智慧国家", status)
    found = quads(extraction("a.txt", "新加坡提出智慧国家。", [SINGAPORE, SMART_STATE], [said]))
    plain = objects(found, "country-SG", "kg:proposes")
    assert plain == ({f"<{SMART_STATE.entity.iri}>"} if is_fact else set())
    [node] = subjects(found, terms.ASSERTION)
    assert objects(found, node.value.removeprefix(ID), "kg:status") == {f"<{NAMESPACE}{status}>"}


def test_an_assertion_knows_who_says_what_where_and_how_sure() -> None:
    said = Said("新加坡", "proposes", "智慧国家", confidence=0.934, cue="提出", context="杭州")
    names = [SINGAPORE, SMART_STATE, HANGZHOU]
    one = extraction("a.txt", "在杭州，新加坡提出智慧国家。", names, [said])
    found, key = quads(one), one.document.key
    [node] = subjects(found, terms.ASSERTION)
    name = node.value.removeprefix(ID)
    assert {
        predicate: objects(found, name, predicate)
        for predicate in (
            "rdf:subject",
            "rdf:predicate",
            "kg:context",
            "kg:confidence",
            "prov:wasDerivedFrom",
            "kg:sentence",
            "kg:subjectSpan",
            "kg:objectSpan",
            "kg:cueSpan",
            "prov:wasGeneratedBy",
            "prov:wasAttributedTo",
            "kg:speaker",
        )
    } == {
        "rdf:subject": {f"<{ID}country-SG>"},
        "rdf:predicate": {f"<{NAMESPACE}proposes>"},
        "kg:context": {f"<{ID}region-330100>"},
        "kg:confidence": {'"0.93"^^<http://www.w3.org/2001/XMLSchema#decimal>'},
        "prov:wasDerivedFrom": {f"<{ID}span-{key}-4-13>"},
        "kg:sentence": {f"<{ID}span-{key}-0-14>"},
        "kg:subjectSpan": {f"<{ID}span-{key}-4-7>"},
        "kg:objectSpan": {f"<{ID}span-{key}-9-13>"},
        "kg:cueSpan": {f"<{ID}span-{key}-7-9>"},
        "prov:wasGeneratedBy": {f"<{ID}run-{key}>"},
        "prov:wasAttributedTo": {f"<{ID}extractor-triggers>"},
        "kg:speaker": set(),
    }
    assert objects(found, "extractor-triggers", "schema:softwareVersion") == {'"1.2"'}
    assert objects(found, f"run-{key}", "prov:used") == {f"<{ID}document-{key}>"}


@pytest.mark.parametrize("found", [article(), notice()], ids=["article", "notice"])
def test_every_span_quotes_the_document_at_its_offsets(found: Extraction) -> None:
    written = quads(found)
    spans = subjects(written, terms.POSITION_SELECTOR)
    assert spans == subjects(written, terms.QUOTE_SELECTOR)
    for span in spans:
        name = span.value.removeprefix(ID)
        start, end = (int(part) for part in name.rsplit("-", 2)[1:])
        exact = ox.Literal(found.document.text[start:end], language="zh")
        assert objects(written, name, "oa:exact") == {str(exact)}
        assert objects(written, name, "oa:start") == {str(terms.typed(str(start), "integer"))}
        assert objects(written, name, "oa:end") == {str(terms.typed(str(end), "integer"))}


def test_a_mention_and_the_evidence_share_the_span_of_the_same_words() -> None:
    found = article()
    written = quads(found)
    name = f"span-{found.document.key}-11-14"
    assert objects(written, name, "kg:refersTo") == {f"<{ID}country-SG>"}
    assert sum(quad.predicate == terms.EXACT for quad in written) == len(
        subjects(written, terms.POSITION_SELECTOR)
    )


def test_nothing_dangles() -> None:
    written = quads(article())
    described = {quad.subject for quad in written}
    ours = {quad.object for quad in written if str(quad.object).startswith(f"<{ID}")}
    assert ours <= described


def test_of_two_assertions_with_one_node_the_surer_one_stays() -> None:
    twice = [
        Said("新加坡", "proposes", "智慧国家", confidence=confidence, extractor=who)
        for confidence, who in ((0.5, "linker"), (0.8, "triggers"), (0.6, "frames"))
    ]
    found = extraction("a.txt", "新加坡提出智慧国家。", [SINGAPORE, SMART_STATE], twice)
    written = quads(found)
    [node] = subjects(written, terms.ASSERTION)
    confidence = objects(written, node.value.removeprefix(ID), "kg:confidence")
    assert confidence == {str(terms.typed("0.8", "decimal"))}
    assert subjects(written, terms.EXTRACTOR) == [ox.NamedNode(f"{ID}extractor-triggers")]


def test_the_same_triple_in_two_sentences_has_two_nodes() -> None:
    found = extraction(
        "a.txt", "新加坡提出智慧国家。新加坡提出智慧国家。", [SINGAPORE, SMART_STATE], []
    )
    [first] = extraction(
        "a.txt",
        found.document.text,
        [SINGAPORE, SMART_STATE],
        [Said("新加坡", "proposes", "智慧国家")],
    ).assertions
    moved = replace(
        first.evidence,
        sentence=Span(10, 20),
        quotation=Span(10, 19),
        subject=Span(10, 13),
        object=Span(15, 19),
    )
    both = replace(found, assertions=(first, replace(first, evidence=moved)))
    assert len(subjects(quads(both), terms.ASSERTION)) == 2


def test_the_name_of_an_extractor_becomes_part_of_an_iri() -> None:
    said = Said("新加坡", "proposes", "智慧国家", extractor="llm: gpt/4")
    found = quads(extraction("a.txt", "新加坡提出智慧国家。", [SINGAPORE, SMART_STATE], [said]))
    assert subjects(found, terms.EXTRACTOR) == [ox.NamedNode(f"{ID}extractor-llm%3A%20gpt%2F4")]


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("number", 170.0, '"170"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("number", 5.5, '"5.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("number", 1e21, '"1000000000000000000000"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("number", "0.10", '"0.1"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("comparator", ">=", '">="'),
        ("unit", "个国家", '"个国家"'),
        ("date", "2022-06-15", '"2022-06-15"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("date", "2022-06", '"2022-06"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
        ("date", "2022", '"2022"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("date", "2021/2025", '"2021/2025"'),
    ],
)
def test_what_a_name_tells_has_its_datatype(name: str, value: str | float, written: str) -> None:
    thing = Name("某", "Quantity", f"{ID}quantity-1", properties=((name, value),))
    found = quads(extraction("a.txt", "某数。", [thing], []))
    assert objects(found, "quantity-1", f"kg:{name}") == {written}


def test_fields_become_properties_of_the_document() -> None:
    found = article()
    name = f"document-{found.document.key}"
    written = quads(found)
    assert objects(written, name, "dcterms:title") == {'"国际前沿趋势"@zh'}
    author = next(entity.iri for entity in found.entities if entity.label == "陶永亮")
    assert objects(written, name, "dcterms:creator") == {f"<{author}>"}
    assert objects(written, name, "dcterms:issued") == {
        '"2022-06-15"^^<http://www.w3.org/2001/XMLSchema#date>'
    }
    assert objects(written, name, "kg:file") == {'"data/article.txt"'}
    assert objects(written, name, "kg:fingerprint") == {f'"{ontology().fingerprint}"'}


def test_a_date_of_the_document_is_a_date_even_where_the_text_names_it() -> None:
    day = Name("2022-06-15", "Time", f"{ID}time-1", properties=(("date", "2022-06-15"),))
    field = Field("issued", "2022-06-15", Span(0, 10))
    found = extraction("a.txt", "2022-06-15，刊发。", [day], [], [field])
    assert found.mentions[0].extractor == "fields"
    assert objects(quads(found), f"document-{found.document.key}", "dcterms:issued") == {
        '"2022-06-15"^^<http://www.w3.org/2001/XMLSchema#date>'
    }


def test_a_field_that_the_ontology_does_not_know_is_left_out() -> None:
    found = extraction("a.txt", "某文。", [], [], [Field("shoeSize", "44")])
    assert not any('"44"' in str(quad.object) for quad in quads(found))


def test_concepts_come_with_codes_and_with_what_they_are_linked_to() -> None:
    found = concept_quads([f"{ID}region-330100", f"{ID}concept-unknown"], ontology())
    assert objects(found, "region-330100", "kg:locatedIn") == {f"<{ID}region-330000>"}
    assert objects(found, "region-330000", "kg:locatedIn") == {f"<{ID}country-CN>"}
    assert objects(found, "country-CN", "rdfs:label") == {'"中国"@zh', '"China"@en'}
    assert objects(found, "country-CN", "rdf:type") == {f"<{NAMESPACE}Country>"}
    assert objects(found, "region-330100", "skos:notation") == {f'"330100"^^<{NAMESPACE}gbt2260>'}
    assert {quad.graph_name for quad in found} == {ox.NamedNode(f"{ID}concepts")}
    subjects_found = {quad.subject.value.removeprefix(ID) for quad in found}  # type: ignore[union-attr]
    assert subjects_found == {"region-330100", "region-330000", "country-CN"}


def test_words_that_mean_a_thing_in_context_only_are_no_aliases() -> None:
    found = concept_quads([f"{ID}country-CN"], ontology())
    china = ontology().concept(SINGAPORE.entity.iri.replace("SG", "CN"))  # type: ignore[arg-type]
    assert china
    assert china.context
    aliases = objects(found, "country-CN", "skos:altLabel")
    assert aliases.isdisjoint(f'"{word}"@zh' for word in china.context)


def test_a_span_tells_its_page_its_paragraph_and_its_section() -> None:
    found = extraction(
        "a.pdf",
        "一、现状\n新加坡提出智慧国家。",
        [SINGAPORE, SMART_STATE],
        [Said("新加坡", "proposes", "智慧国家")],
    )
    document = replace(
        found.document,
        media_type="application/pdf",
        landmarks=(Landmark(Span(0, 4), 3, 11), Landmark(Span(5, 15), 3, 12)),
        sections=(Section(Span(0, 15), Span(0, 4), 1),),
    )
    made = quads(replace(found, document=document))
    sentence = f"span-{document.key}-5-15"
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert objects(made, sentence, "kg:page") == {f'"3"{integer}'}
    assert objects(made, sentence, "kg:paragraph") == {f'"12"{integer}'}
    assert objects(made, sentence, "kg:section") == {f"<{ID}section-{document.key}-0>"}
    assert objects(made, f"section-{document.key}-0", "rdfs:label") == {'"一、现状"@zh'}
    assert objects(made, f"section-{document.key}-0", "dcterms:isPartOf") == {
        f"<{ID}document-{document.key}>"
    }
    assert objects(made, f"document-{document.key}", "dcterms:format") == {'"application/pdf"'}


def test_a_plain_text_has_neither_pages_nor_paragraphs() -> None:
    assert not any(
        "page" in str(q.predicate) or "#paragraph" in str(q.predicate) for q in quads(article())
    )
