"""`newsletter new`: an issue from posts as staff have them."""

import datetime as dt

import click

from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.cli.sources import as_document, fresh, make_gatherer, source_options, tell
from newsletter.issues.load import issue_folder
from newsletter.issues.make import refuse_existing
from newsletter.issues.order import Show
from newsletter.services.issues import create_issue
from newsletter.workspace import Workspace


@click.command()
@click.argument("slug")
@click.option(
    "--from",
    "places",
    metavar="SOURCE",
    multiple=True,
    help="A file, a web address, clipboard, or - for standard input. Can be repeated.",
)
@click.option(
    "--like",
    default="",
    metavar="ISSUE",
    help="Begin like this earlier issue: with its greeting, sign-off and language, without its posts.",
)
@click.option("--subject", default="", help="The subject line. Default: the first post's title.")
@click.option(
    "--show",
    type=click.Choice(["full", "opening", "teaser", "title"]),
    default="teaser",
    show_default=True,
    help="How much to show of each post after the first.",
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
    like: str,
    show: str,
    take_all: bool,
    no_pictures: bool,
    allow_local: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Create an issue from a post, or like an earlier issue.

    SLUG is the issue's short name, such as 2026-12-connection. Headings and lists are
    found, pictures are imported, and boilerplate around the post is left out and listed.
    With a feed or a blog's front page you choose from its posts. Of several posts, the
    first is shown in full and the others as teasers that link to your website.

    \b
    Examples:
      newsletter new 2026-12-connection --from clipboard
      newsletter new 2026-12-connection --from post.docx
      newsletter new 2026-12-connection --like 2026-11-light --from post.docx
      newsletter new 2026-12 --from https://www.example.org/blog-feed.xml --since 2026-11-01
    """  # noqa: D301 - \b is click's mark for lines to leave as they are
    refuse_existing(workspace, slug)
    if like:
        issue_folder(workspace, like)  # a misspelt name is told before anything is fetched
    if title and len(places) != 1:
        raise click.UsageError("--title can only be used with exactly one --from.")
    gatherer = make_gatherer(
        workspace, pick=pick, take_all=take_all, since=since, no_pictures=no_pictures, allow_local=allow_local
    )
    gathered = [found for place in places for found in gatherer.gather(place, title=title)]
    gathered = fresh(workspace, slug, gathered)
    posts = [found.reading.post for found in gathered]
    pictures = [picture for found in gathered for picture in found.pictures]
    folder = create_issue(workspace, slug, posts, pictures=pictures, subject=subject, show=Show(show), like=like)
    if as_json:
        documents = [as_document(found, explain=explain) for found in gathered]
        print_json({"issue": slug, "folder": str(folder), "posts": documents})
        return
    for found in gathered:
        tell(found, explain=explain)
    shown = folder.relative_to(workspace.root).as_posix()
    begun = f"The letter begins like {like}: go on" if like else "Write a letter to your readers"
    note(f"\nCreated {shown}/. {begun} in {shown}/issue.md.")
    note(f"Preview it with: newsletter preview {slug}")
