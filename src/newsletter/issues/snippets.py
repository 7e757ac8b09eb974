"""Snippets: pieces of text that go into many issues, as Markdown files in the folder ``snippets``."""

from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import IssueError, SourceError
from newsletter.files import explained, is_inside, write_whole
from newsletter.issues.slug import slugify
from newsletter.posts.decoding import decode
from newsletter.posts.front_matter import read_front_matter, write_front_matter
from newsletter.workspace import Workspace

FOLDER = "snippets"
LONGEST = 20_000
_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of text; `name` is its file's name without ``.md``."""

    name: str
    title: str
    text: str


def snippets(workspace: Workspace) -> list[Snippet]:
    """Return the workspace's snippets by their titles; those of every clinic, as long as it has no folder of its own.

    A file that cannot be read is left out: the texts of issues do not depend on it.
    """
    folder = workspace.root / FOLDER
    if not folder.is_dir():
        return _first_ones(workspace)
    found = [_read(path) for path in folder.glob("*.md") if path.name[0] not in "._~" and is_inside(path, folder)]
    return sorted((each for each in found if each and each.text), key=lambda each: each.title.casefold())


def save_snippet(workspace: Workspace, name: str, title: str, text: str) -> Snippet:
    """Write a snippet, or change the one called `name`; return it.

    Raises:
        IssueError: it has no title or no text, or another one has its title.
        WorkspaceError: it cannot be written.
    """
    title, text = " ".join(title.split())[:_LONGEST_TITLE], text.replace("\r\n", "\n").strip("\n")
    if not title:
        raise IssueError("the snippet has no name", hint="Give it a name that you will find in the menu.")
    if not text.strip():
        raise IssueError("the snippet is empty", hint="Write its text, or delete it.")
    if len(text) > LONGEST:
        raise IssueError(
            "the snippet is too long", hint="A snippet is a few paragraphs. Put a longer text into a post."
        )
    others = {each.title.casefold() for each in snippets(workspace) if each.name != name}
    if title.casefold() in others:
        raise IssueError(f"there is already a snippet named {title}", hint="Change that one, or choose another name.")
    _own_folder(workspace)
    known = {each.name for each in snippets(workspace)}
    snippet = Snippet(name if name in known else _free_name(workspace, title), title, text)
    _write(workspace, snippet)
    return snippet


def delete_snippet(workspace: Workspace, name: str) -> Snippet:
    """Delete a snippet, and return what it was; the texts that it was put into stay as they are.

    Raises:
        IssueError: there is none of that name.
        WorkspaceError: its file cannot be deleted.
    """
    found = next((each for each in snippets(workspace) if each.name == name), None)
    if found is None:
        raise IssueError("there is no such snippet", hint="Perhaps somebody deleted it already.")
    _own_folder(workspace)
    path = _path(workspace, name)
    with explained(path):
        path.unlink(missing_ok=True)
    return found


def _first_ones(workspace: Workspace) -> list[Snippet]:
    clinic = workspace.settings.clinic.name
    return [
        Snippet("crisis-line", "Crisis line", "::: crisis If you need help now\n:::"),
        Snippet(
            "disclaimer",
            "Disclaimer",
            "*This is general information. It does not replace the advice of your own clinician.*",
        ),
        Snippet("sign-off", "Sign-off", f"Warmly,\n\nThe team at {clinic}"),
    ]


def _own_folder(workspace: Workspace) -> None:
    """Give the workspace a folder that begins with what was offered until now."""
    if not (workspace.root / FOLDER).is_dir():
        for snippet in _first_ones(workspace):
            _write(workspace, snippet)


def _write(workspace: Workspace, snippet: Snippet) -> None:
    write_whole(_path(workspace, snippet.name), write_front_matter({"title": snippet.title}, snippet.text))


def _path(workspace: Workspace, name: str) -> Path:
    return workspace.root / FOLDER / f"{name}.md"


def _read(path: Path) -> Snippet | None:
    try:
        text = decode(path.read_bytes(), str(path))
        matter = read_front_matter(text, str(path), known=None, plain=("title",), error=IssueError)
    except (OSError, SourceError, IssueError):
        return None
    title = " ".join(str(matter.values.get("title") or "").split())[:_LONGEST_TITLE]
    return Snippet(path.stem, title or path.stem.replace("-", " ").capitalize(), matter.body)


def _free_name(workspace: Workspace, title: str) -> str:
    """Return a name that no file has, also none that cannot be read; most systems take "A.md" for "a.md"."""
    stem = slugify(title) or "snippet"
    taken = {path.stem.casefold() for path in (workspace.root / FOLDER).iterdir()} | {"new"}  # a page of the desk
    return next(
        name for number in range(1, 10_000) if (name := stem if number == 1 else f"{stem}-{number}") not in taken
    )
