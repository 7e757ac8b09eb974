"""An icon that opens the desk of a workspace: in the menu and on the desktop of Windows, macOS and Linux.

What is written for each system is made by functions that can be tried on any; only `put_shortcut` and
`remove_shortcut` touch the one that this is.
"""

import base64
import hashlib
import io
import os
import plistlib
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Literal

from PIL import Image, ImageDraw

from newsletter.errors import NewsletterError
from newsletter.files import SHARED, explained, write_whole
from newsletter.workspace import Workspace

System = Literal["windows", "macos", "linux"]

_PROGRAM = 0o755
_SECONDS = 60  # for PowerShell, which is slow to start on an old laptop
_LONGEST_NAME = 60
_GREEN, _WHITE = (31, 107, 102, 255), (255, 255, 255, 255)


@dataclass(frozen=True, slots=True)
class Launch:
    """What an icon starts.

    Attributes:
        name: what stands below the icon.
        command: the program and its arguments.
        folder: the workspace.
        id: tells the workspaces of one account apart.
    """

    name: str
    command: tuple[str, ...]
    folder: PurePath
    id: str

    @property
    def file_name(self) -> str:
        """The name as every system takes it for a file."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        kept = " ".join(re.sub(r"[^A-Za-z0-9 &+-]", "", plain).split())[:_LONGEST_NAME].strip(" -&+")
        return kept or "Newsletter"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What makes an icon.

    Attributes:
        files: what is written, by its place.
        programs: those of them that can be run.
        links: places on the desktop that lead to one of them.
        folders: what is removed as a whole.
        script: what only PowerShell can do; `undo` takes it back.
        shown: where a person finds the icon.
    """

    files: Mapping[PurePath, bytes]
    programs: frozenset[PurePath] = frozenset()
    links: Mapping[PurePath, PurePath] = field(default_factory=dict)
    folders: tuple[PurePath, ...] = ()
    script: str = ""
    undo: str = ""
    shown: tuple[str, ...] = ()


# --- what each system wants -----------------------------------------------------------------


def linux_shortcut(launch: Launch, home: PurePath, desktop: PurePath | None) -> Shortcut:
    """Return an entry of the menu, and of the desktop where there is one.

    https://specifications.freedesktop.org/desktop-entry-spec/latest/
    """
    share = home / ".local" / "share"
    icon = share / "newsletter" / f"{launch.id}.png"
    entry = _desktop_entry(launch, icon).encode()
    menu = share / "applications" / f"newsletter-{launch.id}.desktop"
    files: dict[PurePath, bytes] = {icon: _picture("PNG"), menu: entry}
    shown = ["the menu of programs"]
    programs: set[PurePath] = {menu}
    if desktop is not None:
        on_desktop = desktop / f"newsletter-{launch.id}.desktop"
        files[on_desktop] = entry
        programs.add(on_desktop)
        shown.append("the desktop")
    return Shortcut(files, frozenset(programs), shown=tuple(shown))


def _desktop_entry(launch: Launch, icon: PurePath) -> str:
    def text(value: str) -> str:
        return value.replace("\\", "\\\\").replace("\n", " ").replace("\r", " ")

    def argument(value: str) -> str:
        quoted = re.sub(r'(["`$\\])', r"\\\1", value).replace("%", "%%")
        return f'"{quoted}"'

    command = " ".join(argument(part) for part in launch.command)
    lines = {
        "Type": "Application",
        "Name": text(launch.name),
        "Comment": "Write, preview and send the newsletter",
        "Exec": text(command),
        "Path": text(str(launch.folder)),
        "Icon": text(str(icon)),
        "Terminal": "false",
        "Categories": "Office;",
    }
    return "[Desktop Entry]\n" + "".join(f"{key}={value}\n" for key, value in lines.items())


def macos_shortcut(launch: Launch, home: PurePath) -> Shortcut:
    """Return an app in the person's own Applications, with a link on the desktop.

    Its program ends at once and leaves the desk running: macOS would not start an app again that still runs, and
    a second click could not open the browser.
    """
    app = home / "Applications" / f"{launch.file_name}.app"
    facts = {
        "CFBundleName": launch.name,
        "CFBundleDisplayName": launch.name,
        "CFBundleIdentifier": f"org.newsletter.desk.{launch.id}",
        "CFBundleExecutable": "desk",
        "CFBundleIconFile": "desk.icns",
        "CFBundlePackageType": "APPL",
        "CFBundleShortVersionString": "1.0",
        "LSArchitecturePriority": ["arm64", "x86_64"],
        "LSUIElement": True,  # no second icon in the Dock
    }
    command = " ".join(shlex.quote(part) for part in launch.command)
    script = (
        f"#!/bin/sh\ncd {shlex.quote(str(launch.folder))} || exit 1\nnohup {command} >/dev/null 2>&1 </dev/null &\n"
    )
    contents = app / "Contents"
    program = contents / "MacOS" / "desk"
    files: dict[PurePath, bytes] = {
        contents / "Info.plist": plistlib.dumps(facts),
        program: script.encode(),
        contents / "Resources" / "desk.icns": _picture("ICNS"),
    }
    links: dict[PurePath, PurePath] = {home / "Desktop" / f"{launch.file_name}.app": app}
    return Shortcut(files, frozenset({program}), links, (app,), shown=("Applications", "the desktop"))


def windows_shortcut(launch: Launch, data: PurePath) -> Shortcut:
    """Return shortcuts on the desktop and in the start menu, which only Windows itself can write.

    https://learn.microsoft.com/troubleshoot/windows-client/admin-development/create-desktop-shortcut-with-wsh
    """
    icon = data / "newsletter" / f"{launch.id}.ico"
    facts = {
        "TargetPath": launch.command[0],
        "Arguments": subprocess.list2cmdline(launch.command[1:]),
        "WorkingDirectory": str(launch.folder),
        "IconLocation": f"{icon},0",
        "Description": "Write, preview and send the newsletter",
    }
    each = (
        "foreach ($place in 'Desktop', 'Programs') {\n"
        f"  $path = Join-Path $shell.SpecialFolders.Item($place) {_powershell(launch.file_name + '.lnk')}\n"
    )
    begin = "$ErrorActionPreference = 'Stop'\n$shell = New-Object -ComObject WScript.Shell\n"
    lines = "".join(f"  $link.{name} = {_powershell(value)}\n" for name, value in facts.items())
    script = f"{begin}{each}  $link = $shell.CreateShortcut($path)\n{lines}  $link.Save()\n}}\n"
    undo = f"{begin}{each}  if (Test-Path -LiteralPath $path) {{ Remove-Item -LiteralPath $path }}\n}}\n"
    return Shortcut({icon: _picture("ICO")}, script=script, undo=undo, shown=("the desktop", "the Start menu"))


def windows_fallback(launch: Launch, desktop: PurePath) -> Shortcut:
    """Return a file on the desktop that does the same where PowerShell may not be used."""
    command = subprocess.list2cmdline(launch.command).replace("%", "%%")
    script = f'@echo off\r\nchcp 65001 >nul\r\nstart "" {command}\r\n'
    return Shortcut({desktop / f"{launch.file_name}.cmd": script.encode()}, shown=("the desktop",))


def _powershell(text: str) -> str:
    """Quote a text; PowerShell takes typographic quotes for quotes, too."""
    return "'" + re.sub("(['‘’‚‛])", r"\1\1", text) + "'"


def _picture(kind: str) -> bytes:
    """Draw the desk's icon: an envelope."""
    size, scale = 512, 16
    image = Image.new("RGBA", (size, size))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, size - 1, size - 1), 8 * scale, fill=_GREEN)
    draw.rounded_rectangle((7 * scale, 10 * scale, 25 * scale, 22 * scale), 24, outline=_WHITE, width=2 * scale)
    flap = [(7.5 * scale, 11.5 * scale), (16 * scale, 17.5 * scale), (24.5 * scale, 11.5 * scale)]
    draw.line(flap, fill=_WHITE, width=2 * scale, joint="curve")
    file = io.BytesIO()
    if kind != "ICNS":  # which holds it in several sizes, up to the largest
        image = image.resize((256, 256), Image.Resampling.LANCZOS)
    image.save(file, kind)
    return file.getvalue()


# --- this computer --------------------------------------------------------------------------


def this_system() -> System:
    """Return which system this is; others than Windows and macOS are taken for Linux."""
    return "windows" if sys.platform == "win32" else "macos" if sys.platform == "darwin" else "linux"


def launch_of(workspace: Workspace, name: str = "") -> Launch:
    """Return what the icon of a workspace starts, called `name` or as its newsletter is."""
    clinic = workspace.settings.clinic
    program = Path(sys.executable)
    windowless = program.with_name("pythonw.exe")
    if sys.platform == "win32" and windowless.is_file():
        program = windowless
    command = (str(program), "-m", "newsletter", "-C", str(workspace.root), "desk", "--from-icon")
    called = " ".join(name.split())[:_LONGEST_NAME] or clinic.newsletter or f"{clinic.name} newsletter"
    identity = hashlib.sha256(os.fsencode(workspace.root)).hexdigest()[:12]
    return Launch(called, command, workspace.root, identity)


def shortcut_of(launch: Launch) -> Shortcut:
    """Return what makes the icon on this computer."""
    home = Path.home()
    match this_system():
        case "windows":
            data = os.environ.get("LOCALAPPDATA") or str(home / "AppData" / "Local")
            return windows_shortcut(launch, Path(data))
        case "macos":
            return macos_shortcut(launch, home)
        case _:
            desktop = home / "Desktop"
            return linux_shortcut(launch, home, desktop if desktop.is_dir() else None)


def put_shortcut(launch: Launch) -> Shortcut:
    """Put the icon there, in the place of an earlier one, and return what was written.

    Raises:
        WorkspaceError: a file cannot be written.
    """
    shortcut = shortcut_of(launch)
    _write(shortcut)
    if shortcut.script and not _run(shortcut.script):
        shortcut = windows_fallback(launch, Path.home() / "Desktop")
        _write(shortcut)
    return shortcut


def remove_shortcut(launch: Launch) -> list[Path]:
    """Take the icon away, and return what is gone.

    Raises:
        NewsletterError: Windows does not let it go.
        WorkspaceError: a file cannot be removed.
    """
    shortcut = shortcut_of(launch)
    fallback = windows_fallback(launch, Path.home() / "Desktop") if shortcut.undo else None
    if shortcut.undo and not _run(shortcut.undo):
        hint = "Delete the icons by hand: right-click each, and choose Delete."
        raise NewsletterError("Windows did not remove the shortcuts", hint=hint)
    paths = [Path(path) for path in (*shortcut.links, *shortcut.files, *(fallback.files if fallback else ()))]
    gone = [path for path in paths if path.is_symlink() or path.exists()]
    for path in gone:
        with explained(path):
            path.unlink()
    for folder in map(Path, shortcut.folders):
        shutil.rmtree(folder, ignore_errors=True)
    return gone


def _write(shortcut: Shortcut) -> None:
    for place, data in shortcut.files.items():
        path = Path(place)
        write_whole(path, data, mode=_PROGRAM if place in shortcut.programs else SHARED)
    for place, target in shortcut.links.items():
        link = Path(place)
        with suppress(OSError):  # macOS may ask whether the desktop may be used; the app is there all the same
            if link.is_symlink():
                link.unlink()
            if link.parent.is_dir() and not link.exists():
                link.symlink_to(Path(target))


def _run(script: str) -> bool:
    """Let PowerShell do what only Windows can; return whether it did."""
    encoded = base64.b64encode(script.encode("utf-16-le")).decode()
    command: Sequence[str] = (
        *("powershell.exe", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass"),
        *("-EncodedCommand", encoded),
    )
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        done = subprocess.run(  # noqa: S603 - our own script, every value in it quoted
            command, capture_output=True, timeout=_SECONDS, check=False, creationflags=flags
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
