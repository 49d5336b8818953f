"""Who may ask, and what is written down of it."""

from __future__ import annotations

import hmac
import ipaddress
import json
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.errors import GraphError

_LOG = logging.getLogger("kg.access")


def read_tokens(file: Path) -> tuple[str, ...]:
    """Return the tokens of a file, one a line; raise GraphError where there are none."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GraphError(f"{file}: cannot be read as a file of tokens ({error})") from error
    tokens = tuple(filter(None, map(str.strip, lines)))
    if not tokens:
        raise GraphError(f"{file}: holds no token; write one into it, on a line of its own")
    return tokens


class Guard:
    """Lets through who bears one of the tokens; everybody, if there are none."""

    def __init__(self, app: ASGIApp, tokens: Sequence[str] = ()) -> None:
        self.app = app
        self.tokens = [token.encode() for token in tokens]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it with 401."""
        scope["token"] = number = self._known(Headers(scope=scope))
        if self.tokens and scope["method"] != "OPTIONS" and number is None:
            refused = PlainTextResponse(
                "this graph is asked with a token: Authorization: Bearer TOKEN\n",
                status_code=401,
                headers={"WWW-Authenticate": 'Bearer realm="kg"'},
            )
            await refused(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _known(self, headers: Headers) -> int | None:
        # Which of the tokens it is, by its number.
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = token.strip().encode("latin-1", "replace")
        # Every token is compared, so that the time does not tell which one was nearly right.
        known = [hmac.compare_digest(given, token) for token in self.tokens]
        return known.index(True) if scheme.lower() == "bearer" and any(known) else None


def asker(scope: Scope) -> str:
    """Return who asks, as far as one can tell: an address and the number of a token.

    Of an address of IPv6 the network counts, since who has one address has all of it.

    >>> asker({"client": ("2001:db8:0:0:1::1", 1234), "token": 1})
    '2001:db8::/64 1'
    """
    address = (scope.get("client") or ("",))[0]
    with suppress(ValueError):
        if ":" in address:
            address = str(ipaddress.ip_network(f"{address}/64", strict=False))
    return f"{address} {scope.get('token')}"


class AccessLog:
    """Writes a line of JSON for each request; neither queries nor tokens are in it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and write down how."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        scope["seen"] = seen = {"status": 499, "bytes": 0}  # 499: the client left before an answer

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
            else:
                seen["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, counting)
        finally:
            line = {
                "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "client": (scope.get("client") or ("",))[0],
                "method": scope["method"],
                "path": scope["path"],
                "milliseconds": round((time.perf_counter() - begun) * 1000, 1),
                **seen,
            }
            _LOG.info(json.dumps(line, ensure_ascii=False))
