"""Changing the posts of an issue: adding, moving, removing, showing more or less of one."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from newsletter.errors import IssueError
from newsletter.files import explained, write_whole
from newsletter.issues.keys import with_key
from newsletter.issues.load import issue_folder, issue_order, post_link
from newsletter.issues.make import free_stem, post_file
from newsletter.issues.order import POSTS_FOLDER, Entry, Show, find_entry, post_files, write_order
from newsletter.issues.shortening import leads_on, web_address
from newsletter.posts import Picture, Post
from newsletter.posts.decoding import decode
from newsletter.workspace import Workspace

REMOVED_FOLDER = "removed"


def add_post(
    workspace: Workspace, slug: str, post: Post, *, pictures: Sequence[Picture] = (), show: Show = Show.FULL
) -> Path:
    """Add `post` behind the others of the issue `slug`, and return its file.

    The pictures are written first, then the post, then the order: whatever breaks off in
    between, no file points at one that is missing.

    Raises:
        IssueError: there is no such issue, or it has a mistake.
        WorkspaceError: a file cannot be written.
    """
    order = issue_order(workspace, slug)
    folder = issue_folder(workspace, slug)
    ensure_leads_on(post.link, show)
    for picture in pictures:
        write_whole(folder / picture.path, picture.data)
    stem = free_stem(post, {entry.stem for entry in order})
    path = folder / POSTS_FOLDER / f"{stem}.md"
    write_whole(path, post_file(post))
    write_order(folder / "issue.md", [*order, Entry(stem, show)])
    return path


def move_post(workspace: Workspace, slug: str, name: str, place: int) -> list[Entry]:
    """Move a post to `place`, counted from 1, and return the new order.

    Raises:
        IssueError: there is no such issue or post.
    """
    order = issue_order(workspace, slug)
    issue_file = issue_folder(workspace, slug) / "issue.md"
    entry = find_entry(order, name, issue_file)
    order.remove(entry)
    order.insert(max(0, place - 1), entry)
    write_order(issue_file, order)
    return order


def ensure_leads_on(link: str, show: Show, command: str = "") -> None:
    """Raise unless a post with this `link` can be shown so.

    Raises:
        IssueError: it is to be shown in part, and nobody could read on.
    """
    if show is not Show.FULL and not leads_on(link):
        hint = "Add its address on your website, or show it in full."
        raise IssueError("the post has no link to read on", hint=hint, command=command)


def show_post(workspace: Workspace, slug: str, name: str, show: Show, link: str = "") -> list[Entry]:
    """Say how much of a post is shown, and return the new order.

    Args:
        workspace: where the issue is.
        slug: the issue.
        name: the post.
        show: how much of it is shown.
        link: its address on the web as a person types it; empty when its file has one, or needs none.

    Raises:
        IssueError: there is no such issue or post, or it has no address to read on.
        WorkspaceError: a file cannot be written.
    """
    order = issue_order(workspace, slug)
    issue_file = issue_folder(workspace, slug) / "issue.md"
    entry = find_entry(order, name, issue_file)
    if link:
        path = post_files(issue_file.parent)[entry.stem]
        post_link(workspace, slug, entry.stem)  # which explains what is wrong with the lines at its top
        write_whole(path, with_key(decode(path.read_bytes(), str(path)), "link", web_address(link)))
    elif show is not Show.FULL:
        command = f"newsletter post show {slug} {entry.stem} {show} --link https://…"
        ensure_leads_on(post_link(workspace, slug, entry.stem), show, command)
    order[order.index(entry)] = replace(entry, show=show)
    write_order(issue_file, order)
    return order


def remove_post(workspace: Workspace, slug: str, name: str) -> Path:
    """Take a post out of the issue, and return where its file is kept.

    Raises:
        IssueError: there is no such issue or post.
        WorkspaceError: the file cannot be moved.
    """
    order = issue_order(workspace, slug)
    folder = issue_folder(workspace, slug)
    entry = find_entry(order, name, folder / "issue.md")
    kept = folder / REMOVED_FOLDER / f"{entry.stem}.md"
    number = 2
    while kept.exists():
        kept = kept.with_name(f"{entry.stem}-{number}.md")
        number += 1
    with explained(kept):
        kept.parent.mkdir(exist_ok=True)
        (folder / POSTS_FOLDER / f"{entry.stem}.md").rename(kept)
    write_order(folder / "issue.md", [each for each in order if each is not entry])
    return kept


def restore_post(workspace: Workspace, slug: str, name: str, place: int, show: Show = Show.FULL) -> list[Entry]:
    """Put a removed post back to `place`, counted from 1, and return the new order.

    Args:
        workspace: where the issue is.
        slug: the issue.
        name: its file among those that `remove_post` kept.
        place: where it stands then.
        show: how much of it is shown.

    Raises:
        IssueError: no such file was kept, or another post has taken its name.
        WorkspaceError: the file cannot be moved.
    """
    folder = issue_folder(workspace, slug)
    kept = {path.name: path for path in (folder / REMOVED_FOLDER).glob("*.md")}.get(name)
    if kept is None:
        raise IssueError("this post is no longer kept", where=folder / REMOVED_FOLDER)
    target = folder / POSTS_FOLDER / name
    if target.exists():
        raise IssueError("another post has the same name now", where=target, hint="Rename one of the two files.")
    with explained(target):
        kept.rename(target)
    move_post(workspace, slug, target.stem, place)
    return show_post(workspace, slug, target.stem, show)
