"""The `sendgrid` package, made safe: timeouts, no redirects, no key in any log.

As it comes, the package waits for ever, follows redirects with the key in its hand, puts
path segments into the URL unquoted, and logs key and recipients when debugging is on.
"""

import http.client
import json
import logging
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import partial
from typing import Any
from urllib.parse import quote

import orjson
import python_http_client
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from newsletter.transports.base import ANSWER_SECONDS, always, broken_off
from newsletter.transports.provider_clock import ProviderClock

logging.getLogger("python_http_client.client").setLevel(logging.WARNING)

CONNECT_SECONDS = 10.0
SMALL_ANSWER_SECONDS = 10.0
"""The same for what it answers within a second or two; giving up too soon leaves nobody unknown."""

_SLOW = {("mail", "send"), ("messages",)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP, whatever its status."""

    status: int
    headers: Message
    body: bytes


class NeverSentError(OSError):
    """No connection came about: not one byte of the request has left."""


class ImpossibleError(NeverSentError):
    """The request cannot be made as it is, however often it is tried: not one byte of it has left."""


class LostReplyError(OSError):
    """The request may have arrived; no whole answer came back."""


@dataclass(frozen=True, slots=True)
class Client:
    """Makes requests to SendGrid's API, each on a connection of its own.

    Attributes:
        clock: what the answers tell of SendGrid's clock.
    """

    key: str
    host: str
    clock: ProviderClock = field(default_factory=ProviderClock, compare=False)

    def call(
        self,
        method: str,
        *segments: str,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        may_begin: Callable[[], bool] = always,
    ) -> Answer:
        """Make one request; every status is an answer.

        Args:
            method: of HTTP, in small letters.
            segments: of the path.
            body: what goes to JSON, or JSON already.
            query: of the address.
            may_begin: asked once there is a connection; if it says no, not one byte leaves.

        Raises:
            NeverSentError: nothing was sent.
            LostReplyError: it may have been.
        """
        wire = _Wire(may_begin)
        asked = self.clock.tick()
        try:
            headers = SendGridAPIClient(self.key, host=self.host).client.request_headers
            data = body if body is None or isinstance(body, bytes) else encode(body)
            node = _SafeClient(self.host, headers, 3, body=data, wire=wire)
            for segment in segments:
                node = node._(quote(segment, safe=""))  # the package's own way to name a path segment
            seconds = ANSWER_SECONDS if segments in _SLOW else SMALL_ANSWER_SECONDS
            found = getattr(node, method)(query_params=query, timeout=seconds)
        except HTTPError as err:
            found = err  # which has the same attributes
        except Exception as err:  # noqa: BLE001 - the wire knows what it means, whatever it is
            raise wire.explained(err) from None  # the cause may quote the request, and so the key
        self.clock.hear(found.headers, asked)
        return Answer(found.status_code, found.headers, found.body or b"")


def encode(body: Any) -> bytes:
    """Return a body as JSON."""
    try:
        return orjson.dumps(body)
    except TypeError:  # half of a character (a lone surrogate) in some text: json can spell that
        return json.dumps(body).encode()


@dataclass(slots=True)
class _Wire:
    """Whether the first byte of a request has left: that alone tells what a failure of it means."""

    may_begin: Callable[[], bool]
    begun: bool = False

    def explained(self, err: Exception) -> OSError:
        reason = err.reason if isinstance(err, urllib.error.URLError) else err
        if isinstance(reason, NeverSentError):
            return reason
        if self.begun:
            return LostReplyError(broken_off(reason) if isinstance(reason, BaseException) else str(reason))
        name = type(reason).__name__
        return ImpossibleError(f"the request could not be made ({name}): check SENDGRID_API_KEY and SENDGRID_HOST")


class _SafeClient(python_http_client.Client):  # type: ignore[misc] # the package has no types
    """The package's HTTP client with an opener of ours, and with a body that is JSON already.

    The package itself would write the body with Python's own, slow `json`, and then once
    more for a log line that nobody reads.
    """

    def __init__(self, *args: Any, body: bytes | None, wire: _Wire) -> None:
        super().__init__(*args)
        self._body = body
        self._wire = wire

    def _build_client(self, name: str | None = None) -> "_SafeClient":
        path = [*self._url_path, name] if name else self._url_path
        return _SafeClient(self.host, self.request_headers, self._version, path, body=self._body, wire=self._wire)

    def _make_request(self, _opener: object, request: urllib.request.Request, timeout: float | None = None) -> Any:
        if self._body is not None:
            request.data = self._body
            request.add_header("Content-Type", "application/json")
        request.wire = self._wire  # type: ignore[attr-defined] # for the connection that carries it
        return super()._make_request(_OPENER, request, timeout)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other: the key goes to no other host."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


class _HTTP(http.client.HTTPConnection):
    def __init__(self, *args: Any, wire: _Wire, **options: Any) -> None:
        super().__init__(*args, **options)
        self._wire = wire

    def connect(self) -> None:
        _connect(self, super().connect)
        self._wire.begun = False  # so far a proxy may have been talked to, and nobody else

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        if not self._wire.begun and not self._wire.may_begin():
            raise NeverSentError("it was not sent: the database is out of reach, or others took over")
        self._wire.begun = True
        super().send(data)


class _HTTPS(_HTTP, http.client.HTTPSConnection):
    """The same, encrypted: its `connect` goes on to the one of HTTPS."""


def _connect(connection: http.client.HTTPConnection, connect: Callable[[], None]) -> None:
    """Tell a connection that never came about from one that broke."""
    answer_seconds, connection.timeout = connection.timeout, CONNECT_SECONDS
    try:
        connect()  # TLS and all
    except OSError as err:
        raise NeverSentError(_plain(err)) from err
    connection.sock.settimeout(answer_seconds)


class _HTTPHandler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(partial(_HTTP, wire=_wire_of(req)), req)


class _HTTPSHandler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(partial(_HTTPS, wire=_wire_of(req)), req, context=_TLS)


def _wire_of(request: urllib.request.Request) -> _Wire:
    wire: _Wire = request.wire  # type: ignore[attr-defined]
    return wire


def _plain(err: OSError) -> str:
    if isinstance(err, ssl.SSLError):
        return "no trusted connection to SendGrid: its certificate was not accepted"
    if isinstance(err, TimeoutError):
        return "SendGrid does not answer"
    return "no connection to SendGrid: is this computer online?"


_TLS = ssl.create_default_context()
_OPENER = urllib.request.build_opener(_NoRedirect, _HTTPHandler, _HTTPSHandler)
