"""`newsletter doctor`: what is in order, what is not, and what to do about it."""

import textwrap
from collections.abc import Iterable

import click

from newsletter.cli.output import fitted, json_option, print_json
from newsletter.doctor import Verdict, examine, unreadable
from newsletter.errors import WorkspaceError
from newsletter.formatting import counted
from newsletter.workspace import open_workspace

_COLOURS = {"ok": "green", "note": "blue", "warn": "yellow", "wrong": "red"}


@click.command(short_help="Check your setup, and say what to fix.")
@click.option("--offline", is_flag=True, help="Do not contact SendGrid, the mail server or the web.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, *, offline: bool, as_json: bool) -> None:
    """Check settings, database, disk, unfinished sends, SendGrid and your domain.

    Nothing is sent or changed. Each line says ok, note, warn or wrong, and what to do. The
    exit code is 1 if anything is wrong.

    Example: newsletter doctor
    """
    found = []
    for verdict in _verdicts(ctx, offline=offline):
        found.append(verdict)
        if not as_json:
            _print(verdict)
    numbers = {level: sum(verdict.level == level for verdict in found) for level in _COLOURS}
    if as_json:
        print_json({"verdicts": [verdict.as_document() for verdict in found], "counts": numbers})
    else:
        warnings = counted(numbers["warn"], "warning", "warnings")
        problems = counted(numbers["wrong"], "problem", "problems") if numbers["wrong"] else "No problems"
        click.echo(f"{problems}, {warnings}.")
    ctx.exit(1 if numbers["wrong"] else 0)


def _verdicts(ctx: click.Context, *, offline: bool) -> Iterable[Verdict]:
    try:
        workspace = open_workspace(ctx.obj)
    except WorkspaceError as err:
        return [unreadable(err)]
    return examine(workspace, offline=offline)


def _print(verdict: Verdict) -> None:
    level = click.style(f"{verdict.level:<6}", fg=_COLOURS[verdict.level], bold=verdict.level == "wrong")
    words = fitted(f"{verdict.level:<6}{verdict.about}: {verdict.words}", " " * 6)
    click.echo(level + words[6:])
    for line in verdict.remedy.splitlines():
        click.echo(textwrap.indent(line, "      "))
