"""What can be asked of a graph: its prefixes, its classes and relations, the shipped questions."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kg.ontology import Ontology
from kg.questions import load_questions


def catalogue(ontology: Ontology, prefixes: Mapping[str, str]) -> bytes:
    """Return as JSON what an editor for queries wants to know: prefixes, terms, questions.

    A term is its IRI, its labels in both languages, and whether it is a class.
    """
    kinds = [(k.iri, k.label, k.english, True) for k in ontology.kinds.values()]
    relations = [(r.iri, r.label, r.english, False) for r in ontology.relations]
    content = {
        "prefixes": dict(prefixes),
        "terms": [
            {"iri": iri, "label": label, "english": english, "class": is_class}
            for iri, label, english, is_class in (*kinds, *relations)
        ],
        "questions": [
            {"name": q.name, "sentence": q.sentence, "english": q.english, "sparql": q.sparql}
            for q in load_questions(ontology.folder)
        ],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
