"""Pictures of a post: brought into the issue, small enough for a mail, and without secrets.

A photograph from a phone carries the place where it was taken. What is written here is
encoded anew from its pixels, so nothing of that is left.
"""

import base64
import binascii
import hashlib
import importlib
import importlib.util
import io
import math
import re
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import unquote, unquote_to_bytes

from PIL import Image, ImageCms, UnidentifiedImageError

from newsletter.errors import NewsletterError, parsing
from newsletter.files import is_inside
from newsletter.posts.addresses import split_address
from newsletter.posts.value import Dropped, Picture, Post, Reading

LARGEST_SIDE = 1200
"""Pixels; a mail is 600 wide, and sharp screens show two for one."""
MOST_BYTES = 25_000_000
_MOST_PIXELS = 36_000_000
_MOST_PIXELS_OF: Mapping[str, int] = {
    "JPEG": 110_000_000,
    "MPO": 110_000_000,
    "WEBP": 20_000_000,
    "AVIF": 20_000_000,
    "HEIF": 50_000_000,
}
"""A JPEG is made smaller while it is decoded; the last two take several times the room of their pixels."""
_MOST_PIXELS_UNPACKED = 64_000_000
"""Of a progressive JPEG, which is unpacked as a whole before it is made smaller; cameras have up to 60 million."""
_MOST_PIXELS_IN_ALL = 300_000_000
_MOST_PICTURES = 100
_FORMATS = frozenset({"JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "HEIF"})  # none that runs another program
_WHITE_16 = 0xFFFF
_MOST_COLOURS = 1024
_DRAWN = 1.2
"""How much more room than JPEG a PNG may take, for it shows lines sharper."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION, _LYING = 0x0112, 5  # from here on, width and height change places
_ONE_AT_A_TIME = threading.Lock()
_FOLDER = "images"
_IN_MARKDOWN = re.compile(  # no part of it reaches beyond the next picture or is tried in another way: both take ages
    r'!\[((?:[^\]\\!]++|\\.|!(?!\[))*+)\]\(((?:[^\s)!]++|!(?!\[))++)(?:\s+"([^"]*+)")?\)'
)

Loader = Callable[[str], bytes]
"""Returns the bytes behind a picture's address, or raises `NewsletterError`."""


class LeftThereError(NewsletterError):
    """A picture on the web was not to be fetched."""


def bring_pictures(reading: Reading, load: Loader) -> tuple[Reading, tuple[Picture, ...]]:
    """Bring the pictures of a post in, and let its Markdown point at them.

    One that cannot be read is told among what was dropped; of one on the web a link is left.
    When none shall be fetched, they stay where they are. A picture above the first paragraph becomes
    the post's own.
    """
    pictures: dict[str, Picture] = {}
    lost: list[Dropped] = []
    bring = _Bringing(load)

    def put(match: re.Match[str]) -> str:
        alt, address, caption = match[1], match[2], match[3]
        try:
            picture = bring(address, alt)
        except LeftThereError:
            return match[0]
        except NewsletterError as err:
            lost.append(Dropped(0, alt or _shown(address), f"a picture that {err.what}"))
            on_web = address.startswith(("http://", "https://"))
            return f"[{alt or 'A picture on the website'}](<{address}>)" if on_web else ""
        pictures[picture.path] = picture
        return f'![{alt}]({picture.path} "{caption}")' if caption else f"![{alt}]({picture.path})"

    body = re.sub(r"\n{3,}", "\n\n", _IN_MARKDOWN.sub(put, reading.post.body)).strip("\n")
    post = _with_lead(replace(reading.post, body=body))
    return replace(reading, post=post, dropped=(*reading.dropped, *lost)), tuple(pictures.values())


class _Bringing:
    """Brings pictures, each once however often it is named, until they are more than any post's."""

    def __init__(self, load: Loader) -> None:
        self._load = load
        self._known: dict[str, Picture | NewsletterError] = {}
        self._pixels = 0

    def __call__(self, address: str, alt: str) -> Picture:
        """Return the picture at an address, or raise what it raised before."""
        if address not in self._known:
            try:
                self._known[address] = self._bring(address, alt)
            except NewsletterError as err:
                self._known[address] = err
        found = self._known[address]
        if isinstance(found, NewsletterError):
            raise found
        return found

    def _bring(self, address: str, alt: str) -> Picture:
        too_many = NewsletterError("comes after more pictures than a post can have")
        if len(self._known) >= _MOST_PICTURES:
            raise too_many
        data = self._load(address)
        with parsing(NewsletterError("is not a picture that can be read")):
            self._pixels += _pixels(data)
            if self._pixels > _MOST_PIXELS_IN_ALL:
                raise too_many
            return make_picture(data, _stem(address, alt))


def _pixels(data: bytes) -> int:
    """Return how many pixels a picture says that it has, or none where that is refused later."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data)) as image:
                return image.width * image.height
        except (UnidentifiedImageError, Image.DecompressionBombError):
            return 0


def make_picture(data: bytes, stem: str) -> Picture:
    """Return `data` as a picture that every mail program shows: JPEG, or PNG where that fits better.

    Raises:
        NewsletterError: it is no picture, or a much too large one.
    """
    if len(data) > MOST_BYTES:
        raise NewsletterError(f"has more than {MOST_BYTES // 1_000_000} MB")
    encoded, ending = _encode(read_pixels(io.BytesIO(data), LARGEST_SIDE, LARGEST_SIDE))
    digest = hashlib.sha256(encoded).hexdigest()[:8]
    return Picture(f"{_FOLDER}/{stem}-{digest}.{ending}", encoded)


def read_pixels(file: BinaryIO, widest: int, highest: int) -> Image.Image:
    """Return a picture as it is meant to be seen, turned, in sRGB and no larger than asked, and nothing but its pixels.

    One is decoded at a time, whoever asks: a photograph takes a hundred times the room of its file.

    Raises:
        NewsletterError: it is no picture, or a much too large one.
    """
    with parsing(NewsletterError("is not a picture that can be read")), _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # sizes are looked at below
        Image.init()  # else it knows but the commonest formats
        _learn_phone_pictures(file)
        try:
            with Image.open(file, formats=sorted(_FORMATS & Image.OPEN.keys())) as image:
                _ensure_not_too_large(image)
                return _upright(image, widest, highest)
        except (Image.DecompressionBombError, MemoryError) as err:
            raise NewsletterError("is far too large") from err


def _learn_phone_pictures(file: BinaryIO) -> None:
    """Let iPhones' own pictures be read where pillow-heif is installed, an extra of this program."""
    is_one = file.read(12)[4:] in _PHONE_PICTURES
    file.seek(0)
    if is_one and importlib.util.find_spec("pillow_heif"):
        importlib.import_module("pillow_heif").register_heif_opener()  # slow to import, and few need it


_PHONE_PICTURES = tuple(b"ftyp" + brand for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1"))


def _ensure_not_too_large(image: Image.Image) -> None:
    most = _MOST_PIXELS_OF.get(image.format or "", _MOST_PIXELS)
    if image.info.get("progressive"):
        most = _MOST_PIXELS_UNPACKED
    if image.width * image.height > most:
        raise NewsletterError("is far too large")


def _upright(image: Image.Image, widest: int, highest: int) -> Image.Image:
    profile = image.info.get("icc_profile")
    is_jpeg = image.format in {"JPEG", "MPO"}
    lies = is_jpeg and image.getexif().get(_ORIENTATION, 1) >= _LYING
    width, height = (highest, widest) if lies else (widest, highest)
    scale = min(1, width / image.width, height / image.height)
    twice = tuple(max(1, min(side, math.ceil(2 * scale * side))) for side in image.size)
    if is_jpeg:
        image.draft(None, (twice[0], twice[1]))
    image.load()
    turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))  # some formats tell it only behind the pixels
    see_through = image.has_transparency_data
    pixels: Image.Image = _in_eight_bits(image)
    if pixels.mode not in {"L", "RGB", "RGBA"} or (see_through and pixels.mode != "RGBA"):
        pixels = pixels.convert("RGBA" if see_through else "RGB")
    fewer = min(pixels.width // twice[0], pixels.height // twice[1])
    if fewer > 1:
        pixels = pixels.reduce(fewer)
    if profile and pixels.mode in {"RGB", "RGBA"}:
        pixels = _in_srgb(pixels, profile)
    if turn is not None:
        pixels = pixels.transpose(turn)
    pixels.thumbnail((widest, highest), Image.Resampling.LANCZOS)
    bare = Image.new(pixels.mode, pixels.size)  # carries nothing along but the pixels
    bare.paste(pixels)
    return bare


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture whose greys have more than 8 bits with 8 of them; Pillow would show nearly all as white."""
    if image.mode not in {"I", "F"} and not image.mode.startswith("I;16"):
        return image
    grey = image.convert("F")
    lowest, highest = cast("tuple[float, float]", grey.getextrema())
    if image.mode == "F" or lowest < 0 or highest > _WHITE_16:  # a measurement: as light as it gets is white
        darkest, whitest = lowest, highest
    else:
        darkest, whitest = 0.0, float(_WHITE_16)
    scale = 255 / max(whitest - darkest, 1e-9)
    return grey.point(lambda value: value * scale - darkest * scale).convert("L")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=image.mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def _encode(image: Image.Image) -> tuple[bytes, str]:
    """Encode as PNG what is drawn or see-through, as JPEG what is a photograph.

    Few colours may be a drawing or a photograph in grey: of those, PNG takes more room for the latter.
    """
    out = io.BytesIO()
    see_through = image.mode == "RGBA" and image.getchannel("A").getextrema()[0] != 255
    drawn = b""
    if see_through or image.convert("RGB").getcolors(_MOST_COLOURS) is not None:
        image.save(out, "PNG", optimize=True)
        drawn = out.getvalue()
    if see_through:
        return drawn, "png"
    out = io.BytesIO()
    (image if image.mode == "L" else image.convert("RGB")).save(
        out, "JPEG", quality=82, optimize=True, progressive=True
    )
    photograph = out.getvalue()
    return (drawn, "png") if drawn and len(drawn) <= _DRAWN * len(photograph) else (photograph, "jpg")


def local_loader(folder: Path | None, fetch: Loader | None = None) -> Loader:
    """Return a loader of pictures that lie in the source itself or beside it.

    Args:
        folder: where the source's file lies; no file outside of it is ever read.
        fetch: gets pictures from the web, when they may be fetched.
    """

    def load(address: str) -> bytes:
        if address.startswith("data:"):
            return _from_data(address)
        if address.startswith(("http://", "https://")):
            if fetch is None:
                raise LeftThereError("was not fetched")
            return fetch(address)
        return _from_file(address, folder)

    return load


def _from_data(address: str) -> bytes:
    head, comma, content = address.partition(",")
    try:
        return base64.b64decode(content) if head.endswith(";base64") else unquote_to_bytes(content) if comma else b""
    except (binascii.Error, ValueError) as err:
        raise NewsletterError("is damaged") from err


def _from_file(address: str, folder: Path | None) -> bytes:
    name = unquote(address)
    if folder is None or split_address(address).scheme or not name:
        raise NewsletterError("is not here")
    path = folder / name
    try:
        if not is_inside(path, folder) or not path.is_file():
            raise NewsletterError("is not here")
        if path.stat().st_size > MOST_BYTES:
            raise NewsletterError(f"has more than {MOST_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except (OSError, ValueError) as err:  # a name that no file can have
        raise NewsletterError("is not here") from err


def _with_lead(post: Post) -> Post:
    """Make a picture that stands above all text the post's own."""
    match = _IN_MARKDOWN.match(post.body)
    if post.image or match is None or match[3] or not post.body[match.end() :].startswith("\n\n"):
        return post
    alt = re.sub(r"\\(.)", r"\1", match[1])
    return replace(post, image=match[2], image_alt=alt, body=post.body[match.end() :].strip("\n"))


def _stem(address: str, alt: str) -> str:
    name = (
        ""
        if address.startswith("data:")
        else unquote(split_address(address).path).rpartition("/")[2].rpartition(".")[0]
    )
    words = re.sub(r"[^a-z0-9]+", "-", (name or alt or "picture").lower()).strip("-")
    return words[:40].strip("-") or "picture"


def _shown(address: str) -> str:
    return "a picture inside the document" if address.startswith("data:") else unquote(address)[:100]


GIFS = (b"GIF87a", b"GIF89a")
_MOST_BYTES = 10_000_000
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
