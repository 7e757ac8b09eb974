"""One desk for each workspace on this computer: where it runs, and the secret that its starts share.

The secret lies outside of the workspace, readable by this account alone, so that copying the workspace does not copy
it. Whoever has it can prove to a running desk that they belong to it, and the desk proves the same first: another
program on that port learns nothing.
"""

import contextlib
import hashlib
import hmac
import http.client
import json
import re
import secrets
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from filelock import FileLock, Timeout

from newsletter.errors import NewsletterError
from newsletter.files import PRIVATE, write_whole
from newsletter.web.listening import LOOPBACK, listen

HELLO = "/hello/"
NEVER = 1 << 40
"""A time at which a ticket ends that holds as long as the desk runs."""
_FIRST_PORT, _PORTS = 20_000, 10_000  # below what systems give to outgoing connections
_TICKET_SECONDS = 120
_PATIENCE = 5.0  # seconds: for a desk that is just starting, or busy
_ANSWER = re.compile(r"([\w-]{22}) ([0-9a-f]{64})")


def proof(secret: bytes, *said: object) -> str:
    """Return what only those can return who have the secret; the parts of what is `said` hold no line break."""
    return hmac.new(secret, "\n".join(map(str, said)).encode(), hashlib.sha256).hexdigest()


def make_ticket(secret: bytes, run: str, ends: int) -> str:
    """Return a ticket that opens one run of a desk, once, until `ends`."""
    nonce = secrets.token_urlsafe(16)
    return f"{ends}.{nonce}.{proof(secret, 'ticket', run, ends, nonce)}"


@dataclass(frozen=True, slots=True)
class Running:
    """A desk of this workspace that runs already."""

    port: int
    run: str
    secret: bytes

    def link(self, page: str = "/") -> str:
        """Return a link that opens it at `page`, once and soon."""
        return desk_link(self.port, make_ticket(self.secret, self.run, int(time.time()) + _TICKET_SECONDS), page)


def desk_link(port: int, ticket: str, page: str) -> str:
    """Return the address at which a ticket is exchanged for a cookie."""
    link = f"http://{LOOPBACK}:{port}/open/{ticket}"
    return f"{link}?to={page}" if page != "/" else link


class Instance:
    """What the starts of one workspace's desk share. Where nothing can be kept, each start is on its own."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        digest = hashlib.sha256(str(self._root).encode())
        self._usual = _FIRST_PORT + int.from_bytes(digest.digest()[:8]) % _PORTS
        folder = Path(click.get_app_dir("newsletter", roaming=False)) / "desks"
        self._file = folder / f"{digest.hexdigest()[:16]}.json" if folder.is_absolute() else None
        self.secret, self._port = self._read()

    def find_or_listen(self) -> "Running | socket.socket":
        """Return the desk that runs already, or a socket on the port that it always has, or on a free one.

        A page that was open when the desk was closed finds it again at the same port, and with it what its
        browser kept.
        """
        with self._one_at_a_time():
            self.secret, self._port = self._read()
            running = self._find()
            if running:
                return running
            try:
                listener = listen(self._usual)
            except NewsletterError:
                listener = listen()
            self._keep(listener.getsockname()[1])
            return listener

    def _find(self) -> Running | None:
        if not self._port:
            return None
        challenge = secrets.token_urlsafe(16)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=_PATIENCE)
            with contextlib.closing(connection):
                connection.request("GET", f"{HELLO}{challenge}")
                found = _ANSWER.fullmatch(connection.getresponse().read(200).decode("ascii", "replace"))
            if found and hmac.compare_digest(found[2], proof(self.secret, "hello", self._port, found[1], challenge)):
                return Running(self._port, found[1], self.secret)
        return None

    @contextlib.contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Let two icons that are pressed at once not start two desks."""
        with contextlib.ExitStack() as held:
            if self._file is not None:
                with contextlib.suppress(OSError, Timeout):
                    self._file.parent.mkdir(parents=True, exist_ok=True)
                    held.enter_context(FileLock(self._file.with_suffix(".lock"), timeout=2 * _PATIENCE))
            yield

    def _read(self) -> tuple[bytes, int]:
        try:
            kept = json.loads(self._file.read_text("utf-8")) if self._file else {}
            secret, port = bytes.fromhex(kept["secret"]), int(kept["port"])
            if len(secret) == 32 and 0 <= port < 65_536:
                return secret, port
        except (OSError, ValueError, KeyError, TypeError):  # none yet, or damaged: browsers have to sign in again
            pass
        return secrets.token_bytes(32), 0

    def _keep(self, port: int) -> None:
        if self._file is not None:
            with contextlib.suppress(NewsletterError):
                kept = {"workspace": str(self._root), "secret": self.secret.hex(), "port": port}
                write_whole(self._file, json.dumps(kept, indent=2) + "\n", mode=PRIVATE)
