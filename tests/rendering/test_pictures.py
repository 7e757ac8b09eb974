"""Pictures go into the mail or to where they are hosted, and say nothing that they should not."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from newsletter.errors import IssueError, WorkspaceError
from newsletter.issues import Issue
from newsletter.message import Message
from newsletter.rendering import hosted_picture, message_files, render_issue, with_pictures
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
    assert 'src="https://news.example.org/pictures/2026-12-test/two%20words.png"' in message.html
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
    assert found[1] == "image/jpeg"
    assert b"Somebody" not in found[0]
    for slug, name in [("2026-12-test", "notes.txt"), ("2026-12-test", "../issue.md"), ("..", "photo.jpg")]:
        assert hosted_picture(hosted, slug, name) is None
    assert hosted_picture(workspace, "2026-12-test", "photo.jpg") is None


def test_a_picture_bomb_is_refused(images: Path, shown: Callable[..., Message]) -> None:
    """A small file with a vast picture in it is not unpacked."""
    save(images / "bomb.png", (20_000, 10_000))
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
