"""Reading an issue's folder into an `Issue`, with every mistake named by file and line."""

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsletter.errors import IssueError, SourceError
from newsletter.files import ensure_within
from newsletter.issues.order import POSTS_FOLDER, Entry, post_files, read_order
from newsletter.issues.shortening import leads_on, shortened_post
from newsletter.issues.slug import check_slug, nearest
from newsletter.issues.value import Issue, IssuePost, Passage
from newsletter.posts import Post
from newsletter.posts.decoding import decode
from newsletter.posts.front_matter import FrontMatter, read_front_matter
from newsletter.workspace import Workspace

ISSUE_FILE = "issue.md"
_PARTS = (ISSUE_FILE, POSTS_FOLDER, "images", "removed", ".history")
ISSUE_TEXTS = ("subject", "preheader", "language", "headline", "number", "link", "corrects")
ISSUE_KEYS = (*ISSUE_TEXTS, "posts", "waive")
POST_TEXTS = ("title", "author", "author_photo", "author_bio", "link", "image", "image_alt", "teaser")
POST_DATES = ("date", "review_by")
POST_KEYS = (*POST_TEXTS, *POST_DATES)

_ALL_SAVED: Mapping[Path, str] = {}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")  # the usual shapes of BCP 47


def list_slugs(workspace: Workspace) -> list[str]:
    """Return the names of all issues, sorted; with names that begin by the month, by time."""
    if not workspace.issues_dir.is_dir():
        return []
    folders = (path for path in workspace.issues_dir.iterdir() if (path / ISSUE_FILE).is_file())
    return sorted(path.name for path in folders if not path.name.startswith("."))


def load_issue(workspace: Workspace, slug: str, unsaved: Mapping[Path, str] = _ALL_SAVED) -> Issue:
    """Read the issue in ``newsletters/<slug>/``.

    Args:
        workspace: the clinic's folder.
        slug: the issue's name.
        unsaved: texts that stand in for files, as an editor has them before it saves.

    Raises:
        IssueError: there is no such issue, or its folder has a mistake; it names the
            file, the line and the remedy.
    """
    folder = issue_folder(workspace, slug)
    source = folder / ISSUE_FILE
    matter = _read(source, ISSUE_KEYS, ISSUE_TEXTS, unsaved)
    if not matter.present:
        raise matter.mistake("has no front matter", hint="Begin the file like this:\n---\nsubject: Winter light\n---")
    issue = Issue(
        slug=slug,
        folder=folder,
        source=source,
        subject=_required(matter, "subject", "Winter light"),
        preheader=_text(matter, "preheader"),
        letter=Passage(markdown=matter.body, path=source, first_line=matter.body_line),
        posts=_load_posts(folder, matter, unsaved),
        language=_language(matter),
        headline=_text(matter, "headline"),
        number=_text(matter, "number"),
        link=_issue_link(matter),
        corrects=_text(matter, "corrects"),
        waivers=_waivers(matter),
        lines=matter.lines,
    )
    if not issue.posts and not issue.letter.markdown.strip():
        hint, command = "Write a letter below the front matter, or add a post.", f"newsletter post add {slug} FILE"
        raise matter.mistake("the issue is empty: no letter and no post", hint=hint, command=command)
    return issue


def issue_folder(workspace: Workspace, slug: str) -> Path:
    """Return the folder of an issue that exists.

    Raises:
        IssueError: the name is no slug, or there is no such issue; with the nearest one.
        WorkspaceError: it, or a folder in it, is a link to somewhere else.
    """
    slugs = list_slugs(workspace)
    if slug not in slugs:
        close = nearest(slug, slugs)
        hint = f"Did you mean {close}?" if close else "Create it first."
        command = "" if close else f"newsletter new {check_slug(slug)} --from POST"
        raise IssueError(f"there is no issue named {slug}", where=workspace.issues_dir, hint=hint, command=command)
    folder = workspace.issues_dir / check_slug(slug)
    ensure_within(workspace.issues_dir, folder)
    for name in _PARTS:
        ensure_within(folder, folder / name)
    return folder


def _read(
    path: Path, known: tuple[str, ...], plain: tuple[str, ...], unsaved: Mapping[Path, str] = _ALL_SAVED
) -> FrontMatter:
    try:
        text = decode(unsaved[path].encode() if path in unsaved else path.read_bytes(), str(path))
    except SourceError as err:
        raise IssueError(err.what, where=err.where, hint="Write the text again and save it as UTF-8.") from err
    except OSError as err:
        raise IssueError(f"cannot be read ({err.strerror})", where=path) from err
    return read_front_matter(text, str(path), known=known, plain=plain, error=IssueError)


def issue_order(workspace: Workspace, slug: str) -> list[Entry]:
    """Return the posts of an issue in their order, without reading them.

    Raises:
        IssueError: there is no such issue, or its front matter has a mistake.
    """
    folder = issue_folder(workspace, slug)
    return read_order(folder, _read(folder / ISSUE_FILE, ISSUE_KEYS, ISSUE_TEXTS))


def post_link(workspace: Workspace, slug: str, stem: str) -> str:
    """Return the address at which a post of an issue can be read in full, if its file names one.

    Raises:
        IssueError: there is no such issue, or the post's front matter has a mistake.
    """
    path = issue_folder(workspace, slug) / POSTS_FOLDER / f"{stem}.md"
    return _text(_read(path, POST_KEYS, POST_TEXTS), "link")


def _load_posts(folder: Path, matter: FrontMatter, unsaved: Mapping[Path, str]) -> tuple[IssuePost, ...]:
    files, order = post_files(folder), read_order(folder, matter)
    for path in files.values():
        ensure_within(folder, path)
    return tuple(shortened_post(_load_post(files[entry.stem], unsaved), entry.show) for entry in order)


def _load_post(path: Path, unsaved: Mapping[Path, str]) -> IssuePost:
    matter = _read(path, POST_KEYS, POST_TEXTS, unsaved)
    if not matter.present:
        raise matter.mistake("has no front matter", hint="Begin the file like this:\n---\ntitle: Winter light\n---")
    post = Post(
        title=_required(matter, "title", "Winter light"),
        body=matter.body,
        author=_text(matter, "author"),
        date=_date(matter, "date"),
        review_by=_date(matter, "review_by"),
        link=_text(matter, "link"),
        image=_text(matter, "image"),
        image_alt=_text(matter, "image_alt"),
        author_photo=_text(matter, "author_photo"),
        author_bio=_text(matter, "author_bio"),
        teaser=_text(matter, "teaser"),
    )
    body = Passage(markdown=matter.body, path=path, first_line=matter.body_line)
    return IssuePost(post=post, body=body, lines=matter.lines)


def _text(matter: FrontMatter, key: str) -> str:
    value = matter.values.get(key)
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        raise matter.mistake(f"'{key}' is not a single text", key, hint=f'Put it into quotes: {key}: "…"')
    return " ".join(str(value).split())


def _required(matter: FrontMatter, key: str, example: str) -> str:
    text = _text(matter, key)
    if not text:
        raise matter.mistake(f"the {key} is missing", key, hint=f"Write it at the top of the file: {key}: {example}")
    return text


def _date(matter: FrontMatter, key: str) -> dt.date | None:
    value = matter.values.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError as err:
        hint = f"Write year, month and day like this: {key}: 2026-12-01"
        raise matter.mistake(f"'{value}' is not a date", key, hint=hint) from err


def _language(matter: FrontMatter) -> str:
    language = _text(matter, "language") or "en"
    if not _LANGUAGE.fullmatch(language):
        raise matter.mistake(f"'{language}' is not a language", "language", hint="For example: language: en-US")
    return language


def _issue_link(matter: FrontMatter) -> str:
    link = _text(matter, "link")
    if link and not leads_on(link):
        hint = "Write where the issue can be read on the web: link: https://…"
        raise matter.mistake(f"'{link}' is not the address of a web page", "link", hint=hint)
    return link


def _waivers(matter: FrontMatter) -> Mapping[str, str]:
    value: Any = matter.values.get("waive") or {}
    if isinstance(value, dict) and all(isinstance(reason, str) and reason.strip() for reason in value.values()):
        return {str(check): reason for check, reason in value.items()}
    hint = "List each check with its reason, indented: waive:\n  alt-text: a plain ornament"
    raise matter.mistake("'waive' is not a list of checks with reasons", "waive", hint=hint)
