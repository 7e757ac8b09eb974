"""The frame of a letter: what stays from issue to issue, such as the greeting, the sign-off and the disclaimer."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from newsletter.errors import IssueError
from newsletter.issues.load import list_slugs, load_issue
from newsletter.issues.snippets import snippets
from newsletter.issues.value import Issue
from newsletter.posts import Picture
from newsletter.workspace import Workspace

_COMPARED = 3
"""So many other issues are asked which blocks stood in them, too."""

_BOX = re.compile(r":{3,}[ \t]*(\w*)")
_CODE = re.compile(r"[ \t]*(?:```|~~~)")
_NO_PARAGRAPH = re.compile(r"#|>|!\[|[-*+] |\d+[.)] |\||\[[^\]]*\]\([^)]*\)\{")
_RULE = re.compile(r"(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}")
_SMALL_PRINT = re.compile(r"(\*|_)(?!\1)(?=\S).+(?<=\S)\1", re.DOTALL)
_ABBREVIATION = re.compile(r"(?:\w\.\w+|\b[A-Z]\w{0,3})\.$")  # of a degree, or of a company
_GREETING_WORDS, _CLOSING_WORDS, _CLOSING_LINE = 10, 14, 70


@dataclass(frozen=True, slots=True)
class Frame:
    """What a new issue takes over from an earlier one.

    Attributes:
        facts: keys of the front matter.
        pictures: those that the letter shows.
    """

    letter: str = ""
    facts: dict[str, object] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()

    def clear_of(self, taken: Collection[str]) -> "Frame":
        """Return it with other names for the pictures whose paths are `taken`."""
        letter, pictures = self.letter, []
        names = {*taken, *(picture.path for picture in self.pictures)}
        for picture in self.pictures:
            path = picture.path
            if path in taken:
                stem, _, suffix = path.rpartition(".")
                path = next(name for number in range(2, 10_000) if (name := f"{stem}-{number}.{suffix}") not in names)
                letter = letter.replace(picture.path, path)
            pictures.append(replace(picture, path=path))
        return replace(self, letter=letter, pictures=tuple(pictures))


def frame_of(workspace: Workspace, slug: str) -> Frame:
    """Return the frame of an issue: its letter without what only that issue said, its language, the next number.

    Raises:
        IssueError: there is no such issue, or it has a mistake.
    """
    issue = load_issue(workspace, slug)
    letter = letter_frame(issue.letter.markdown, known=_known_blocks(workspace, slug))
    facts: dict[str, object] = {}
    if issue.language != "en":
        facts["language"] = issue.language
    if issue.number.isdecimal() and len(issue.number) < 9:
        facts["number"] = str(int(issue.number) + 1)
    return Frame(letter, facts, tuple(_pictures(issue, letter)))


def letter_frame(letter: str, known: Collection[str] = ()) -> str:
    """Return a letter without what only this issue said.

    The greeting at its beginning stays, and at its end whatever looks like a sign-off: short lines, small print,
    a crisis or contact box. Between them stay the blocks that are `known`, as `plain_block` writes them.
    """
    blocks = list(_blocks(letter))
    stays = [plain_block(block) in known for block in blocks]
    if blocks and _greets(blocks[0]):
        stays[0] = True
    for place in range(len(blocks) - 1, 0, -1):
        if not stays[place] and not _closes(blocks[place]):
            break
        stays[place] = True
    return "\n\n".join(block for block, stay in zip(blocks, stays, strict=True) if stay)


def plain_block(block: str) -> str:
    """Return a block in the form in which two are compared."""
    return " ".join(block.split()).casefold()


def _blocks(markdown: str) -> Iterator[str]:
    """Split Markdown at its empty lines; boxes and code stay whole."""
    block: list[str] = []
    boxes, in_code = 0, False
    for line in markdown.split("\n"):
        if _CODE.match(line):
            in_code = not in_code
        elif not in_code and (box := _BOX.match(line)):
            boxes = boxes + 1 if box[1] else max(0, boxes - 1)
        if line.strip() or boxes or in_code:
            block.append(line)
        elif block:
            yield "\n".join(block)
            block = []
    if block:
        yield "\n".join(block).rstrip()


def _greets(block: str) -> bool:
    if _NO_PARAGRAPH.match(block) or _BOX.match(block) or "\n" in block:
        return False
    bare = re.sub(r"\{\{.*?\}\}", "name", block)
    return len(bare.split()) <= _GREETING_WORDS and (bare != block or bare.rstrip()[-1:] in {",", "!", ":"})


def _closes(block: str) -> bool:
    box = _BOX.match(block)
    if box:
        return box[1] in {"crisis", "contact"}
    if _RULE.fullmatch(block) or _SMALL_PRINT.fullmatch(block):
        return True
    is_short = len(block.split()) <= _CLOSING_WORDS and all(len(line) <= _CLOSING_LINE for line in block.split("\n"))
    is_sentence = block[-1] in ".?:" and not _ABBREVIATION.search(block)
    return is_short and not is_sentence and not _NO_PARAGRAPH.match(block) and not _CODE.match(block)


def _known_blocks(workspace: Workspace, slug: str) -> set[str]:
    """Return the blocks of snippets, and of the newest other issues."""
    letters = [snippet.text for snippet in snippets(workspace)]
    for other in [name for name in reversed(list_slugs(workspace)) if name != slug][:_COMPARED]:
        try:
            letters.append(load_issue(workspace, other).letter.markdown)
        except IssueError:  # a mistake elsewhere is told when that issue is worked on
            continue
    return {plain_block(block) for letter in letters for block in _blocks(letter)}


def _pictures(issue: Issue, letter: str) -> Iterator[Picture]:
    if not issue.images_dir.is_dir():
        return
    for path in sorted(issue.images_dir.iterdir()):
        name = Path(issue.images_dir.name, path.name).as_posix()
        if path.is_file() and not path.is_symlink() and name in letter:
            yield Picture(name, path.read_bytes())
