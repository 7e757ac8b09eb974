"""The archive as files: whole or not at all, and nobody else's file is touched."""

import hashlib
import json
import os
import re
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from newsletter.archive import Archive, add_correction, build_archive
from newsletter.errors import WorkspaceError
from newsletter.issues.load import load_issue
from newsletter.rendering import render_issue
from newsletter.storage import Store
from newsletter.workspace import Workspace
from tests.archive.conftest import Send, Turn, with_subject
from tests.web.browsing import faults
from tests.web.samples import write_issue

LIST = ".newsletter-archive.json"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


def state(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder, by path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_written(archive: Archive, send: Send, site: Path) -> None:
    """Pages and feeds are written; what has not changed is not written again."""
    send("december")
    built = build_archive(archive, site)
    assert (built.issues, built.removed, built.kept) == (1, (), ())
    files = {"index.html", "archive.css", "feed.atom", "feed.json", str(Path("december/index.html"))}
    assert state(site).keys() == files | {LIST}
    before = state(site)
    assert build_archive(archive, site).written == ()
    assert state(site) == before


def test_only_its_own_files_are_removed(turn: Turn, store: Store, send: Send, site: Path) -> None:
    """An issue that is not public any more goes; what somebody put there or changed stays."""
    workspace = turn()
    send("november")
    send("december")
    site.mkdir()
    (site / "robots.txt").write_text("theirs")
    build_archive(Archive(workspace, store), site)
    (site / "november" / "notes.txt").write_text("theirs")
    (site / "old").mkdir()
    listed = json.loads((site / LIST).read_text("utf-8"))
    for name in ("gone/index.html", "changed.html"):
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_bytes(b"ours")
        listed["files"][name] = listed["files"]["index.html"]
    listed["files"]["gone/index.html"] = [hashlib.sha256(b"ours").hexdigest()]
    (site / LIST).write_text(json.dumps(listed), "utf-8")
    built = build_archive(Archive(workspace, store), site)
    assert built.removed == ("gone/index.html",)
    assert built.kept == ("changed.html",)
    assert not (site / "gone").exists()
    assert {"robots.txt", "changed.html", str(Path("november/notes.txt"))} <= state(site).keys()
    assert (site / "old").is_dir()


@pytest.mark.parametrize("name", ["index.html", "december/index.html", "feed.json"])
@pytest.mark.parametrize("how", ["before", "changed"])
def test_somebody_elses_file_stops_it(archive: Archive, send: Send, site: Path, name: str, how: str) -> None:
    """A file that is not ours, or not as we wrote it, is never overwritten; then nothing is."""
    send("december")
    if how == "changed":
        build_archive(archive, site)
    (site / name).parent.mkdir(parents=True, exist_ok=True)
    (site / name).write_text("theirs")
    send("january")
    before = state(site)
    with pytest.raises(WorkspaceError, match=r"not from this archive|changed since") as told:
        build_archive(archive, site)
    assert str(site / name) in str(told.value)
    assert state(site) == before


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_that_lead_out(archive: Archive, send: Send, site: Path, tmp_path: Path) -> None:
    """A folder that is a link to somewhere else is not written into."""
    send("december")
    (tmp_path / "elsewhere").mkdir()
    site.mkdir()
    (site / "december").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WorkspaceError, match="link to somewhere else"):
        build_archive(archive, site)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("damage", ["{", "[]", '{"files": []}', '{"files": {"a": 1}}'])
def test_a_damaged_list(archive: Archive, site: Path, damage: str) -> None:
    """Without its list the program cannot tell its files from others, and says so."""
    site.mkdir()
    (site / LIST).write_text(damage)
    with pytest.raises(WorkspaceError, match="damaged"):
        build_archive(archive, site)


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/x", "a/../../secret.txt", "c:\\x", "a/b/c"])
def test_a_forged_list(archive: Archive, site: Path, tmp_path: Path, path: str) -> None:
    """A list that names files elsewhere removes none of them."""
    (tmp_path / "secret.txt").write_bytes(b"x")
    (site / "a" / "b").mkdir(parents=True)
    (site / "a" / "b" / "c").write_bytes(b"x")
    (site / LIST).write_text(json.dumps({"files": {path: [hashlib.sha256(b"x").hexdigest()]}}), "utf-8")
    assert build_archive(archive, site).removed == ()
    assert (tmp_path / "secret.txt").exists()
    assert (site / "a" / "b" / "c").exists()


def test_killed_at_any_step(
    turn: Turn, store: Store, send: Send, site: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """However often and wherever a build is killed, the next one finishes it."""
    workspace = turn()
    send("november", with_subject("Fog"))
    build_archive(Archive(workspace, store), site)
    add_correction(workspace, "november", "Mist.", datetime.now(tz=UTC))
    send("december")
    build_archive(Archive(workspace, store), tmp_path / "whole")
    wanted = {name: data for name, data in state(tmp_path / "whole").items() if name != LIST}
    real, calls = Path.replace, [0]

    class Killed(BaseException): ...

    for step in range(40):
        folder = tmp_path / f"copy-{step}"
        shutil.copytree(site, folder)
        calls[0] = 0

        def replace(self: Path, target: Path, last: int = step) -> Path:
            if calls[0] == last:
                raise Killed
            calls[0] += 1
            return real(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", replace)
            patch.setattr(
                "newsletter.archive.building.shutil.rmtree", lambda *_, **__: None
            )  # the dead clear up nothing
            try:
                build_archive(Archive(workspace, store), folder)
            except Killed:
                pass
            else:
                break
        build_archive(Archive(workspace, store), folder)
        assert {name: data for name, data in state(folder).items() if name != LIST} == wanted
        assert [path.name for path in folder.iterdir() if path.is_dir() and path.name.startswith(".")] == []
    assert step > 10


def test_it_works_from_a_folder(
    turn: Turn, workspace: Workspace, store: Store, send: Send, site: Path, browser: Browser, axe: str
) -> None:
    """From a disk, below a path with spaces, every link leads somewhere; no barrier at any width."""
    write_issue(workspace, letter="Dear {{ first_name or 'reader' }},\n\n![A window](images/window.gif)\n")
    turned = turn()
    message = render_issue(turned, load_issue(turned, "winter-light")).message
    send("winter-light", message)
    add_correction(turned, "winter-light", "On Thursday, not on Tuesday.", datetime.now(tz=UTC))
    place = site / "a path" / "news"
    build_archive(Archive(turned, store), place)
    page = browser.new_page()
    broken: list[str] = []
    page.on("requestfailed", lambda asked: broken.append(asked.url) if asked.resource_type != "xhr" else None)  # axe's
    page.goto((place / "index.html").as_uri())
    assert faults(page, axe) == []
    page.get_by_role("link", name="Light in winter").click()
    assert page.get_by_text("On Thursday, not on Tuesday.").is_visible()
    assert page.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")
    assert faults(page, axe) == []
    page.get_by_role("link", name="All issues").click()
    assert re.search("/index.html$", page.url)
    assert broken == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_read_only(archive: Archive, send: Send, site: Path) -> None:
    """A folder that cannot be written is named, with what to do."""
    send("december")
    site.mkdir(mode=0o500)
    with pytest.raises(WorkspaceError, match="not writable"):
        build_archive(archive, site)
