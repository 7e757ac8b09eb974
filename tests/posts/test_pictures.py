"""Pictures come into the issue small, upright and without secrets, or are left out and told."""

import base64
import io
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from newsletter.errors import NewsletterError
from newsletter.posts import Post, Reading
from newsletter.posts.pictures import LARGEST_SIDE, bring_pictures, local_loader, make_picture, read_pixels


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo(width: int = 64, height: int = 48) -> Image.Image:
    """An image of very many colours, as a photograph has."""
    image = Image.new("RGB", (256, 256))
    image.putdata([(x, y, (x * y) % 256) for y in range(256) for x in range(256)])
    return image.resize((width, height))


def read(body: str, folder: Path | None = None) -> tuple[Post, dict[str, bytes], list[str]]:
    reading, pictures = bring_pictures(Reading(Post(title="A", body=body)), local_loader(folder))
    return reading.post, {each.path: each.data for each in pictures}, [each.reason for each in reading.dropped]


def test_large_photograph_is_made_small() -> None:
    """No side is longer than a mail can use, and the shape stays."""
    picture = make_picture(encoded(photo(3000, 1500), "JPEG"), "lake")
    with Image.open(io.BytesIO(picture.data)) as image:
        assert (image.format, image.size) == ("JPEG", (LARGEST_SIDE, LARGEST_SIDE // 2))
    assert picture.path.startswith("images/lake-")


MANY = """
import resource, sys, threading
from pathlib import Path
from newsletter.posts.pictures import make_picture
data = Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
threads = [threading.Thread(target=make_picture, args=(data, "x")) for _ in range(5)]
[each.start() for each in threads]
[each.join() for each in threads]
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the peak of memory is told in another way there")
def test_many_photographs_at_once_take_little_room(tmp_path: Path) -> None:
    """Five of 20 megapixels, lying on their side and with a color profile, are made small one after the other."""
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.new("RGB", (5000, 4000), "teal")
    (tmp_path / "photo.jpg").write_bytes(encoded(image, "JPEG", exif=exif, icc_profile=profile))
    command = [sys.executable, "-c", MANY, str(tmp_path / "photo.jpg")]
    done = subprocess.run(command, capture_output=True, check=True, text=True)

    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 150_000_000  # one of them alone has 60 million bytes of pixels


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_is_turned_as_it_was_held(turn: int, kind: str) -> None:
    """However the camera was held, in every kind of file, and also where it is made much smaller."""
    upright = Image.new("RGB", (300, 600), "white")
    upright.paste("red", (0, 0, 150, 300))
    upright.paste("blue", (150, 300, 300, 600))
    back = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[turn]
    exif = Image.Exif()
    exif[0x0112] = turn
    data = encoded(upright.transpose(back) if back is not None else upright, kind, exif=exif)

    image = read_pixels(io.BytesIO(data), 60, 100)  # a sixth, so that fewer pixels are decoded than there are
    assert image.size == (50, 100)
    colors = [image.convert("RGB").getpixel(place) for place in ((10, 10), (40, 10), (10, 90), (40, 90))]
    red, white, blue = (255, 0, 0), (255, 255, 255), (0, 0, 255)
    for found, meant in zip(colors, (red, white, white, blue), strict=True):
        assert found == pytest.approx(meant, abs=20)


def test_place_where_it_was_taken_is_removed() -> None:
    """Nothing of the camera's notes is left, and a picture lying on its side is turned."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "A Camera"
    exif.get_ifd(0x8825)[1] = "N"  # the position
    data = encoded(photo(600, 400), "JPEG", exif=exif)
    assert b"A Camera" in data
    picture = make_picture(data, "lake")
    with Image.open(io.BytesIO(picture.data)) as image:
        assert image.size == (400, 600)
        assert len(image.getexif()) == 0
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    assert b"A Camera" not in picture.data


@pytest.mark.parametrize(
    ("kind", "mode", "ending"),
    [("WEBP", "RGB", "jpg"), ("WEBP", "RGBA", "png"), ("GIF", "P", "jpg"), ("BMP", "RGB", "jpg")],
)
def test_formats_that_mail_cannot_show(kind: str, mode: str, ending: str) -> None:
    """They become JPEG, or PNG where something is drawn or see-through."""
    image = photo().convert(mode)
    if mode == "RGBA":
        image.putalpha(100)
    assert make_picture(encoded(image, kind), "a").path.endswith(f".{ending}")


@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\nbroken", b"GIF89a"]
)
def test_what_is_no_picture(data: bytes) -> None:
    """It is refused in words."""
    with pytest.raises(NewsletterError, match="not a picture"):
        make_picture(data, "a")


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_photograph_of_sixty_megapixels(options: dict[str, Any]) -> None:
    """What the largest cameras make is made small, not refused."""
    made = make_picture(encoded(Image.new("L", (9_504, 6_336), "gray"), "JPEG", **options), "a")
    with Image.open(io.BytesIO(made.data)) as picture:
        assert picture.width == 1200


@pytest.mark.parametrize(
    ("kind", "mode", "values", "shown"),
    [
        ("PNG", "I;16", (0, 16_384, 32_768, 65_535), (0, 64, 128, 255)),
        ("TIFF", "I;16", (0, 16_384, 32_768, 65_535), (0, 64, 128, 255)),
        ("TIFF", "I", (0, 16_384, 32_768, 65_535), (0, 64, 128, 255)),
        ("TIFF", "F", (0.0, 0.25, 0.5, 1.0), (0, 64, 128, 255)),
        ("TIFF", "I", (-100_000, -50_000, 0, 100_000), (0, 64, 128, 255)),
    ],
)
def test_greys_of_many_bits(kind: str, mode: str, values: tuple[float, ...], shown: tuple[int, ...]) -> None:
    """A scan whose greys have 16 bits or more keeps all of them apart; none turns white."""
    image = Image.new(mode, (4, 1))
    for x, value in enumerate(values):
        image.putpixel((x, 0), value)
    pixels = read_pixels(io.BytesIO(encoded(image, kind)), 100, 100).convert("L")
    assert [pixels.getpixel((x, 0)) for x in range(4)] == pytest.approx(shown, abs=1)


def test_decompression_bomb() -> None:
    """A picture of a hundred million pixels is refused before it is unpacked."""
    bomb = encoded(Image.new("1", (12_000, 9_000)), "PNG")
    assert len(bomb) < 100_000
    with pytest.raises(NewsletterError, match="far too large"):
        make_picture(bomb, "a")


def test_picture_inside_the_text() -> None:
    """One that the document carries is written as a file; its words and caption stay."""
    data = base64.b64encode(encoded(photo(), "PNG")).decode()
    post, pictures, _ = read(f'Before.\n\n![A lake](data:image/png;base64,{data} "At dawn")\n\nAfter.')
    (path,) = pictures
    assert post.body == f'Before.\n\n![A lake]({path} "At dawn")\n\nAfter.'


def test_lead_picture_becomes_the_posts_own(tmp_path: Path) -> None:
    """A picture above all text stands above the post."""
    (tmp_path / "my lake.png").write_bytes(encoded(photo(), "PNG"))
    post, pictures, _ = read("![A lake](my%20lake.png)\n\nThe text.", tmp_path)
    assert (post.image, post.image_alt, post.body) == (next(iter(pictures)), "A lake", "The text.")
    assert post.image.startswith("images/my-lake-")


def test_file_outside_of_the_folder_is_never_read(tmp_path: Path) -> None:
    """A page cannot pull other files of this machine into a mail."""
    (tmp_path / "secret.png").write_bytes(encoded(photo(), "PNG"))
    inside = tmp_path / "page"
    inside.mkdir()
    body = f"Text.\n\n![a](../secret.png)\n\n![b]({(tmp_path / 'secret.png').as_posix()})\n\n![c](file:///etc/x.png)"
    post, pictures, reasons = read(body, inside)
    assert (post.body, pictures) == ("Text.", {})
    assert reasons == ["a picture that is not here"] * 3


def test_picture_on_the_web_stays_there_when_not_fetched() -> None:
    """Without fetching, its address is kept."""
    post, pictures, reasons = read("Text.\n\n![a](https://example.org/a.jpg)")
    assert "https://example.org/a.jpg" in post.body
    assert (pictures, reasons) == ({}, [])


@pytest.mark.parametrize("address", ["https://example.org/a.svg", "https://example.org/gone.jpg"])
def test_picture_on_the_web_that_cannot_be_had(address: str) -> None:
    """A link stands in its place, and it is told: no mail shows a drawing in SVG, nor what is not there."""

    def fetch(address: str) -> bytes:
        if address.endswith(".svg"):
            return b"<svg xmlns='http://www.w3.org/2000/svg'/>"
        raise NewsletterError("does not exist (404)")

    reading = Reading(Post(title="A", body=f"Text.\n\n![A lake]({address})\n\nMore."))
    reading, pictures = bring_pictures(reading, local_loader(None, fetch))
    assert reading.post.body == f"Text.\n\n[A lake](<{address}>)\n\nMore."
    assert (pictures, [each.text for each in reading.dropped]) == ((), ["A lake"])


def test_grey_photograph_and_drawing() -> None:
    """Few colours alone make no drawing: a photograph in grey is JPEG, lines on white are PNG."""
    grey = Image.effect_noise((400, 300), 60).resize((800, 600), Image.Resampling.BICUBIC)
    assert make_picture(encoded(grey, "PNG"), "a").path.endswith(".jpg")
    drawing = Image.new("RGB", (800, 600), "white")
    for x in range(0, 800, 40):
        drawing.paste((20, 60, 120), (x, 0, x + 3, 600))
    assert make_picture(encoded(drawing, "GIF"), "a").path.endswith(".png")


def test_same_picture_twice_is_one_file(tmp_path: Path) -> None:
    """It is named after what it shows."""
    (tmp_path / "a.png").write_bytes(encoded(photo(), "PNG"))
    _, pictures, _ = read("Text.\n\n![a](a.png)\n\nMore.\n\n![a](a.png)", tmp_path)
    assert len(pictures) == 1


@pytest.mark.parametrize("body", ["![a](a.png)\n\n" * 5_000, "![a](a.png) " * 5_000])
def test_one_picture_named_thousands_of_times(body: str) -> None:
    """It is loaded, decoded and kept once."""
    loaded: list[str] = []

    def load(address: str) -> bytes:
        loaded.append(address)
        return encoded(photo(), "PNG")

    _, pictures = bring_pictures(Reading(Post(title="A", body=f"Text.\n\n{body}")), load)
    assert (len(loaded), len(pictures)) == (1, 1)


def test_more_pictures_than_any_post_has() -> None:
    """Those behind the first hundred are left out and told, and not even loaded."""
    loaded: list[str] = []

    def load(address: str) -> bytes:
        loaded.append(address)
        return encoded(Image.new("L", (10, 10)), "PNG")

    body = "Text.\n\n" + "\n\n".join(f"![{number}]({number}.png)" for number in range(300))
    reading, _ = bring_pictures(Reading(Post(title="A", body=body)), load)
    assert len(loaded) == 100
    assert len(reading.dropped) == 200
    assert "more pictures than a post can have" in reading.dropped[0].reason


def test_many_pictures_of_very_many_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each small in its file and huge when decoded: only so many pixels are, here a hundredth of them."""
    monkeypatch.setattr("newsletter.posts.pictures._MOST_PIXELS_IN_ALL", 3_000_000)
    data = encoded(Image.new("1", (700, 500)), "PNG")
    body = "Text.\n\n" + "\n\n".join(f"![{number}]({number}.png)" for number in range(60))
    reading, _ = bring_pictures(Reading(Post(title="A", body=body)), lambda _: data)
    assert len(reading.dropped) == 60 - 3_000_000 // 350_000


@pytest.mark.parametrize("name", ["%00.png", "a" * 5_000, "//[", "%ff%fe.png", "."])
def test_name_that_no_file_has(tmp_path: Path, name: str) -> None:
    """The picture is not there, and the rest of the post is."""
    post, _, reasons = read(f"Text.\n\n![a]({name})\n\nMore.", tmp_path)
    assert (post.body.split("\n\n")[0], post.body.split("\n\n")[-1]) == ("Text.", "More.")
    assert len(reasons) == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "AVIF"])
def test_damaged_picture(tmp_path: Path, kind: str) -> None:
    """Whatever its decoder raises, the post is read without it."""
    data, rng = encoded(photo().resize((40, 30)), kind), random.Random(kind)  # noqa: S311 - no secret
    for _ in range(40):
        damaged = bytearray(data)
        for _each in range(3):
            damaged[rng.randrange(len(damaged))] ^= 0xFF
        (tmp_path / "a.png").write_bytes(damaged)
        reading, _ = bring_pictures(Reading(Post(title="A", body="Text.\n\n![a](a.png)")), local_loader(tmp_path))
        assert reading.post.body.startswith("Text.")
