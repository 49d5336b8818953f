"""The questions that an ontology comes with: `queries/*.rq`, each with the sentence it answers."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from kg.errors import OntologyError, QueryError

FOLDER = "queries"


@dataclass(frozen=True)
class Question:
    """A query with its name and the sentences it answers."""

    name: str
    """The stem of its file."""
    sentence: str
    """The first comment line."""
    english: str
    """The second comment line; empty if there is none."""
    sparql: str


def load_questions(ontology: Path) -> tuple[Question, ...]:
    """Return the questions of an ontology folder, by name."""
    return tuple(_question(file) for file in sorted((ontology / FOLDER).glob("*.rq")))


def find_question(name: str, ontology: Path) -> Question:
    """Return the question with this name, or say which there are."""
    questions = {question.name: question for question in load_questions(ontology)}
    if name in questions:
        return questions[name]
    near = difflib.get_close_matches(name, questions, n=1)
    hint = f"did you mean {near[0]}?" if near else "`kg queries` lists the questions"
    raise QueryError(f"{name}: there is no such file or question; {hint}")


def _question(file: Path) -> Question:
    try:
        sparql = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise OntologyError("is not UTF-8; save it as UTF-8", file=file) from error
    except OSError as error:
        raise OntologyError(f"cannot be read: {error.strerror}", file=file) from error
    lines = (line.strip() for line in sparql.splitlines())
    comments = [line.lstrip("# ") for line in lines if line.startswith("#")]
    sentence, english = (*comments, "", "")[:2]
    return Question(file.stem, sentence, english, sparql)
