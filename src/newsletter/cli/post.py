"""`newsletter post`: the posts of an issue."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from newsletter.cli.lazy import CheckedGroup
from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.cli.sources import as_document, fresh, make_gatherer, source_options, tell
from newsletter.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.issues.order import Entry

_SHOWS = click.Choice(["full", "opening", "teaser", "title"])


@click.group(cls=CheckedGroup)
def post() -> None:
    """Add, move and remove the posts of an issue.

    Example: newsletter post add 2026-12 post.docx
    """


@post.command()
@click.argument("slug")
@click.argument("place", metavar="SOURCE")
@click.option(
    "--show", type=_SHOWS, help="How much of it the issue shows; otherwise the first post in full, others as teasers."
)
@source_options
@json_option
@with_workspace
def add(  # noqa: PLR0913 - one for each option
    workspace: Workspace,
    slug: str,
    place: str,
    show: str | None,
    title: str,
    pick: str,
    since: dt.datetime | None,
    *,
    take_all: bool,
    no_pictures: bool,
    allow_local: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Add the post at SOURCE to the issue SLUG.

    SOURCE is a file, - for standard input, clipboard, or a web address.

    Example: newsletter post add 2026-12 https://www.example.org/post/winter --show teaser
    """
    from newsletter.issues.arrange import add_post  # noqa: PLC0415 - slow to import
    from newsletter.issues.load import issue_folder, issue_order  # noqa: PLC0415 - slow to import
    from newsletter.issues.order import Show  # noqa: PLC0415 - slow to import

    issue_folder(workspace, slug)
    gatherer = make_gatherer(
        workspace, pick=pick, take_all=take_all, since=since, no_pictures=no_pictures, allow_local=allow_local
    )
    gathered = fresh(workspace, slug, gatherer.gather(place, title=title))
    for found in gathered:
        post = found.reading.post
        leads = not issue_order(workspace, slug) or not post.link
        much = Show(show) if show else Show.FULL if leads else Show.TEASER
        path = add_post(workspace, slug, post, pictures=found.pictures, show=much)
        if not as_json:
            tell(found, explain=explain)
            note(f"Added as {path.relative_to(workspace.root).as_posix()}")
    if as_json:
        print_json([as_document(found, explain=explain) for found in gathered])


@post.command("list")
@click.argument("slug")
@json_option
@with_workspace
def list_posts(workspace: Workspace, slug: str, *, as_json: bool) -> None:
    """List the posts of the issue SLUG in their order.

    Example: newsletter post list 2026-12
    """
    from newsletter.issues.load import issue_order  # noqa: PLC0415 - slow to import

    _print_order(issue_order(workspace, slug), as_json=as_json)


@post.command()
@click.argument("slug")
@click.argument("name", metavar="POST")
@click.argument("place", metavar="PLACE", type=click.IntRange(min=1))
@json_option
@with_workspace
def move(workspace: Workspace, slug: str, name: str, place: int, *, as_json: bool) -> None:
    """Move POST, its name or its number in the list, to PLACE.

    Example: newsletter post move 2026-12 3 1
    """
    from newsletter.issues.arrange import move_post  # noqa: PLC0415 - slow to import

    _print_order(move_post(workspace, slug, name, place), as_json=as_json)


@post.command()
@click.argument("slug")
@click.argument("name", metavar="POST")
@click.argument("much", metavar="full|opening|teaser|title", type=_SHOWS)
@click.option("--link", default="", metavar="URL", help="Where the whole post can be read, if its file does not say.")
@json_option
@with_workspace
def show(workspace: Workspace, slug: str, name: str, much: str, link: str, *, as_json: bool) -> None:
    """Show POST in full, its first paragraphs, as a card of two sentences, or only its title.

    Example: newsletter post show 2026-12 2 teaser
    """
    from newsletter.issues.arrange import show_post  # noqa: PLC0415 - slow to import
    from newsletter.issues.order import Show  # noqa: PLC0415 - slow to import

    _print_order(show_post(workspace, slug, name, Show(much), link), as_json=as_json)


@post.command()
@click.argument("slug")
@click.argument("name", metavar="POST")
@with_workspace
def remove(workspace: Workspace, slug: str, name: str) -> None:
    """Take POST out of the issue; its file is kept beside it.

    Example: newsletter post remove 2026-12 winter-light
    """
    from newsletter.issues.arrange import remove_post  # noqa: PLC0415 - slow to import

    kept = remove_post(workspace, slug, name)
    click.echo(f"Removed. Its text is kept in {kept.relative_to(workspace.root).as_posix()}")


def _print_order(order: "Sequence[Entry]", *, as_json: bool) -> None:
    if as_json:
        print_json([{"post": entry.stem, "show": str(entry.show)} for entry in order])
    elif not order:
        note("The issue has no post.")
    else:
        click.echo("\n".join(f"{number:>3}  {entry.show:<7}  {entry.stem}" for number, entry in enumerate(order, 1)))
