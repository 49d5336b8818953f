"""The rows of an answer: kept as the store writes them, read as Python values or as terms.

A store writes a long table faster than it hands over terms one by one, and the same values stand
in many rows: so a row is cut from the text when it is asked for, and each value read once.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import chain, islice, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

import pyoxigraph as ox

from kg.errors import MissingExtra, QueryError
from kg.graph.terms import Term
from kg.vocabulary import PREFIXES

if TYPE_CHECKING:
    from pandas import DataFrame
    from typing_extensions import Buffer

Value = str | int | float | Decimal | bool | date | None
"""A Python value: a string for an IRI or a text, None for an unbound variable."""

RESULTS = {
    "csv": ox.QueryResultsFormat.CSV,
    "json": ox.QueryResultsFormat.JSON,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}
"""The formats of rows and truth values, by name."""

Row = tuple[Term | None, ...]
"""The terms of a row, None where a variable is unbound."""

_Format = TypeVar("_Format")
_FEW = 64
"""Cells below which it does not pay to have them written."""
_MANY = 8
"""Rows from which on it pays to read them column by column."""
_IRIS = {ox.NamedNode}
_IRI_OF: Callable[[Any], str] = attrgetter("value")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
"""What a table has without quotation marks: a whole number, or a decimal."""


@dataclass(frozen=True)
class Rows:
    """The answer to SELECT: iterate for tuples of Python values, in the order of `variables`.

    >>> rows = Rows(("name", "n"), ((ox.Literal("政府", language="zh"), None),), '"府"\\t2\\n')
    >>> list(rows)
    [('政府', None), ('府', 2)]
    """

    variables: tuple[str, ...]
    first: tuple[Row, ...]
    """The first rows, as terms: most answers have no others."""
    rest: str
    """The other rows as SPARQL 1.1 TSV has them, with datatypes and languages."""

    @cached_property
    def terms(self) -> tuple[Row, ...]:
        """The rows as RDF terms."""
        return self.first + tuple(tuple(solution) for solution in _parsed(self._head + self.rest))

    # Any stands for Value: who wrote the query knows which one each column holds.
    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        if len(self.first) < _MANY or not self.variables:
            first = iter([tuple(map(python_value, row)) for row in self.first])
        else:
            first = zip(*map(_read, zip(*self.first, strict=True)), strict=True)
        return chain(first, self._others()) if self.rest else first

    def _others(self) -> Iterator[tuple[Any, ...]]:
        if not self.variables:
            return repeat((), self.rest.count("\n"))
        width, cells = len(self.variables), self.rest[:-1].replace("\n", "\t").split("\t")
        return zip(*(_values(cells[column::width]) for column in range(width)), strict=True)

    def __len__(self) -> int:
        return len(self.first) + self.rest.count("\n")

    def to_dataframe(self) -> DataFrame:
        """Return the rows as a pandas DataFrame; raise MissingExtra where there is no pandas."""
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingExtra("pandas", "tables") from error
        return pd.DataFrame(list(self), columns=list(self.variables))

    def serialize(self, format: str = "csv") -> str:  # noqa: A002
        """Return the rows as csv, tsv, json or xml, as the SPARQL recommendations define them."""
        wanted = format_of(format, RESULTS)
        lines = ("\t".join("" if t is None else str(t) for t in row) for row in self.first)
        table = self._head + "".join(f"{line}\n" for line in lines) + self.rest
        return (_parsed(table).serialize(format=wanted) or b"").decode()

    @property
    def _head(self) -> str:
        return "\t".join(f"?{name}" for name in self.variables) + "\n"


def _parsed(table: str) -> ox.QuerySolutions:
    parsed = ox.parse_query_results(table.encode(), format=ox.QueryResultsFormat.TSV)
    if not isinstance(parsed, ox.QuerySolutions):
        raise TypeError("a table of rows was read back as a truth value")
    return parsed


class _Written(io.BytesIO):
    """What takes the table from the store."""

    def write(self, part: Buffer, /) -> int:
        """Take a part; in this line of Python, unlike in the store, a keyboard can interrupt."""
        return super().write(part)


def rows_of(found: ox.QuerySolutions) -> Rows:
    """Return all rows that a store finds; what it raises, it raises here."""
    variables = tuple([variable.value for variable in found.variables])
    few = _FEW // (len(variables) or 1) + 1
    first: tuple[Row, ...] = tuple(map(tuple, islice(found, few)))
    if len(first) < few:
        return Rows(variables, first, "")
    written = _Written()
    found.serialize(written, format=ox.QueryResultsFormat.TSV)
    _, _, rest = written.getvalue().decode().partition("\n")
    return Rows(variables, first, rest)


def _read(column: Sequence[Term | None]) -> Iterator[Value]:
    # Most columns are of one kind, and many of IRIs alone.
    return map(_IRI_OF if set(map(type, column)) == _IRIS else python_value, column)


def _values(cells: Sequence[str]) -> Iterator[Value]:
    column, number = "\t".join(cells), len(cells)
    if '"' not in column:
        # Where no cell is a triple, which has spaces, each has one IRI at most.
        iris = " " not in column and column.count("<") == number
        return iter([cell[1:-1] for cell in cells]) if iris else _each(cells, _value)
    # What stands between two texts is the same throughout, if all are of one kind.
    pieces = column.split('"')
    between = pieces[2:-1:2]
    alike = between.count(f"{pieces[-1]}\t") == number - 1
    if "\\" in column or pieces[0] or not alike:
        return _each(cells, _value)
    texts, kind = pieces[1::2], pieces[-1][3:-1]
    return _each(texts, lambda text: _typed(text, kind)) if kind in _READERS else iter(texts)


def _each(cells: Sequence[str], value: Callable[[str], Value]) -> Iterator[Value]:
    # What stands in many cells is read once.
    known = {cell: value(cell) for cell in set(cells)}
    return map(known.__getitem__, cells)


def _value(cell: str) -> Value:
    # The cells that are frequent are read here, the others by the library.
    if not cell:
        return None
    if cell[0] == "<" != cell[1]:
        return cell[1:-1]
    if cell[0] == '"' and "\\" not in cell:
        text, _, kind = cell[1:].rpartition('"')
        return _typed(text, kind[3:-1]) if kind[:2] == "^^" else text
    if number := _NUMBER.fullmatch(cell):
        return Decimal(cell) if number[1] else int(cell)
    [[term]] = _parsed(f"?x\n{cell}\n")
    return python_value(term)


def python_value(term: Term | None) -> Value:
    """Return a term as a Python value; a literal that breaks its datatype stays a string.

    >>> python_value(ox.Literal("0.93", datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal")))
    Decimal('0.93')
    >>> python_value(ox.NamedNode("https://w3id.org/zhengtu/id/country-SG"))
    'https://w3id.org/zhengtu/id/country-SG'
    """
    if isinstance(term, ox.NamedNode):
        return term.value
    if isinstance(term, ox.Literal):
        return _typed(term.value, term.datatype.value)
    return None if term is None else str(term)


def _typed(text: str, datatype: str) -> Value:
    reader = _READERS.get(datatype)
    if reader is None:
        return text
    try:
        return reader(text)
    except (KeyError, ValueError, InvalidOperation):
        return text


def _boolean(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text]


_READERS: Mapping[str, Callable[[str], Value]] = {
    PREFIXES["xsd"] + name: reader
    for name, reader in (
        ("boolean", _boolean),
        ("integer", int),
        ("nonNegativeInteger", int),
        ("decimal", Decimal),
        ("double", float),
        ("float", float),
        ("date", date.fromisoformat),
    )
}


def format_of(name: str, known: Mapping[str, _Format]) -> _Format:
    """Return the format of that name; raise QueryError, with those there are, for another."""
    try:
        return known[name]
    except KeyError:
        raise QueryError(f"no format {name!r} for this answer; use {', '.join(known)}") from None
