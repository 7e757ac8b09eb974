"""The command line as a person meets it: help, exit codes, and words instead of tracebacks."""

import importlib
import runpy
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import newsletter as newsletter_package
from newsletter.cli.commands import ALIASES, COMMANDS
from newsletter.cli.main import cli
from newsletter.web.listening import listen
from newsletter.workspace import Workspace
from tests.cli.typed import in_a_process, typed

ROOT = Path(__file__).parents[2]


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
    shown = typed("--help").stdout
    assert all(name in shown for name in COMMANDS)


def test_a_second_name_is_the_same_command() -> None:
    """The desk opens by either of its names, and takes one line of the overview."""
    assert "preview, desk " in typed("--help").stdout
    assert all(meant in COMMANDS for meant in ALIASES.values())
    assert "Open the desk in your browser" in typed("desk", "--help").stdout
    assert "Did you mean 'desk'?" in typed("deks").stderr


ONE_OF_EACH = """
init --yes
subscribers import samples/people.csv --consent x --yes
new 2026-12-walk --from samples/post.txt
post list 2026-12-walk
issue restore
list
check 2026-12-walk
render 2026-12-walk
theme list
test 2026-12-walk --to nora@example.org
approve 2026-12-walk --by Nora
send 2026-12-walk --yes
status 2026-12-walk
report 2026-12-walk
correct 2026-12-walk
resolve 2026-12-walk
resume 2026-12-walk
cancel 2026-12-walk
events import events.json
archive list
inbox
run-due
worker
backup kept.zip
restore kept.zip --yes
database copy --to sqlite:///second.db
doctor
preview --port {taken}
shortcut --dry-run
serve --port {taken}
completion bash
"""


@pytest.mark.heavy
def test_every_command_is_a_program(tmp_path: Path) -> None:
    """Each runs in a process of its own, without what another command or a test has imported, and foresees its end."""
    (tmp_path / "events.json").write_text("[]", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as busy:
        lines = ONE_OF_EACH.format(taken=busy.getsockname()[1]).strip().splitlines()
        assert sorted(line.split()[0] for line in lines) == sorted(COMMANDS)
        for line in lines:
            done = in_a_process(*line.split(), cwd=tmp_path)
            assert done.returncode in {0, 1}, f"{line}: {done.stderr}"
            assert "failed unexpectedly" not in done.stderr, f"{line}: {done.stderr}"


def test_help_has_no_marks() -> None:
    """It is read in a terminal, where the marks of Markdown and reStructuredText stand as they are."""

    def helps(command: click.Command, *path: str) -> Iterator[tuple[tuple[str, ...], str]]:
        yield path, CliRunner().invoke(cli, [*path, "--help"]).output
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found
                yield from helps(found, *path, name)

    told = dict(helps(cli))
    assert len(told) > 50
    assert {path: text for path, text in told.items() if "`" in text or "**" in text or ":ref:" in text} == {}


def test_help_imports_nothing_heavy() -> None:
    """Help is quick because nothing but click is imported for it."""
    code = "import sys, newsletter.cli.main as m; print(sorted(n for n in sys.modules if '.' not in n))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("sqlalchemy", "jinja2", "premailer", "sendgrid", "starlette", "rich", "email_validator"):
        assert f"'{heavy}'" not in loaded


def test_misspelt_command() -> None:
    """Wrong usage exits with 2 and suggests."""
    done = typed("sned")
    assert done.returncode == 2
    assert "Did you mean 'send'?" in done.stderr


def test_outside_a_workspace(tmp_path: Path) -> None:
    """A refusal exits with 1 and names the next step."""
    done = typed("list", cwd=tmp_path)
    assert done.returncode == 1
    assert "newsletter init" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_then_broken_settings(tmp_path: Path) -> None:
    """A workspace is made, spoilt, and the mistake is named with file and key."""
    assert typed("init", "clinic", "--yes", cwd=tmp_path).returncode == 0
    settings = tmp_path / "clinic" / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8").replace("phone =", "fone ="), "utf-8")
    done = typed("-C", "clinic", "list", cwd=tmp_path)
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
    words = ("-C", str(workspace.root), "new", "a", "--from", str(workspace.root / "post.docx"))
    done = typed(*words, variables={"NEWSLETTER_DEBUG": "1"} if debug else {})
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
    done = typed("-C", str(workspace.root), *words, day)
    assert done.returncode == 2
    assert "check the year" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs a right that few have there")
def test_links_that_lead_in_a_circle(workspace: Workspace) -> None:
    """As a source, a list, a backup, a post of an issue and a picture: each is named, or left out."""
    root = workspace.root
    (root / "loop").symlink_to("loop")
    (root / "post.html").write_text("<h1>Elm</h1><p>Light helps.</p><p><img src='loop' alt='a'></p>", "utf-8")
    for words in (("new", "a", "--from"), ("subscribers", "import", "--consent", "x", "--yes"), ("restore", "--yes")):
        done = typed("-C", str(root), *words, str(root / "loop"))
        assert (done.returncode, "Error" in done.stderr, "failed unexpectedly" in done.stderr) == (1, True, False), (
            done.stderr
        )
    assert typed("-C", str(root), "new", "a", "--from", str(root / "post.html")).returncode == 0
    (workspace.issues_dir / "a" / "posts" / "loop.md").symlink_to("loop.md")
    done = typed("-C", str(root), "check", "a")
    assert (done.returncode, "loop.md" in done.stderr) == (1, True), done.stderr


def test_every_command_can_answer_in_json() -> None:
    """Programs can use each command; only the script for a shell is text by its nature."""

    def without(group: click.Group, ctx: click.Context) -> list[str]:
        found: list[str] = []
        for name in group.list_commands(ctx):
            command = group.get_command(ctx, name)
            assert command is not None
            if isinstance(command, click.Group):
                found += without(command, click.Context(command, parent=ctx, info_name=name))
            elif not any("--json" in parameter.opts for parameter in command.params):
                found.append(name)
        return found

    assert without(cli, click.Context(cli)) == ["completion"]


def test_one_place_for_the_version() -> None:
    """The package takes its version from the code, as `--version` does."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" in project["project"]["dynamic"]
    assert (ROOT / project["tool"]["hatch"]["version"]["path"]).samefile(newsletter_package.__file__)
    said = CliRunner().invoke(cli, ["--version"]).stdout
    assert said.split()[-1] == newsletter_package.__version__


@pytest.mark.parametrize("folder", ["", "docs"])
def test_the_clone_is_no_workspace(folder: str) -> None:
    """The program's own folder looks like a workspace, and nothing may be written there."""
    before = sorted(path.name for path in ROOT.iterdir())
    for words in (["list"], ["subscribers", "list"], ["new", "a"]):
        ended = CliRunner().invoke(cli, ["-C", str(ROOT / folder), *words])
        assert "not a workspace" in str(ended.exception)
        assert "newsletter init" in str(ended.exception)
    assert sorted(path.name for path in ROOT.iterdir()) == before


@pytest.mark.parametrize("no_color", ["", "1"])
def test_no_color(workspace: Workspace, no_color: str) -> None:
    """NO_COLOR turns colors off, also at a terminal that has them."""
    words = ["-C", str(workspace.root), "doctor", "--offline"]
    ended = CliRunner(env={"NO_COLOR": no_color}).invoke(cli, words, color=True)
    assert ("\x1b[" in ended.stdout) == (not no_color)


def test_two_times_to_send_at(workspace: Workspace) -> None:
    """At a time and at once is a slip, and sends nothing."""
    ended = CliRunner().invoke(cli, ["-C", str(workspace.root), "send", "a", "--now", "--at", "2026-12-01 09:00"])
    assert (ended.exit_code, "either --at or --now" in ended.stderr) == (2, True)


def test_serving_on_a_taken_port(workspace: Workspace) -> None:
    """The public pages say that another program has the port."""
    settings = workspace.root / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8") + '[web]\npublic_url = "https://news.example.org"\n', "utf-8")
    with listen() as other:
        port = str(other.getsockname()[1])
        ended = CliRunner().invoke(cli, ["-C", str(workspace.root), "serve", "--port", port])
    assert f"port {port} is used by another program" in str(ended.exception)


def test_every_command_is_documented() -> None:
    """The page of commands is what its script makes of the commands as they are now."""
    page = runpy.run_path(str(ROOT / "docs" / "make_cli.py"))["cli_page"]()
    written = (ROOT / "docs" / "users" / "cli.md").read_text("utf-8")
    assert page == written, "run: python docs/make_cli.py"
