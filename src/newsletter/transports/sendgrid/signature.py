"""The signature on what SendGrid's event webhook posts: whether it is genuine, and fresh.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
"""

import base64
import binascii
import re
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from newsletter.errors import TransportError

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"

_OLDEST = timedelta(hours=25)
"""SendGrid tries for 24 hours to get rid of an event, and does not say whether it signs each try anew."""

_NEWEST = timedelta(minutes=10)  # for two clocks to differ
_TIMESTAMP = re.compile(r"[0-9]{10}", re.ASCII)


class Verifier:
    """Tells SendGrid's posts from everybody else's, by the account's public key."""

    # The package's own EventWebhook is passed over: it wants the body as text, fails with
    # four kinds of exception on a strange header, and takes a post of any age.

    def __init__(self, key: str) -> None:
        """Read the key as SendGrid shows it: base64 of a P-256 public key (DER).

        Raises:
            TransportError: it is no such key.
        """
        try:
            found = load_der_public_key(base64.b64decode(key, validate=True))
        except ValueError:
            found = None
        if not isinstance(found, ec.EllipticCurvePublicKey) or not isinstance(found.curve, ec.SECP256R1):
            hint = "Copy it again: in SendGrid, Settings, Mail Settings, Event Webhooks, Signature Verification."
            raise TransportError("[sendgrid] webhook_key is not a verification key from SendGrid", hint=hint)
        self._key = found

    def is_genuine(self, signature: str, timestamp: str, body: bytes, now: datetime) -> bool:
        """Return whether SendGrid signed exactly these bytes, and not too long ago.

        Whatever stands in the headers, nothing is raised.
        """
        if not _TIMESTAMP.fullmatch(timestamp) or not -_NEWEST < now - _moment(timestamp, now) < _OLDEST:
            return False
        try:
            signed = base64.b64decode(signature, validate=True)
            self._key.verify(signed, timestamp.encode("ascii") + body, ec.ECDSA(SHA256()))
        except (binascii.Error, InvalidSignature, ValueError):
            return False
        return True


def _moment(timestamp: str, now: datetime) -> datetime:
    return datetime.fromtimestamp(int(timestamp), tz=now.tzinfo)
