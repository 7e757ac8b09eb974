"""Tokens by which a reader unsubscribes: opaque, signed, and hardy enough for a subject line.

A token is 40 characters of base32: a version, the subscriber's number, masked, and a
signature that masks it. It holds no address, and without the key nobody can tell whose
it is, make another one, or count how many there are. It never expires: the law wants the
way out to work for at least 30 days, and nobody is harmed if it works for years.
"""

import base64
import hmac
import re

from newsletter.storage.secret import keyed_hash

_VERSION = b"\x01"
_LENGTH = 40
_LONGEST_TEXT = 4_000  # a subject line with mail programs' additions is far shorter


def unsubscribe_token(key: bytes, subscriber_id: int) -> str:
    """Return the token by which this subscriber, and nobody else, is unsubscribed."""
    number = subscriber_id.to_bytes(8, "big")
    signature = _sign(key, number)
    return base64.b32encode(_VERSION + signature + _mask(key, signature, number)).decode("ascii").lower()


def read_token(key: bytes, token: str) -> int | None:
    """Return the subscriber's id, or nothing if the token was not made with this key.

    Whatever mail programs and people put around it or into it does no harm: line breaks,
    spaces, angle brackets, upper case, a whole subject line such as ``Re: unsubscribe …``.
    """
    letters = re.sub(r"[^a-z0-9]+", "", token[:_LONGEST_TEXT].lower())
    windows = (letters[start : start + _LENGTH] for start in range(len(letters) - _LENGTH, -1, -1))
    return next((number for window in windows if (number := _read_exact(key, window)) is not None), None)


def _read_exact(key: bytes, text: str) -> int | None:
    try:
        raw = base64.b32decode(text.upper())
    except ValueError:
        return None
    if raw[:1] != _VERSION:
        return None
    signature, masked = raw[1:17], raw[17:]
    number = _mask(key, signature, masked)
    return int.from_bytes(number, "big") if hmac.compare_digest(signature, _sign(key, number)) else None


def _sign(key: bytes, number: bytes) -> bytes:
    return keyed_hash(key, "unsubscribe token", number.hex())


def _mask(key: bytes, signature: bytes, number: bytes) -> bytes:
    """Hide the number, or show it again: the same step either way."""
    pad = keyed_hash(key, "unsubscribe mask", signature.hex())
    return bytes(a ^ b for a, b in zip(number, pad, strict=False))
