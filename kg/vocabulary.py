"""The closed vocabulary: every IRI that the code itself speaks of."""

from __future__ import annotations

from collections.abc import Mapping

from kg.model import IRI

NAMESPACE = "https://w3id.org/zhengtu/ontology#"
ONTOLOGY_GRAPH = IRI(NAMESPACE.removesuffix("#"))

PREFIXES: Mapping[str, str] = {
    "dcterms": "http://purl.org/dc/terms/",
    "kg": NAMESPACE,
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def _term(name: str) -> IRI:
    return IRI(NAMESPACE + name)


class KG:
    """The terms of `kg.ttl` and `policy.ttl` that the code itself speaks of; a closed vocabulary.

    Any other attribute is an AttributeError, and an error for the type checker.

    >>> KG.confidence
    'https://w3id.org/zhengtu/ontology#confidence'
    """

    Assertion = _term("Assertion")
    Document = _term("Document")
    DocumentField = _term("DocumentField")
    Entity = _term("Entity")
    Extractor = _term("Extractor")
    FieldLink = _term("FieldLink")
    Pattern = _term("Pattern")
    Section = _term("Section")
    Status = _term("Status")
    WordList = _term("WordList")
    Concept = _term("Concept")
    Country = _term("Country")
    Event = _term("Event")
    Indicator = _term("Indicator")
    Initiative = _term("Initiative")
    Organization = _term("Organization")
    Person = _term("Person")
    Policy = _term("Policy")
    Quantity = _term("Quantity")
    Region = _term("Region")
    Technology = _term("Technology")
    Time = _term("Time")
    backwardTrigger = _term("backwardTrigger")
    base = _term("base")
    citationFrame = _term("citationFrame")
    cites = _term("cites")
    comparator = _term("comparator")
    confidence = _term("confidence")
    context = _term("context")
    contextLabel = _term("contextLabel")
    cueSpan = _term("cueSpan")
    date = _term("date")
    depth = _term("depth")
    documentNumber = _term("documentNumber")
    failed = _term("failed")
    file = _term("file")
    fingerprint = _term("fingerprint")
    frame = _term("frame")
    fundingNumber = _term("fundingNumber")
    headWord = _term("headWord")
    headerLabel = _term("headerLabel")
    kind = _term("kind")
    nearDuplicateOf = _term("nearDuplicateOf")
    number = _term("number")
    objectSpan = _term("objectSpan")
    page = _term("page")
    paragraph = _term("paragraph")
    rank = _term("rank")
    refersTo = _term("refersTo")
    regex = _term("regex")
    repeats = _term("repeats")
    section = _term("section")
    sentence = _term("sentence")
    sha256 = _term("sha256")
    signature = _term("signature")
    speaker = _term("speaker")
    states = _term("states")
    status = _term("status")
    strongTrigger = _term("strongTrigger")
    subjectSpan = _term("subjectSpan")
    textOf = _term("textOf")
    time = _term("time")
    titleFrame = _term("titleFrame")
    trigger = _term("trigger")
    unit = _term("unit")
    value = _term("value")
    word = _term("word")
    writesTo = _term("writesTo")
    affiliatedWith = _term("affiliatedWith")
    attaches = _term("attaches")
    hasValue = _term("hasValue")
    isA = _term("isA")
    locatedIn = _term("locatedIn")
    occursAt = _term("occursAt")
    partOf = _term("partOf")
    sameAs = _term("sameAs")
    iso3166_1 = _term("iso3166-1")
    iso3166_2 = _term("iso3166-2")
    gbt2260 = _term("gbt2260")
