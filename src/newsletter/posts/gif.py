"""GIF files without what nobody sees in them: comments, notes of programs, and bytes behind their end.

A GIF may move, so it is not decoded and encoded anew as other pictures are: its blocks are
copied, and only those that are drawn. https://www.w3.org/Graphics/GIF/spec-gif89a.txt
"""

from newsletter.errors import NewsletterError

GIFS = (b"GIF87a", b"GIF89a")
_MOST_BYTES = 10_000_000
_MOST_PIXELS = 36_000_000
_HEAD = 13  # the signature and the screen
_EXTENSION, _IMAGE, _END = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS = (b"\x0bNETSCAPE2.0\x03\x01", b"\x0bANIMEXTS1.0\x03\x01")  # how often it is played, in three bytes


def bare_gif(data: bytes) -> bytes:
    """Return the file with its pictures, their timing and how often they are played, and nothing else.

    Raises:
        NewsletterError: it is damaged, or a much too large one.
    """
    if len(data) > _MOST_BYTES:
        raise NewsletterError(f"has more than {_MOST_BYTES // 1_000_000} MB")
    try:
        return b"".join(_drawn_blocks(data))
    except IndexError as err:
        raise NewsletterError("is not a picture that can be read") from err


def _drawn_blocks(data: bytes) -> list[bytes]:
    if int.from_bytes(data[6:8], "little") * int.from_bytes(data[8:10], "little") > _MOST_PIXELS:
        raise NewsletterError("is far too large")
    place = _HEAD + _colors(data[10])
    kept, images = [data[:place]], 0
    while place < len(data) and data[place] != _END:
        start = place
        if data[place] == _IMAGE:
            images += 1
            place = _behind(data, place + 11 + _colors(data[place + 9]))
            kept.append(data[start:place])
        elif data[place] == _EXTENSION:
            place = _behind(data, place + 2)
            if data[start + 1] == _CONTROL or (data[start + 1] == _APPLICATION and _is_loop(data[start + 2 : place])):
                kept.append(data[start:place])
        elif data[place] == 0:  # padding that some programs write
            place += 1
        else:
            raise IndexError
    if not images:
        raise IndexError
    return [*kept, bytes([_END])]


def _colors(flags: int) -> int:
    """Return how many bytes a table of colors takes up, as the flags before it say."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _behind(data: bytes, place: int) -> int:
    """Return where the row of blocks ends that begins at `place`; each says how long it is."""
    while data[place]:
        place += data[place] + 1
    return place + 1


def _is_loop(block: bytes) -> bool:
    return block.startswith(_LOOPS) and len(block) == len(_LOOPS[0]) + 3
