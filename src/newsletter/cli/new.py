"""`newsletter new`: an issue from a post as staff have it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.output import json_option, note, print_json, with_workspace
from newsletter.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.posts import Reading


@click.command()
@click.argument("slug")
@click.option(
    "--from",
    "places",
    metavar="SOURCE",
    multiple=True,
    help="A file, - for standard input, or clipboard. May be given several times.",
)
@click.option("--title", default="", help="The post's title, when its text does not begin with it.")
@click.option("--subject", default="", help="The subject line; otherwise the first post's title.")
@click.option("--explain", is_flag=True, help="Tell why each line became what it is.")
@json_option
@with_workspace
def new(
    workspace: Workspace, slug: str, places: tuple[str, ...], title: str, subject: str, *, explain: bool, as_json: bool
) -> None:
    r"""Make an issue from a post as you have it.

    SLUG is the issue's short name, such as 2026-12-connection. Headings, lists and the
    like are found, and what the web page put around the post is left out; you see what.

    \b
    Examples:
      newsletter new 2026-12-connection --from clipboard
      newsletter new 2026-12-connection --from post.txt
    """
    from newsletter.issues.make import make_issue, refuse_existing  # noqa: PLC0415 - slow to import

    refuse_existing(workspace, slug)
    if title and len(places) != 1:
        raise click.UsageError("--title goes with exactly one --from.")
    readings = [(place, _read(place, workspace, title)) for place in places]
    folder = make_issue(workspace, slug, [reading.post for _, reading in readings], subject=subject)
    if as_json:
        print_json(_document(slug, folder, readings, explain=explain))
        return
    for place, reading in readings:
        _tell(place, reading, explain=explain)
    _tell_next(workspace, slug, folder)


def _read(place: str, workspace: Workspace, title: str) -> "Reading":
    from newsletter.posts import read_post  # noqa: PLC0415 - slow to import
    from newsletter.posts.clipboard import read_clipboard  # noqa: PLC0415
    from newsletter.posts.source import CLIPBOARD, open_source  # noqa: PLC0415

    source = read_clipboard() if place == CLIPBOARD else open_source(place)
    return read_post(source, workspace.settings.clinic, title=title)


def _tell(place: str, reading: "Reading", *, explain: bool) -> None:
    post = reading.post
    about = ", ".join(filter(None, [f"by {post.author}" if post.author else "", str(post.date or "")]))
    click.echo(f"{post.title}" + (f" ({about})" if about else ""))
    if reading.dropped:
        click.echo(f"Left out of {place}, as the page's furniture:")
        for dropped in reading.dropped:
            place = f"line {dropped.line}: " if dropped.line else ""
            click.echo(f"  {place}{_short(dropped.text)} ({dropped.reason})")
    if explain:
        click.echo("Why each line became what it is:")
        for decision in reading.decisions:
            click.echo(f"  line {decision.line}: {decision.became}: {_short(decision.text)}\n      {decision.reason}")


def _tell_next(workspace: Workspace, slug: str, folder: Path) -> None:
    shown = folder.relative_to(workspace.root).as_posix()
    note(f"\nMade {shown}/. A letter to your readers goes into {shown}/issue.md.")
    note(f"Look at it with: newsletter preview {slug}")


def _short(text: str, longest: int = 70) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _document(slug: str, folder: Path, readings: "list[tuple[str, Reading]]", *, explain: bool) -> dict[str, object]:
    posts = []
    for place, reading in readings:
        post = reading.post
        entry: dict[str, object] = {"source": place, "title": post.title, "author": post.author, "date": post.date}
        entry["dropped"] = [{"line": each.line, "text": each.text, "reason": each.reason} for each in reading.dropped]
        if explain:
            entry["decisions"] = [
                {"line": each.line, "text": each.text, "became": each.became, "reason": each.reason}
                for each in reading.decisions
            ]
        posts.append(entry)
    return {"slug": slug, "folder": str(folder), "posts": posts}
