"""The command line as a person meets it: help, exit codes, and words instead of tracebacks."""

import importlib
import os
import runpy
import subprocess
import sys
from pathlib import Path

import click
import pytest

from newsletter.cli.commands import ALIASES, COMMANDS
from newsletter.workspace import Workspace

ROOT = Path(__file__).parents[2]


def newsletter(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program as its own process."""
    return subprocess.run(
        [sys.executable, "-m", "newsletter", *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    """Each entry of the overview is a command with a help of its own and an example."""
    entry = COMMANDS[name]
    command: click.Command = getattr(importlib.import_module(entry.module), entry.attribute)
    assert command.name == name
    assert command.help
    assert "newsletter " in command.help
    assert all(parameter.help for parameter in command.params if isinstance(parameter, click.Option))


def test_help_lists_every_command() -> None:
    """Asking for help shows all there is."""
    shown = newsletter("--help").stdout
    assert all(name in shown for name in COMMANDS)


def test_a_second_name_is_the_same_command() -> None:
    """The desk opens by either of its names, and takes one line of the overview."""
    assert "preview, desk " in newsletter("--help").stdout
    assert all(meant in COMMANDS for meant in ALIASES.values())
    assert "Open the desk in your browser" in newsletter("desk", "--help").stdout
    assert "Did you mean 'desk'?" in newsletter("deks").stderr


def test_help_imports_nothing_heavy() -> None:
    """Help is quick because nothing but click is imported for it."""
    code = "import sys, newsletter.cli.main as m; print(sorted(n for n in sys.modules if '.' not in n))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("sqlalchemy", "jinja2", "premailer", "sendgrid", "starlette", "rich", "email_validator"):
        assert f"'{heavy}'" not in loaded


def test_misspelt_command() -> None:
    """Wrong usage exits with 2 and suggests."""
    done = newsletter("sned")
    assert done.returncode == 2
    assert "Did you mean 'send'?" in done.stderr


def test_outside_a_workspace(tmp_path: Path) -> None:
    """A refusal exits with 1 and names the next step."""
    done = newsletter("list", cwd=tmp_path)
    assert done.returncode == 1
    assert "newsletter init" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_then_broken_settings(tmp_path: Path) -> None:
    """A workspace is made, spoilt, and the mistake is named with file and key."""
    assert newsletter("init", "clinic", "--yes", cwd=tmp_path).returncode == 0
    settings = tmp_path / "clinic" / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8").replace("phone =", "fone ="), "utf-8")
    done = newsletter("-C", "clinic", "list", cwd=tmp_path)
    assert done.returncode == 1
    assert "newsletter.toml" in done.stderr
    assert "clinic.fone: unknown key. Did you mean clinic.phone?" in done.stderr


def test_unforeseen_error_quotes_nothing(tmp_path: Path) -> None:
    """Even our own mistakes come as words, without what they stumbled over."""
    code = (
        "import sys, newsletter.cli.init as i, newsletter.cli.main as m\n"
        "def broken(*a, **k): raise RuntimeError('ana@example.org')\n"
        "i.init.callback = broken\n"
        "sys.argv = ['newsletter', 'init', '--yes']\n"
        "m.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "failed unexpectedly (RuntimeError at " in done.stderr
    assert "ana@" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("debug", [False, True])
def test_what_a_parser_raised_is_kept_for_those_who_ask(workspace: Workspace, debug: bool) -> None:  # noqa: FBT001
    """Staff read that the file is damaged; the error behind it is printed only with NEWSLETTER_DEBUG."""
    (workspace.root / "post.docx").write_bytes(b"PK\x03\x04" + b"word/document.xml" * 20)
    command = [sys.executable, "-m", "newsletter", "-C", str(workspace.root), "new", "a", "--from"]
    environment = {name: value for name, value in os.environ.items() if name != "NEWSLETTER_DEBUG"}
    done = subprocess.run(
        [*command, str(workspace.root / "post.docx")],
        env=environment | ({"NEWSLETTER_DEBUG": "1"} if debug else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "is a damaged Word document" in done.stderr
    assert ("BadZipFile" in done.stderr) == debug


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    "words",
    [("subscribers", "list", "--since"), ("send", "a", "--joined-since"), ("new", "a", "--from", "b", "--since")],
)
def test_days_at_the_ends_of_the_calendar(workspace: Workspace, words: tuple[str, ...], day: str) -> None:
    """They begin at no moment in some zones, so they are wrong usage."""
    done = newsletter("-C", str(workspace.root), *words, day)
    assert done.returncode == 2
    assert "check the year" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs a right that few have there")
def test_links_that_lead_in_a_circle(workspace: Workspace) -> None:
    """As a source, a list, a backup, a post of an issue and a picture: each is named, or left out."""
    root = workspace.root
    (root / "loop").symlink_to("loop")
    (root / "post.html").write_text("<h1>Elm</h1><p>Light helps.</p><p><img src='loop' alt='a'></p>", "utf-8")
    for words in (("new", "a", "--from"), ("subscribers", "import", "--consent", "x", "--yes"), ("restore", "--yes")):
        done = newsletter("-C", str(root), *words, str(root / "loop"))
        assert (done.returncode, "Error" in done.stderr, "failed unexpectedly" in done.stderr) == (1, True, False), (
            done.stderr
        )
    assert newsletter("-C", str(root), "new", "a", "--from", str(root / "post.html")).returncode == 0
    (workspace.issues_dir / "a" / "posts" / "loop.md").symlink_to("loop.md")
    done = newsletter("-C", str(root), "check", "a")
    assert (done.returncode, "loop.md" in done.stderr) == (1, True), done.stderr


def test_every_command_is_documented() -> None:
    """The page of commands is what its script makes of the commands as they are now."""
    page = runpy.run_path(str(ROOT / "docs" / "make_cli.py"))["cli_page"]()
    written = (ROOT / "docs" / "users" / "cli.md").read_text("utf-8")
    assert page == written, "run: python docs/make_cli.py"
