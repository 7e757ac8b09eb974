"""What commands share: opening the workspace, and printing."""

import functools
import json
import shutil
import sys
import textwrap
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from newsletter.errors import NewsletterError
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.leftovers import remove_leftovers

P = ParamSpec("P")
R = TypeVar("R")


def with_workspace(command: Callable[P, R]) -> Callable[..., R]:
    """Pass the opened workspace as the command's first argument."""

    @click.pass_context
    @functools.wraps(command)
    def wrapper(ctx: click.Context, /, *args: Any, **kwargs: Any) -> R:
        workspace = open_workspace(ctx.obj)
        for path in remove_leftovers(workspace):
            note(f"Removed {path.name}: a private copy left behind by an interrupted backup or restore.")
        return ctx.invoke(command, workspace, *args, **kwargs)

    return wrapper


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")


def slug_argument(*, required: bool = True) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Give a command the argument that names an issue which is there; a shell completes it."""
    return click.argument("slug", required=required, shell_complete=_issues)


def _issues(ctx: click.Context, _argument: click.Parameter, typed: str) -> list[str]:
    from newsletter.issues import list_slugs  # noqa: PLC0415 - only when a shell asks

    try:
        workspace = open_workspace(ctx.find_root().params.get("folder") or Path())
    except NewsletterError:
        return []
    return [slug for slug in list_slugs(workspace) if slug.startswith(typed)]


class _Day(click.DateTime):
    """A day, as it is typed; of others, the moment at which they begin may not exist everywhere."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the day."""
        day = super().convert(value, param, ctx)
        if not 1900 <= day.year < 2200:
            self.fail(f"{value} is out of range; check the year.", param, ctx)
        return day


DAY = _Day(["%Y-%m-%d"])


def start_of(day: datetime, workspace: Workspace) -> datetime:
    """Return when a day that was typed begins at the clinic."""
    return day.replace(tzinfo=workspace.settings.clinic.timezone)


def print_json(document: object) -> None:
    """Print `document` as the command's one answer."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def note(text: str) -> None:
    """Say something beside the answer: on standard error, so that pipes stay clean."""
    click.echo(text, err=True)


def columns() -> int:
    """Return how wide the terminal is; in a pipe or a file, lines may be of any length."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize


def fitted(text: str, indent: str) -> str:
    """Return a line of words in lines that fit the terminal, `indent` before all but the first."""
    if len(text) < columns():
        return text
    return textwrap.fill(text, columns() - 1, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def is_terminal() -> bool:
    """Whether a person sits at both ends, so that asking and showing progress make sense."""
    return sys.stdin.isatty() and sys.stderr.isatty()
