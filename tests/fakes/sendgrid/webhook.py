"""The event webhook of the SendGrid of our own: signed, late, doubled and out of order."""

import base64
import json
import secrets
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.fakes.sendgrid.account import FakeSendGrid

_LISTS = {"bounce": "bounces", "blocked": "blocks", "spamreport": "spam_reports", "unsubscribe": "unsubscribes"}
_BATCH = 20


@dataclass
class Webhook:
    """Tells one address what became of the account's mail.

    Attributes:
        url: where events are posted.
        longest_delay: seconds, of the account's clock, by which an event may be late.
        repeats: how many more times each event is told, at most; some under a new id.
    """

    account: FakeSendGrid
    url: str
    longest_delay: float = 0.0
    repeats: int = 0
    signer: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    waiting: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The public key, as SendGrid shows it."""
        shown = self.signer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(shown).decode("ascii")

    def run(self) -> int:
        """Let happen what is due, and post what is to be told by now; return how many events wait."""
        dice = self.account.dice
        for event in happen(self.account):
            for _ in range(1 + dice.randint(0, self.repeats)):
                late = self.account.now() + dice.uniform(0, self.longest_delay)
                renamed = {"sg_event_id": secrets.token_urlsafe(16)} if dice.random() < 0.2 else {}
                self.waiting.append((late, event | renamed))
        now = self.account.now()
        due = [event for moment, event in self.waiting if moment <= now]
        self.waiting = [(moment, event) for moment, event in self.waiting if moment > now]
        dice.shuffle(due)
        for start in range(0, len(due), _BATCH):
            part = due[start : start + _BATCH]
            if not 200 <= self.post(json.dumps(part).encode() + b"\r\n") < 300:
                self.waiting += [(now, event) for event in part]  # SendGrid comes again
        return len(self.waiting)

    def post(self, body: bytes) -> int:
        """Post one body, signed at this moment; return the status."""
        request = urllib.request.Request(self.url, body, self.signed(body))
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                status = int(answer.status)
        except urllib.error.HTTPError as err:
            status = err.code
            err.close()
        self.answers.append(status)
        return status

    def signed(self, body: bytes, moment: float | None = None) -> dict[str, str]:
        """Return the headers that make a body genuine; they tell the real time, whatever the account's clock says."""
        timestamp = str(int(time.time() if moment is None else moment))
        signature = self.signer.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))
        return {
            "Content-Type": "application/json",
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode("ascii"),
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
        }


def happen(account: FakeSendGrid) -> list[dict[str, Any]]:
    """Let everything happen to the mail whose time has come; return the new events."""
    with account.lock:
        new = [
            event
            for number, mail in enumerate(account.mails)
            if number not in account.told and mail.send_at <= account.now() and not account.is_paused(mail)
            for event in _story(account, number)
        ]
        account.events += new
    return new


def _story(account: FakeSendGrid, number: int) -> list[dict[str, Any]]:
    account.told.add(number)
    mail = account.mails[number]
    if account.is_stopped(mail):
        return []
    fate = account.fates.get(mail.address, "delivered")
    told = ["processed"]
    told += [] if fate == "lost" else [fate]
    if fate in {"open", "click", "spamreport", "unsubscribe"}:
        told.insert(1, "delivered")
    if fate in _LISTS:
        entry = {"email": mail.address, "created": int(account.now())}
        account.suppressions.setdefault(_LISTS[fate], []).append(entry)
    return [_event(account, number, kind, second) for second, kind in enumerate(told)]


def _event(account: FakeSendGrid, number: int, kind: str, second: int) -> dict[str, Any]:
    mail = account.mails[number]
    found: dict[str, Any] = {
        "email": mail.address,
        "timestamp": int(mail.send_at) + second,
        "event": "bounce" if kind == "blocked" else kind,
        "category": list(mail.categories),
        "sg_event_id": secrets.token_urlsafe(16),
        "sg_message_id": f"{mail.message_id}.recvd-{number}",
        **mail.custom_args,
    }
    if kind in {"bounce", "blocked"}:
        classes = {"bounce": "Invalid Address", "blocked": "Reputation"}
        found |= {"type": kind, "bounce_classification": classes[kind], "reason": f"550 no {mail.address} here"}
    return found
