"""What `new` and `post add` share: their options for sources, and telling what was read."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeVar

import click

from newsletter.cli.output import DAY, is_terminal, note
from newsletter.errors import SourceError
from newsletter.formatting import say_day
from newsletter.issues.used import used_posts
from newsletter.posts import Dropped
from newsletter.posts.corrections import read_corrections
from newsletter.posts.feed import FeedEntry
from newsletter.posts.fetching import Fetcher
from newsletter.posts.gathering import Gathered, Gatherer
from newsletter.workspace import Workspace

C = TypeVar("C", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--title", default="", help="The post's title, if its text does not begin with it."),
    click.option("--pick", metavar="1,4,7", default="", help="Which posts of a feed, by number in its list."),
    click.option("--all", "take_all", is_flag=True, help="All posts of a feed (with --since: all from that day on)."),
    click.option("--since", type=DAY, help="Only the posts of a feed from this day on."),
    click.option("--no-pictures", is_flag=True, help="Do not download pictures from the web."),
    click.option("--allow-local", is_flag=True, help="Allow addresses on this computer and its network."),
    click.option("--explain", is_flag=True, help="Explain why each line became a heading, a list and so on."),
)


def source_options(command: C) -> C:
    """Give a command the options for sources."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def make_gatherer(
    workspace: Workspace, *, pick: str, take_all: bool, since: dt.datetime | None, no_pictures: bool, allow_local: bool
) -> Gatherer:
    """Return what reads sources as the options say."""

    def choose(entries: Sequence[FeedEntry], place: str) -> Sequence[FeedEntry]:
        recent = [entry for entry in entries if since is None or not entry.date or entry.date >= since.date()]
        undated = sum(entry.date is None for entry in recent)
        if since is not None and undated:
            note(f"{undated} of the posts {'has' if undated == 1 else 'have'} no date, and may be older.")
        if not recent:
            raise SourceError("has no posts from that day on", where=place, hint="Choose an earlier day for --since.")
        if take_all or (len(recent) == 1 and not pick):
            return recent
        listing = _listing(workspace, recent)
        if not pick and not is_terminal():
            hint = f"Choose with --pick 1,2 or --all:\n{listing}"
            raise SourceError(f"is a feed of {len(recent)} posts", where=place, hint=hint)
        if not pick:
            click.echo(listing, err=True)
        return _picked(recent, pick or click.prompt("Which of them? (for example 1,4,7)", err=True), place)

    return Gatherer(
        clinic=workspace.settings.clinic,
        choose=choose,
        fetcher=Fetcher(allow_local=allow_local),
        with_pictures=not no_pictures,
        corrections=read_corrections(workspace.root),
    )


def _listing(workspace: Workspace, entries: Sequence[FeedEntry]) -> str:
    used = used_posts(workspace)
    lines = []
    for number, entry in enumerate(entries, start=1):
        day = say_day(entry.date) if entry.date else "no date"
        slugs = earlier(used, entry.link, entry.title)
        before = f"  (already in {slugs})" if slugs else ""
        lines.append(f"{number:>4}  {day:<12}  {entry.title}{before}")
    return "\n".join(lines)


def fresh(workspace: Workspace, slug: str, gathered: Sequence[Gathered]) -> list[Gathered]:
    """Return the posts to take, and tell which of them an issue had before.

    The same address twice in one issue is a mistake, and taken once; the same title may be none.
    """
    used = used_posts(workspace)
    kept: list[Gathered] = []
    for found in gathered:
        post = found.reading.post
        twice = any(post.link and each.reading.post.link == post.link for each in kept)
        if twice or (post.link and slug in used.get(post.link, ())):
            note(f"“{post.title}” is in {slug} already and was not added again.")
            continue
        if before := earlier(used, post.link, post.title):
            note(f"“{post.title}” was in {before} already.")
        kept.append(found)
    return kept


def earlier(used: Mapping[str, Sequence[str]], link: str, title: str) -> str:
    """Return the issues that had a post of this address or title, in words; of many the first."""
    slugs = list(dict.fromkeys([*used.get(link, ()), *used.get(title.casefold(), ())]))
    if len(slugs) <= _MOST_NAMED:
        return ", ".join(slugs)
    return f"{', '.join(slugs[:_MOST_NAMED])} and {len(slugs) - _MOST_NAMED} more"


def _picked(entries: Sequence[FeedEntry], answer: str, place: str) -> Sequence[FeedEntry]:
    numbers = [part.strip() for part in answer.split(",") if part.strip()]
    if not numbers or not all(part.isdecimal() and 1 <= int(part) <= len(entries) for part in numbers):
        hint = f"Give numbers from 1 to {len(entries)}, with commas: --pick 1,2"
        raise SourceError(f"has no posts numbered “{answer}”", where=place, hint=hint)
    return [entries[int(part) - 1] for part in dict.fromkeys(numbers)]


def tell(gathered: Gathered, *, explain: bool) -> None:
    """Print what was read, and what was left out."""
    reading = gathered.reading
    post = reading.post
    about = ", ".join(
        filter(None, [f"by {post.author}" if post.author else "", say_day(post.date) if post.date else ""])
    )
    click.echo(f"{post.title}" + (f" ({about})" if about else ""))
    if gathered.pictures:
        click.echo(f"{len(gathered.pictures)} picture{'' if len(gathered.pictures) == 1 else 's'} imported.")
    for said in reading.notes:
        click.echo(said)
    if to_check := reading.to_check:
        click.echo(f"{len(to_check)} line{'' if len(to_check) == 1 else 's'} to check:")
    for each in to_check:
        click.echo(f"  line {each.line}: {each.became}: {_short(each.text)}")
    if reading.dropped:
        click.echo(f"Left out of {gathered.place}:")
    for row in _rows(reading.dropped):
        click.echo(f"  {row}")
    if explain:
        click.echo("Why each line was read this way:")
        for decision in reading.decisions:
            click.echo(f"  line {decision.line}: {decision.became}: {_short(decision.text)}\n      {decision.reason}")


def _rows(dropped: Sequence[Dropped]) -> Iterator[str]:
    """Yield what was left out, a row each; what a page has around the article in one row for each of its parts."""
    for (line, reason), group in groupby(dropped, key=lambda each: (each.line, each.reason)):
        texts = [each.text for each in group]
        place = f"line {line}: " if line else ""
        said = _short(" · ".join(_told(texts)), _LONGEST_ROW if len(texts) > 1 else 70)
        count = f"; {len(texts)} lines, --json has each" if said.endswith("…") and len(texts) > 1 else ""
        yield f"{place}{said} ({reason}{count})"


_LONGEST_ROW = 240
_MOST_NAMED = 3
"""Issues that had a post before, or times that the same line was left out."""


def _told(texts: Sequence[str]) -> Iterator[str]:
    """Yield each text; one that comes again and again a few times, and then how often."""
    for text, again in groupby(texts):
        count = len(list(again))
        yield from [text] * min(count, _MOST_NAMED)
        if count > _MOST_NAMED:
            yield f"and {count - _MOST_NAMED} more"


def _short(text: str, longest: int = 70) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def as_document(gathered: Gathered, *, explain: bool) -> dict[str, object]:
    """Return what `tell` prints, for programs."""
    post = gathered.reading.post
    document: dict[str, object] = {
        "source": gathered.place,
        "title": post.title,
        "author": post.author,
        "date": post.date,
        "link": post.link,
        "pictures": [picture.path for picture in gathered.pictures],
        "notes": list(gathered.reading.notes),
        "to_check": [
            {"line": each.line, "text": each.text, "became": each.became} for each in gathered.reading.to_check
        ],
        "dropped": [{"line": each.line, "text": each.text, "reason": each.reason} for each in gathered.reading.dropped],
    }
    if explain:
        document["decisions"] = [
            {"line": each.line, "text": each.text, "became": each.became, "reason": each.reason}
            for each in gathered.reading.decisions
        ]
    return document
