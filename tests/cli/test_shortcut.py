"""The icon that opens the desk: what is written for each system, and putting it on this one."""

import io
import json
import plistlib
import re
import shlex
import subprocess
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from newsletter.services import shortcut
from newsletter.services.shortcut import (
    Launch,
    launch_of,
    linux_shortcut,
    macos_shortcut,
    windows_fallback,
    windows_shortcut,
)
from newsletter.workspace import Workspace
from tests.cli.test_new import run

HOME = PurePosixPath("/home/pat")
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
ODD = """It's "5 % off": $HOME `x` \\n & <é> ‘so’ ^|;"""


def launch(name: str = "Steady", folder: str = "/home/pat/Elm Street", *more: str) -> Launch:
    command = ("/opt/python", "-m", "newsletter", "-C", folder, "desk", *more)
    return Launch(name, command, PurePosixPath(folder), "abc123")


def entry_of(text: str) -> dict[str, str]:
    """Read a desktop entry, as the specification of the key files says."""
    assert text.startswith("[Desktop Entry]\n")
    lines = dict(line.split("=", 1) for line in text.strip().split("\n")[1:])
    return {key: value.replace("\\\\", "\\") for key, value in lines.items()}


def arguments_of(command: str) -> tuple[str, ...]:
    """Take the arguments of its Exec key apart."""
    assert re.fullmatch(r'"(?:[^"\\$`]|\\["\\$`])*"(?: "(?:[^"\\$`]|\\["\\$`])*")*', command)
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', command)
    return tuple(re.sub(r"\\(.)", r"\1", each).replace("%%", "%") for each in quoted)


@given(name=WORDS, folder=WORDS)
def test_linux_starts_exactly_this(name: str, folder: str) -> None:
    """Whatever the clinic and the folder are called; each value is one line."""
    wanted = launch(name, f"/home/pat/{folder}")
    made = linux_shortcut(wanted, HOME, HOME / "Desktop")
    menu, on_desktop = (made.files[path] for path in sorted(made.programs))
    assert menu == on_desktop
    entry = entry_of(menu.decode())
    assert arguments_of(entry["Exec"]) == wanted.command
    assert (entry["Name"], entry["Path"], entry["Terminal"]) == (name, str(wanted.folder), "false")
    assert entry["Icon"].endswith("/abc123.png")


def test_linux_without_a_desktop() -> None:
    """There is still the menu."""
    made = linux_shortcut(launch(), HOME, None)
    assert made.shown == ("the menu of programs",)
    assert [str(path) for path in made.programs] == ["/home/pat/.local/share/applications/newsletter-abc123.desktop"]


@given(name=WORDS, folder=WORDS)
def test_macos_starts_exactly_this(name: str, folder: str) -> None:
    """The program of the app leaves the desk running, and ends itself."""
    wanted = launch(name, f"/home/pat/{folder}")
    made = macos_shortcut(wanted, HOME)
    (app,) = made.folders
    assert app.parent == HOME / "Applications"
    assert all(path.is_relative_to(app) for path in made.files)
    facts = plistlib.loads(made.files[app / "Contents" / "Info.plist"])
    assert facts["CFBundleName"] == name
    program = app / "Contents" / "MacOS" / facts["CFBundleExecutable"]
    assert made.programs == {program}
    shebang, change, start, end = made.files[program].decode().split("\n")
    assert (shebang, end) == ("#!/bin/sh", "")
    assert shlex.split(change)[:2] == ["cd", str(wanted.folder)]
    assert shlex.split(start) == ["nohup", *wanted.command, ">/dev/null", "2>&1", "</dev/null", "&"]
    assert list(made.links.values()) == [app]


@pytest.mark.skipif(sys.platform == "win32", reason="no such shell there")
def test_the_shell_reads_it_so(tmp_path: Path) -> None:
    """Names with every sign that a shell knows reach the program as they are."""
    folder = tmp_path / "It's $HOME `x`"
    folder.mkdir()
    told = folder / "told"
    wanted = Launch("x", (sys.executable, "-c", f"open({str(told)!r}, 'w').write({ODD!r})"), folder, "id")
    made = macos_shortcut(wanted, PurePosixPath(tmp_path))
    (script,) = (made.files[path].decode().replace(" &\n", "\n") for path in made.programs)
    subprocess.run(["/bin/sh", "-c", script], check=True)
    assert told.read_text("utf-8") == ODD


def settings_of(script: str) -> dict[str, str]:
    """Read what the script says of the shortcut: within quotes, each quote is doubled."""
    found = re.findall(r"\$link\.(\w+) = '((?:[^'‘’‚‛]|['‘’‚‛]{2})*)'\n", script)
    return {key: re.sub("(['‘’‚‛])\\1", r"\1", value) for key, value in found}


@given(name=WORDS, folder=WORDS)
def test_windows_starts_exactly_this(name: str, folder: str) -> None:
    """Each value is one quoted text of PowerShell, which takes typographic quotes for quotes, too."""
    wanted = launch(name, f"C:\\Users\\Pat\\{folder}")
    made = windows_shortcut(wanted, PureWindowsPath("C:\\Users\\Pat\\AppData\\Local"))
    found = settings_of(made.script)
    assert found["TargetPath"] == "/opt/python"
    assert found["Arguments"] == subprocess.list2cmdline(wanted.command[1:])
    assert found["WorkingDirectory"] == str(wanted.folder)
    assert found["IconLocation"] == "C:\\Users\\Pat\\AppData\\Local\\newsletter\\abc123.ico,0"
    for script in (made.script, made.undo):
        assert f"Item($place) '{wanted.file_name}.lnk'" in script


def test_windows_without_powershell() -> None:
    """A file of commands does the same; what it would read as a variable is doubled."""
    made = windows_fallback(launch(folder="C:\\100%HOME% sure"), PureWindowsPath("C:\\Users\\Pat\\Desktop"))
    ((path, data),) = made.files.items()
    assert path == PureWindowsPath("C:\\Users\\Pat\\Desktop\\Steady.cmd")
    assert data.decode().split("\r\n")[2] == ('start "" /opt/python -m newsletter -C "C:\\100%%HOME%% sure" desk')


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("Élan & Söhne: Newsletter", "Elan & Sohne Newsletter"),
        ("../../etc/passwd", "etcpasswd"),
        ("再见", "Newsletter"),
        ("x" * 90, "x" * 60),
    ],
)
def test_a_name_becomes_a_file_name(name: str, file_name: str) -> None:
    """Of plain letters, which every system takes, and never a path."""
    assert launch(name).file_name == file_name


def test_the_picture_is_one_everywhere() -> None:
    """Each system's own kind holds the same picture."""
    made = [
        linux_shortcut(launch(), HOME, None),
        macos_shortcut(launch(), HOME),
        windows_shortcut(launch(), PureWindowsPath("C:\\")),
    ]
    kinds = {".png": "PNG", ".icns": "ICNS", ".ico": "ICO"}
    pictures = [(path, data) for each in made for path, data in each.files.items() if path.suffix in kinds]
    assert len(pictures) == 3
    for path, data in pictures:
        image = Image.open(io.BytesIO(data))
        assert image.format == kinds[path.suffix]
        assert image.width >= 256


# --- on this computer -----------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home with a desktop, of somebody who has Linux."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.setattr(shortcut, "this_system", lambda: "linux")
    (tmp_path / "home" / "Desktop").mkdir(parents=True)
    return tmp_path / "home"


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def test_an_icon_comes_and_goes(workspace: Workspace, home: Path) -> None:
    """Putting it again changes nothing; a trial writes nothing."""
    assert "Would write" in run(workspace, "shortcut", "--dry-run")[0]
    assert files(home) == []
    for _ in range(2):
        assert "the desktop" in run(workspace, "shortcut")[0]
    made = files(home)
    assert len(made) == 3
    on_desktop = next((home / "Desktop").iterdir())
    entry = entry_of(on_desktop.read_text("utf-8"))
    assert arguments_of(entry["Exec"]) == launch_of(workspace).command
    assert entry["Name"] == "Elm Street Psychiatry newsletter"
    assert sys.platform == "win32" or on_desktop.stat().st_mode & 0o100

    assert "Would remove" in run(workspace, "shortcut", "--remove", "--dry-run")[0]
    assert files(home) == made
    told = json.loads(run(workspace, "shortcut", "--remove", "--json")[0])
    assert (told["removed"], len(told["files"])) == (True, 3)
    assert files(home) == []


def test_two_workspaces_have_two_icons(workspace: Workspace, home: Path, tmp_path: Path) -> None:
    """Also of one name."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "newsletter.toml").write_text((workspace.root / "newsletter.toml").read_text("utf-8"), "utf-8")
    run(workspace, "shortcut", "--name", "Mail")
    run(Workspace(other, workspace.settings), "shortcut", "--name", "Mail")
    assert len(list((home / "Desktop").iterdir())) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_an_app_comes_and_goes(workspace: Workspace, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a Mac; what somebody put on the desktop under that name stays."""
    monkeypatch.setattr(shortcut, "this_system", lambda: "macos")
    run(workspace, "shortcut", "--name", "Mail")
    assert (home / "Desktop" / "Mail.app" / "Contents" / "Info.plist").is_file()
    run(workspace, "shortcut", "--remove", "--name", "Mail")
    assert files(home) == []
    assert not (home / "Applications" / "Mail.app").exists()


def test_windows_that_forbids_powershell(workspace: Workspace, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then a file of commands takes its place; removing says what to do by hand."""
    monkeypatch.setattr(shortcut, "this_system", lambda: "windows")
    monkeypatch.setenv("LOCALAPPDATA", str(home / "data"))
    monkeypatch.setenv("PATH", "")
    told = json.loads(run(workspace, "shortcut", "--name", "Mail", "--json")[0])
    assert told["files"] == [str(home / "Desktop" / "Mail.cmd")]
    assert files(home / "Desktop") == ["Mail.cmd"]
    _, err = run(workspace, "shortcut", "--remove", "--name", "Mail", code=1)
    assert "right-click" in err


def test_an_icon_that_cannot_open_says_so(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no terminal: the browser shows what is wrong, and what to do."""
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    (workspace.root / "newsletter.toml").write_text("[clinic\n<b>", "utf-8")
    run(workspace, "desk", "--from-icon", code=1)
    run(workspace, "desk", code=1)  # in a terminal, the browser stays as it is
    (address,) = opened
    shown = Path(address.removeprefix("file://")).read_text("utf-8")
    assert "The desk did not open" in shown
    assert "newsletter.toml" in shown
