"""Running the desk: on this machine only, until it is told to stop."""

import asyncio
import hashlib
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn

from newsletter.errors import NewsletterError
from newsletter.web.desk.app import create_desk
from newsletter.web.desk.changes import Changes
from newsletter.web.desk.gate import Gate
from newsletter.web.listening import listen
from newsletter.workspace import Workspace

_FIRST_PORT, _PORTS = 20_000, 10_000  # below what systems give to outgoing connections
_SECONDS_TO_FINISH = 0.5  # for pages that are being made
_SECONDS_TO_END = 1.8  # for everything: what is at work then is broken off
_INTERRUPTED = 130
_QUIET = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"uvicorn": {"level": "CRITICAL", "propagate": False}},
}


def listen_as_before(root: Path) -> socket.socket:
    """Return a socket on the port that the desk of this workspace always has, or on a free one where that is taken.

    A page that was open when the desk was closed finds it again, and with it what its browser kept.
    """
    digest = hashlib.sha256(str(root.resolve()).encode()).digest()
    usual = _FIRST_PORT + int.from_bytes(digest[:8]) % _PORTS
    try:
        return listen(usual)
    except NewsletterError:
        return listen()


class Desk:
    """One run of the desk on a listening socket."""

    def __init__(self, workspace: Workspace, listener: socket.socket) -> None:
        self._listener = listener
        self._gate = Gate(listener.getsockname()[1])
        self._changes = Changes(workspace.root)
        self._app = create_desk(workspace, self._gate, self._changes)
        self._server: _Server | None = None

    def link(self, page: str = "/") -> str:
        """Return the link that opens the desk; it works once."""
        return self._gate.link(page)

    def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Serve until interrupted; `on_ready` is called once pages can be asked for."""
        config = uvicorn.Config(
            self._app,
            lifespan="on",
            ws="none",
            log_config=_QUIET,  # a page tells of a failure; staff need no traceback
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_SECONDS_TO_FINISH,  # type: ignore[arg-type] # a fraction will do
        )
        self._server = _Server(config, self._changes, on_ready)
        self._server.run(sockets=[self._listener])

    def stop(self) -> None:
        """End it from another thread, without waiting for pages that are still open."""
        if self._server is not None:
            self._server.should_exit = self._server.force_exit = True


class _Server(uvicorn.Server):
    """Ends the pages' open event streams first, and itself in time, whatever is at work.

    Breaking off is what a crash does: the ledger, imports and files are made for it.
    """

    def __init__(self, config: uvicorn.Config, changes: Changes, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._changes = changes
        self._on_ready = on_ready

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            last = threading.Timer(_SECONDS_TO_END, os._exit, [_INTERRUPTED])
            last.daemon = True  # it ends nothing that has ended in time
            last.start()
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._changes.close()
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):  # those that came while it was ending, too
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(0)  # only the loop's next round closes them
