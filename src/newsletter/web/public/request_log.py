"""A log of requests, one JSON document a line, with nothing in it that names or betrays anybody.

The links of readers are as good as their own click, so that no path, address, token or
client may be in a log: a request is named by its route, such as ``/u/{token:path}``.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def log_to_stderr(line: str) -> None:
    """Write a line where a service's log is read."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - the log of a service


class RequestLog:
    """Gives `write` a line for each request that was answered."""

    def __init__(self, app: ASGIApp, write: Callable[[str], None]) -> None:
        self._app, self._write = app, write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, and write the line when it has."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = getattr(scope.get("route"), "path", "none")
            milliseconds = round((time.perf_counter() - began) * 1000)
            at = datetime.now(tz=UTC).isoformat(timespec="milliseconds")
            line = {"at": at, "method": method, "route": route, "status": status, "ms": milliseconds}
            self._write(json.dumps(line))
