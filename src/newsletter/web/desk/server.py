"""Running the desk: on this machine only, until it is told to stop."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable
from types import FrameType

import uvicorn

from newsletter.web.desk.app import create_desk
from newsletter.web.desk.changes import Changes
from newsletter.web.desk.gate import Gate
from newsletter.workspace import Workspace

_SECONDS_TO_FINISH = 0.5  # for pages that are being made
_SECONDS_TO_END = 1.8  # for everything: what is at work then is broken off
_INTERRUPTED = 130
_QUIET = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"uvicorn": {"level": "CRITICAL", "propagate": False}},
}


class Desk:
    """One run of the desk on a listening socket; `secret` is what its starts share."""

    def __init__(self, workspace: Workspace, listener: socket.socket, secret: bytes = b"") -> None:
        self._listener = listener
        self._gate = Gate(listener.getsockname()[1], secret)
        self._changes = Changes(workspace.root)
        self._app = create_desk(workspace, self._gate, self._changes, self.close)
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

    def close(self) -> None:
        """End it from a page, as Ctrl-C does."""
        if self._server is not None:
            self._server.end(0)

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
        self._limit_the_end(_INTERRUPTED)
        super().handle_exit(sig, frame)

    def end(self, code: int) -> None:
        """End the server from another thread."""
        self._limit_the_end(code)
        self.should_exit = True

    def _limit_the_end(self, code: int) -> None:
        if not self.should_exit:
            last = threading.Timer(_SECONDS_TO_END, os._exit, [code])
            last.daemon = True  # it ends nothing that has ended in time
            last.start()

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
