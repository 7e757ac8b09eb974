"""Pictures that are dropped into the text."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from tests.web.writing.conftest import ISSUE, Post

GPS, WHERE = 0x8825, {1: "N", 2: (42.0, 30.0, 0.0), 3: "W", 4: (71.0, 0.0, 0.0)}


def photograph(width: int = 2400, height: int = 1600) -> bytes:
    """Return a photograph as a phone takes it, with the place where it was taken."""
    image = Image.merge("RGB", [Image.effect_noise((width, height), 60) for _ in range(3)])
    exif = Image.Exif()
    exif[0x010F] = "A phone"
    exif.get_ifd(GPS).update(WHERE)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def bomb() -> bytes:
    """Return a small file that says it is a picture of 3.6 thousand million points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
        + chunk(b"IEND", b"")
    )


def test_a_photograph_comes_in_small_and_without_secrets(post: Post, client: TestClient, folder: Path) -> None:
    """It is small enough for a mail, keeps its words in its name, and does not tell where it was taken."""
    answer = post("/pictures", {}, files={"picture": ("Our Garden.JPG", photograph())})

    path = answer.json()["path"]
    assert path.startswith("images/our-garden-")
    with Image.open(folder / path) as kept:
        assert (kept.format, kept.width) == ("JPEG", 1200)
        assert dict(kept.getexif()) == {}
    assert client.get(f"{ISSUE}/{path}").headers["content-type"] == "image/jpeg"


def test_the_same_picture_is_kept_once(post: Post, folder: Path) -> None:
    """Dropping it again adds no file."""
    data = photograph(60, 40)
    paths = {post("/pictures", {}, files={"picture": ("a.jpg", data)}).json()["path"] for _ in range(2)}

    assert len(paths) == 1
    assert len(list((folder / "images").glob("a-*"))) == 1


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("picture.jpg", b"<script>alert(1)</script>", "not a picture"),
        ("picture.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "not a picture"),
        ("picture.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
        ("picture.png", b"%PDF-1.4\n", "not a picture"),
        ("picture.jpg", b"MZ\x90\x00", "not a picture"),
        ("picture.jpg", b"\xff\xd8\xff\xe0", "not a picture"),
        ("picture.jpg", b"", "not a picture"),
        ("picture.png", bomb(), "far too large"),
        ("IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic", "not a picture"),
    ],
)
def test_what_is_no_picture_is_refused(post: Post, folder: Path, name: str, data: bytes, what: str) -> None:
    """Whatever a file calls itself, only pictures come in; the answer says what to do."""
    answer = post("/pictures", {}, files={"picture": (name, data)})

    assert answer.status_code == 422
    assert what in answer.json()["what"]
    assert "JPEG" in answer.json()["hint"]
    assert [path.name for path in (folder / "images").iterdir()] == ["window.gif"]


def test_a_picture_of_a_phone_is_converted(post: Post, folder: Path) -> None:
    """Where the extra is installed that reads it, it comes in as any other, upright and without where it was taken."""
    heif = pytest.importorskip("pillow_heif")
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (42.0, 6.0, 0.0)}
    data = io.BytesIO()
    heif.from_pillow(Image.new("RGB", (1600, 900), (200, 120, 40))).save(data, exif=exif.tobytes(), quality=80)

    answer = post("/pictures", {}, files={"picture": ("IMG_0001.HEIC", data.getvalue())})

    assert answer.status_code == 200, answer.text
    with Image.open(folder / answer.json()["path"]) as picture:
        assert picture.size == (1200, 675)
        assert picture.format in {"JPEG", "PNG"}
        assert not picture.getexif()


def test_a_file_of_more_than_20_megabytes_is_refused(post: Post, folder: Path) -> None:
    """It is turned away before anybody looks what it is."""
    answer = post("/pictures", {}, files={"picture": ("a.jpg", b"\xff" * 20_100_000)})

    assert answer.status_code == 413
    assert [path.name for path in (folder / "images").iterdir()] == ["window.gif"]


@pytest.mark.parametrize(
    "name",
    [
        "../../../up.gif",
        "..\\..\\up.gif",
        "/etc/up.gif",
        "C:\\up.gif",
        ".gif",
        "..",
        "a" * 300 + ".gif",
        "<b>.gif",
        "nul.gif",
    ],
)
def test_a_name_leads_nowhere(post: Post, folder: Path, name: str) -> None:
    """Every picture lands in the issue's own folder, whatever it is called."""
    pixel = (folder / "images" / "window.gif").read_bytes()
    answer = post("/pictures", {}, files={"picture": (name, pixel)})

    path = folder / answer.json()["path"]
    assert path.parent == folder / "images"
    assert path.is_file()
    assert len(path.name) < 60


def test_a_field_is_no_file(post: Post) -> None:
    """A form without a file is told so."""
    assert post("/pictures", {"picture": "words"}).status_code == 422


def test_a_folder_that_is_a_link_is_not_written_into(post: Post, folder: Path, tmp_path: Path) -> None:
    """Pictures stay inside the issue."""
    pixel = (folder / "images" / "window.gif").read_bytes()
    (folder / "images" / "window.gif").unlink()
    (folder / "images").rmdir()
    (tmp_path / "elsewhere").mkdir()
    (folder / "images").symlink_to(tmp_path / "elsewhere", target_is_directory=True)

    assert post("/pictures", {}, files={"picture": ("a.gif", pixel)}).status_code == 422
    assert list((tmp_path / "elsewhere").iterdir()) == []
