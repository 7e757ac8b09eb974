"""Making an issue's folder: complete, or not there at all."""

import itertools
import secrets
import shutil
from collections.abc import Callable, Container, Mapping, Sequence
from pathlib import Path

from newsletter.errors import IssueError
from newsletter.files import explained, sync_folder, write_whole
from newsletter.issues.frame import Frame
from newsletter.issues.load import ISSUE_FILE
from newsletter.issues.order import POSTS_FOLDER, Entry, Show, as_written
from newsletter.issues.shortening import leads_on
from newsletter.issues.slug import check_slug, slugify
from newsletter.posts import Picture, Post
from newsletter.posts.front_matter import write_front_matter
from newsletter.posts.markdown import first_sentences, shortened, without_tags
from newsletter.workspace import Workspace

IMAGES_FOLDER = "images"
LONGEST_PREHEADER = 89
"""Inboxes show at most about 90 characters of it."""

_GREETING = 'Hello {{ first_name or "there" }},'


def refuse_existing(workspace: Workspace, slug: str) -> None:
    """Make sure that `slug` is a good name and free.

    Raises:
        IssueError: it is no name for an issue, or there is one of that name.
    """
    check_slug(slug)
    if (workspace.issues_dir / slug).exists():
        hint = f"It was not changed. Choose another name, such as {free_slug(workspace, slug)}."
        raise IssueError(f"there is already an issue named {slug}", where=workspace.issues_dir / slug, hint=hint)


def make_issue(
    workspace: Workspace,
    slug: str,
    posts: Sequence[Post],
    *,
    pictures: Sequence[Picture] = (),
    subject: str = "",
    show: Show = Show.TEASER,
    frame: Frame = Frame(),  # noqa: B008 - frozen
) -> Path:
    """Make the issue `slug` from `posts`, and return its folder.

    The folder is put together beside its place under another name and then renamed, so
    that a crash or a full disk leaves no half of it. The letter is that of the `frame`;
    without one and without posts the issue has a greeting to go on from. The first post leads
    and is shown in full, the others as `show` says, as far as they have a link to read on.

    Raises:
        IssueError: the name is not good, or taken.
        WorkspaceError: it cannot be written.
    """
    frame = frame.clear_of({picture.path for picture in pictures})
    files = _files(posts, subject or _subject(slug, posts), show, frame)
    return _make(workspace, slug, files, (*frame.pictures, *pictures))


def make_correction(workspace: Workspace, slug: str, *, corrects: str, subject: str, letter: str) -> Path:
    """Make the issue `slug`, which goes only to those who were sent the issue `corrects`; return its folder.

    Raises:
        IssueError: the name is not good, or taken.
        WorkspaceError: it cannot be written.
    """
    text = write_front_matter({"subject": subject, "preheader": "", "corrects": corrects}, letter)
    return _make(workspace, slug, {ISSUE_FILE: text})


def _make(workspace: Workspace, slug: str, files: Mapping[str, str], pictures: Sequence[Picture] = ()) -> Path:
    refuse_existing(workspace, slug)
    folder = workspace.issues_dir / slug
    draft = workspace.issues_dir / f".{slug[:60]}.{secrets.token_hex(4)}.tmp"
    with explained(folder):
        try:
            for name in (POSTS_FOLDER, IMAGES_FOLDER):
                (draft / name).mkdir(parents=True)
            for name, text in files.items():
                write_whole(draft / name, text)
            for picture in pictures:
                write_whole(draft / picture.path, picture.data)
            draft.rename(folder)
            sync_folder(workspace.issues_dir)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    return folder


def _files(posts: Sequence[Post], subject: str, show: Show, frame: Frame) -> dict[str, str]:
    """Return the text of each file by its path in the folder."""
    stems = _stems(posts)
    facts: dict[str, object] = {"subject": subject, "preheader": preheader(posts[0]) if posts else "", **frame.facts}
    if len(posts) > 1:
        entries = [
            Entry(stem, show if place and leads_on(post.link) else Show.FULL)
            for place, (stem, post) in enumerate(stems.items())
        ]
        facts["posts"] = [as_written(entry) for entry in entries]
    files = {ISSUE_FILE: write_front_matter(facts, frame.letter or ("" if posts else _GREETING))}
    files |= {f"{POSTS_FOLDER}/{stem}.md": post_file(post) for stem, post in stems.items()}
    return files


def post_file(post: Post) -> str:
    """Return the file of a post: what is known of it as front matter, then its Markdown."""
    facts = {
        "title": without_tags(post.title),
        "author": without_tags(post.author),
        "date": post.date,
        "link": post.link,
        "image": post.image,
        "image_alt": without_tags(post.image_alt),
    }
    return write_front_matter({key: value for key, value in facts.items() if value}, post.body)


def preheader(post: Post) -> str:
    """Return what an inbox may show behind the subject: the post's first sentence, cut at a word."""
    return without_tags(shortened(first_sentences(post.body, 1), LONGEST_PREHEADER))


def _subject(slug: str, posts: Sequence[Post]) -> str:
    return without_tags(posts[0].title) if posts else slug.replace("-", " ").capitalize()


def _stems(posts: Sequence[Post]) -> Mapping[str, Post]:
    stems: dict[str, Post] = {}
    for post in posts:
        stems[free_stem(post, stems)] = post
    return stems


def free_stem(post: Post, taken: Container[str]) -> str:
    """Return a name for the file of `post`, made from its title, that is not `taken`."""
    stem = slugify(post.title) or "post"
    names = (stem if number == 1 else f"{stem}-{number}" for number in itertools.count(1))
    return next(name for name in names if name not in taken)


def free_slug(workspace: Workspace, text: str, taken: Callable[[str], bool] = lambda _name: False) -> str:
    """Return a name for a new issue made from `text`, such as a month and a title, that is not `taken` either."""
    stem = slugify(text, longest=40) or "issue"
    names = (stem if number == 1 else f"{stem}-{number}" for number in itertools.count(1))
    return next(name for name in names if not (workspace.issues_dir / name).exists() and not taken(name))
