"""SendGrid's posts are told from everybody else's, byte by byte."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sendgrid.helpers.eventwebhook import EventWebhook

from newsletter.errors import TransportError
from newsletter.transports.sendgrid.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, Verifier
from newsletter.workspace.values import verification_key
from tests.fakes.sendgrid import FakeSendGrid
from tests.fakes.sendgrid.webhook import Webhook

BODY = '[{"event": "delivered", "email": "zoë@example.org"}]\r\n'.encode()
NOW = datetime.now(tz=UTC)


@pytest.fixture
def sendgrid() -> Webhook:
    """Somebody who can sign."""
    return Webhook(FakeSendGrid(), "http://127.0.0.1:9")


def _genuine(webhook: Webhook, *, age: timedelta = timedelta(0), body: bytes = BODY, **changed: str) -> bool:
    headers = webhook.signed(BODY, (NOW - age).timestamp())
    signature = changed.get("signature", headers[SIGNATURE_HEADER])
    timestamp = changed.get("timestamp", headers[TIMESTAMP_HEADER])
    return Verifier(webhook.key).is_genuine(signature, timestamp, body, NOW)


def test_genuine(sendgrid: Webhook) -> None:
    """What SendGrid signed is genuine, with its line end; the package's own check agrees."""
    assert _genuine(sendgrid)
    headers = sendgrid.signed(BODY)
    theirs = EventWebhook(sendgrid.key)
    assert theirs.verify_signature(BODY.decode(), headers[SIGNATURE_HEADER], headers[TIMESTAMP_HEADER])


@pytest.mark.parametrize("body", [BODY.strip(), BODY + b" ", b"", BODY.replace(b"delivered", b"bounced")])
def test_other_bytes(sendgrid: Webhook, body: bytes) -> None:
    """One byte more, less or other, and it is not what was signed."""
    assert not _genuine(sendgrid, body=body)


@pytest.mark.parametrize(
    "signature", ["", "no base64!", "AAAA", "é", "A" * 10_000, base64.b64encode(b"0" * 72).decode()]
)
def test_strange_signatures(sendgrid: Webhook, signature: str) -> None:
    """Whatever stands where the signature should be is refused, not stumbled over."""
    assert not _genuine(sendgrid, signature=signature)


@pytest.mark.parametrize("timestamp", ["", "soon", "1", "-1", "9" * 10, "9" * 40, "١٦٠٠١١٢٥٠٢", "1600112502\n"])
def test_strange_timestamps(sendgrid: Webhook, timestamp: str) -> None:
    """The same for the time: ten digits, or it is no time of SendGrid's."""
    assert not _genuine(sendgrid, timestamp=timestamp)


@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(hours=24), True),
        (timedelta(hours=26), False),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-15), False),
    ],
)
def test_age(sendgrid: Webhook, age: timedelta, *, fresh: bool) -> None:
    """A post may be as old as SendGrid's last try, and no older; the clocks may differ a little."""
    assert _genuine(sendgrid, age=age) is fresh


def test_another_account(sendgrid: Webhook) -> None:
    """Another account's signature is nobody's."""
    other = Webhook(FakeSendGrid(), "http://127.0.0.1:9")
    assert not _genuine(sendgrid, signature=other.signed(BODY)[SIGNATURE_HEADER])


def _shown(curve: ec.EllipticCurve) -> str:
    key = ec.generate_private_key(curve).public_key()
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


@pytest.mark.parametrize("key", ["", "nonsense", "AAAA", _shown(ec.SECP384R1())])
def test_no_key(key: str) -> None:
    """What is no key of SendGrid's is named when the pages start, not when the first event comes."""
    with pytest.raises(TransportError, match="webhook_key"):
        Verifier(key)
    with pytest.raises(ValueError, match="MFkw"):
        verification_key(key)


def test_key_with_a_line_break(sendgrid: Webhook) -> None:
    """A key that was pasted with blanks in it is the same key."""
    assert verification_key(f" {sendgrid.key[:60]}\n{sendgrid.key[60:]} ") == sendgrid.key
