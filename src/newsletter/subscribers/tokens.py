"""Tokens in links: opaque, signed, and hardy enough for a subject line.

A token is base32: a version, a signature, and what it carries, masked by the signature.
It holds no address, and without the key nobody can tell whose it is, make another one, or
count how many there are. Each kind of token is signed for its own purpose, so that none
can be used in place of another.
"""

import base64
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from newsletter.storage.secret import keyed_hash

_VERSION = b"\x01"
_SIGNATURE = 16
_LONGEST_TEXT = 4_000  # a subject line with mail programs' additions is far shorter
_SHORT, _LONG = 8, 13  # bytes carried: each makes base32 without padding

LEAVE_UNDONE_WITHIN = timedelta(minutes=10)
"""How long the answer to an unsubscribe request can undo it."""

PREFERENCES_WITHIN = timedelta(hours=24)
"""How long a mailed link to somebody's preferences works."""


# --- Unsubscribing ---------------------------------------------------------------------


def unsubscribe_token(key: bytes, subscriber_id: int) -> str:
    """Return the token by which this subscriber, and nobody else, is unsubscribed.

    It never expires: the law wants the link to work for at least 30 days, and nobody is
    harmed if it works for years.
    """
    return _seal(key, "unsubscribe", subscriber_id.to_bytes(_SHORT, "big"))


def read_token(key: bytes, token: str) -> int | None:
    """Return the subscriber's id, or nothing if the token was not made with this key.

    Whatever mail programs and people put around it or into it does no harm: line breaks,
    spaces, angle brackets, upper case, a whole subject line such as ``Re: unsubscribe …``.
    """
    found = _unseal(key, "unsubscribe", token, _SHORT)
    return None if found is None else int.from_bytes(found, "big")


class Leave(NamedTuple):
    """One unsubscribe request: whose, which entry of their history it made, and what the provider was told.

    Attributes:
        held: whether the provider was asked to drop mail that it held for them.
    """

    subscriber_id: int
    entry: int
    held: bool


def undo_token(key: bytes, leave: Leave, now: datetime) -> str:
    """Return the token that undoes this one unsubscribe request, for a few minutes."""
    parts = (leave.subscriber_id.to_bytes(4, "big"), leave.entry.to_bytes(4, "big"), _seconds(now, 4))
    return _seal(key, "undo", b"".join(parts) + bytes([leave.held]))


def read_undo_token(key: bytes, token: str, now: datetime) -> Leave | None:
    """Return what the token undoes, or nothing if it is forged or too old."""
    found = _unseal(key, "undo", token, _LONG)
    if found is None or not _is_recent(found[8:12], LEAVE_UNDONE_WITHIN, now):
        return None
    return Leave(int.from_bytes(found[:4], "big"), int.from_bytes(found[4:8], "big"), bool(found[12]))


# --- Confirming, and preferences ---------------------------------------------------------


def confirm_token(key: bytes, request_id: int) -> str:
    """Return the token that confirms this request to subscribe; it works as long as the request is kept."""
    return _seal(key, "confirm", request_id.to_bytes(_SHORT, "big"))


def read_confirm_token(key: bytes, token: str) -> int | None:
    """Return the request's id; like `read_token`, it finds the token in a subject line or a reply."""
    found = _unseal(key, "confirm", token, _SHORT)
    return None if found is None else int.from_bytes(found, "big")


def preferences_token(key: bytes, subscriber_id: int, now: datetime) -> str:
    """Return the token that opens this subscriber's preferences for a day."""
    return _seal(key, "preferences", subscriber_id.to_bytes(_SHORT, "big") + _seconds(now, 5))


def read_preferences_token(key: bytes, token: str, now: datetime) -> int | None:
    """Return the subscriber's id, or nothing if the token is forged or too old."""
    found = _unseal(key, "preferences", token, _LONG)
    if found is None or not _is_recent(found[_SHORT:], PREFERENCES_WITHIN, now):
        return None
    return int.from_bytes(found[:_SHORT], "big")


# --- Forms -----------------------------------------------------------------------------


def form_token(key: bytes, wording: str, now: datetime) -> str:
    """Return a token that tells when a form was shown, and that it asked to agree to exactly this wording."""
    return _seal(key, f"form {wording}", secrets.token_bytes(_SHORT) + _seconds(now, 5))


def form_age(key: bytes, wording: str, token: str, now: datetime) -> timedelta | None:
    """Return how long ago a form was shown, or nothing if its token is forged or its wording was another."""
    found = _unseal(key, f"form {wording}", token, _LONG)
    return None if found is None else now - _moment(found[_SHORT:])


# --- All of them -----------------------------------------------------------------------


def _seconds(moment: datetime, size: int) -> bytes:
    return int(moment.timestamp()).to_bytes(size, "big")


def _moment(seconds: bytes) -> datetime:
    return datetime.fromtimestamp(int.from_bytes(seconds, "big"), tz=UTC)


def _is_recent(seconds: bytes, within: timedelta, now: datetime) -> bool:
    return timedelta(minutes=-1) <= now - _moment(seconds) <= within


def _seal(key: bytes, purpose: str, carried: bytes) -> str:
    signature = _sign(key, purpose, carried)
    return base64.b32encode(_VERSION + signature + _mask(key, purpose, signature, carried)).decode("ascii").lower()


def _unseal(key: bytes, purpose: str, text: str, size: int) -> bytes | None:
    """Return what a token of this purpose carries; the last one in `text` counts."""
    length = (1 + _SIGNATURE + size) * 8 // 5
    letters = re.sub(r"[^a-z0-9]+", "", text[:_LONGEST_TEXT].lower())
    windows = (letters[start : start + length] for start in range(len(letters) - length, -1, -1))
    return next((found for window in windows if (found := _read_exact(key, purpose, window)) is not None), None)


def _read_exact(key: bytes, purpose: str, text: str) -> bytes | None:
    try:
        raw = base64.b32decode(text.upper())
    except ValueError:
        return None
    if raw[:1] != _VERSION:
        return None
    signature, masked = raw[1 : 1 + _SIGNATURE], raw[1 + _SIGNATURE :]
    carried = _mask(key, purpose, signature, masked)
    return carried if hmac.compare_digest(signature, _sign(key, purpose, carried)) else None


def _sign(key: bytes, purpose: str, carried: bytes) -> bytes:
    return keyed_hash(key, f"{purpose} token", carried.hex())


def _mask(key: bytes, purpose: str, signature: bytes, carried: bytes) -> bytes:
    """Hide what a token carries, or show it again: the same step either way."""
    pad = keyed_hash(key, f"{purpose} mask", signature.hex())
    return bytes(a ^ b for a, b in zip(carried, pad, strict=False))
