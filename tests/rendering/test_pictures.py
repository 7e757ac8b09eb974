"""Pictures go into the mail or to where they are hosted, and say nothing that they should not."""

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from newsletter.errors import IssueError, WorkspaceError
from newsletter.issues import Issue
from newsletter.message import Message
from newsletter.posts.pictures import read_pixels
from newsletter.rendering import hosted_picture, message_files, picture_path, pictures, render_issue, with_pictures
from newsletter.rendering.pictures import published
from newsletter.workspace import Workspace

from .conftest import READER, with_theme

GPS = 0x8825


@pytest.fixture
def images(workspace: Workspace) -> Path:
    """The issue's folder for pictures."""
    folder = workspace.issues_dir / "2026-12-test" / "images"
    folder.mkdir(parents=True)
    return folder


def save(path: Path, size: tuple[int, int] = (600, 300), colour: str = "teal", exif: Image.Exif | None = None) -> None:
    """Save a picture of this size."""
    mode = "RGBA" if len(colour) == 9 else "RGB"
    Image.new(mode, size, colour).save(path, exif=exif or Image.Exif())


def opened(message: Message) -> Image.Image:
    """Return the one picture that travels in the mail."""
    (image,) = message.images
    return Image.open(io.BytesIO(image.data))


@pytest.fixture
def shown(workspace: Workspace, make_issue: Callable[..., Issue]) -> Callable[..., Message]:
    """Return a renderer of an issue that shows one picture."""
    return lambda markdown: render_issue(workspace, make_issue(markdown)).message


def test_a_picture_travels_in_the_mail(images: Path, shown: Callable[..., Message]) -> None:
    """An embedded picture is named by its content id, with its size and its words."""
    save(images / "hills.png")
    message = shown("![Green hills](images/hills.png)")
    (image,) = message.images
    assert re.search(rf'<img src="cid:{image.content_id}" alt="Green hills" width="512" height="256"', message.html)
    assert (image.media_type, image.filename) == ("image/png", "hills.png")
    assert "[Green hills]" in message.text


def test_no_path_of_this_machine_is_in_the_mail(images: Path, shown: Callable[..., Message]) -> None:
    """Neither part of the mail tells where the picture lies."""
    save(images / "hills.png")
    message = shown("![Hills](images/hills.png)")
    for part in (message.html, message.text):
        assert "images/" not in part
        assert str(images) not in part


def test_what_a_camera_writes_is_lost(images: Path, shown: Callable[..., Message]) -> None:
    """Place, time and owner of a photograph stay at home, and it stands upright."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x013B] = "Somebody"
    exif.get_ifd(GPS)[1] = "N"
    save(images / "photo.jpg", (200, 100), exif=exif)
    found = opened(shown("![Photo](images/photo.jpg)"))
    assert dict(found.getexif()) == {}
    assert found.size == (100, 200)


def test_a_huge_picture_is_made_smaller(images: Path, shown: Callable[..., Message]) -> None:
    """A picture has at most twice the pixels that it is shown with."""
    save(images / "wide.jpg", (4000, 1000))
    message = shown("![Wide](images/wide.jpg)")
    assert opened(message).size == (1024, 256)
    assert 'width="512" height="128"' in message.html


def test_a_width_can_be_chosen(images: Path, shown: Callable[..., Message]) -> None:
    """A picture is never shown larger than it is, and may be shown smaller."""
    save(images / "icon.png", (100, 50))
    assert 'width="100" height="50"' in shown("![Icon](images/icon.png)").html
    assert 'width="40" height="20"' in shown("![Icon](images/icon.png){width=40}").html
    assert 'width="100"' in shown("![Icon](images/icon.png){width=400px}").html


def test_a_format_that_few_know_becomes_one_that_all_know(images: Path, shown: Callable[..., Message]) -> None:
    """WebP becomes JPEG, or PNG where it has transparent parts."""
    save(images / "photo.webp")
    save(images / "logo.webp", colour="#00808080")
    assert [shown(f"![x](images/{name}.webp)").images[0].media_type for name in ("photo", "logo")] == [
        "image/jpeg",
        "image/png",
    ]


def test_the_same_picture_travels_once(images: Path, shown: Callable[..., Message]) -> None:
    """A picture that is shown twice is in the mail once."""
    save(images / "hills.png")
    assert len(shown("![a](images/hills.png)\n\n![b](images/hills.png)").images) == 1


def test_a_picture_can_be_a_link(images: Path, shown: Callable[..., Message]) -> None:
    """A picture inside a link leads there, in HTML and in text."""
    save(images / "map.png")
    message = shown("[![A map](images/map.png)](https://example.org/map)")
    assert re.search(r'<a href="https://example\.org/map"[^>]*><img', message.html)
    assert "[A map]\nhttps://example.org/map" in message.text


def test_a_picture_on_the_web_stays_there(shown: Callable[..., Message]) -> None:
    """The address of a picture on the web is kept, and its width is bounded."""
    message = shown("![x](https://example.org/a.png)")
    assert '<img src="https://example.org/a.png" alt="x" width="512"' in message.html
    assert message.images == ()


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("![x](images/none.png)", "hills.png"),
        ("![x](../../newsletter.toml)", "Copy it into images/"),
        ("![x](/etc/passwd)", "Copy it into images/"),
        ("![x](images/note.txt)", "JPEG or PNG"),
        ("![x](images/broken.png)", "JPEG or PNG"),
        ("![x](images/hills.png){width=wide}", "{width=200}"),
        ("# ![x](images/hills.png)", "a line of its own"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_explained(
    images: Path, shown: Callable[..., Message], markdown: str, words: str
) -> None:
    """A picture that is missing, unreadable or outside the issue is an error at its line."""
    save(images / "hills.png")
    (images / "note.txt").write_text("no picture")
    (images / "broken.png").write_bytes((images / "hills.png").read_bytes()[:60])
    with pytest.raises(IssueError) as caught:
        shown(f"Text.\n\n{markdown}")
    assert words in caught.value.hint
    assert caught.value.where.endswith("1.md:7")


def test_hosted_pictures_have_addresses(images: Path, workspace: Workspace, make_issue: Callable[..., Issue]) -> None:
    """With theme.images = "hosted", pictures lie under the public address and not in the mail."""
    save(images / "two words.png")
    hosted = with_theme(workspace, images="hosted")
    issue = make_issue("![x](<images/two words.png>)")
    with pytest.raises(WorkspaceError, match="hosted, but nowhere"):
        render_issue(hosted, issue)
    web = replace(hosted.settings.web, public_url="https://news.example.org")
    message = render_issue(replace(hosted, settings=replace(hosted.settings, web=web)), issue).message
    (address,) = re.findall(r'src="https://news\.example\.org(/pictures/[^"]+)"', message.html)
    found = published(images.parent, "two words.png", 512)
    assert found is not None
    assert address == picture_path("2026-12-test", "two words.png", found.mark)
    assert len(found.mark) == 24
    assert message.images == ()


def test_only_pictures_of_issues_are_public(images: Path, workspace: Workspace) -> None:
    """The public pages give an issue's pictures, without what the camera wrote, and no other file."""
    exif = Image.Exif()
    exif[0x013B] = "Somebody"
    save(images / "photo.jpg", exif=exif)
    (images / "notes.txt").write_text("private")
    (images.parent / "issue.md").write_text("---\nsubject: x\n---\nx")
    hosted = with_theme(workspace, images="hosted")
    found = hosted_picture(hosted, "2026-12-test", "photo.jpg")
    assert found is not None
    assert found.media_type == "image/jpeg"
    assert b"Somebody" not in found.data
    for slug, name in [("2026-12-test", "notes.txt"), ("2026-12-test", "../issue.md"), ("..", "photo.jpg")]:
        assert hosted_picture(hosted, slug, name) is None


@pytest.mark.parametrize("kind", ["file", "folder", "issue", "hidden"])
def test_no_link_and_no_hidden_picture_is_public(
    images: Path, workspace: Workspace, tmp_path: Path, make_issue: Callable[..., Issue], kind: str
) -> None:
    """What lies elsewhere, or begins with a dot, is not shown to everybody; a mail that would need it is refused."""
    name, slug = ".photo.jpg" if kind == "hidden" else "photo.jpg", "2026-12-test"
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "images").mkdir(parents=True)
    save(elsewhere / "images" / name)
    (elsewhere / "issue.md").write_text("---\nsubject: x\n---\nx")
    issue = make_issue(f"![x](images/{name})")
    (images.parent / "issue.md").write_text("---\nsubject: x\n---\nx")
    if kind == "file":
        (images / name).symlink_to(elsewhere / "images" / name)
    elif kind == "folder":
        images.rename(tmp_path / "away")
        images.symlink_to(elsewhere / "images")
    elif kind == "issue":
        slug = "2026-12-linked"
        (images.parent.parent / slug).symlink_to(elsewhere)
    else:
        save(images / name)

    assert hosted_picture(workspace, slug, name) is None
    if kind != "issue":
        hosted = with_theme(workspace, images="hosted")
        web = replace(hosted.settings.web, public_url="https://news.example.org")
        with pytest.raises(IssueError, match=r"outside the issue|not where hosted pictures lie"):
            render_issue(replace(hosted, settings=replace(hosted.settings, web=web)), issue)


SECRET = b"taken at 12 Elm Street by Somebody"


def _with_notes(kind: str, mode: str) -> bytes:
    """Return a picture with a secret wherever its kind can carry one, and behind its end."""
    image, notes = Image.new(mode, (40, 30), 0 if mode == "P" else "navy"), {}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace(b"sRGB built-in", SECRET[:13])
    exif = Image.Exif()
    exif[0x013B] = SECRET.decode()
    out = io.BytesIO()
    if kind == "PNG":
        text = PngInfo()
        text.add_text("Comment", SECRET.decode())
        text.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        notes = {"pnginfo": text, "exif": exif, "icc_profile": profile}
    elif kind == "GIF":
        notes = {"comment": SECRET, "save_all": True, "append_images": [Image.new("P", (40, 30), 1)], "loop": 0}
    elif kind == "JPEG":
        notes = {"comment": SECRET, "exif": exif, "xmp": SECRET, "icc_profile": profile}
    elif kind == "WEBP":
        notes = {"exif": exif, "xmp": SECRET, "icc_profile": profile}
    image.save(out, kind, **notes)
    assert SECRET in out.getvalue() or kind == "PNG"
    return out.getvalue() + SECRET + b"PK\x03\x04"


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("GIF", "P"), ("WEBP", "RGB")],
)
def test_no_note_travels_with_a_picture(images: Path, shown: Callable[..., Message], kind: str, mode: str) -> None:
    """Comments, text chunks, XMP, EXIF, the words of a color profile and bytes behind the end stay at home."""
    (images / "noted.bin").write_bytes(_with_notes(kind, mode))
    found = shown("![x](images/noted.bin)").images[0].data
    published_too = published(images.parent, "noted.bin", 512)

    assert published_too is not None
    for data in (found, published_too.data):
        assert SECRET not in data
        assert SECRET[:13] not in data
        with Image.open(io.BytesIO(data)) as image:
            assert not set(image.info) & {"comment", "exif", "xmp", "XML:com.adobe.xmp", "Comment", "icc_profile"}
            assert image.size == (40, 30)


def test_a_gif_still_moves(images: Path, shown: Callable[..., Message]) -> None:
    """Only what nobody sees is taken out: frames, timing, transparency and repetition stay."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 10), color) for color in ("red", "green", "blue")]
    times = [100, 200, 300]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=times, loop=3, comment=SECRET)
    (images / "moving.gif").write_bytes(out.getvalue())
    found = shown("![x](images/moving.gif)").images[0].data
    with Image.open(out) as before, Image.open(io.BytesIO(found)) as after:
        assert getattr(after, "n_frames", 1) == 3
        for frame in range(3):
            before.seek(frame)
            after.seek(frame)
            assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()
            assert before.info["duration"] == after.info["duration"]
        assert after.info["loop"] == 3


@pytest.mark.parametrize("cut", [3, 12, 20, 60, -8, -2])
def test_a_damaged_gif_is_explained(images: Path, shown: Callable[..., Message], cut: int) -> None:
    """One that ends too early, or is none at all behind its first letters, is an error in words."""
    out = io.BytesIO()
    Image.effect_noise((30, 30), 50).convert("P").save(out, "GIF")
    (images / "broken.gif").write_bytes(out.getvalue()[:cut])
    with pytest.raises(IssueError, match="can be read"):
        shown("![x](images/broken.gif)")
    (images / "broken.gif").write_bytes(b"GIF89a" + b"not a picture at all" * 20)
    with pytest.raises(IssueError, match=r"can be read|too large"):
        shown("![x](images/broken.gif)")


def test_a_picture_is_made_ready_once_for_all_who_ask(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty readers who open the mail at once cost as much as one."""
    save(images / "photo.jpg", (3000, 2000))
    decoded: list[int] = []

    def read(file: BinaryIO, widest: int, highest: int) -> Image.Image:
        decoded.append(widest)
        return read_pixels(file, widest, highest)

    monkeypatch.setattr(pictures, "read_pixels", read)
    with ThreadPoolExecutor(40) as readers:
        found = list(readers.map(lambda _: published(images.parent, "photo.jpg", 512), range(40)))

    assert len({each.data for each in found if each}) == 1
    assert len(decoded) == 1


def test_a_picture_bomb_is_refused(images: Path, shown: Callable[..., Message]) -> None:
    """A small file with a vast picture in it is not unpacked."""
    save(images / "bomb.png", (9_000, 5_000))
    with pytest.raises(IssueError, match="far too large"):
        shown("![x](images/bomb.png)")


def test_files_to_look_at_show_their_pictures(
    images: Path, workspace: Workspace, make_issue: Callable[..., Issue]
) -> None:
    """In the HTML file that is written for looking at, pictures are within."""
    from datetime import UTC, datetime

    save(images / "hills.png")
    rendered = render_issue(workspace, make_issue("![x](images/hills.png)"))
    files = message_files(rendered, READER, datetime(2026, 12, 1, tzinfo=UTC))
    assert b'src="data:image/png;base64,' in files["message.html"]
    assert b"cid:" not in files["message.html"]
    assert with_pictures("no picture", rendered.message) == "no picture"
