"""Opaque names: what a provider, a Message-ID and a file name say instead of who it is."""

import functools
import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

_BLOCK = 16  # bytes, of AES and of a delivery's name
_LARGEST = 1 << 63  # a row's number is smaller; the rest of a block is noughts, by which a forgery is known
_REF = re.compile(r"[0-9a-f]{32}")


def new_ref() -> str:
    """Return a random name for a campaign or a batch."""
    return secrets.token_hex(8)


def delivery_refs(key: bytes, delivery_ids: Iterable[int]) -> Sequence[str]:
    """Return the names of deliveries, in the same order: always the same, and without the key nobody's.

    A name is the delivery's number in cipher, so that an event that names it leads back to
    one row, and needs no column. Of the 2^128 names that could be made up, one in 2^65 is
    any delivery's. Many at once cost hardly more than one.
    """
    plain = b"".join(delivery_id.to_bytes(_BLOCK, "big") for delivery_id in delivery_ids)
    text = _cipher(key).encryptor().update(plain).hex()
    return [text[start : start + 2 * _BLOCK] for start in range(0, len(text), 2 * _BLOCK)]


def read_delivery_ref(key: bytes, ref: str) -> int | None:
    """Return the delivery's number, or nothing if the name was not made with this key."""
    if not _REF.fullmatch(ref):
        return None
    number = int.from_bytes(_cipher(key).decryptor().update(bytes.fromhex(ref)), "big")
    return number if number < _LARGEST else None


@functools.lru_cache(maxsize=8)
def _cipher(key: bytes) -> Cipher[ECB]:
    """Return the cipher for names: one block each and none twice, so that it needs no chaining."""
    own = hashlib.blake2b(key=key, person=b"delivery", digest_size=_BLOCK).digest()
    return Cipher(AES(own), ECB())  # noqa: S305 - a block of its own for each number
