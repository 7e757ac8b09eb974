"""The desk's door: who may ask, and what every answer carries.

A server on 127.0.0.1 is reachable by every web page that the person has open, so being
local protects nothing by itself. Each request must therefore

1. name this very server as its host, which defeats DNS rebinding;
2. come from the desk's own pages or straight from the person, as the browser's
   ``Origin`` and ``Sec-Fetch-Site`` headers tell (https://www.w3.org/TR/fetch-metadata/);
3. carry the cookie that a link was exchanged for: the one printed at the start, or one that another start made.

No CORS header is ever sent.
"""

import hmac
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.web.desk.instance import HELLO, NEVER, desk_link, make_ticket, proof
from newsletter.web.desk.views import refusal

_SAFE_METHODS = frozenset({"GET", "HEAD"})
_OWN_SITES = frozenset({"same-origin", "none"})
_SIGNED_IN = 30 * 24 * 3600  # seconds since the desk was last opened with a link
_LONGEST_CHALLENGE = 64

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What every page may load and reach: the desk, and nothing else."""
_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none at all, browsers send forms as if from nowhere
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Gate:
    """Knows the one host, the links and the one cookie that open this desk.

    Args:
        port: where it listens.
        secret: what all starts of this workspace's desk on this computer share, so that a browser stays signed in;
            without one, only this run is known to anybody.
    """

    def __init__(self, port: int, secret: bytes = b"") -> None:
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        # Cookies are shared by all ports of a host; the name keeps two desks apart.
        self._cookie = f"newsletter_desk_{port}"
        self._port = port
        self._lasts = bool(secret)
        self._secret = secret or secrets.token_bytes(32)
        self._run = secrets.token_urlsafe(16)
        self._ticket = make_ticket(self._secret, self._run, NEVER)
        self._used: set[str] = set()

    def link(self, page: str = "/") -> str:
        """Return the link that opens the desk at `page`; it works once."""
        return desk_link(self._port, self._ticket, page)

    def around(self, app: ASGIApp) -> "GuardedApp":
        """Put this gate before `app`."""
        return GuardedApp(app, self)

    def answer(self, request: Request) -> Response | None:
        """Return the refusal or redirection that `request` gets, or None to let it in."""
        if not self._names_this_server(request.headers):
            return refusal("This address does not belong to the desk.", status=421)
        if not self._comes_from_here(request):
            return refusal("Another web site asked for this page, and was refused.", status=403)
        if request.url.path.startswith("/static/"):
            return None
        if request.url.path.startswith(HELLO):
            return self._greet(request.url.path.removeprefix(HELLO))
        if request.url.path.startswith("/open/"):
            return self._open(request)
        return None if self._has_session(request) else refusal("The desk opens with its own link.", status=403)

    def _names_this_server(self, headers: Headers) -> bool:
        named = headers.getlist("host")
        return len(named) == 1 and named[0].lower() in self._hosts

    def _comes_from_here(self, request: Request) -> bool:
        origins = request.headers.getlist("origin")
        site = request.headers.get("sec-fetch-site")
        own_origin = f"http://{request.headers['host']}".lower()
        if any(origin.lower() != own_origin for origin in origins) or (site is not None and site not in _OWN_SITES):
            return False
        return request.method in _SAFE_METHODS or bool(origins)

    def _open(self, request: Request) -> Response:
        offered = request.url.path.removeprefix("/open/")
        if not self._has_session(request) and not self._redeem(offered):
            return refusal("This link has been used, or is not the desk's.", status=403)
        page = request.query_params.get("to", "/")
        answer = RedirectResponse(page if page.startswith("/issues/") else "/", status_code=303)
        lasting = _SIGNED_IN if self._lasts else None
        ends = int(time.time()) + _SIGNED_IN
        session = f"{ends}.{proof(self._secret, 'session', ends)}"
        answer.set_cookie(self._cookie, session, max_age=lasting, httponly=True, samesite="strict", path="/")
        return answer

    def _greet(self, challenge: str) -> Response:
        """Prove to another start that this is the desk of its workspace; whoever lacks the secret learns nothing."""
        if len(challenge) > _LONGEST_CHALLENGE:
            return refusal("This is no question that the desk answers.", status=403)
        return PlainTextResponse(f"{self._run} {proof(self._secret, 'hello', self._port, self._run, challenge)}")

    def _redeem(self, offered: str) -> bool:
        ends, _, rest = offered.partition(".")
        nonce, _, signed = rest.partition(".")
        known = proof(self._secret, "ticket", self._run, ends, nonce)
        if not hmac.compare_digest(signed.encode(), known.encode()) or nonce in self._used or int(ends) < time.time():
            return False
        self._used.add(nonce)
        return True

    def _has_session(self, request: Request) -> bool:
        """Whether the cookie is the desk's and holds still: every server on this host is sent it, and may keep it."""
        ends, _, signed = request.cookies.get(self._cookie, "").partition(".")
        known = proof(self._secret, "session", ends)
        return hmac.compare_digest(signed.encode(), known.encode()) and int(ends) > time.time()


class GuardedApp:
    """An ASGI app behind a `Gate`."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in or turn it away; either way with the protecting headers."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":  # no WebSocket is served
            refused = self._gate.answer(Request(scope))
            await (refused or self._app)(scope, receive, _protected(send))


def _protected(send: Send) -> Send:
    async def send_protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_protected
