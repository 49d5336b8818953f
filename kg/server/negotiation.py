"""Which format an answer is written in: what the client accepts, or what it asks for by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A way to write an answer."""

    name: str
    """What `kg query --format` calls it."""
    media_type: str
    also: tuple[str, ...] = ()
    """Other media types and names by which it is asked for."""

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it is asked for by."""
        return (self.media_type, self.name, *self.also)


ROWS = (
    Format("json", "application/sparql-results+json", ("application/json", "srj")),
    Format("xml", "application/sparql-results+xml", ("application/xml", "text/xml", "srx")),
    Format("csv", "text/csv"),
    Format("tsv", "text/tab-separated-values"),
)
"""For SELECT and ASK; the first is what who does not mind gets."""

TRIPLES = (
    Format("turtle", "text/turtle", ("application/x-turtle", "ttl", "n3", "text/n3")),
    Format("nt", "application/n-triples", ("text/plain", "ntriples", "n-triples")),
    Format("xml", "application/rdf+xml", ("application/xml", "text/xml", "rdf", "rdf+xml")),
    Format("json", "application/ld+json", ("application/json", "jsonld", "json-ld", "ld+json")),
)
"""For CONSTRUCT, DESCRIBE and whole graphs."""


@dataclass(frozen=True)
class Range:
    """One part of an Accept header: ``text/*;q=0.5``."""

    kind: str
    subkind: str
    quality: float

    def fits(self, media_type: str) -> int:
        """Return how closely it names the type: 3 by name, 2 by kind, 1 by nothing, 0 not."""
        kind, _, subkind = media_type.partition("/")
        if self.kind == "*":
            return 1
        if self.kind != kind:
            return 0
        return 2 if self.subkind == "*" else 3 * (self.subkind == subkind)


def accepted(accept: str, formats: Sequence[Format]) -> Format | None:
    """Return the format that the client likes best; None if it likes none of them.

    Of two it likes as well, the one it calls by name wins, then the order of the formats.

    >>> accepted("text/csv;q=0.5, application/*;q=0.8", ROWS).name
    'json'
    >>> accepted("text/csv, */*", ROWS).name
    'csv'
    >>> accepted("image/png", ROWS)
    """
    ranges = tuple(_ranges(accept)) or (Range("*", "*", 1.0),)
    best, liked = None, (0.0, 0)
    for format_ in formats:
        likes = max(_likes(name, ranges, name == format_.media_type) for name in format_.names)
        if likes[0] > 0 and likes > liked:
            best, liked = format_, likes
    return best


def _likes(media_type: str, ranges: Sequence[Range], own: bool) -> tuple[float, int]:
    # The range that names the type most closely says how much it is liked, not the kindest one;
    # a type that is not the format's own has to be named in full.
    closest = max(ranges, key=lambda range_: range_.fits(media_type))
    fit = closest.fits(media_type)
    return (closest.quality, fit) if fit == 3 or (fit and own) else (0.0, 0)


def called(names: Iterable[str], formats: Sequence[Format]) -> Format | None:
    """Return the format with the first of these names or media types that is known.

    >>> called(["pdf", "ttl"], TRIPLES).media_type
    'text/turtle'
    """
    for name in names:
        wanted = name.strip().lower().replace(" ", "+")  # a + in a URL that was not escaped
        for format_ in formats:
            if wanted in format_.names:
                return format_
    return None


def takes_gzip(accept_encoding: str) -> bool:
    """Tell whether the client wants to be sent less.

    >>> takes_gzip("br, gzip"), takes_gzip("gzip;q=0"), takes_gzip("*;q=0.1"), takes_gzip("")
    (True, False, True, False)
    """
    qualities = {range_.kind: range_.quality for range_ in _ranges(accept_encoding)}
    return qualities.get("gzip", qualities.get("*", 0.0)) > 0


def _ranges(header: str) -> Iterator[Range]:
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name:
            kind, _, subkind = name.partition("/")
            yield Range(kind, subkind, _quality(parameters))


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
