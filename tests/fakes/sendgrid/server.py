"""The socket of the SendGrid of our own: reads requests, misbehaves when told to, answers."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fakes.sendgrid.account import FakeSendGrid, Fault
from tests.fakes.sendgrid.routes import Reply, answer, errors

_LARGEST = 30 * 1000 * 1000  # bytes


@contextlib.contextmanager
def fake_sendgrid(port: int = 0, **settings: Any) -> Iterator[FakeSendGrid]:
    """Run a fake on 127.0.0.1, on a free port unless one is named."""
    account = FakeSendGrid(**settings)
    handler = type("Handler", (_Handler,), {"account": account})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    account.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield account
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    account: FakeSendGrid
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_PATCH(self) -> None:
        self._serve("PATCH")

    def do_DELETE(self) -> None:
        self._serve("DELETE")

    def _serve(self, method: str) -> None:
        self.close_connection = True
        path = urlsplit(self.path).path
        self.account.requests.append(f"{method} {path}")
        fault = self.account.next_fault(path)
        raw = self._read(fault.kind if fault else "")
        if raw is None:
            self._hang_up()
            return
        time.sleep(self.account.delay)
        if fault and fault.kind == "slow":
            fault.over.wait(fault.seconds)
            fault = None
        if fault and not fault.accept:
            self._misbehave(fault)
            return
        if len(raw) > _LARGEST:
            self._reply(413, b"<html><h1>413 Request Entity Too Large</h1></html>", {})
            return
        status, document, headers = self._answer(method, path, raw)
        if fault and status < 300:
            self._misbehave(fault)
            return
        self._reply(status, json.dumps(document).encode() if document is not None else b"", headers)

    def _read(self, fault: str) -> bytes | None:
        """Read the body; nothing where the connection is to end before, within or after it, or has ended within it."""
        length = int(self.headers.get("Content-Length") or 0)
        if fault == "reset-before":
            return None
        raw = self.rfile.read(length // 2 if fault == "reset-within" else length)
        return None if fault in {"reset-within", "reset-after"} or len(raw) < length else raw

    def _misbehave(self, fault: Fault) -> None:
        if fault.kind == "drop-reply":
            self._hang_up()
        else:
            self._reply(int(fault.kind), fault.body, dict(fault.headers))

    def _answer(self, method: str, path: str, raw: bytes) -> Reply:
        if self.headers.get("Authorization") != f"Bearer {self.account.key}":
            return 401, errors("authorization required"), {}
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        parts = [unquote(part) for part in path.split("/")[2:]]
        with self.account.lock:
            return answer(self.account, method, parts, query, json.loads(raw) if raw else {})

    def _reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        with contextlib.suppress(OSError):  # the other side may have been killed
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Tell the time of this SendGrid's own clock, or what it is to say instead."""
        if self.account.date is not None:
            return self.account.date
        return formatdate(self.account.now() if timestamp is None else timestamp, usegmt=True)

    def send_header(self, keyword: str, value: str) -> None:
        """Leave an empty date out."""
        if keyword != "Date" or value:
            super().send_header(keyword, value)

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            # Lingering for zero seconds makes the system send a reset, not a tidy end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            self.connection.close()

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing: addresses belong in no log."""
