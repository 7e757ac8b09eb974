"""The order of an issue's posts, and how much of each is shown: the key ``posts`` of issue.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from newsletter.errors import IssueError
from newsletter.files import write_whole
from newsletter.issues.keys import with_key
from newsletter.issues.slug import nearest
from newsletter.posts.decoding import decode
from newsletter.posts.front_matter import FrontMatter

POSTS_FOLDER = "posts"
_EXAMPLE = "Write it like this:\nposts:\n  - lamps\n  - post: walks\n    show: teaser"


class Show(StrEnum):
    """How much of a post an issue shows."""

    FULL = "full"
    OPENING = "opening"  # the first paragraphs, and a button to the rest
    TEASER = "teaser"  # a card: a small picture, the first two sentences, and a button to the rest
    TITLE = "title"  # the title, and a link


@dataclass(frozen=True, slots=True)
class Entry:
    """A post's place in an issue; `stem` is its file's name without ``.md``."""

    stem: str
    show: Show = Show.FULL


def read_order(folder: Path, matter: FrontMatter) -> list[Entry]:
    """Return an issue's posts: those that ``posts`` names in its order, then the others by name.

    Raises:
        IssueError: the key is malformed, or names a post that is not there.
    """
    files = post_files(folder)
    wanted = matter.values.get("posts") or []
    if not isinstance(wanted, list):
        raise matter.mistake("'posts' is not a list of file names", "posts", hint=f"posts: [{', '.join(files)}]")
    order: dict[str, Entry] = {}
    for each in wanted:
        entry = _read_entry(each, matter)
        if entry.stem not in files:
            close = nearest(entry.stem, files)
            hint = (
                f"Did you mean {close}?"
                if close
                else f"Put {entry.stem}.md into {POSTS_FOLDER}/, or remove it from the list."
            )
            raise matter.mistake(f"there is no post {entry.stem}", "posts", hint=hint)
        order[entry.stem] = entry
    return [*order.values(), *(Entry(stem) for stem in files if stem not in order)]


def post_files(folder: Path) -> Mapping[str, Path]:
    """Return the files of the posts in an issue's folder, by their stems, sorted."""
    found = sorted((folder / POSTS_FOLDER).glob("*.md"))
    return {path.stem: path for path in found if path.name[0] not in "._~"}


def write_order(issue_file: Path, order: Sequence[Entry]) -> None:
    """Put `order` into an issue's front matter, and leave every other line as it is.

    Raises:
        WorkspaceError: the file cannot be written.
    """
    shown = [as_written(entry) for entry in order]
    text = decode(issue_file.read_bytes(), str(issue_file))
    write_whole(issue_file, with_key(text, "posts", shown))


def as_written(entry: Entry) -> str | dict[str, str]:
    """Return an entry as issue.md has it."""
    return entry.stem if entry.show is Show.FULL else {"post": entry.stem, "show": str(entry.show)}


def _read_entry(value: object, matter: FrontMatter) -> Entry:
    if isinstance(value, str):
        return Entry(value.removesuffix(".md"))
    if not isinstance(value, dict) or not isinstance(value.get("post"), str) or set(value) - {"post", "show"}:
        raise matter.mistake("an entry of 'posts' is not understood", "posts", hint=_EXAMPLE)
    show = value.get("show", "full")
    if show not in list(Show):
        known = ", ".join(Show)
        raise matter.mistake(f"'show: {show}' is not known", "posts", hint=f"There are: {known}.")
    return Entry(value["post"].removesuffix(".md"), Show(show))


def find_entry(order: Sequence[Entry], name: str, issue_file: Path) -> Entry:
    """Return the entry that a person means: by its number in the list, or its stem.

    Raises:
        IssueError: there is no such post.
    """
    if name.isdecimal() and 1 <= int(name) <= len(order):
        return order[int(name) - 1]
    stems = {entry.stem: entry for entry in order}
    stem = name.removesuffix(".md")
    if stem in stems:
        return stems[stem]
    close = nearest(stem, stems)
    hint = f"Did you mean {close}?" if close else f"There are: {', '.join(stems)}." if stems else ""
    raise IssueError(f"there is no post {name}", where=issue_file, hint=hint)
