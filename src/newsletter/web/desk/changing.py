"""Requests that change something: each carries the desk's token, and a body within limits.

The gate has already seen that the request comes from the desk's own origin and with its
cookie. The token is a second lock: no page but the desk's own can know it
(https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html).
"""

import hmac
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from newsletter.web.desk.views import refusal

TOKEN_FIELD = "desk_token"  # noqa: S105 - the name of a field
TOKEN_HEADER = "x-desk-token"  # noqa: S105 - the name of a header
A_FORM = 2_000_000
"""Bytes: far more than anybody types; routes that take files say their own limit."""
_MOST_FIELDS = 2_000
_MOST_FILES = 20

Handler = Callable[[Request, FormData], Response]


class Change:
    """Answers a POST: checks token and size, reads the form, and hands both to the handler in a thread."""

    def __init__(self, handler: Handler, token: str, most_bytes: int) -> None:
        self._handler = handler
        self._token = token
        self._most_bytes = most_bytes

    async def __call__(self, request: Request) -> Response:
        """Return the handler's answer, or a refusal before anything was touched."""
        limited = Request(request.scope, _Limited(request, self._most_bytes).receive)
        try:
            form = await limited.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=self._most_bytes)
        except _TooLargeError:
            return refusal("This is larger than the desk takes in one piece.", status=413)
        except HTTPException as err:  # a body that is no form
            return refusal("The desk could not read what the browser sent.", status=err.status_code)
        try:
            if not self._knows_token(request, form):
                return refusal("This page is older than the desk, or not the desk's. Reload it.", status=403)
            return await run_in_threadpool(self._handler, request, form)
        finally:
            await form.close()

    def _knows_token(self, request: Request, form: FormData) -> bool:
        offered = request.headers.get(TOKEN_HEADER) or form.get(TOKEN_FIELD)
        return isinstance(offered, str) and hmac.compare_digest(offered.encode(), self._token.encode())


def change_route(path: str, handler: Handler, *, token: str, most_bytes: int = A_FORM) -> Route:
    """Return the route on which `handler` answers POST requests of at most `most_bytes`."""
    answer = Change(handler, token, most_bytes)

    async def endpoint(request: Request) -> Response:
        return await answer(request)

    return Route(path, endpoint, methods=["POST"])


class _TooLargeError(Exception):
    """More bytes came than are allowed."""


class _Limited:
    """Counts what arrives: a header may lie about the length, or be left out."""

    def __init__(self, request: Request, most_bytes: int) -> None:
        self._receive = request.receive
        self._left = most_bytes

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _TooLargeError
        return message
