"""The workspace's secret key: it signs tokens and keys the hashes of suppressed addresses.

The key lies in a file of its own beside the settings, never in the database: whoever
gets hold of the database alone can neither forge a token nor guess who was suppressed.
"""

import functools
import hashlib
import secrets
from collections.abc import Iterable
from pathlib import Path

from newsletter.errors import StoreError
from newsletter.files import PRIVATE, write_whole
from newsletter.storage.copies import newest_backup

_LENGTH = 32


def load_key(path: Path, *, create: bool) -> bytes:
    """Read the key, or make one if `create` allows it.

    Raises:
        StoreError: the file is missing or damaged.
    """
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except FileNotFoundError as err:
        if create:
            return _make_key(path)
        hint = how_to_get_the_key(path)
        raise StoreError("the key that belongs to this database is missing", where=path, hint=hint) from err
    except (OSError, ValueError) as err:
        raise StoreError("the key cannot be read", where=path, hint=how_to_get_the_key(path)) from err
    if len(key) != _LENGTH:
        raise StoreError("the key is damaged", where=path, hint=how_to_get_the_key(path))
    return key


def how_to_get_the_key(path: Path) -> str:
    """Return, as a line for a person, where a copy of a lost key is."""
    found = newest_backup(path.parent)
    if found is None:
        return f"Copy {path.name} back from where this folder came from, or from a backup (a zip file)."
    return f"Open your newest backup, {found.resolve()} (a zip file), and copy {path.name} from it to {path.parent}."


def _make_key(path: Path) -> bytes:
    key = secrets.token_bytes(_LENGTH)
    write_whole(path, key.hex() + "\n", mode=PRIVATE)
    return key


def fingerprint(key: bytes) -> str:
    """Return what the database remembers of the key, to know it again."""
    return keyed_hash(key, "fingerprint", "").hex()[:16]


def keyed_hash(key: bytes, purpose: str, value: str) -> bytes:
    """Return 16 bytes that stand for `value`; those of one purpose are useless for another."""
    return keyed_hashes(key, purpose, [value])[0]


def keyed_hashes(key: bytes, purpose: str, values: Iterable[str]) -> list[bytes]:
    """Return the hashes of many values, in the same order.

    This is HMAC-SHA256 (RFC 2104), written out: that way the key is taken in once, not
    once for each of a million people.
    """
    inner, outer = _begun(key, purpose)
    copy_inner, copy_outer = inner.copy, outer.copy
    hashes = []
    for value in values:
        within, around = copy_inner(), copy_outer()
        within.update(value.encode())
        around.update(within.digest())
        hashes.append(around.digest()[:16])
    return hashes


@functools.lru_cache(maxsize=16)
def _begun(key: bytes, purpose: str) -> "tuple[hashlib._Hash, hashlib._Hash]":
    padded = key.ljust(hashlib.sha256().block_size, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + f"{purpose}\0".encode())
    return inner, hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))
