"""A SendGrid of our own, over a real socket: it remembers, keeps its rules, and can misbehave.

The oracle at its end, `received`, tells what each address would find in its inbox.
"""

import contextlib
import json
import random
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fakes.rules import violations

NOTICE = 600.0  # seconds before send_at until which a cancellation is sure to work
KEY = "SG.fake-key"


@dataclass(frozen=True)
class Fault:
    """One misbehaviour, for the next request to `path`.

    Kinds: ``reset-before`` and ``reset-after`` reading the body, ``drop-reply`` after
    accepting, ``slow``, or a status; with `accept` the mail is taken all the same.
    """

    kind: str
    path: str = "/v3/mail/send"
    accept: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True)
class Mail:
    """One person's copy of an accepted request."""

    address: str
    batch_id: str
    send_at: float
    custom_args: dict[str, str]
    message_id: str
    substitutions: dict[str, str] = field(default_factory=dict)
    subject: str = ""


@dataclass
class FakeSendGrid:
    """The state of one account."""

    offset: float = 0.0  # seconds by which its clock is ahead
    key: str = KEY
    cancel_limit: int = 10
    scopes: list[str] = field(default_factory=lambda: ["mail.send", "user.scheduled_sends.create"])
    bodies: list[dict[str, Any]] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    loss_rate: float = 0.0
    dice: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - repeatable, not secret
    batch_ids: set[str] = field(default_factory=set)
    cancelled: dict[str, float] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)
    suppressions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    groups: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    logs: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""

    def now(self) -> float:
        """The time at this SendGrid."""
        return time.time() + self.offset

    def received(self) -> dict[str, list[Mail]]:
        """What each address has got, or will get if nothing more is done."""
        inboxes: dict[str, list[Mail]] = {}
        with self.lock:
            for mail in self.mails:
                if not self._is_stopped(mail) and not self._is_suppressed(mail.address):
                    inboxes.setdefault(mail.address, []).append(mail)
        return inboxes

    def _is_stopped(self, mail: Mail) -> bool:
        return mail.batch_id in self.cancelled and self.cancelled[mail.batch_id] <= mail.send_at - NOTICE

    def _is_suppressed(self, address: str) -> bool:
        lists = ("unsubscribes", "bounces", "spam_reports", "invalid_emails")
        return any(entry["email"] == address for name in lists for entry in self.suppressions.get(name, []))

    def accept(self, body: dict[str, Any]) -> str:
        """Take the mail of a valid body; return its message id."""
        message_id = secrets.token_urlsafe(16)
        for person in body["personalizations"]:
            self.mails.append(
                Mail(
                    address=person["to"][0]["email"],
                    batch_id=body.get("batch_id", ""),
                    send_at=float(body.get("send_at", self.now())),
                    custom_args=person["custom_args"],
                    message_id=message_id,
                    substitutions=person.get("substitutions", {}),
                    subject=body["subject"],
                )
            )
        return message_id

    def next_fault(self, path: str) -> Fault | None:
        """Return the misbehaviour that this request meets, if any."""
        with self.lock:
            for fault in self.faults:
                if fault.path == path:
                    self.faults.remove(fault)
                    return fault
            return Fault("drop-reply", accept=True) if self.dice.random() < self.loss_rate else None


@contextlib.contextmanager
def fake_sendgrid(**settings: Any) -> Iterator[FakeSendGrid]:
    """Run a fake on a free port of 127.0.0.1."""
    account = FakeSendGrid(**settings)
    handler = type("Handler", (_Handler,), {"account": account})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
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


Answer = tuple[int, Any]


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
        if fault and fault.kind == "reset-before":
            self._hang_up()
            return
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if fault and fault.kind == "reset-after":
            self._hang_up()
            return
        if fault and not fault.accept:
            self._misbehave(fault)
            return
        status, document, headers = self._answer(method, path, raw)
        if fault and status < 300:
            self._misbehave(fault)
            return
        self._reply(status, json.dumps(document).encode() if document is not None else b"", headers)

    def _misbehave(self, fault: Fault) -> None:
        if fault.kind == "drop-reply":
            self._hang_up()
        elif fault.kind == "slow":
            time.sleep(float(fault.body or b"1"))
            self._hang_up()
        else:
            self._reply(int(fault.kind), fault.body, dict(fault.headers))

    def _answer(self, method: str, path: str, raw: bytes) -> tuple[int, Any, dict[str, str]]:
        if self.headers.get("Authorization") != f"Bearer {self.account.key}":
            return 401, _errors("authorization required"), {}
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        parts = [unquote(part) for part in path.split("/")[2:]]
        body = json.loads(raw) if raw else {}
        with self.account.lock:
            if (method, parts) == ("POST", ["mail", "send"]):
                return self._mail_send(body)
            return *_route(self.account, method, parts, query, body), {}

    def _mail_send(self, body: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        account = self.account
        account.bodies.append(body)
        broken = violations(body, now=account.now())
        if "batch_id" in body and body["batch_id"] not in account.batch_ids:
            broken.append("The batch_id is not valid.")
        if broken:
            return 400, _errors(*broken), {}
        return 202, None, {"X-Message-Id": account.accept(body)}

    def _reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        with contextlib.suppress(OSError):  # the other side may have been killed
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

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


def _errors(*texts: str) -> dict[str, Any]:
    return {"errors": [{"message": text, "field": None, "help": None} for text in texts]}


def _route(  # noqa: C901, PLR0911 - one line a route
    account: FakeSendGrid, method: str, parts: list[str], query: dict[str, str], body: Any
) -> Answer:
    match method, parts:
        case "POST", ["mail", "batch"]:
            account.batch_ids.add(found := secrets.token_hex(16))
            return 201, {"batch_id": found}
        case "POST", ["user", "scheduled_sends"]:
            return _cancel(account, body)
        case "GET", ["user", "scheduled_sends", batch_id]:
            return 200, [{"batch_id": batch_id, "status": "cancel"}] if batch_id in account.cancelled else []
        case "DELETE", ["user", "scheduled_sends", batch_id]:
            account.cancelled.pop(batch_id, None)
            return 204, None
        case "GET", ["scopes"]:
            return 200, {"scopes": account.scopes}
        case "GET", ["suppression", name]:
            return _page(account.suppressions.get(name, []), query)
        case "POST", ["asm", "suppressions", "global"]:
            known = account.suppressions.setdefault("unsubscribes", [])
            known += [{"email": email, "created": int(account.now())} for email in body["recipient_emails"]]
            return 201, body
        case "GET", ["asm", "suppressions"]:
            return 200, {"suppressions": [entry for group in account.groups.values() for entry in group]}
        case "POST", ["logs"]:
            return 200, {"messages": [log for log in account.logs if log["to_email"] in body["query"]]}
    return 404, _errors("not found")


def _cancel(account: FakeSendGrid, body: dict[str, Any]) -> Answer:
    batch_id = body["batch_id"]
    pending = [moment for moment in account.cancelled.values() if moment > account.now() - 72 * 3600]
    if batch_id not in account.batch_ids or batch_id in account.cancelled or len(pending) >= account.cancel_limit:
        return 400, _errors("a scheduled send may be cancelled once, and few at a time")
    account.cancelled[batch_id] = account.now()
    return 201, {"batch_id": batch_id, "status": "cancel"}


def _page(entries: list[dict[str, Any]], query: dict[str, str]) -> Answer:
    start, end = int(query.get("start_time", 0)), int(query.get("end_time", 2**40))
    chosen = [entry for entry in entries if start <= entry["created"] <= end]
    offset, limit = int(query.get("offset", 0)), int(query.get("limit", 500))
    if not 1 <= limit <= 500:
        return 400, _errors("limit is from 1 to 500")
    return 200, chosen[offset : offset + limit]
