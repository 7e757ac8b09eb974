"""The documentation: every link leads somewhere, every page is found, every command in it exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from newsletter.cli.main import cli

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md"), *(ROOT / "tests" / "posts").glob("*/README.md")]
CODE = re.compile(r"^```.*?^```$|^ {4}[^\n]*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r'\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"')
COMMAND = re.compile(r"(?:^|[/\\`])newsletter (?:-C \S+ )?(?P<command>[a-z].*?)(?:`|  +#|$)")
PATH = re.compile(r"`((?:\.ci|benchmarks|docs|samples|scripts|src|tests)/[\w./-]+)`")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


@pages
def test_every_link_leads_somewhere(page: Path) -> None:
    """Links and pictures are files that exist, and what follows a # is a heading there."""
    assert [target for target in _links(page) if not _leads_somewhere(page, target)] == []


def test_every_page_can_be_found() -> None:
    """From the README, links lead to every page of the documentation."""
    found: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        found.add(page)
        targets = {(page.parent / target.partition("#")[0]).resolve() for target in _links(page)}
        waiting += [target for target in targets - found if target in PAGES]
    assert [page for page in PAGES if page not in found] == []


@pages
def test_every_command_exists(page: Path) -> None:
    """What a page tells readers to type is a command with these options."""
    assert [line for line in _commands(page) if not _is_known(line.split())] == []


@pages
def test_every_path_exists(page: Path) -> None:
    """A file of this repository that a page names is there."""
    named = PATH.findall(page.read_text("utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def _links(page: Path) -> list[str]:
    found = LINK.findall(CODE.sub("", page.read_text("utf-8")))
    return [link for pair in found if (link := "".join(pair)) and not re.match(r"https?:|mailto:", link)]


def _leads_somewhere(page: Path, target: str) -> bool:
    path, _, heading = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    return file.exists() and (not heading or heading in _anchors(file))


def _anchors(page: Path) -> set[str]:
    """Return the names that a Git server gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _commands(page: Path) -> Iterator[str]:
    for code in CODE.findall(page.read_text("utf-8")):
        for line in code.splitlines():
            yield from (found["command"] for found in COMMAND.finditer(line.strip()))


def _is_known(words: list[str]) -> bool:
    """Whether the words name a command of ours, and only options that it has."""
    command: click.Command = cli
    with click.Context(cli) as ctx:
        while isinstance(command, click.Group) and words:
            found = command.get_command(ctx, words.pop(0))
            if found is None:
                return False
            command = found
    known = {"--help", *(name for option in command.params for name in option.opts)}
    return {word.partition("=")[0] for word in words if word.startswith("--")} <= known
