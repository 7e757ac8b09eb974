"""Pictures: into the mail, or to where they are hosted; never a path of this machine."""

import hashlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, unquote

from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from newsletter.errors import NewsletterError
from newsletter.files import is_inside
from newsletter.message import InlineImage
from newsletter.posts.addresses import split_address
from newsletter.rendering.blocks import Picture

_KINDS = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png"), "GIF": ("image/gif", ".gif")}
_MOST_PIXELS = 40_000_000
_QUALITY = 84

Refusal = Callable[[str, str], NewsletterError]
"""Makes the error for a picture, from what is wrong and what to do: its place is known to the caller."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    data: bytes
    media_type: str
    suffix: str
    width: int
    height: int


class Pictures:
    """Places the pictures of one issue and collects those that travel in the mail.

    Args:
        folder: the issue's folder, beyond which no path may lead.
        widest: how many pixels of width a picture may take up; files hold twice as many,
            for sharp screens, and lose what cameras write into them (place, time, owner).
        base_url: where hosted pictures lie; empty to embed them.
    """

    def __init__(self, folder: Path, *, widest: int, base_url: str = "") -> None:
        self._folder = folder
        self._widest = widest
        self._base_url = base_url
        self._embedded: dict[str, InlineImage] = {}

    @property
    def embedded(self) -> tuple[InlineImage, ...]:
        """The pictures met so far that travel in the mail."""
        return tuple(self._embedded.values())

    def place(self, path: str, alt: str, refuse: Refusal, *, width: int = 0) -> Picture:
        """Return the picture at `path` as the mail shows it, `width` pixels wide if that is given.

        Raises:
            NewsletterError: there is no such picture, or no inbox could show it.
        """
        if split_address(path).scheme in {"https", "http"}:
            return Picture(path, alt, min(width or self._widest, self._widest), 0)
        path = unquote(path)  # Markdown writes a space as %20
        prepared = _prepare(self._find(path, refuse), 2 * self._widest, refuse)
        shown = min(width or prepared.width, prepared.width, self._widest)
        height = max(1, round(prepared.height * shown / prepared.width))
        address = f"{self._base_url}/{quote(Path(path).name)}" if self._base_url else self._embed(path, prepared)
        return Picture(address, alt, shown, height)

    def embed(self, path: Path, alt: str, refuse: Refusal, *, height: int) -> Picture:
        """Return a picture from anywhere on this machine, `height` pixels high, as a part of the mail."""
        if not path.is_file():
            raise refuse(f"there is no picture {path.name}", "Put the file there, or leave the setting empty.")
        prepared = _prepare(path, 2 * self._widest, refuse)
        shown = min(height, prepared.height)
        return Picture(
            self._embed(path.name, prepared), alt, max(1, round(prepared.width * shown / prepared.height)), shown
        )

    def _find(self, path: str, refuse: Refusal) -> Path:
        if not is_inside(self._folder / path, self._folder):
            raise refuse(f"the picture {path} lies outside the issue's folder", "Copy it into images/.")
        found = (self._folder / path).resolve()
        if self._base_url and found.parent != (self._folder / "images").resolve():
            raise refuse(f"the picture {path} is not where hosted pictures lie", "Move it into images/.")
        if not found.is_file():
            there = sorted(file.name for file in (self._folder / "images").glob("*") if file.is_file())
            hint = f"In images/ there is: {', '.join(there)}." if there else "Put the file into the folder images/."
            raise refuse(f"there is no picture {path}", hint)
        return found

    def _embed(self, path: str, prepared: _Prepared) -> str:
        stem = "".join(char if char.isascii() and char.isalnum() else "-" for char in Path(path).stem)[:40]
        digest = hashlib.sha256(prepared.data).hexdigest()[:16]
        image = InlineImage(
            content_id=f"{digest}@newsletter",
            filename=f"{stem}{prepared.suffix}",
            media_type=prepared.media_type,
            data=prepared.data,
        )
        self._embedded.setdefault(digest, image)
        return f"cid:{image.content_id}"


def published(folder: Path, name: str, widest: int) -> tuple[bytes, str] | None:
    """Return the data and media type of a picture in an issue's `images` folder, as the public may have it.

    Nothing is returned for any other file, and what a camera wrote into it is left out.
    """
    listed = {file.name: file for file in (folder / "images").glob("*") if not file.is_symlink()}
    try:
        prepared = _prepare(listed[name], 2 * widest, lambda what, hint: NewsletterError(what, hint=hint))
    except (KeyError, NewsletterError):
        return None
    return prepared.data, prepared.media_type


def _prepare(path: Path, widest: int, refuse: Refusal) -> _Prepared:
    """Return the picture as a file that every inbox shows, no wider than `widest` pixels."""
    try:
        changed = path.stat()
        return _read(path, changed.st_mtime_ns, changed.st_size, widest)
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as err:
        raise refuse(f"the picture {path.name} is far too large", "Scale it down to 2000 pixels of width.") from err
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as err:
        hint = "Save it as JPEG or PNG: no inbox is sure to show anything else."
        raise refuse(f"the picture {path.name} cannot be read", hint) from err


@lru_cache(maxsize=64)  # the preview renders at each saved letter
def _read(path: Path, _changed: int, _size: int, widest: int) -> _Prepared:
    with warnings.catch_warnings(action="error"), Pillow.open(path) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise Pillow.DecompressionBombError
        if image.format == "GIF":  # it may move: left as it is
            return _Prepared(path.read_bytes(), *_KINDS["GIF"], image.width, image.height)
        return _encode(image, widest)


def _encode(image: Pillow.Image, widest: int) -> _Prepared:
    kind = "PNG" if image.format == "PNG" or image.has_transparency_data else "JPEG"
    upright = ImageOps.exif_transpose(image)
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    if plain.width > widest:
        plain = plain.resize((widest, max(1, round(plain.height * widest / plain.width))), Pillow.Resampling.LANCZOS)
    buffer = io.BytesIO()
    plain.save(buffer, kind, optimize=True, **({"quality": _QUALITY} if kind == "JPEG" else {}))
    return _Prepared(buffer.getvalue(), *_KINDS[kind], plain.width, plain.height)
