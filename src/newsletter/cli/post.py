"""`newsletter post`: the posts of an issue."""

import datetime as dt
from collections.abc import Sequence

import click

from newsletter.cli.lazy import CheckedGroup
from newsletter.cli.output import json_option, note, print_json, slug_argument, with_workspace
from newsletter.cli.sources import as_document, fresh, make_gatherer, source_options, tell
from newsletter.issues.arrange import add_post, move_post, remove_post, show_post
from newsletter.issues.load import issue_folder, issue_order
from newsletter.issues.order import Entry, Show
from newsletter.workspace import Workspace

_SHOWS = click.Choice(["full", "opening", "teaser", "title"])


@click.group(cls=CheckedGroup)
def post() -> None:
    """Add, move and remove the posts of an issue.

    Example: newsletter post add 2026-12 post.docx
    """


@post.command()
@slug_argument()
@click.argument("place", metavar="SOURCE")
@click.option(
    "--show", type=_SHOWS, help="How much of it to show. Default: the first post in full, the others as teasers."
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

    SOURCE is a file, a web address, clipboard, or - for standard input.

    Example: newsletter post add 2026-12 https://www.example.org/post/winter --show teaser
    """
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
@slug_argument()
@json_option
@with_workspace
def list_posts(workspace: Workspace, slug: str, *, as_json: bool) -> None:
    """List the posts of the issue SLUG in order.

    Example: newsletter post list 2026-12
    """
    _print_order(issue_order(workspace, slug), as_json=as_json)


@post.command()
@slug_argument()
@click.argument("name", metavar="POST")
@click.argument("place", metavar="PLACE", type=click.IntRange(min=1))
@json_option
@with_workspace
def move(workspace: Workspace, slug: str, name: str, place: int, *, as_json: bool) -> None:
    """Move POST (its name, or its number in the list) to PLACE.

    Example: newsletter post move 2026-12 3 1
    """
    _print_order(move_post(workspace, slug, name, place), as_json=as_json)


@post.command()
@slug_argument()
@click.argument("name", metavar="POST")
@click.argument("much", metavar="full|opening|teaser|title", type=_SHOWS)
@click.option("--link", default="", metavar="URL", help="The post's web address, if its file does not have one.")
@json_option
@with_workspace
def show(workspace: Workspace, slug: str, name: str, much: str, link: str, *, as_json: bool) -> None:
    """Show POST in full, its first paragraphs, as a card with two sentences, or only its title.

    Example: newsletter post show 2026-12 2 teaser
    """
    _print_order(show_post(workspace, slug, name, Show(much), link), as_json=as_json)


@post.command()
@slug_argument()
@click.argument("name", metavar="POST")
@json_option
@with_workspace
def remove(workspace: Workspace, slug: str, name: str, *, as_json: bool) -> None:
    """Remove POST from the issue; its file is kept in the folder named removed.

    Example: newsletter post remove 2026-12 winter-light
    """
    kept = remove_post(workspace, slug, name)
    if as_json:
        print_json({"issue": slug, "file": str(kept)})
        return
    click.echo(f"Removed. Its text is kept in {kept.relative_to(workspace.root).as_posix()}")


def _print_order(order: Sequence[Entry], *, as_json: bool) -> None:
    if as_json:
        print_json([{"post": entry.stem, "show": str(entry.show)} for entry in order])
    elif not order:
        note("The issue has no posts.")
    else:
        click.echo("\n".join(f"{number:>3}  {entry.show:<7}  {entry.stem}" for number, entry in enumerate(order, 1)))
