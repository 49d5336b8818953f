"""The addresses of the server, and what is found there."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kg.server.access import AccessLog, Guard, asker
from kg.server.description import describe
from kg.server.jobs import Catalogue, Content, Job, Question, Reply, Thing
from kg.server.protocol import (
    content_of,
    graph_format_of,
    iri,
    job_of,
    parameters_of,
    query_of,
    search_of,
)
from kg.server.service import Service

PAGE = Path(__file__).parent / "page"
NOTE = "Kg-Note"
"""The header that says what else a client should know of an answer."""
_LATER = "2"
"""Seconds after which who was refused may try again."""
_READING = ["GET", "HEAD", "OPTIONS"]
_ASKING = ["GET", "HEAD", "POST", "OPTIONS"]
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_PAGE_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def application(service: Service, *, graph_page: Path, tokens: Sequence[str] = ()) -> Starlette:
    """Return the whole as an ASGI application; the graph's own page is in a file."""
    ways = Ways(service, graph_page)
    guarded = [Middleware(Guard, tokens=tokens)]
    routes: list[BaseRoute] = [
        Route(path, endpoint, methods=methods, middleware=guarded)
        for path, endpoint, methods in (
            ("/sparql", ways.sparql, _ASKING),
            ("/data", ways.content, _READING),
            ("/data/{iri:path}", ways.named_content, _READING),
            ("/id/{name:path}", ways.thing, _READING),
            ("/search", ways.search, _READING),
            ("/catalogue.json", ways.catalogue, _READING),
            ("/graph.html", ways.graph, _READING),
        )
    ]
    routes += [
        Route("/health", ways.health, methods=_READING),
        Route("/", ways.page, methods=_READING),
        Mount("/page", Page(directory=PAGE)),
    ]
    return Starlette(
        routes=routes,
        lifespan=service.lifespan,
        middleware=[
            Middleware(AccessLog),
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=_ASKING,
                allow_headers=["Accept", "Authorization", "Content-Type", "If-None-Match"],
                expose_headers=["ETag", NOTE, "Retry-After"],
            ),
        ],
    )


class Page(StaticFiles):
    """The files of the page of questions, which may ask this server and no other."""

    # Any: as the library has it.
    def file_response(self, *arguments: Any, **options: Any) -> Response:
        """Return a file, with what it may do."""
        response = super().file_response(*arguments, **options)
        response.headers.update(_PAGE_HEADERS)
        return response


class Ways:
    """One method for each address."""

    def __init__(self, service: Service, graph_page: Path) -> None:
        self.service = service
        self.graph_page = graph_page

    async def sparql(self, request: Request) -> Response:
        """Answer a query; describe the service where there is none."""
        if request.method == "OPTIONS":
            return _options(_ASKING)
        query, parameters = await query_of(request)
        if query is None:
            format_ = graph_format_of(request, parameters)
            endpoint = str(request.url.replace(query="", fragment=""))
            return Response(
                describe(endpoint, format_), media_type=format_.media_type, headers=_ways_to_vary()
            )
        return await self._answer(
            request, job_of(request, query, parameters, self.service.limit_rows)
        )

    async def content(self, request: Request) -> Response:
        """Give a graph, or all of them together."""
        if request.method == "OPTIONS":
            return _options(_READING)
        content, parameters = content_of(request)
        return await self._answer(request, job_of(request, content, parameters, None))

    async def named_content(self, request: Request) -> Response:
        """Give the graph whose IRI is the rest of the address."""
        content = Content(iri(request.path_params["iri"]))
        return await self._plain(request, content)

    async def thing(self, request: Request) -> Response:
        """Give the graph that is so named, or what is said of the thing."""
        return await self._plain(request, Thing(request.path_params["name"]))

    async def search(self, request: Request) -> Response:
        """Give the texts that hold some words."""
        if request.method == "OPTIONS":
            return _options(_READING)
        search, parameters = search_of(request)
        return await self._answer(request, job_of(request, search, parameters, None))

    async def catalogue(self, request: Request) -> Response:
        """Tell prefixes, terms and questions."""
        return await self._plain(request, Catalogue())

    async def page(self, request: Request) -> Response:
        """Give the page to ask from."""
        if request.method == "OPTIONS":
            return _options(_READING)
        return FileResponse(PAGE / "index.html", headers=_PAGE_HEADERS)

    async def graph(self, request: Request) -> Response:
        """Give the graph's own page."""
        if request.method == "OPTIONS":
            return _options(_READING)
        if not self.graph_page.is_file():
            raise HTTPException(404, "the graph has no page; `kg build` writes it")
        return FileResponse(self.graph_page, headers={"Cache-Control": "no-cache"})

    async def health(self, request: Request) -> Response:
        """Tell whether questions can be answered."""
        if request.method == "OPTIONS":
            return _options(_READING)
        return JSONResponse(
            self.service.health(),
            status_code=200 if self.service.ready else 503,
            headers={"Cache-Control": "no-store"},
        )

    async def _plain(self, request: Request, question: Question) -> Response:
        if request.method == "OPTIONS":
            return _options(_READING)
        return await self._answer(request, job_of(request, question, parameters_of(request), None))

    async def _answer(self, request: Request, job: Job) -> Response:
        headers = _ways_to_vary()
        if request.method != "POST" and self._is_known(request):
            return Response(status_code=304, headers={**headers, "ETag": self.service.tag})
        reply = await _unless_gone(request, self.service.pool.do(job, asker(request.scope)))
        if reply is None:
            return Response(status_code=499)
        request.scope["seen"] |= {"count": reply.count} if reply.count is not None else {}
        return _response(reply, headers)

    def _is_known(self, request: Request) -> bool:
        known = ",".join(request.headers.getlist("if-none-match"))
        tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        return known.strip() == "*" or self.service.tag.removeprefix("W/") in tags


def _response(reply: Reply, headers: dict[str, str]) -> Response:
    if reply.tag:
        headers["ETag"] = reply.tag
    else:
        headers["Cache-Control"] = "no-store"
    if reply.note:
        headers[NOTE] = reply.note
    if reply.compressed:
        headers["Content-Encoding"] = "gzip"
    if reply.status == 503:
        headers["Retry-After"] = _LATER
    return Response(reply.body, reply.status, headers={**headers, "Content-Type": reply.media_type})


def _ways_to_vary() -> dict[str, str]:
    # no-cache: keep it, and ask whether it still holds.
    return {
        "Cache-Control": "no-cache",
        "Vary": "Accept, Accept-Encoding, Authorization",
        "X-Content-Type-Options": "nosniff",
    }


def _options(methods: Sequence[str]) -> Response:
    return Response(status_code=204, headers={"Allow": ", ".join(methods)})


async def _unless_gone(request: Request, work: Coroutine[object, object, Reply]) -> Reply | None:
    # A client that goes away takes its work with it.
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for one in (task, gone):
            one.cancel()
            with suppress(asyncio.CancelledError):
                await one


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
