"""Everything this package raises on purpose, sorted by who can put it right.

* KGError
  * OntologyError    the author of ontology/
  * DocumentError    whoever supplied the file; the build records it and goes on
  * GraphError       whoever runs the build
  * QueryError       whoever wrote the SPARQL
  * ModelError       whoever trained or installed the model
  * GoldError        whoever annotated the gold file
  * MissingExtra     whoever installed the package
    * MissingJava
"""

from __future__ import annotations

from pathlib import Path


class KGError(Exception):
    """Something that its reader can put right; the message says where, what and how."""

    def __reduce__(self) -> tuple[object, ...]:
        # It crosses process borders, which an exception with named arguments does not by itself.
        return _restore, (type(self), self.args, self.__dict__)


class OntologyError(KGError):
    """The ontology says something the builder cannot follow."""

    def __init__(self, problem: str, *, file: Path, term: str = "") -> None:
        super().__init__(f"{file}: {term} {problem}" if term else f"{file}: {problem}")
        self.term = term
        self.file = file


class DocumentError(KGError):
    """A file cannot be read as a document."""

    def __init__(self, problem: str, *, file: Path | str) -> None:
        super().__init__(f"{file}: {problem}")
        self.problem = problem
        self.file = file


class GraphError(KGError):
    """The graph cannot be opened, written or exported."""


class QueryError(KGError):
    """The query is not SPARQL, or there is no such query."""


class ModelError(KGError):
    """A trained model is missing or cannot be read."""


class GoldError(KGError):
    """A gold file does not say what the guidelines ask for."""


class MissingExtra(KGError):
    """An optional dependency is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed; run `pip install 'zhengtu[{extra}]'`")
        self.extra = extra


class MissingJava(MissingExtra):
    """Spark is to be used, and there is no Java to run it."""

    def __init__(self) -> None:
        KGError.__init__(
            self,
            "java is not installed; install a Java runtime, 17 or newer, for Spark "
            "(Debian: `apt-get install default-jre-headless`)",
        )
        self.extra = "spark"


def _restore(kind: type[KGError], told: tuple[object, ...], held: dict[str, object]) -> KGError:
    error = kind.__new__(kind)
    error.args = told
    error.__dict__.update(held)
    return error
