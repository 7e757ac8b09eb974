"""Running the public pages so that nobody can keep others from unsubscribing by holding connections open.

uvicorn waits for a first request for ever, and takes any number of connections. Here a
request has to be complete, and its answer taken, within a time; and when there are many
connections, the one that has kept silent longest makes room for a new one.
"""

import asyncio
import logging
import traceback

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from newsletter.web.listening import LOOPBACK

REQUEST_SECONDS = 10.0
"""For a whole request, from its connection or its first byte on."""

KEPT_SECONDS = 5
"""For the first byte of a next request on the same connection."""

_ANSWER_SECONDS = 60.0  # from then until the client has taken all of the answer; the database may take 15
_MOST_CONNECTIONS = 100  # some systems let a program have 256 files and sockets
_BACKLOG = 64  # connections that asyncio accepts at a time, before it looks at any of them
_ENDING_SECONDS = 20  # for requests under way when it is stopped: longer than the database may take
_LONGEST_HEAD = 16 * 1024  # bytes


def public_server(app: Starlette, host: str, port: int, forwarded_allow_ips: str = LOOPBACK) -> uvicorn.Server:
    """Return the server that answers on this address while it runs.

    Clients are counted by their address, which a web server before this one tells; only
    those named in `forwarded_allow_ips` are believed.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=_Connection,
        ws="none",
        access_log=False,  # the links in it would be as good as the readers' own
        log_level="error",
        server_header=False,
        forwarded_allow_ips=forwarded_allow_ips,
        backlog=_BACKLOG,
        timeout_keep_alive=KEPT_SECONDS,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        timeout_graceful_shutdown=_ENDING_SECONDS,
    )
    logging.getLogger("uvicorn.error").addFilter(_without_words)
    return uvicorn.Server(config)


def _without_words(record: logging.LogRecord) -> bool:
    """Log of an error what it is and where it arose, but not its own words: they may quote an address or a link."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        places = "".join(traceback.format_tb(error.__traceback__))
        record.msg, record.args, record.exc_info = f"A request failed: {type(error).__name__}\n{places}", (), None
    return True


class _Connection(H11Protocol):
    """One client's connection, with a time limit for what is awaited from it."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._allow(REQUEST_SECONDS)
        if len(self.connections) > _MOST_CONNECTIONS:
            silent = [one for one in self.connections if isinstance(one, _Connection) and one.waits_for_request]
            min(silent, key=lambda one: one.deadline).abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._allow(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._timer is None:  # the next request on a connection that was kept
            self._allow(REQUEST_SECONDS)
        waited = self.waits_for_request
        super().data_received(data)
        if waited and not self.waits_for_request and self._timer is not None:
            self._allow(_ANSWER_SECONDS)

    def on_response_complete(self) -> None:
        self._allow(None)  # from here on, uvicorn's own limit for kept connections holds
        super().on_response_complete()

    @property
    def waits_for_request(self) -> bool:
        """Whether the client still owes a part of its request, or its first one."""
        return self.conn.their_state in {h11.IDLE, h11.SEND_BODY}

    @property
    def deadline(self) -> float:
        """When its time is over, by the loop's clock."""
        return self._timer.when() if self._timer else self.loop.time()

    def abort(self) -> None:
        """Hang up at once."""
        self.transport.abort()

    def _allow(self, seconds: float | None) -> None:
        """Give the client so many seconds from now; without a number, as many as it likes."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else self.loop.call_later(seconds, self.abort)
