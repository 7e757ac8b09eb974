"""From a text without markup to blocks: its lines, wrapped ones joined again, each with its mark."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.posts.block import Block

_BULLET_ALONE = re.compile(r"[•●▪◦‣·∙○■□➤►*–—-]|\(?\d{1,2}[.)]")
_BYLINE = re.compile(r"(?:(?:written|posted|words|story) )?[Bb]y:? [A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){1,4}")
_NARROWEST, _WIDEST = 50, 100
"""Between these are the widths at which programs break lines."""
_FEWEST_BROKEN = 3
_ENTRY = re.compile(r"\*{0,2}[A-ZÀ-Ý][\w-]*(?: [\w-]+)?\s?:")
"""What tells who wrote a mail, and when."""
_BULLET = re.compile(
    r"((?:[-*•]\s+)?\[[ xX]?\](?=\s)|[•●▪◦‣⁃·∙○■□➤►✓✔\uf0b7\uf0a7\uf0d8\uf0fc]\ufe0f?"
    r"|[*–—-](?=\s)|o(?=\s+[A-Z]))\s*(?=\S)"
)
_INNER_BULLET = re.compile(r"(o)\s+(?=\S)")
_SYMBOL = re.compile(
    r"((?:[^\w\s\"'“”‘’()\[\]<>«»¿¡#$€£@&/\\.,;:!?…|§-][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*){1,2}|[§Øü](?=\s))\s*(?=[\w“\"])"
)
_INNER = "◦○o□"
_NUMBER = re.compile(r"\(?(\d{1,2})[.)]\s+(?=\S)(?!\d{3,5}[-. ]?\d{4}\b)")
"""No telephone's: "(11) 91234-5678"."""
_LETTER = re.compile(r"\(?([A-Za-z])[.)]\s+(?=\S)")
_PART = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})\.?\s+(?=\S)")
_HASHES = re.compile(r"(#{1,6})\s+(?=\S)")
_BOLD = re.compile(r"(?:\*\*|__)([^*_]{2,110})(?:\*\*|__):?")
_QUOTED = re.compile(r"^(?:>\s*.+|[\"“][^\"“”]{15,}[\"”][.,]?(?:\s*[–—-]+\s*[A-Z].{1,60})?)$")
_LONGEST_PART, _LONGEST_CELL, _FEWEST_ROWS = 16, 25, 2
"""Words in a heading of an outline and in a cell, rows of a table."""
_DEEPEST = 2


def split_lines(text: str, *, mailed: bool = False) -> list[Block]:
    """Return the lines of `text` that hold something, broken paragraphs joined again.

    Args:
        text: the text.
        mailed: whether a mail program has quoted it; it has broken its lines, too, so that less must show it.
    """
    lines: list[Block] = []
    gap = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        plain = " ".join(raw.replace("\u200b", "").split())
        if plain:
            indent = len(raw.expandtabs(4)) - len(raw.expandtabs(4).lstrip())
            lines.append(Block(number, plain, gap, indent, _cells(raw)))
            gap = 0
        else:
            gap += 1
    return _unwrap(_rejoin_bullets(lines), mailed=mailed)


def mark_blocks(lines: Sequence[Block]) -> list[Block]:
    """Return the blocks with the mark that each begins with."""
    blocks = [_marked(line) for line in lines]
    return _levelled(_with_symbols(_with_parts(_with_letters(_without_lone_dashes(_with_rows(blocks))))))


def _cells(raw: str) -> tuple[str, ...]:
    parts = raw.strip(" \r\n").split("\t") if "\t" in raw.strip(" \r\n") else []
    cells = tuple(" ".join(part.split()) for part in parts)
    first = cells[0] if cells else ""
    listed = bool(first) and (_BULLET_ALONE.fullmatch(first) or (len(first) == 1 and not first.isdigit()))
    return () if listed else cells


def _rejoin_bullets(lines: list[Block]) -> list[Block]:
    """Put a bullet that was pasted on a line of its own before the text that follows it."""
    joined: list[Block] = []
    waiting: Block | None = None
    for line in lines:
        if waiting is None and _BULLET_ALONE.fullmatch(line.text):
            waiting = line
            continue
        if waiting is not None:
            joined.append(replace(waiting, text=f"{waiting.text} {line.text}"))
            waiting = None
        else:
            joined.append(line)
    return joined + ([waiting] if waiting else [])


def _unwrap(lines: list[Block], *, mailed: bool) -> list[Block]:
    """Join the lines of a text that was broken at a fixed width, as mail programs do."""
    broken = [line for line in lines if not (_ENTRY.match(line.text) or line.text.endswith(":") or "://" in line.text)]
    width = _wrap_width(broken, 1) if mailed else _wrap_width(lines, _FEWEST_BROKEN)
    if not width:
        return lines
    joined: list[Block] = []
    length, goes_on = 0, False  # of the last physical line; whether its sentence does
    for line in lines:
        full = length + 1 + len(line.text.split()[0]) > width
        apart = _begins_block(line) or (mailed and _is_apart(line, joined))
        if joined and line.gap == 0 and not apart and (full or (goes_on and line.text[0].islower())):
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text} {line.text}", cells=())
        else:
            joined.append(line)
        length, goes_on = line.indent + len(line.text), not line.ends_sentence
    return joined


def _is_apart(line: Block, above: list[Block]) -> bool:
    """Whether one of two lines says who wrote what when, so that the other does not go on with it."""
    return any(_ENTRY.match(each.text) for each in (line, *above[-1:])) or any(
        each.text.endswith(":") for each in above[-1:]
    )


def _wrap_width(lines: list[Block], fewest: int) -> int:
    """Return the width at which the text was broken, or 0 when it was not.

    It was when no line is longer than a terminal's, and again and again a line goes on in
    the next with a small letter. A poem's lines do that, too, but all of them are short.
    """
    width = max((line.indent + len(line.text) for line in lines), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return 0
    pairs = itertools.pairwise(lines)
    broken = sum(after.gap == 0 and after.text[0].islower() and len(line.text) > 0.6 * width for line, after in pairs)
    return width if broken >= fewest else 0


def _begins_block(line: Block) -> bool:
    marked = re.match(r"(?:[•●▪◦‣∙○■➤►>*#]|[–—-]\s|\(?\d{1,2}[.)]\s)", line.text)
    return bool(marked) or (bool(_BYLINE.fullmatch(line.text)) and not line.ends_sentence)


def _marked(block: Block) -> Block:
    text = block.text
    if (match := _HASHES.match(text)) and not block.ends_sentence:
        return replace(block, mark="heading", label=match[0], level=len(match[1]))
    if (match := _BOLD.fullmatch(text)) and (match[1].endswith("?") or not block.ends_sentence):
        return replace(block, mark="heading", label="**")
    if match := _NUMBER.match(text):
        return replace(block, mark="number", label=match[0], depth=block.indent // 2)
    if match := _BULLET.match(text):
        return replace(block, mark="bullet", label=match[0], depth=block.indent // 2 + int(match[1] in _INNER))
    if _QUOTED.match(text):
        return replace(block, mark="quote", label="> " if text.startswith("> ") else ">" if text[0] == ">" else "")
    return block


def _with_rows(blocks: list[Block]) -> list[Block]:
    """See lines of equally many cells that stand together as a table's rows; the first has two filled."""

    def columns(block: Block) -> int:
        short = all(len(cell.split()) <= _LONGEST_CELL for cell in block.cells)
        return len(block.cells) if not block.mark and short and len(block.cells) > 1 else 0

    found: list[Block] = []
    for count, group in itertools.groupby(blocks, key=columns):
        rows = list(group)
        head = next((place for place, row in enumerate(rows) if sum(map(bool, row.cells)) > 1), len(rows))
        is_table = count and len(rows) - head >= _FEWEST_ROWS
        found += [replace(row, mark="row") if is_table and place >= head else row for place, row in enumerate(rows)]
    return found


def _without_lone_dashes(blocks: list[Block]) -> list[Block]:
    """Leave one long dash alone as it is: it tells who said what stands above, or a second thought."""
    dashed = [block.mark == "bullet" and block.text[0] in "–—" for block in blocks]
    lone = [
        dash and not any(dashed[max(place - 1, 0) : place] + dashed[place + 1 : place + 2])
        for place, dash in enumerate(dashed)
    ]
    return [
        replace(block, mark="", label="", depth=0) if alone else block
        for block, alone in zip(blocks, lone, strict=True)
    ]


def _with_letters(blocks: list[Block]) -> list[Block]:
    """See lines led by "a)", "b)" and so on as a list; the letters stay, for Markdown has no such list."""
    found = list(blocks)
    letters = [match[1] if not block.mark and (match := _LETTER.match(block.text)) else "" for block in blocks]
    for place, (before, letter) in enumerate(itertools.pairwise(letters), start=1):
        in_order = before and letter and ord(letter) == ord(before) + 1
        if in_order and (before in "aA" or found[place - 1].mark == "bullet"):
            for each in (place - 1, place):
                found[each] = replace(blocks[each], mark="bullet", depth=blocks[each].indent // 2)
    return found


def _with_parts(blocks: list[Block]) -> list[Block]:
    """See the numbers of an outline, "1." with "1.1" below it, as marks of headings that tell the level."""

    def may_head(block: Block) -> bool:
        short = block.words <= _LONGEST_PART and (block.text.endswith("?") or not block.ends_sentence)
        return block.mark in {"", "number"} and short

    parts = {
        place: match for place, block in enumerate(blocks) if may_head(block) and (match := _PART.match(block.text))
    }
    if len(parts) < 2:
        return blocks
    found = list(blocks)
    wholes = {match[1].partition(".")[0] for match in parts.values()}
    for place, block in enumerate(blocks):
        if match := parts.get(place):
            found[place] = replace(block, mark="heading", label=match[0], level=match[1].count(".") + 1, depth=0)
        elif block.mark == "number" and block.label.strip(" ().") in wholes and may_head(block):
            found[place] = replace(block, mark="heading", level=1, depth=0)
    return found


def _with_symbols(blocks: list[Block]) -> list[Block]:
    """See as bullets what only its company tells: one symbol before each of two lines or more, or Word's inner "o"."""
    found: list[Block] = []
    signs = [None if block.mark else _SYMBOL.match(block.text) for block in blocks]
    for place, block in enumerate(blocks):
        sign, inner = signs[place], None if block.mark else _INNER_BULLET.match(block.text)
        near = [signs[beside] for beside in (place - 1, place + 1) if 0 <= beside < len(blocks)]
        if sign and any(other and other[1] == sign[1] for other in near):
            found.append(replace(block, mark="bullet", label=sign[0], depth=block.indent // 2))
        elif inner and found and found[-1].mark == "bullet":
            found.append(replace(block, mark="bullet", label=inner[0], depth=max(block.indent // 2, 1)))
        else:
            found.append(block)
    return found


def _levelled(blocks: list[Block]) -> list[Block]:
    """Let each list begin at its first level, however far all of it is set in, and skip none on the way down."""
    found: list[Block] = []
    open_depths: list[int] = []
    for block in blocks:
        if block.mark not in {"bullet", "number"}:
            open_depths = []
            found.append(block)
            continue
        while open_depths and open_depths[-1] >= block.depth:
            open_depths.pop()
        open_depths.append(block.depth)
        found.append(replace(block, depth=min(len(open_depths) - 1, _DEEPEST)))
    return found
