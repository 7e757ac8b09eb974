"""Opaque names: what a provider, a Message-ID and a file name say instead of who it is."""

import functools
import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator

_HALF = 8
_SIGNATURE, _MASK = b"delivery", b"mask"
_REF = re.compile(r"[0-9a-f]{32}")


def new_ref() -> str:
    """Return a random name for a campaign or a batch."""
    return secrets.token_hex(_HALF)


def delivery_ref(key: bytes, delivery_id: int) -> str:
    """Return the name of a delivery: always the same, and without the key nobody's.

    It is the delivery's number hidden under its own signature, so that an event that
    names it leads back to one row, needs no column, and cannot be forged.
    """
    return next(delivery_refs(key, [delivery_id]))


def delivery_refs(key: bytes, delivery_ids: Iterable[int]) -> Iterator[str]:
    """Give the names of many deliveries; the key is taken in once for all of them."""
    sign, mask = _begun(key, _SIGNATURE).copy, _begun(key, _MASK).copy
    for delivery_id in delivery_ids:
        signing = sign()
        signing.update(delivery_id.to_bytes(_HALF, "big"))
        signature = signing.digest()
        masking = mask()
        masking.update(signature)
        hidden = delivery_id ^ int.from_bytes(masking.digest(), "big")
        yield f"{signature.hex()}{hidden:016x}"


def read_delivery_ref(key: bytes, ref: str) -> int | None:
    """Return the delivery's number, or nothing if the name was not made with this key."""
    if not _REF.fullmatch(ref):
        return None
    signature, hidden = bytes.fromhex(ref[: _HALF * 2]), int(ref[_HALF * 2 :], 16)
    number = hidden ^ int.from_bytes(_keyed(key, _MASK, signature), "big")
    expected = _keyed(key, _SIGNATURE, number.to_bytes(_HALF, "big"))
    return number if secrets.compare_digest(expected, signature) else None


def _keyed(key: bytes, purpose: bytes, value: bytes) -> bytes:
    hashed = _begun(key, purpose).copy()
    hashed.update(value)
    return hashed.digest()


@functools.lru_cache(maxsize=8)
def _begun(key: bytes, purpose: bytes) -> "hashlib.blake2b":
    """Take the key in once, not once for each of a million deliveries."""
    return hashlib.blake2b(key=key, person=purpose, digest_size=_HALF)
