from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from graph_samples import ID, article, long_article, notice, ontology, sample

from kg.errors import OntologyError
from kg.graph import terms
from kg.graph.checks import Finding, Severity, report, validate
from kg.graph.store import Graph
from kg.model import Status
from kg.ontology import NAMESPACE, load_ontology

SHAPES = "https://w3id.org/zhengtu/shapes#"
KEY = article().document.key
DOCUMENT = ox.NamedNode(f"{ID}document-{KEY}")


def node(name: str) -> ox.NamedNode:
    prefixes = terms.prefixes(ontology())
    prefix, local = name.split(":", 1)
    return ox.NamedNode(prefixes[prefix] + local)


def label(graph: Graph, name: str) -> ox.NamedNode:
    """The thing with this label."""
    return next(
        ox.NamedNode(iri) for iri, thing in graph.read().things().items() if thing.label == name
    )


def said(graph: Graph, relation: str) -> ox.NamedNode:
    """The article's assertion of this relation."""
    records = graph.read().assertions()
    return next(
        ox.NamedNode(record.iri)
        for record in records
        if record.assertion.relation == NAMESPACE + relation
        and record.sentence.document == DOCUMENT.value
    )


def add(
    graph: Graph, subject: terms.Node, predicate: str, object_: ox.NamedNode | ox.Literal
) -> None:
    triple = ox.Triple(subject, node(predicate), object_)
    graph.store.extend([ox.Quad(*triple), terms.in_graph(triple, DOCUMENT)])


def drop(graph: Graph, subject: ox.NamedNode, predicate: str) -> None:
    for quad in list(graph.store.quads_for_pattern(subject, node(predicate), None, None)):
        graph.store.remove(quad)


def put(
    graph: Graph, subject: ox.NamedNode, predicate: str, object_: ox.NamedNode | ox.Literal
) -> None:
    drop(graph, subject, predicate)
    add(graph, subject, predicate, object_)


def decimal(value: str) -> ox.Literal:
    return terms.typed(value, "decimal")


def integer(value: int) -> ox.Literal:
    return terms.typed(str(value), "integer")


def span(start: int, end: int) -> ox.NamedNode:
    return ox.NamedNode(f"{ID}span-{KEY}-{start}-{end}")


def shapes_of(findings: Iterable[Finding]) -> set[str]:
    return {finding.shape.removeprefix(SHAPES) for finding in findings}


@pytest.fixture
def graph() -> Graph:
    return sample()


# ------------------------------------------------------------------ valid graphs


def test_a_good_graph_has_no_findings(graph: Graph) -> None:
    assert validate(graph) == ()


def test_a_long_article_has_no_findings() -> None:
    graph = Graph.memory(ontology())
    graph.replace(long_article())
    graph.infer()
    assert validate(graph) == ()


def test_an_empty_graph_has_no_findings() -> None:
    assert validate(Graph.memory(ontology())) == ()
    assert validate(Graph.memory(ontology()), [f"{ID}document-none"]) == ()


# ------------------------------------------------------------------ broken graphs, one a shape

Break = Callable[[Graph], None]


def both(*steps: Break) -> Break:
    def broken(graph: Graph) -> None:
        for step in steps:
            step(graph)

    return broken


BROKEN: dict[str, Break] = {
    "Entity": lambda g: add(g, ox.BlankNode("nobody"), "rdf:type", node("kg:Country")),
    "Entity-label": lambda g: drop(g, label(g, "碎片化"), "rdfs:label"),
    "Entity-oneLabel": lambda g: add(g, label(g, "碎片化"), "rdfs:label", terms.text("碎片")),
    "Entity-altLabel": lambda g: add(g, label(g, "碎片化"), "skos:altLabel", ox.Literal("碎片")),
    "Country-notation": lambda g: add(
        g, label(g, "新加坡"), "skos:notation", ox.Literal("SGP", datatype=node("kg:iso3166-1"))
    ),
    "Region-notation": lambda g: add(g, label(g, "杭州"), "skos:notation", ox.Literal("0571")),
    "Organization": lambda g: add(g, label(g, "陶永亮"), "rdf:type", node("kg:Organization")),
    "Person-label": lambda g: add(g, label(g, "陶永亮"), "rdfs:label", terms.english("Tao 2")),
    "Policy-label": lambda g: put(g, label(g, "数字化发展战略"), "rdfs:label", terms.text("策")),
    "Strategy": lambda g: add(g, label(g, "智慧国2025计划"), "rdf:type", node("kg:Regulation")),
    "Regulation": lambda g: add(g, label(g, "智慧国2025计划"), "rdf:type", node("kg:Regulation")),
    "Initiative-label": lambda g: put(g, label(g, "最多跑一次"), "rdfs:label", terms.text("跑")),
    "Concept-type": lambda g: put(g, label(g, "碎片化"), "rdf:type", node("kg:Concept")),
    "Technology-label": both(
        lambda g: put(g, label(g, "碎片化"), "rdf:type", node("kg:Technology")),
        lambda g: put(g, label(g, "碎片化"), "rdfs:label", terms.text("碎")),
    ),
    "Event-label": both(
        lambda g: put(g, label(g, "碎片化"), "rdf:type", node("kg:Event")),
        lambda g: put(g, label(g, "碎片化"), "rdfs:label", terms.text("会")),
    ),
    "Indicator-number": both(
        lambda g: put(g, label(g, "碎片化"), "rdf:type", node("kg:Indicator")),
        lambda g: add(g, label(g, "碎片化"), "kg:number", decimal("3")),
    ),
    "Quantity-number": lambda g: put(
        g, label(g, "超过170个国家"), "kg:number", ox.Literal("one hundred")
    ),
    "Quantity-hasNumber": lambda g: drop(g, label(g, "超过170个国家"), "kg:number"),
    "Quantity-comparator": lambda g: put(
        g, label(g, "超过170个国家"), "kg:comparator", ox.Literal("more")
    ),
    "Quantity-unit": lambda g: add(g, label(g, "超过170个国家"), "kg:unit", ox.Literal("次")),
    "Time-date": lambda g: put(g, label(g, "2022年6月"), "kg:date", integer(202206)),
    "Assertion-subject": lambda g: drop(g, said(g, "aimsAt"), "rdf:subject"),
    "Assertion-predicate": lambda g: put(g, said(g, "aimsAt"), "rdf:predicate", node("kg:aimAt")),
    "Assertion-object": lambda g: put(
        g, said(g, "aimsAt"), "rdf:object", ox.NamedNode(f"{ID}concept-nowhere")
    ),
    "Assertion-status": lambda g: add(g, said(g, "aimsAt"), "kg:status", node("kg:negated")),
    "Assertion-confidence": lambda g: put(g, said(g, "aimsAt"), "kg:confidence", decimal("1.2")),
    "Assertion-wasDerivedFrom": lambda g: drop(g, said(g, "aimsAt"), "prov:wasDerivedFrom"),
    "Assertion-sentence": lambda g: drop(g, said(g, "aimsAt"), "kg:sentence"),
    "Assertion-subjectSpan": lambda g: drop(g, said(g, "aimsAt"), "kg:subjectSpan"),
    "Assertion-objectSpan": lambda g: put(g, said(g, "aimsAt"), "kg:objectSpan", DOCUMENT),
    "Assertion-cueSpan": lambda g: add(g, said(g, "proposes"), "kg:cueSpan", span(11, 14)),
    "Assertion-wasGeneratedBy": lambda g: drop(g, said(g, "aimsAt"), "prov:wasGeneratedBy"),
    "Assertion-wasAttributedTo": lambda g: drop(g, said(g, "aimsAt"), "prov:wasAttributedTo"),
    "Assertion-context": lambda g: put(g, said(g, "proposes"), "kg:context", DOCUMENT),
    "Assertion-speaker": lambda g: put(g, said(g, "hasValue"), "kg:speaker", ox.Literal("他")),
    "Assertion-time": lambda g: add(g, said(g, "aimsAt"), "kg:time", label(g, "新加坡")),
    "Assertion-value": lambda g: add(g, said(g, "aimsAt"), "kg:value", label(g, "新加坡")),
    "Span-start": lambda g: put(g, span(11, 14), "oa:start", integer(14)),
    "Span-end": lambda g: drop(g, span(11, 14), "oa:end"),
    "Span-exact": lambda g: drop(g, span(11, 14), "oa:exact"),
    "Span-hasSource": lambda g: put(g, span(11, 14), "oa:hasSource", node("id:document-none")),
    "Span-refersTo": lambda g: add(g, span(11, 14), "kg:refersTo", label(g, "浙江")),
    "Span-section": lambda g: add(g, span(11, 14), "kg:section", DOCUMENT),
    "Section-depth": lambda g: add(g, node("id:section-x"), "rdf:type", node("kg:Section")),
    "Document-textOf": lambda g: add(g, DOCUMENT, "kg:textOf", label(g, "新加坡")),
    "Document-file": lambda g: drop(g, DOCUMENT, "kg:file"),
    "Document-sha256": lambda g: drop(g, DOCUMENT, "kg:sha256"),
    "Document-fingerprint": lambda g: put(g, DOCUMENT, "kg:fingerprint", ox.Literal("abc")),
    "Document-issued": lambda g: put(g, DOCUMENT, "dcterms:issued", ox.Literal("last June")),
    "Run-used": lambda g: drop(g, node(f"id:run-{KEY}"), "prov:used"),
    "Run-wasAssociatedWith": lambda g: add(
        g, node(f"id:run-{KEY}"), "prov:wasAssociatedWith", label(g, "陶永亮")
    ),
    "Extractor-label": lambda g: drop(g, node("id:extractor-triggers"), "rdfs:label"),
    "Extractor-softwareVersion": lambda g: drop(
        g, node("id:extractor-triggers"), "schema:softwareVersion"
    ),
}
"""A shape, and how to break the sample so that just this shape must find it."""

MORE_THAN_ONE = {
    # What breaks one of these breaks another with it.
    "Entity": {"Entity", "Entity-label"},
    "Strategy": {"Strategy", "Regulation"},
    "Regulation": {"Strategy", "Regulation"},
    "Technology-label": {"addresses-object", "Technology-label"},
    "Indicator-number": {"addresses-object", "Indicator-number"},
    "Assertion-object": {"Assertion-object", "aimsAt-object"},
}


@pytest.mark.parametrize("shape", BROKEN)
def test_a_broken_graph_gives_the_finding_it_should(graph: Graph, shape: str) -> None:
    BROKEN[shape](graph)
    found = validate(graph)
    assert shapes_of(found) == MORE_THAN_ONE.get(shape, {shape})
    for finding in found:
        assert finding.message != finding.english
        assert finding.message.endswith("。")
        assert finding.english.endswith(".")


@pytest.mark.parametrize("relation", [relation.name for relation in ontology().relations])
def test_the_ends_of_every_relation_are_checked(graph: Graph, relation: str) -> None:
    person, quantity = label(graph, "陶永亮"), label(graph, "超过170个国家")
    strange = ox.NamedNode(f"{ID}nothing-known")
    for subject, object_ in ((strange, person), (quantity, strange)):
        add(graph, subject, f"kg:{relation}", object_)
    found = shapes_of(validate(graph))
    assert {f"{relation}-subject", f"{relation}-object"} <= found


def test_what_is_denied_must_fit_its_relation_too(graph: Graph) -> None:
    assertion, person = said(graph, "addresses"), label(graph, "陶永亮")
    assert graph.read().assertions()[4].assertion.status is Status.NEGATED
    put(graph, assertion, "rdf:object", person)
    [finding] = validate(graph)
    assert finding.shape == f"{SHAPES}addresses-object"
    assert (finding.path, finding.value) == (f"{NAMESPACE}addresses", person.value)


def test_what_rules_infer_is_checked_with_all_documents(graph: Graph) -> None:
    wrong = ox.Triple(label(graph, "陶永亮"), node("kg:locatedIn"), label(graph, "浙江"))
    graph.store.extend([ox.Quad(*wrong), terms.in_graph(wrong, graph.names.rule("transitive"))])
    assert shapes_of(validate(graph)) == {"locatedIn-subject"}
    assert validate(graph, [DOCUMENT.value]) == ()


def test_every_concept_of_the_ontology_fits_its_shapes() -> None:
    from kg.graph.quads import concept_quads

    graph = Graph.memory(ontology())
    graph.replace(article())
    some = [concept.iri for concept in ontology().concepts if concept.notations or concept.links]
    quads = concept_quads(some, ontology())
    regions = [quad.subject for quad in quads if quad.predicate == terms.NOTATION]
    graph.store.bulk_extend(quads)
    graph.store.bulk_extend(
        ox.Quad(thing, terms.TYPE, kind, DOCUMENT)
        for thing in regions[:400]
        for kind in [ox.NamedNode(ontology().concept(thing.value).kind)]  # type: ignore
    )
    assert validate(graph, [DOCUMENT.value]) == ()


# ------------------------------------------------------------------ what a finding says


def test_a_finding_says_what_is_wrong_and_where(graph: Graph) -> None:
    assertion = said(graph, "aimsAt")
    put(graph, assertion, "kg:confidence", decimal("1.2"))
    [finding] = validate(graph)
    assert finding == Finding(
        node=assertion.value,
        path=terms.CONFIDENCE.value,  # type: ignore[arg-type]
        value="1.2",
        message="断言应有一个 0 到 1 之间的置信度。",
        english="An assertion must have one confidence from 0 to 1.",
        severity=Severity.VIOLATION,
        shape=f"{SHAPES}Assertion-confidence",
        constraint="MaxInclusiveConstraintComponent",
        file="data/article.txt",
        start=16,
        end=33,
        quote="智慧国2025计划”中提出智慧国家",
    )


@pytest.mark.parametrize(
    ("shape", "file", "start", "end"),
    [
        ("Assertion-wasDerivedFrom", "data/article.txt", 11, 36),  # the sentence instead
        ("Span-exact", "data/article.txt", 11, 14),  # the span itself
        ("Span-end", "data/article.txt", None, None),  # no span any more
        ("Entity-label", "data/article.txt", 57, 60),  # a mention of the thing
        ("Document-sha256", "data/article.txt", None, None),
        ("Run-used", None, None, None),
        ("Run-wasAssociatedWith", "data/article.txt", None, None),
        ("Extractor-label", None, None, None),
    ],
)
def test_a_finding_has_the_place_that_its_node_has(
    graph: Graph, shape: str, file: str | None, start: int | None, end: int | None
) -> None:
    BROKEN[shape](graph)
    [finding] = validate(graph)
    assert (finding.file, finding.start, finding.end) == (file, start, end)


def test_a_relation_that_does_not_fit_is_shown_at_its_quotation(graph: Graph) -> None:
    put(graph, label(graph, "新加坡"), "rdf:type", node("kg:Technology"))
    found = [f for f in validate(graph, [DOCUMENT.value]) if f.shape == f"{SHAPES}proposes-subject"]
    assert [(f.path, f.file, f.start, f.end) for f in found] == [
        (f"{NAMESPACE}proposes", "data/article.txt", 11, 33)
    ]


def test_only_the_documents_asked_for_are_checked(graph: Graph) -> None:
    drop(graph, DOCUMENT, "kg:fingerprint")
    other = graph.names.document(notice().document)
    assert validate(graph, [other.value]) == ()
    assert shapes_of(validate(graph, [DOCUMENT.value])) == {"Document-fingerprint"}
    assert shapes_of(validate(graph)) == {"Document-fingerprint"}


def test_the_worst_comes_first(graph: Graph) -> None:
    for shape in ("Quantity-hasNumber", "Document-issued", "Assertion-status"):
        BROKEN[shape](graph)
    severities = [finding.severity for finding in validate(graph)]
    assert severities == [Severity.VIOLATION, Severity.WARNING, Severity.INFO]


def test_findings_come_in_the_same_order_every_time(graph: Graph) -> None:
    for shape in ("Span-start", "Assertion-status", "Quantity-unit", "Document-issued"):
        BROKEN[shape](graph)
    assert validate(graph) == validate(graph)


def test_the_report_is_shacl_in_turtle(graph: Graph) -> None:
    from rdflib import Graph as Parsed
    from rdflib import Namespace

    sh = Namespace("http://www.w3.org/ns/shacl#")
    BROKEN["Assertion-confidence"](graph)
    BROKEN["Quantity-comparator"](graph)
    findings = validate(graph)
    written = report(findings, graph.prefixes)
    assert written == report(validate(graph), graph.prefixes)
    parsed = Parsed().parse(data=written, format="turtle")
    assert [bool(value) for value in parsed.objects(None, sh.conforms)] == [False]
    results = list(parsed.objects(None, sh.result))
    assert len(results) == len(findings) == 2
    assert "断言应有一个 0 到 1 之间的置信度。" in written
    assert sorted(str(parsed.value(result, sh.focusNode)) for result in results) == sorted(
        finding.node for finding in findings
    )


# ------------------------------------------------------------------ the shapes


def test_every_class_relation_and_evidence_node_has_a_shape() -> None:
    text = (ontology().folder / "shapes.ttl").read_text(encoding="utf-8")
    prefixes = terms.prefixes(ontology())
    targets = {
        quad.object.value.removeprefix(NAMESPACE)
        for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)
        if quad.predicate.value.startswith("http://www.w3.org/ns/shacl#target")
        and isinstance(quad.object, ox.NamedNode)
    }
    kinds = {kind.name for kind in ontology().kinds.values()}
    relations = {relation.name for relation in ontology().relations}
    evidence = {"Assertion", "Document", "Extractor"}
    others = {prefixes["oa"] + "TextPositionSelector", prefixes["prov"] + "Activity"}
    assert kinds | relations | evidence | others <= targets


def test_every_shape_speaks_chinese_and_english() -> None:
    text = (ontology().folder / "shapes.ttl").read_text(encoding="utf-8")
    languages: dict[str, set[str | None]] = {}
    shapes = set()
    for quad in ox.parse(text, format=ox.RdfFormat.TURTLE):
        if quad.predicate.value == "http://www.w3.org/ns/shacl#message":
            assert isinstance(quad.object, ox.Literal)
            languages.setdefault(str(quad.subject), set()).add(quad.object.language)
        if quad.predicate == terms.TYPE:
            shapes.add(str(quad.subject))
    assert languages == {shape: {"zh", "en"} for shape in shapes}


def test_every_shape_is_broken_by_a_test() -> None:
    text = (ontology().folder / "shapes.ttl").read_text(encoding="utf-8")
    shapes = {
        quad.subject.value.removeprefix(SHAPES)
        for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)
        if quad.predicate == terms.TYPE and isinstance(quad.subject, ox.NamedNode)
    }
    ends = {f"{r.name}-{end}" for r in ontology().relations for end in ("subject", "object")}
    assert shapes - ends == set(BROKEN)


@pytest.mark.parametrize(
    ("shapes", "problem"),
    [
        ("this is no Turtle", "is not Turtle: "),
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
            "<http://x/s> a sh:PropertyShape ; sh:targetClass <http://x/c> .",
            "is not SHACL: ",
        ),
    ],
)
def test_shapes_that_cannot_be_read_name_their_file(
    tmp_path: Path, shapes: str, problem: str
) -> None:
    folder = shutil.copytree(ontology().folder, tmp_path / "ontology")
    (folder / "shapes.ttl").write_text(shapes, encoding="utf-8")
    graph = Graph.memory(load_ontology(folder))
    graph.replace(article())
    with pytest.raises(OntologyError) as caught:
        validate(graph)
    assert str(caught.value).startswith(f"{folder / 'shapes.ttl'}: {problem}")
    assert "\n" not in str(caught.value)


def test_without_shapes_there_are_no_findings(tmp_path: Path) -> None:
    folder = shutil.copytree(ontology().folder, tmp_path / "ontology")
    (folder / "shapes.ttl").unlink()
    graph = Graph.memory(load_ontology(folder))
    graph.replace(article())
    assert validate(graph) == ()


def test_a_shape_of_ones_own_is_followed(tmp_path: Path) -> None:
    folder = shutil.copytree(ontology().folder, tmp_path / "ontology")
    with (folder / "shapes.ttl").open("a", encoding="utf-8") as file:
        file.write(
            "shape:Own a sh:NodeShape ; sh:targetClass kg:Country ; sh:property [\n"
            "    sh:path kg:proposes ; sh:maxCount 0 ; sh:severity sh:Info ;\n"
            '    sh:message "国家不得提出。"@zh , "A country must not propose."@en ] .\n'
        )
    graph = Graph.memory(load_ontology(folder))
    graph.replace(article())
    graph.infer()
    [finding] = validate(graph)
    assert (finding.severity, finding.shape) == (Severity.INFO, f"{SHAPES}Own")
    assert finding.english == "A country must not propose."
    assert finding.quote == "新加坡在“智慧国2025计划”中提出智慧国家"
