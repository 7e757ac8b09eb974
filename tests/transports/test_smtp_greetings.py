"""Mail servers that say no at any step of the talk: whose fault that is, and what becomes of everybody."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, cast

import pytest

from newsletter.campaigns import CampaignState, DeliveryState, Plan, known_campaign
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.campaigns.sender import dispatch
from newsletter.errors import CampaignError, NewsletterError, TransportError
from newsletter.storage import Store
from newsletter.transports.smtp import SmtpTransport
from newsletter.workspace import Smtp
from tests.campaigns.samples import MESSAGE, add_people, states

HANG_UP = "hang up"
SILENCE = "say nothing"


@dataclass
class Server:
    """A mail server that answers each step as it is told, and takes everything else.

    Attributes:
        says: by step (greeting, EHLO, AUTH, MAIL, RCPT, DATA, message): the reply.
        only: the address for which RCPT, DATA and the message are answered so; all, if empty.
        times: how often it says so, before all is well.
    """

    says: Mapping[str, str]
    only: str = ""
    times: int = 10_000
    port: int = 0
    mails: list[str] = field(default_factory=list)

    def talk(self, connection: socket.socket) -> None:
        """Serve one connection."""
        with connection, cast("BinaryIO", connection.makefile("rwb")) as wire:
            if not self._answer(wire, "greeting", "220 mail.example.org"):
                return
            recipient = ""
            while line := wire.readline():
                step = (line.split() or [b""])[0].decode().upper()
                recipient = line.decode() if step == "RCPT" else recipient
                is_taken = step == "DATA" and not self._refuses("DATA", recipient)
                if not self._answer(wire, step, _USUAL.get(step, "250 fine"), recipient):
                    return
                if is_taken and not self._take(wire, recipient):
                    return

    def _take(self, wire: BinaryIO, recipient: str) -> bool:
        while (line := wire.readline()) and line != b".\r\n":
            pass
        if not self._refuses("message", recipient):
            self.mails.append(recipient)
        return self._answer(wire, "message", "250 taken", recipient)

    def _answer(self, wire: BinaryIO, step: str, usual: str, recipient: str = "") -> bool:
        """Answer a step; return whether the talk goes on."""
        reply = self.says[step] if self._refuses(step, recipient) else usual
        self.times -= reply is not usual
        if reply == SILENCE:
            wire.read()  # until the client has had enough
        if reply in {SILENCE, HANG_UP}:
            return False
        wire.write(f"{reply}\r\n".encode())
        wire.flush()
        return reply[:3] not in {"221", "421"}

    def _refuses(self, step: str, recipient: str) -> bool:
        concerns = self.only in recipient or step not in {"RCPT", "DATA", "message"}
        return step in self.says and concerns and self.times > 0


_USUAL = {
    "EHLO": "250-mail.example.org\r\n250 AUTH PLAIN LOGIN",
    "HELO": "250 mail.example.org",
    "AUTH": "235 welcome",
    "DATA": "354 go ahead",
    "QUIT": "221 bye",
}


@contextmanager
def running(server: Server) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]

        def listen() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=_quietly, args=(server, connection), daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)


def _quietly(server: Server, connection: socket.socket) -> None:
    try:
        server.talk(connection)
    except OSError:
        return


def _send(store: Store, server: Server, *, people: int = 8) -> tuple[NewsletterError | None, dict[str, DeliveryState]]:
    """Send to so many; return what stopped it, and where each of them stands."""
    add_people(store, people)
    settings = Smtp(host="127.0.0.1", port=server.port, security="none", user="clinic@example.org")
    transport = SmtpTransport(settings, "secret")
    campaign = start(store, MESSAGE, slug="december", plan=Plan(transport="smtp"))
    stopped: NewsletterError | None = None
    try:
        dispatch(store, campaign, transport, clock=Clock(sleep=lambda _seconds: None))
    except (CampaignError, TransportError) as err:
        stopped = err
    finally:
        transport.close()
    return stopped, states(store, campaign)


EVERYBODY_WAITS = [
    {"greeting": "421 4.3.2 too many connections"},
    {"greeting": "554 5.7.1 your address is on a list"},
    {"greeting": "500 what?"},
    {"greeting": HANG_UP},
    {"greeting": "HTTP/1.1 400 Bad Request"},
    {"EHLO": "421 closing"},
    {"EHLO": HANG_UP},
    {"EHLO": "550 go away", "HELO": "550 go away"},
    {"AUTH": "535 5.7.8 bad credentials"},
    {"AUTH": "454 4.7.0 temporary authentication failure"},
    {"AUTH": "534 5.7.9 needs an app password"},
    {"AUTH": HANG_UP},
    {"MAIL": "421 closing"},
    {"MAIL": "451 4.3.0 try later"},
    {"MAIL": "452 4.3.1 no space left"},
    {"MAIL": "530 5.7.0 sign in first"},
    {"MAIL": "550 5.7.1 not your address"},
    {"MAIL": "552 5.2.2 your quota is used up"},
    {"MAIL": "553 5.1.8 your domain does not exist"},
    {"RCPT": "550 5.7.1 relaying denied"},
    {"RCPT": "553 5.7.1 sorry, that domain is not in my list of allowed hosts"},
    {"RCPT": "450 4.7.1 greylisted"},
    {"RCPT": "451 4.7.1 try later"},
    {"RCPT": "452 4.5.3 too many recipients"},
    {"RCPT": "421 4.7.0 your address is blocked"},
    {"RCPT": HANG_UP},
    {"DATA": "452 4.3.1 no space left"},
    {"DATA": "552 5.3.4 too large"},
    {"DATA": "554 5.5.1 no valid recipients"},
    {"DATA": "421 closing"},
    {"message": "554 5.7.1 looks like spam"},
    {"message": "550 5.7.26 no DMARC"},
    {"message": "552 5.3.4 too large"},
    {"message": "451 4.7.0 try later"},
]


@pytest.mark.parametrize("says", EVERYBODY_WAITS, ids=lambda says: " ".join(f"{a} {b}" for a, b in says.items()))
def test_no_to_everybody(store: Store, says: dict[str, str]) -> None:
    """The campaign pauses with the reason; nobody is given up, nobody is unknown; once it is over, each gets one."""
    with running(Server(says)) as server:
        stopped, found = _send(store, server)
        assert stopped is not None
        assert stopped.what
        assert "example.org" not in stopped.what
        assert set(found.values()) == {DeliveryState.QUEUED}
        assert known_campaign(store, "december").state is CampaignState.PAUSED
        server.says = {}
        with closing(SmtpTransport(Smtp(host="127.0.0.1", port=server.port, security="none"), "")) as transport:
            dispatch(store, known_campaign(store, "december"), transport)
        assert len(server.mails) == len(set(server.mails)) == 8


ONE = "reader3@"


@pytest.mark.parametrize(
    ("says", "state"),
    [
        ({"RCPT": "550 5.1.1 no such user"}, DeliveryState.REFUSED),
        ({"RCPT": "551 user not local; please try elsewhere"}, DeliveryState.REFUSED),
        ({"RCPT": "553 5.1.3 bad mailbox name"}, DeliveryState.REFUSED),
        ({"RCPT": "552 5.2.2 mailbox full"}, DeliveryState.REFUSED),
        ({"RCPT": "450 4.2.1 mailbox busy"}, DeliveryState.QUEUED),
        ({"RCPT": "451 4.7.1 greylisted"}, DeliveryState.QUEUED),
        ({"RCPT": "452 4.2.2 over quota"}, DeliveryState.QUEUED),
        ({"RCPT": "421 4.7.0 not now"}, DeliveryState.QUEUED),
        ({"DATA": "452 4.2.2 over quota"}, DeliveryState.QUEUED),
        ({"DATA": "552 5.2.2 over quota"}, DeliveryState.REFUSED),
        ({"message": "554 5.7.1 content rejected"}, DeliveryState.REFUSED),
        ({"message": "452 4.2.2 over quota"}, DeliveryState.QUEUED),
        ({"message": HANG_UP}, DeliveryState.UNKNOWN),
    ],
    ids=str,
)
def test_no_to_one(store: Store, says: dict[str, str], state: DeliveryState) -> None:
    """Whoever else is on the list gets theirs; the one is given up, waits, or is unknown, as the answer means."""
    with running(Server(says, only=ONE)) as server:
        _, found = _send(store, server)
    assert {address: each for address, each in found.items() if each is not DeliveryState.ACCEPTED} == {
        "reader3@example.org": state
    }
    assert len(server.mails) == 7


@pytest.mark.parametrize("step", ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("reply", ["421 4.3.2 try again", HANG_UP])
def test_no_for_a_moment(store: Store, step: str, reply: str) -> None:
    """What passes is tried again without anybody's help."""
    with running(Server({step: reply}, times=2)) as server:
        stopped, found = _send(store, server, people=3)
    assert (stopped, set(found.values())) == (None, {DeliveryState.ACCEPTED})
    assert len(server.mails) == 3


@pytest.mark.parametrize("step", ["greeting", "EHLO", "MAIL", "RCPT", "DATA"])
def test_silence_before_the_message(store: Store, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """A server that never answers gets nobody's message; it is given up, and everybody stays queued."""
    monkeypatch.setattr("newsletter.transports.smtp.ANSWER_SECONDS", 0.05)
    with running(Server({step: SILENCE})) as server:
        stopped, found = _send(store, server, people=2)
    assert stopped is not None
    assert "no answer in time" in stopped.what
    assert set(found.values()) == {DeliveryState.QUEUED}


def test_silence_after_the_message(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose message went out without an answer is unknown, and is sent no second one."""
    monkeypatch.setattr("newsletter.transports.smtp.ANSWER_SECONDS", 0.2)
    with running(Server({"message": SILENCE}, only=ONE)) as server:
        _, found = _send(store, server, people=5)
    assert found.pop("reader3@example.org") is DeliveryState.UNKNOWN
    assert set(found.values()) == {DeliveryState.ACCEPTED}
