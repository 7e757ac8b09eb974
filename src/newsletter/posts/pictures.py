"""Pictures of a post: brought into the issue, small enough for a mail, and without secrets.

A photograph from a phone carries the place where it was taken. What is written here is
encoded anew from its pixels, so nothing of that is left.
"""

import base64
import binascii
import hashlib
import io
import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from newsletter.errors import NewsletterError, parsing
from newsletter.files import is_inside
from newsletter.posts.addresses import split_address
from newsletter.posts.value import Dropped, Picture, Post, Reading

LARGEST_SIDE = 1200
"""Pixels; a mail is 600 wide, and sharp screens show two for one."""
_MOST_PIXELS = 60_000_000
_MOST_PIXELS_IN_ALL = 300_000_000
_MOST_PICTURES = 100
_MOST_BYTES = 25_000_000
_FORMATS = frozenset({"JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"})  # none that runs another program
_MOST_COLOURS = 1024
_DRAWN = 1.2
"""How much more room than JPEG a PNG may take, for it shows lines sharper."""
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
    if len(data) > _MOST_BYTES:
        raise NewsletterError(f"has more than {_MOST_BYTES // 1_000_000} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sizes are looked at below
            Image.init()  # else it knows but the commonest formats
            image = Image.open(io.BytesIO(data), formats=sorted(_FORMATS & Image.OPEN.keys()))
            if image.width * image.height > _MOST_PIXELS:
                raise NewsletterError("is far too large")
            encoded, ending = _encode(_upright(image))
    except Image.DecompressionBombError as err:
        raise NewsletterError("is far too large") from err
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as err:
        raise NewsletterError("is not a picture that can be read") from err
    digest = hashlib.sha256(encoded).hexdigest()[:8]
    return Picture(f"{_FOLDER}/{stem}-{digest}.{ending}", encoded)


def _upright(image: Image.Image) -> Image.Image:
    """Return the pixels as they are meant to be seen: turned, in sRGB, not too many."""
    profile = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    if turned.mode in {"P", "LA", "PA"}:
        turned = turned.convert("RGBA" if "transparency" in turned.info or "A" in turned.mode else "RGB")
    elif turned.mode not in {"L", "RGB", "RGBA"}:
        turned = turned.convert("RGB")
    if profile and turned.mode in {"RGB", "RGBA"}:
        turned = _in_srgb(turned, profile)
    turned.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    return turned


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
    bare = Image.new(image.mode, image.size)  # carries nothing along but the pixels
    bare.paste(image)
    see_through = image.mode == "RGBA" and image.getchannel("A").getextrema()[0] != 255
    drawn = b""
    if see_through or bare.convert("RGB").getcolors(_MOST_COLOURS) is not None:
        bare.save(out, "PNG", optimize=True)
        drawn = out.getvalue()
    if see_through:
        return drawn, "png"
    out = io.BytesIO()
    (bare if bare.mode == "L" else bare.convert("RGB")).save(out, "JPEG", quality=82, optimize=True, progressive=True)
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
        if path.stat().st_size > _MOST_BYTES:
            raise NewsletterError(f"has more than {_MOST_BYTES // 1_000_000} MB")
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
