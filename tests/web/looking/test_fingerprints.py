"""An issue is read again when anything that it is made of is another, and only then."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.files import write_whole
from newsletter.web.desk.fingerprints import fingerprint
from newsletter.web.desk.proofs import Proofs
from newsletter.workspace import Workspace
from tests.web.samples import PIXEL, write_letter

SLUG = "winter-light"


def test_what_is_the_same_is_not_read_again(desk_workspace: Workspace) -> None:
    """While no file changes, the very proof of before is given."""
    proofs = Proofs(desk_workspace)

    assert proofs.render(SLUG) is proofs.render(SLUG)
    assert proofs.last(SLUG) is proofs.render(SLUG)


@pytest.mark.parametrize(
    "change",
    [
        lambda root: write_letter(root / "newsletters" / SLUG, "Snow fell.\n"),
        lambda root: (root / "newsletters" / SLUG / "posts" / "second.md").write_text("---\ntitle: B\n---\n\nB.\n"),
        lambda root: (root / "newsletters" / SLUG / "posts" / "light.md").unlink(),
        lambda root: (root / "newsletters" / SLUG / "images" / "window.gif").write_bytes(PIXEL + b"\x00"),
        lambda root: (root / "newsletter.toml").write_text((root / "newsletter.toml").read_text() + "\n# a remark\n"),
        lambda root: write_whole(root / "templates" / "mine" / "theme.toml", "# a theme\n"),
    ],
    ids=["letter", "new post", "lost post", "picture", "settings", "theme"],
)
def test_any_change_is_seen(desk_workspace: Workspace, change: Callable[[Path], object]) -> None:
    """Each file that a mail is made of counts."""
    before = fingerprint(desk_workspace, SLUG)
    change(desk_workspace.root)

    assert fingerprint(desk_workspace, SLUG) != before


def test_a_save_within_the_same_tick_is_seen(desk_workspace: Workspace) -> None:
    """A text of the same length, saved in the same moment as the one before, is another all the same."""
    path = desk_workspace.issues_dir / SLUG / "issue.md"
    before, moment = fingerprint(desk_workspace, SLUG), path.stat().st_mtime_ns
    write_whole(path, path.read_text("utf-8").replace("longer", "shorte"))
    os.utime(path, ns=(moment, moment))

    assert fingerprint(desk_workspace, SLUG) != before


def test_a_mended_mistake_is_read_again(desk_workspace: Workspace) -> None:
    """A mistake, too, is remembered only as long as the files stay as they are."""
    proofs = Proofs(desk_workspace)
    folder = desk_workspace.issues_dir / SLUG
    write_letter(folder, "Dear {{ frist_name }},\n")
    assert proofs.render(SLUG).mistake
    write_letter(folder, "Dear all,\n")

    assert proofs.render(SLUG).mistake is None
