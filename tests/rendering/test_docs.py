"""What the page on themes says is so."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from newsletter.errors import ThemeError
from newsletter.message import Message
from newsletter.rendering.theme import open_theme
from newsletter.workspace import Workspace

from .conftest import with_theme

PAGE = (Path(__file__).parents[2] / "docs" / "users" / "themes.md").read_text("utf-8")


def test_its_boxes_can_be_written_so(render: Callable[..., Message], workspace: Workspace) -> None:
    """The example of boxes, as it stands on the page, is a whole issue."""
    example = re.search(r"^```\n(::: note.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert example
    images = workspace.issues_dir / "2026-12-test" / "images"
    images.mkdir(parents=True)
    Image.new("RGB", (40, 30)).save(images / "lamp.jpg")
    message = render(example[1])
    for words in ("Before you change anything", "988", "Winter walking group", "Sleep in winter"):
        assert words in message.html
    assert [file.filename for file in message.attachments] == ["winter-walking-group.ics"]


def test_its_error_is_the_programs(workspace: Workspace) -> None:
    """The error on the page is what the program really says of that colour."""
    with pytest.raises(ThemeError) as caught:
        open_theme(with_theme(workspace, accent="#8fd0c0"))
    assert caught.value.what in PAGE
    assert caught.value.hint in PAGE


def test_it_names_the_files_of_a_theme(workspace: Workspace) -> None:
    """Each file that the page explains is there."""
    folder = open_theme(workspace).folder
    for cell in re.findall(r"^\| (`[^|]+) \|", PAGE.partition("| file |")[2], re.MULTILINE):
        for pattern in re.findall(r"`([^`]+)`", cell):
            assert list(folder.glob(pattern)), pattern


@pytest.mark.parametrize("name", ["caption", "width=240", "{.button}", "[^1]", "teaser:", "author_bio"])
def test_it_tells_of_each_thing(name: str) -> None:
    """Whatever can be written beyond plain Markdown stands on the page."""
    assert name in PAGE
