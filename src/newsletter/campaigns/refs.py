"""Opaque names: what a provider, a Message-ID and a file name say instead of who it is."""

import hashlib
import re
import secrets

_HALF = 8
_REF = re.compile(r"[0-9a-f]{32}")


def new_ref() -> str:
    """Return a random name for a campaign or a batch."""
    return secrets.token_hex(_HALF)


def delivery_ref(key: bytes, delivery_id: int) -> str:
    """Return the name of a delivery: always the same, and without the key nobody's.

    It is the delivery's number hidden under its own signature, so that an event that
    names it leads back to one row, needs no column, and cannot be forged.
    """
    number = delivery_id.to_bytes(_HALF, "big")
    signature = _keyed(key, b"delivery", number)
    return (signature + _xor(number, _keyed(key, b"mask", signature))).hex()


def read_delivery_ref(key: bytes, ref: str) -> int | None:
    """Return the delivery's number, or nothing if the name was not made with this key."""
    if not _REF.fullmatch(ref):
        return None
    raw = bytes.fromhex(ref)
    signature, hidden = raw[:_HALF], raw[_HALF:]
    number = _xor(hidden, _keyed(key, b"mask", signature))
    matches = secrets.compare_digest(_keyed(key, b"delivery", number), signature)
    return int.from_bytes(number, "big") if matches else None


def _keyed(key: bytes, purpose: bytes, value: bytes) -> bytes:
    return hashlib.blake2b(value, key=key, person=purpose, digest_size=_HALF).digest()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
