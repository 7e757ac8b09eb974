"""What commands share: opening the workspace and the store, and printing."""

import contextlib
import functools
import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.leftovers import remove_leftovers

if TYPE_CHECKING:
    from newsletter.storage import Store

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


@contextlib.contextmanager
def workspace_store(workspace: Workspace) -> "Iterator[Store]":
    """Open the workspace's database."""
    from newsletter.storage import open_store  # noqa: PLC0415 - SQLAlchemy is slow to import

    with open_store(workspace.database_url, workspace.key_file) as store:
        yield store


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


def counted(number: int, one: str, several: str) -> str:
    """Return a number with its noun, such as "1 message" or "37,016 messages"."""
    return f"{number:,} {one if number == 1 else several}"


def is_terminal() -> bool:
    """Whether a person sits at both ends, so that asking and showing progress make sense."""
    return sys.stdin.isatty() and sys.stderr.isatty()
