"""Markdown as people and programs write it, with odd things among the usual."""

import re
from pathlib import Path

from hypothesis import strategies as st

ROOT = Path(__file__).parents[3]
FRONT_MATTER = re.compile(r"\s*---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*\n\n?", re.DOTALL)

_WORDS = st.sampled_from(
    [
        *("light", "a long walk in the snow", "**bold**", "*it*", "__b__", "_i_", "***both***", "~~no~~", "wow!"),
        *("[our page](https://example.org/a_b)", "[x](<https://example.org/a b> 'title')", "<https://example.org>"),
        *("`c*d`", "`` ` ``", '{{ first_name or "reader" }}', "{{ email }}", "\\{\\{", "{{ half", "{.button}", "{x}"),
        *("a*b", "x_y_z", "[sic]", "\\*kept", "&amp;", "&nbsp;", "a  b", "1. no", "# no", "- no", "> no", "|", "::"),
        *("![p](images/a.png)", "<b>raw</b>", "<!-- c -->", "[^1]", "[ref][r]", "https://example.org/a_b_", "me@e.org"),
        *("**Note:**text", "**b *i* b**", "ünïcödé", "\u00a0", "“quoted”", "*", "_", "]", "(", "\\"),
    ]
)
_LINES = st.builds(
    lambda words, between: between.join(words),
    st.lists(_WORDS, min_size=1, max_size=6),
    st.sampled_from([" ", " ", "", "  "]),
)
_PARAGRAPHS = st.builds(
    lambda lines, between: between.join(lines),
    st.lists(_LINES, min_size=1, max_size=3),
    st.sampled_from(["\n", "  \n", "\\\n", "\n   "]),
)
_ALONE = st.sampled_from(
    [
        *("***", "---", "* * *", "[^1]: A note.", "[^1]: A note\n    with two lines", "[r]: https://example.org"),
        *('![alt](images/a.png "cap"){width=200}', "[![alt](images/a.png)](https://example.org)", "![a][r]"),
        *(
            "[Book](https://example.org){.button}",
            "[Book](tel:+1){.other}",
            "<div>\nraw\n</div>",
            "    code\n\n    more",
        ),
        *("```\ncode\n\n# no heading\n```", "Setext\n===", "Setext *too*\n---", "#", "## closed ##", "-", "1.", ">"),
        *("| a | b |\n|---|:-:|\n| 1 | x\\|y |\n| *2* | |", "a | b\n--|--\n1 | 2", "| only |\n| --- |"),
        *("::: crisis\n:::", "::: nothing\nx\n:::", "::: note never closed", "::: event Party\nwhen: soon\n:::"),
        *("- \ttabbed\n\t- deeper", "* a\n\n\n* b", "10) ten\n11) eleven", "Term\n: no list", "\u200b"),
    ]
)
_HEADINGS = st.builds(lambda level, line: f"{'#' * level} {line}", st.integers(1, 6), _LINES)


def _indented(text: str, marker: str) -> str:
    pad = " " * len(marker)
    return marker + "\n".join(pad + line if line else line for line in text.split("\n"))[len(marker) :]


def _listed(items: list[str], marker: str, between: str) -> str:
    return between.join(
        _indented(item, f"{number}. " if marker == "1. " else marker) for number, item in enumerate(items, 1)
    )


def _quoted(text: str, *, lazy: bool) -> str:
    lines = text.split("\n")
    return "\n".join(line if lazy and number else f"> {line}".rstrip() for number, line in enumerate(lines))


def _boxed(kind: str, text: str, gap: str) -> str:
    return f"::: {kind}{gap}{text}{gap}:::"


def _documents(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    between = st.sampled_from(["\n\n", "\n\n", "\n\n", "\n", "\n\n\n", "\n \n", "\n\t\n"])
    return st.builds(
        lambda first, others: first + "".join(gap + block for gap, block in others),
        blocks,
        st.lists(st.tuples(between, blocks), max_size=4),
    )


def _containers(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    inside = _documents(blocks)
    markers = st.sampled_from(["- ", "* ", "+ ", "-   ", "1. "])
    kinds = st.sampled_from(
        [
            *("note Good to *know*", "crisis", "contact How to reach us", "teaser [Winter](https://example.org)"),
            *("event Party\nwhen: 2026-12-12 10:00 - 11:30\nwhere: here\n", "event Talk\nwhen: 2026-12-12 10:00\n"),
        ]
    )
    return st.one_of(
        st.builds(_listed, st.lists(inside, min_size=1, max_size=3), markers, st.sampled_from(["\n", "\n\n"])),
        st.builds(_quoted, inside, lazy=st.booleans()),
        st.builds(_boxed, kinds, inside, st.sampled_from(["\n", "\n\n"])),
    )


BLOCKS = st.recursive(st.one_of(_PARAGRAPHS, _PARAGRAPHS, _HEADINGS, _ALONE), _containers, max_leaves=6)
TEXTS = st.builds(
    lambda head, body, tail: head + body + tail,
    st.sampled_from(["", "", "\n", "  \n\n"]),
    _documents(BLOCKS),
    st.sampled_from(["", "\n", "\n", "\n\n \n"]),
)


def repository_texts() -> dict[str, str]:
    """Return what is below the front matter of each Markdown file that stands for somebody's writing."""
    files = [path for folder in ("newsletters", "samples", "tests") for path in (ROOT / folder).rglob("*.md")]
    texts = {str(path.relative_to(ROOT)): path.read_text("utf-8").replace("\r\n", "\n") for path in sorted(files)}
    return {name: FRONT_MATTER.sub("", text, count=1) for name, text in texts.items() if "node_modules" not in name}
