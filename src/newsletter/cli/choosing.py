"""The options by which `send` chooses people."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from newsletter.cli.output import DAY, start_of
from newsletter.storage.moment import write_moment
from newsletter.subscribers.audience import Audience
from newsletter.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--tag", "tags", multiple=True, help="Only subscribers with this tag; repeat it for several."),
    click.option("--not-tag", "not_tags", multiple=True, help="Only subscribers without this tag; can be repeated."),
    click.option(
        "--language",
        "languages",
        multiple=True,
        metavar="CODE",
        help="Only subscribers with this language (es, en …; none: not known); can be repeated.",
    ),
    click.option("--joined-since", type=DAY, metavar="DAY", help="Only subscribers who joined on this day or later."),
)


def audience_options(command: F) -> F:
    """Give a command the options that choose an audience; `chosen_audience` makes it of them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def chosen_audience(
    workspace: Workspace,
    *,
    tags: tuple[str, ...],
    not_tags: tuple[str, ...],
    languages: tuple[str, ...],
    joined_since: datetime | None,
) -> Audience:
    """Return the audience that was typed; a day begins as it does at the clinic."""
    since = write_moment(start_of(joined_since, workspace)) if joined_since else ""
    return Audience(tags=tags, not_tags=not_tags, languages=languages, joined_since=since)
