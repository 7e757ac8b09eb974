"""Somebody who visits the public pages, and the mail that they get."""

import contextlib
import email
import html
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import cast

import uvicorn
from httpx2 import Response
from starlette.testclient import TestClient

from newsletter.campaigns.clock import Clock
from newsletter.services.requests import complete_requests
from newsletter.storage import Store
from newsletter.subscribers.consent import Consent, history
from newsletter.subscribers.records import Subscriber, add_subscriber, find_subscriber
from newsletter.subscribers.tokens import unsubscribe_token
from newsletter.web.public import create_public_pages
from newsletter.workspace import Workspace

PUBLIC = "https://news.example.org"
PATIENCE = 30.0
ANA = "ana@example.org"


class Hands:
    """The hands of a clock that a test moves."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def move(self, **span: float) -> None:
        """Let time go by."""
        self._ahead += timedelta(**span)

    def now(self) -> datetime:
        return datetime.now(tz=UTC) + self._ahead


@dataclass
class Visitor:
    """A browser on the public pages of a workspace, and whoever reads the mail that they send."""

    workspace: Workspace
    store: Store
    hands: Hands = field(default_factory=Hands)
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        app = create_public_pages(self.workspace, self.store, clock=self.clock)
        # What the pages answer counts, also where it is an error.
        self.client = TestClient(app, base_url=PUBLIC, follow_redirects=False, raise_server_exceptions=False)

    @property
    def clock(self) -> Clock:
        return Clock(now=self.hands.now)

    def get(self, path: str, **options: str) -> Response:
        return self.client.get(path, headers=options)

    def fill_in(self, address: str, *, path: str = "/subscribe", after: float = 10, **fields: str) -> Response:
        """Open the form, take some time, and press the button."""
        shown = hidden(self.get(path), "shown")
        self.hands.move(seconds=after)
        return self.client.post(path, data={"shown": shown, "email": address, **fields})

    def mails(self) -> list[EmailMessage]:
        """Complete what was asked for; return all mail so far, the newest last."""
        complete_requests(self.workspace, self.store, self.clock)
        files = sorted((self.workspace.outbox_dir / "notices").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=SMTP) for path in files]

    def link(self) -> str:
        """Return the path of the link in the newest mail, the same in both of its parts."""
        text, page = parts(self.mails()[-1])
        [link] = set(re.findall(rf"{PUBLIC}(/(?:confirm|preferences)/\w+)", text + page))
        return str(link)

    def person(self, address: str = ANA) -> Subscriber | None:
        with self.store.read() as connection:
            return find_subscriber(connection, address)

    def told(self, address: str = ANA) -> list[tuple[str, str]]:
        """Return what the history of somebody tells: what and how."""
        return [(entry.what.value, entry.how.value) for entry in self.entries(address)]

    def entries(self, address: str = ANA) -> tuple[Consent, ...]:
        person = self.person(address)
        with self.store.read() as connection:
            return history(connection, person.id) if person else ()

    def subscribe(self, address: str = ANA) -> str:
        """Put somebody on the list; return the path of their unsubscribe link."""
        with self.store.write() as connection:
            person = add_subscriber(connection, self.store.key, address, wording="Yes, please.")
        return f"/u/{unsubscribe_token(self.store.key, person.id)}"

    def open_preferences(self, link: str) -> str:
        """Ask for the link to the preferences; return its path."""
        assert self.client.post(f"{link}/preferences").status_code == 200
        return self.link()


Visit = Callable[..., Visitor]


def parts(mail: EmailMessage) -> tuple[str, str]:
    """Return the text and the HTML of a mail."""
    found = [mail.get_body((kind,)) for kind in ("plain", "html")]
    return cast("tuple[str, str]", tuple(part.get_content() if part else "" for part in found))


def hidden(answer: Response, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found, answer.text
    return html.unescape(found[1])


@contextlib.contextmanager
def serving(server: uvicorn.Server) -> Iterator[int]:
    """Let a server run; give its port."""
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + PATIENCE
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
