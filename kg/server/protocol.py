"""A request as a question: the SPARQL Protocol, the reading half of the Graph Store Protocol."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from kg.graph.answers import Dataset
from kg.server.jobs import Content, Job, Query, Question, Search, Thing
from kg.server.negotiation import ROWS, TRIPLES, Format, accepted, called, takes_gzip

LARGEST = 1 << 20
"""Bytes of a request's body."""
SLOWEST = 20.0
"""Seconds that a body may take to come."""
FIELDS = 200
"""Parameters of a request."""

MOST_HITS = 1000
"""Hits of one search."""

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

READ_ONLY = "updates are refused: this graph is read-only, and changes with the next build alone"

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")


@dataclass(frozen=True)
class Parameters:
    """The parameters of a request, of its address and its form alike."""

    pairs: Sequence[tuple[str, str]]

    def every(self, name: str) -> tuple[str, ...]:
        """Return the values of a parameter."""
        return tuple(value for key, value in self.pairs if key == name)

    def one(self, name: str) -> str | None:
        """Return the value of a parameter, None if it is not there; refuse a second one."""
        values = self.every(name)
        if len(values) > 1:
            raise HTTPException(400, f"the request has {len(values)} parameters {name}; give one")
        return values[0] if values else None


async def query_of(request: Request) -> tuple[Query | None, Parameters]:
    """Return what is asked, None where nothing is; refuse what is no query operation."""
    parameters = parameters_of(request)
    direct: str | None = None
    if request.method == "POST":
        media_type = _media_type(request)
        body = await _body(request)
        if media_type == FORM:
            pairs = _pairs(body)
            parameters = Parameters((*parameters.pairs, *pairs))
        elif media_type == QUERY:
            direct = _decoded(body)
    if parameters.every("update"):
        raise HTTPException(403, READ_ONLY)
    queries = (*parameters.every("query"), *([direct] if direct is not None else []))
    if len(queries) > 1:
        raise HTTPException(400, f"the request has {len(queries)} queries; send one at a time")
    if not queries:
        if request.method == "POST":
            raise HTTPException(400, "the request has no query; send one as the parameter query")
        return None, parameters
    return Query(queries[0], _dataset(parameters)), parameters


def content_of(request: Request) -> tuple[Content, Parameters]:
    """Return which graph is asked for, by ``graph=IRI``, ``graph=default`` or ``default``."""
    parameters = parameters_of(request)
    graph = parameters.one("graph")
    default = parameters.every("default")
    if bool(default) == (graph is not None):
        raise HTTPException(400, "say which graph: graph=IRI, or graph=default")
    if default or graph == "default":
        return Content(None), parameters
    return Content(iri(graph or "")), parameters


def search_of(request: Request) -> tuple[Search, Parameters]:
    """Return the words that are looked for, ``q``, and which of the hits are wanted."""
    parameters = parameters_of(request)
    words = parameters.one("q")
    if words is None or not words.strip():
        raise HTTPException(400, "say what to look for: q=WORDS")
    limit = _number(parameters, "limit", 20)
    return Search(words, min(limit, MOST_HITS), _number(parameters, "offset", 0)), parameters


def _number(parameters: Parameters, name: str, otherwise: int) -> int:
    said = parameters.one(name)
    if said is None:
        return otherwise
    if not _digits(said) == said or len(said) > 9:
        raise HTTPException(400, f"{name} is a number, not {said!r}")
    return int(said)


def job_of(request: Request, question: Question, parameters: Parameters, limit: int | None) -> Job:
    """Return the question with the formats in which the client takes the answer.

    Refuse a request that takes none in which this question can be answered.
    """
    rows = _format(request, parameters, ROWS)
    triples = _format(request, parameters, TRIPLES)
    if triples is None and (rows is None or isinstance(question, Content | Thing)):
        raise _no_such_format(ROWS + TRIPLES if isinstance(question, Query) else TRIPLES)
    encoding = ",".join(request.headers.getlist("accept-encoding"))
    return Job(question, rows, triples, limit, takes_gzip(encoding))


def graph_format_of(request: Request, parameters: Parameters) -> Format:
    """Return the format in which the client takes triples; refuse if it takes none."""
    format_ = _format(request, parameters, TRIPLES)
    if format_ is None:
        raise _no_such_format(TRIPLES)
    return format_


def _format(request: Request, parameters: Parameters, formats: Sequence[Format]) -> Format | None:
    # Clients send one name under several parameters, to be understood everywhere.
    if names := parameters.every("format") + parameters.every("output"):
        return called(names, formats)
    return accepted(",".join(request.headers.getlist("accept")), formats)


def _no_such_format(formats: Sequence[Format]) -> HTTPException:
    known = ", ".join(format_.media_type for format_ in formats)
    return HTTPException(406, f"there is no such format here; ask for one of {known}")


def iri(value: str) -> str:
    """Return the IRI; refuse what is none."""
    if not _IRI.fullmatch(value):
        raise HTTPException(400, f"{value!r} is not an absolute IRI")
    return value


def _dataset(parameters: Parameters) -> Dataset | None:
    default = parameters.every("default-graph-uri")
    named = parameters.every("named-graph-uri")
    if not default and not named:
        return None
    return Dataset(tuple(map(iri, default)), tuple(map(iri, named)))


# ------------------------------------------------------------------ reading a request


def parameters_of(request: Request) -> Parameters:
    """Return the parameters of the request's address."""
    return Parameters(_pairs(request.scope["query_string"]))


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    try:
        text = encoded.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except UnicodeDecodeError as error:
        raise HTTPException(400, "the parameters are not UTF-8, percent-encoded") from error
    except ValueError as error:
        raise HTTPException(400, f"the request has more than {FIELDS} parameters") from error


def _media_type(request: Request) -> str:
    header = request.headers.get("content-type", "")
    media_type, options = _parsed(header)
    if media_type == UPDATE:
        raise HTTPException(403, READ_ONLY)
    if media_type not in (FORM, QUERY):
        named = media_type or "a body of no type"
        raise HTTPException(415, f"{named} is not understood; send {FORM} or {QUERY}")
    charset = options.get("charset", "utf-8").strip('"')
    if charset.lower() not in ("utf-8", "utf8"):
        raise HTTPException(415, f"the character set {charset} is not understood; send UTF-8")
    return media_type


def _parsed(header: str) -> tuple[str, Mapping[str, str]]:
    media_type, *options = (part.strip() for part in header.split(";"))
    pairs = (option.partition("=") for option in options)
    return media_type.lower(), {key.strip().lower(): value.strip() for key, _, value in pairs}


async def _body(request: Request) -> bytes:
    too_large = HTTPException(413, f"the request is larger than {LARGEST} bytes")
    if int(_digits(request.headers.get("content-length", "0"))) > LARGEST:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(SLOWEST):
            async for part in request.stream():
                body += part
                if len(body) > LARGEST:
                    raise too_large
    except TimeoutError as error:
        raise HTTPException(408, f"the request took more than {SLOWEST:g} seconds") from error
    except ClientDisconnect as error:
        raise HTTPException(400, "the client is gone") from error
    return bytes(body)


def _digits(header: str) -> str:
    return header if header.isascii() and header.isdigit() else "0"


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HTTPException(400, "the query is not UTF-8") from error
