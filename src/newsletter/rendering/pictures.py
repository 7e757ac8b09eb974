"""Pictures: into the mail, or to where they are hosted; never a path of this machine."""

import hashlib
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, unquote

from PIL import Image

from newsletter.errors import NewsletterError
from newsletter.files import is_inside
from newsletter.message import InlineImage
from newsletter.posts.addresses import split_address
from newsletter.posts.pictures import GIFS, MOST_BYTES, bare_gif, read_pixels
from newsletter.rendering.blocks import Picture

_KINDS = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png"), "GIF": ("image/gif", ".gif")}
_QUALITY = 84
_ENDLESS = 1_000_000  # pixels of height: only the width is limited
_ONE_AT_A_TIME = threading.Lock()

Refusal = Callable[[str, str], NewsletterError]
"""Makes the error for a picture, from what is wrong and what to do: its place is known to the caller."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture as a mail shows it; `mark` is what only those know who have its file."""

    data: bytes
    media_type: str
    suffix: str
    width: int
    height: int
    mark: str


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

    def place(self, path: str, alt: str, refuse: Refusal, *, width: int = 0, ratio: float = 0) -> Picture:
        """Return the picture at `path` as the mail shows it, `width` pixels wide if that is given.

        With `ratio`, its middle is cut out to be so much wider than high, and the file is no larger than
        needed; a hosted picture has one file for all mails, and stays as it is.

        Raises:
            NewsletterError: there is no such picture, or no inbox could show it.
        """
        if split_address(path).scheme in {"https", "http"}:
            return Picture(path, alt, min(width or self._widest, self._widest), 0)
        path = unquote(path)  # Markdown writes a space as %20
        found, cut = self._find(path, refuse), bool(ratio and not self._base_url)
        prepared = _prepare(found, 2 * (width if cut else self._widest), refuse, ratio if cut else 0)
        shown = min(width or prepared.width, prepared.width, self._widest)
        height = max(1, round(prepared.height * shown / prepared.width))
        hosted = f"{self._base_url}/{prepared.mark}/{quote(Path(path).name)}"
        address = hosted if self._base_url else self._embed(path, prepared)
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
        if self._base_url and found.is_file() and found != _public_file(self._folder, found.name):
            hint = "Move it into images/; a link to it or a name that begins with a dot will not do."
            raise refuse(f"the picture {path} is not where hosted pictures lie", hint)
        if not found.is_file():
            there = sorted(file.name for file in (self._folder / "images").glob("*") if file.is_file())
            hint = f"In images/ there is: {', '.join(there)}." if there else "Put the file into the folder images/."
            raise refuse(f"there is no picture {path}", hint)
        return found

    def _embed(self, path: str, prepared: Prepared) -> str:
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


def published(folder: Path, name: str, widest: int) -> Prepared | None:
    """Return a picture in an issue's `images` folder as the public may have it.

    Nothing is returned for any other file, and what a camera wrote into it is left out.
    """
    path = _public_file(folder, name)
    try:
        return _prepare(path, 2 * widest, _plain_refusal) if path else None
    except NewsletterError:
        return None


def _plain_refusal(what: str, hint: str) -> NewsletterError:
    return NewsletterError(what, hint=hint)


def _public_file(folder: Path, name: str) -> Path | None:
    """Return a file of `images` that may be shown to everybody: one that lies there itself, and is not hidden.

    The name is only compared with what there is, never made into a path.
    """
    listed = {file.name: file for file in (folder / "images").glob("*") if not file.name.startswith(".")}
    found = listed.get(name)
    real = folder.parent.resolve() / folder.name / "images" / name
    return real if found and found.is_file() and found.resolve() == real else None


def _prepare(path: Path, widest: int, refuse: Refusal, ratio: float = 0) -> Prepared:
    """Return the picture as a file that every inbox shows, no wider than `widest` pixels.

    Whoever asks for one that is just being made waits for it, and does not make it again.
    """
    try:
        changed = path.stat()
        with _ONE_AT_A_TIME:
            return _read(path, changed.st_mtime_ns, changed.st_size, widest, ratio)
    except NewsletterError as err:
        hint = "Save it as JPEG or PNG, at most 2000 pixels wide: no inbox is sure to show anything else."
        raise refuse(f"the picture {path.name} {err.what}", hint) from err
    except OSError as err:
        raise refuse(f"the picture {path.name} cannot be read ({err.strerror})", "Put the file there again.") from err


def _middle(pixels: Image.Image, ratio: float) -> Image.Image:
    """Return the middle of a picture, `ratio` times as wide as high."""
    width = min(pixels.width, max(1, round(pixels.height * ratio)))
    height = min(pixels.height, max(1, round(pixels.width / ratio)))
    left, top = (pixels.width - width) // 2, (pixels.height - height) // 2
    return pixels.crop((left, top, left + width, top + height))


@lru_cache(maxsize=64)  # the preview renders at each saved letter
def _read(path: Path, _changed: int, size: int, widest: int, ratio: float) -> Prepared:
    if size > MOST_BYTES:
        raise NewsletterError(f"has more than {MOST_BYTES // 1_000_000} MB")
    with path.open("rb") as file:
        mark = hashlib.file_digest(file, "sha256").hexdigest()[:24]
        file.seek(0)
        if (head := file.read(10))[:6] in GIFS:  # it may move: only what nobody sees is taken out of it
            data = bare_gif(head + file.read())
            width, height = (int.from_bytes(head[start : start + 2], "little") for start in (6, 8))
            return Prepared(data, *_KINDS["GIF"], width, height, mark)
        kind = "PNG" if head.startswith(b"\x89PNG") else "JPEG"
        file.seek(0)
        pixels = read_pixels(file, widest, _ENDLESS)
    if ratio:
        pixels = _middle(pixels, ratio)
    if pixels.mode == "RGBA":
        kind = "PNG"
    buffer = io.BytesIO()
    pixels.save(buffer, kind, optimize=True, **({"quality": _QUALITY} if kind == "JPEG" else {}))
    return Prepared(buffer.getvalue(), *_KINDS[kind], pixels.width, pixels.height, mark)
