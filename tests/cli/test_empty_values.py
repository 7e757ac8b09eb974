"""An empty value, such as an unset variable of a script leaves, is wrong usage everywhere; it never means "all"."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from newsletter.campaigns import find_campaign
from newsletter.cli.main import cli
from newsletter.storage import open_store
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace
from tests.campaigns.samples import ADDRESS, add_people

EMPTY = ["", " ", "\t", "\u00a0", "\u200b", ",", " , ,", ";", "|", "''", '""']
CLEARING = {
    ("subscribers edit", "--first-name"),
    ("subscribers edit", "--last-name"),
    ("subscribers edit", "--language"),
}


def _commands(
    command: click.Command, ctx: click.Context, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found
            yield from _commands(found, click.Context(found, parent=ctx), (*path, name))


def _parameters() -> Iterator[tuple[tuple[str, ...], click.Command, click.Parameter, str]]:
    """Give every argument, and every spelling of every option that takes a value."""
    for path, command in _commands(cli, click.Context(cli), ()):
        for parameter in command.params:
            if isinstance(parameter, click.Argument):
                yield path, command, parameter, parameter.name or ""
            elif isinstance(parameter, click.Option) and not parameter.is_flag:
                yield from ((path, command, parameter, name) for name in parameter.opts)


PARAMETERS = list(_parameters())


def test_all_are_walked() -> None:
    """The walk finds the options that matter most."""
    walked = {(" ".join(path), name) for path, _, _, name in PARAMETERS}
    assert {("send", "--at"), ("send", "--tag"), ("", "-C"), ("serve", "--host"), ("post add", "place")} <= walked
    assert walked >= CLEARING
    assert len(walked) > 100


@pytest.mark.parametrize(
    ("path", "command", "parameter", "name"),
    PARAMETERS,
    ids=[f"{' '.join(path)} {name}" for path, _, _, name in PARAMETERS],
)
def test_empty_value_is_wrong_usage(
    path: tuple[str, ...], command: click.Command, parameter: click.Parameter, name: str, tmp_path: Path
) -> None:
    """Each is refused with exit code 2 before anything is opened, in either way to write it, and is named."""
    if (" ".join(path), name) in CLEARING:
        return
    for empty in ("", " ", ","):
        arguments = [empty if each is parameter else "x" for each in command.params if isinstance(each, click.Argument)]
        spellings = [[]] if isinstance(parameter, click.Argument) else [[name, empty], [f"{name}={empty}"]]
        for option in spellings if name.startswith("--") else spellings[:1]:
            words = ["-C", str(tmp_path), *path, *option, "--", *arguments] if path else option
            result = CliRunner().invoke(cli, words)
            assert (result.exit_code, "it is empty" in result.output) == (2, True), (words, result.output)


@pytest.fixture
def clinic(tmp_path: Path) -> Workspace:
    """A workspace that could send at once, to five people."""
    make_workspace(tmp_path / "clinic", {"clinic.postal_address": ADDRESS})
    workspace = open_workspace(tmp_path / "clinic")
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 5)
    return workspace


@pytest.mark.parametrize("option", ["--at", "--tag", "--not-tag", "--language", "--joined-since", "--by"])
def test_nothing_is_sent(clinic: Workspace, option: str) -> None:
    """An empty time is not now, and an empty tag not everybody, whatever kind of nothing it is."""
    for empty in EMPTY:
        result = CliRunner().invoke(cli, ["-C", str(clinic.root), "send", SAMPLE_ISSUE, "--yes", option, empty])
        assert (result.exit_code, f"'{option}': it is empty" in result.output) == (2, True), (empty, result.output)
    with open_store(clinic.database_url, clinic.key_file) as store:
        assert find_campaign(store, SAMPLE_ISSUE) is None


def test_what_clears_may_be_empty_and_signs_may_stand_alone(clinic: Workspace) -> None:
    """Where an empty value has a meaning it is taken; "-" and "." are values like others."""
    at = ["-C", str(clinic.root)]
    runner = CliRunner()
    cleared = runner.invoke(cli, [*at, "subscribers", "edit", "reader1@example.org", "--first-name", ""])
    assert (cleared.exit_code, "(no name)" in cleared.output) == (0, True)
    assert runner.invoke(cli, [*at, "events", "import", "-"], input="[]").exit_code == 0
    found = runner.invoke(cli, [*at, "subscribers", "list", "--search", "."])
    assert (found.exit_code, found.stdout.count("@")) == (0, 5)


def test_folder_that_is_not_there_is_not_the_one_around_it(clinic: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt workspace is named; the command does not go to the workspace in whose folder one happens to be."""
    monkeypatch.chdir(clinic.root)
    result = CliRunner().invoke(cli, ["-C", "clinc", "send", SAMPLE_ISSUE, "--yes"])
    assert "no such folder" in str(result.exception)
    assert CliRunner().invoke(cli, ["-C", "newsletters", "list"]).exit_code == 0
