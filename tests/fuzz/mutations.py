"""Mutations: a sound file made into one that is nearly sound, the same for the same seed."""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Sequence

TOKENS = [
    *(b'"', b"'", b"<", b">", b"&", b"]]>", b"<!--", b"-->", b"[", b"](", b"![", b"|", b"*", b"_", b"`", b"{{", b"}}"),
    *(b"\x00", b"\r", b"\n", b"\n\n", b"\t", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc3"),
    *("\u202e".encode(), "e\u0301\u0323".encode() * 40, "😀".encode(), "٣".encode(), "²".encode(), b"\x1b[2J"),
    *(b"https://[yourclinic.com]/blog", b"http://[", b"//[::1", b"http://a:99999999/", b"mailto:", b"tel:", b"data:,"),
    *(b"&#xD800;", b"&#99999999999;", b"\\ud800", b"\\uD83D", b"&nosuch;", b"<![CDATA[", b"<?xml version='1.0'?>"),
    *(b"2026-11-03T10:00:00+25:00", b"0001-01-01", b"9999-12-31T23:59:59Z", b"Tue, 03 Nov 99999999999999999999"),
    *(b'From: "\n', b"=?utf-8?q?=ff?=", b"=?klingon?b?AAAA?=", b"charset=klingon", b"charset*=x'y'z", b'boundary=""'),
    *(
        b"Content-Type: message/rfc822\n\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Type: multipart/mixed\n\n",
    ),
    *(b"---\n", b"- - - -\n", b"? [a]\n", b"!!timestamp x", b"&a [*a]", b"<<: 1\n", b"~", b"- \n", b"1.\n", b"# \n"),
    *(b"<b>" * 60, b"</p>", b"<table><td>", b"<li>", b"<svg>", b"<script>", b"<base href='http://['>", b"<form>"),
    *(b',"', b'""', b";", b"sep=;\n", b"=1+1", b"#NAME?", b"NULL", b"@", b"a@b.co", b"<a@b.co>", b"a@b.co;c@d.co"),
    *(b't="s"', b'r="XFD1048576"', b's="99"', b"<row/>", b"<c/>", b"<v>NaN</v>", b"<v>-1</v>", b"<si/>", b"1e999"),
    *(b"[[]]", b"{}", b"null", b"true", b'{"@type":[["Article"]]}', b"9" * 30, b"-1", b"0", b"1e309", b"NaN"),
]
NUMBERS = [b"0", b"-1", b"1", b"65536", b"2147483648", b"99999999999999999999", b"9" * 400, b"1e999", b"NaN", b""]
_NUMBER = re.compile(rb"\d+")


def mutated(seeds: Sequence[bytes], rng: random.Random) -> bytes:
    """Return one of the seeds with some of it changed; of a packed file mostly what is packed in it."""
    data = rng.choice(seeds)
    if data.startswith(b"PK\x03\x04") and rng.random() < 0.8:
        return _repacked(data, rng)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        data = rng.choice(_MUTATIONS)(data, rng, seeds)
    return data


def _repacked(data: bytes, rng: random.Random) -> bytes:
    """Change parts of a packed file and pack it again, so that sums and lengths are right."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    texts = [name for name in parts if name.endswith((".xml", ".rels", ".json"))] or list(parts)
    for _ in range(rng.choice((1, 1, 2))):
        name = rng.choice(texts if rng.random() < 0.9 else list(parts))
        if rng.random() < 0.1:
            parts.pop(name, None)
        elif name in parts:
            parts[name] = rng.choice(_MUTATIONS)(parts[name], rng, [*parts.values()])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name, part in parts.items():
            written.writestr(name, part)
    return out.getvalue()


def _place(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + int(rng.paretovariate(0.6)))


def _flip(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _each in range(rng.choice((1, 2, 8))):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _truncate(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _cut(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    start, end = _place(data, rng)
    return data[:start] + data[end:]


def _duplicate(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    start, end = _place(data, rng)
    return data[:end] + data[start:end] * min(rng.choice((1, 2, 50)), 200_000 // max(1, end - start)) + data[end:]


def _splice(data: bytes, rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    other = rng.choice(seeds)
    start, end = _place(other, rng)
    here = rng.randrange(len(data) + 1)
    return data[:here] + other[start:end] + data[here:]


def _insert(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    here = rng.randrange(len(data) + 1)
    return data[:here] + rng.choice(TOKENS) + data[here:]


def _insert_at_sign(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """Put a token where something begins or ends, which parsers look at."""
    places = [match.end() for match in re.finditer(rb"[\n:,;=<>\"'\[(]", data)] or [0]
    here = rng.choice(places)
    return data[:here] + rng.choice(TOKENS) + data[here:]


def _number(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    match = rng.choice(found)
    return data[: match.start()] + rng.choice(NUMBERS) + data[match.end() :]


def _noise(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    start, end = _place(data, rng)
    return data[:start] + rng.randbytes(min(end - start, 64)) + data[end:]


_MUTATIONS = (
    _flip,
    _truncate,
    _cut,
    _duplicate,
    _splice,
    _insert,
    _insert,
    _insert_at_sign,
    _insert_at_sign,
    _number,
    _noise,
)


def seeded(kind: str, number: int) -> random.Random:
    """Return the chance of a case, which is the same on every machine."""
    return random.Random(zlib.crc32(f"{kind} {number}".encode()))  # noqa: S311 - no secret
