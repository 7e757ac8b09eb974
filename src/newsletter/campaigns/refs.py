"""Opaque names: what a provider, a Message-ID and a file name say instead of who it is."""

import functools
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
    signature = _keyed(key, b"delivery", delivery_id.to_bytes(_HALF, "big"))
    mask = int.from_bytes(_keyed(key, b"mask", signature), "big")
    return f"{signature.hex()}{delivery_id ^ mask:016x}"


def read_delivery_ref(key: bytes, ref: str) -> int | None:
    """Return the delivery's number, or nothing if the name was not made with this key."""
    if not _REF.fullmatch(ref):
        return None
    signature, hidden = bytes.fromhex(ref[:16]), int(ref[16:], 16)
    number = hidden ^ int.from_bytes(_keyed(key, b"mask", signature), "big")
    expected = _keyed(key, b"delivery", number.to_bytes(_HALF, "big"))
    return number if secrets.compare_digest(expected, signature) else None


def _keyed(key: bytes, purpose: bytes, value: bytes) -> bytes:
    hashed = _begun(key, purpose).copy()
    hashed.update(value)
    return hashed.digest()


@functools.lru_cache(maxsize=8)
def _begun(key: bytes, purpose: bytes) -> "hashlib.blake2b":
    """Take the key in once, not once for each of a million deliveries."""
    return hashlib.blake2b(key=key, person=purpose, digest_size=_HALF)
