"""`newsletter new`: an issue from posts as staff have them."""

import datetime as dt

import click

from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.cli.sources import as_document, fresh, make_gatherer, source_options, tell
from newsletter.workspace import Workspace


@click.command()
@click.argument("slug")
@click.option(
    "--from",
    "places",
    metavar="SOURCE",
    multiple=True,
    help="A file, - for standard input, clipboard, or a web address. May be given several times.",
)
@click.option("--subject", default="", help="The subject line; otherwise the first post's title.")
@click.option(
    "--show",
    type=click.Choice(["full", "opening", "teaser", "title"]),
    default="teaser",
    show_default=True,
    help="How much is shown of the posts behind the first.",
)
@source_options
@json_option
@with_workspace
def new(  # noqa: PLR0913 - one for each option
    workspace: Workspace,
    slug: str,
    places: tuple[str, ...],
    subject: str,
    title: str,
    pick: str,
    since: dt.datetime | None,
    *,
    show: str,
    take_all: bool,
    no_pictures: bool,
    allow_local: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Make an issue from a post as you have it.

    SLUG is the issue's short name, such as 2026-12-connection. Headings, lists and the
    like are found, pictures are brought in, and what the web page put around the post is
    left out; you see what. A feed, or a blog's front page, offers its posts to choose
    from. Of several posts the first is shown in full, the others begin and lead to the website.

    \b
    Examples:
      newsletter new 2026-12-connection --from clipboard
      newsletter new 2026-12-connection --from post.docx
      newsletter new 2026-12 --from https://www.example.org/blog-feed.xml --since 2026-11-01
    """  # noqa: D301 - \b is click's mark for lines to leave as they are
    from newsletter.issues.make import make_issue, refuse_existing  # noqa: PLC0415 - slow to import
    from newsletter.issues.order import Show  # noqa: PLC0415 - slow to import

    refuse_existing(workspace, slug)
    if title and len(places) != 1:
        raise click.UsageError("--title goes with exactly one --from.")
    gatherer = make_gatherer(
        workspace, pick=pick, take_all=take_all, since=since, no_pictures=no_pictures, allow_local=allow_local
    )
    gathered = [found for place in places for found in gatherer.gather(place, title=title)]
    gathered = fresh(workspace, slug, gathered)
    posts = [found.reading.post for found in gathered]
    pictures = [picture for found in gathered for picture in found.pictures]
    folder = make_issue(workspace, slug, posts, pictures=pictures, subject=subject, show=Show(show))
    if as_json:
        documents = [as_document(found, explain=explain) for found in gathered]
        print_json({"slug": slug, "folder": str(folder), "posts": documents})
        return
    for found in gathered:
        tell(found, explain=explain)
    shown = folder.relative_to(workspace.root).as_posix()
    note(f"\nMade {shown}/. A letter to your readers goes into {shown}/issue.md.")
    note(f"Look at it with: newsletter preview {slug}")
