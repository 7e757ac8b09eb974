"""One account at the SendGrid of our own: what it was handed, what it holds, who gets what."""

import random
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

KEY = "SG.fake-key"
NOTICE = 600.0  # seconds before send_at until which a cancellation is sure to work

ALL_SCOPES = (
    *("mail.send", "mail.batch.create", "mail.batch.read"),
    *("user.scheduled_sends.create", "user.scheduled_sends.read", "user.scheduled_sends.update"),
    *(
        "user.scheduled_sends.delete",
        "suppression.read",
        "asm.suppressions.read",
        "asm.suppressions.create",
        "asm.suppressions.delete",
    ),
    *("stats.read", "categories.stats.read", "whitelabel.read", "sender_verification.read"),
    *("user.webhooks.event.settings.read", "email_logs.read", "recipients.erasejob.create"),
)
"""Those of which this account knows; each route asks for one."""


@dataclass(frozen=True)
class Fault:
    """One misbehaviour, for the next request to `path`.

    Kinds: ``reset-before``, ``reset-within`` and ``reset-after`` reading the body;
    ``drop-reply`` after accepting; ``slow``, which does all as usual but waits for so many
    `seconds` first, or until it is `over`; or a status. With `accept` the mail is taken all the same.
    """

    kind: str
    path: str = "/v3/mail/send"
    accept: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    seconds: float = 1.0
    over: threading.Event = field(default_factory=threading.Event, compare=False)


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
    categories: tuple[str, ...] = ()
    taken_at: float = 0.0
    bypasses_unsubscribes: bool = False


@dataclass
class FakeSendGrid:
    """The state of one account.

    Attributes:
        offset: seconds by which its clock is ahead.
        date: what its answers say instead of its own time; empty, and they say nothing.
        cancel_limit: how many cancelled batches it keeps at a time.
        scopes: what the key may do; a route that asks for another one answers 403.
        loss_rate: how many of its replies get lost.
        delay: for how many seconds it thinks about each request.
        fates: what becomes of mail to an address, as SendGrid's events call it; without an
            entry it is delivered, and ``lost`` is never heard of again.
        unlogged: addresses that the Email Logs do not know of yet.
        domains: authenticated domains, and whether their DNS records are valid.
        erased: addresses of people whom it was asked to erase.
        senders: verified single senders, and whether they are verified.
        webhooks: where events are posted, as the settings of the account list it.
        rejecting: words with which every mail is rejected, for the account's own fault.
    """

    offset: float = 0.0
    date: str | None = None
    key: str = KEY
    cancel_limit: int = 10
    scopes: list[str] = field(default_factory=lambda: list(ALL_SCOPES))
    bodies: list[dict[str, Any]] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    loss_rate: float = 0.0
    delay: float = 0.0
    dice: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - repeatable, not secret
    batch_ids: set[str] = field(default_factory=set)
    cancelled: dict[str, float] = field(default_factory=dict)
    paused: dict[str, float] = field(default_factory=dict)
    suppressions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    groups: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    fates: dict[str, str] = field(default_factory=dict)
    unlogged: set[str] = field(default_factory=set)
    domains: dict[str, bool] = field(default_factory=dict)
    erased: list[str] = field(default_factory=list)
    senders: dict[str, bool] = field(default_factory=dict)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)
    rejecting: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)
    url: str = ""

    def now(self) -> float:
        """The time at this SendGrid."""
        return time.time() + self.offset

    def received(self) -> dict[str, list[Mail]]:
        """What each address has got, or will get if nothing more is done."""
        inboxes: dict[str, list[Mail]] = {}
        with self.lock:
            for mail in self.mails:
                if not self.is_stopped(mail) and not self._is_suppressed(mail):
                    inboxes.setdefault(mail.address, []).append(mail)
        return inboxes

    def is_stopped(self, mail: Mail) -> bool:
        """Whether a mail was cancelled in time."""
        return mail.batch_id in self.cancelled and self.cancelled[mail.batch_id] <= mail.send_at - NOTICE

    def is_paused(self, mail: Mail) -> bool:
        """Whether a mail was paused in time, and waits."""
        return mail.batch_id in self.paused and self.paused[mail.batch_id] <= mail.send_at - NOTICE

    def _is_suppressed(self, mail: Mail) -> bool:
        lists = ["bounces", "spam_reports", "invalid_emails"]
        lists += [] if mail.bypasses_unsubscribes else ["unsubscribes"]
        return any(entry["email"] == mail.address for name in lists for entry in self.suppressions.get(name, []))

    def accept(self, body: dict[str, Any]) -> str:
        """Take the mail of a valid body; return its message id."""
        message_id = secrets.token_urlsafe(16)
        for person in body["personalizations"]:
            self.mails.append(
                Mail(
                    address=person["to"][0]["email"],
                    batch_id=body.get("batch_id", ""),
                    send_at=float(body.get("send_at", self.now())),
                    custom_args=body.get("custom_args", {}) | person["custom_args"],
                    message_id=message_id,
                    substitutions=person.get("substitutions", {}),
                    subject=body["subject"],
                    categories=tuple(body.get("categories", [])),
                    taken_at=self.now(),
                    bypasses_unsubscribes="bypass_unsubscribe_management" in body.get("mail_settings", {}),
                )
            )
        return message_id

    def log_of(self, number: int) -> dict[str, Any] | None:
        """Return what the Email Logs show of the mail with this number, if anything by now.

        A mail that is held is in no log yet; one that was cancelled is found afterwards as
        dropped, with an event of its own kind.
        """
        mail = self.mails[number]
        if mail.send_at > self.now() or mail.address in self.unlogged or self.is_paused(mail):
            return None
        fate = "cancel_drop" if self.is_stopped(mail) else self.fates.get(mail.address, "delivered")
        status = {"cancel_drop": "dropped", "bounce": "bounced", "lost": "processed"}.get(fate, fate)
        return {
            "from_email": "newsletter@example.org",
            "sg_message_id": f"{mail.message_id}.recvd-{number}",
            "sg_message_id_created_at": datetime.fromtimestamp(mail.taken_at, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "subject": mail.subject,
            "to_email": mail.address,
            "status": status,
            "category": list(mail.categories),
            "custom_args": mail.custom_args,
            "events": [{"event": fate}],
        }

    def next_fault(self, path: str) -> Fault | None:
        """Return the misbehaviour that this request meets, if any."""
        with self.lock:
            for fault in self.faults:
                if fault.path == path:
                    self.faults.remove(fault)
                    return fault
            return Fault("drop-reply", accept=True) if self.dice.random() < self.loss_rate else None
