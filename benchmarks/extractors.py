"""Which article extractor keeps what is the article's and leaves out what is not.

    pip install trafilatura readability-lxml
    python benchmarks/extractors.py

For each page of the corpus: the share of the article's sentences that the extractor kept,
and how many sentences it gave that are not the article's.
"""

import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import trafilatura  # noqa: E402 - after the corpus is importable
from bs4 import BeautifulSoup  # noqa: E402
from readability import Document  # noqa: E402

from newsletter.posts.html.article import find_article  # noqa: E402
from newsletter.posts.html.cleaning import take_out_boilerplate  # noqa: E402
from newsletter.posts.html.regions import apart_ids  # noqa: E402
from tests.posts.corpus_case import Case, cases, sentences  # noqa: E402


def by_trafilatura(html: str) -> str:
    return trafilatura.extract(html, include_tables=True, include_comments=False, favor_recall=True) or ""


def by_readability(html: str) -> str:
    return BeautifulSoup(Document(html).summary(html_partial=True), "lxml").get_text("\n")


def by_marks(html: str) -> str:
    """What this program does: the system's own marks first, then the element that holds all running text."""
    soup = BeautifulSoup(html, "lxml")
    article = find_article(soup, "", apart_ids(soup))
    if article is None:
        return ""
    take_out_boilerplate(article)
    return article.get_text("\n")


EXTRACTORS: dict[str, Callable[[str], str]] = {
    "trafilatura": by_trafilatura,
    "readability-lxml": by_readability,
    "marks, then all running text": by_marks,
}


def main() -> None:
    pages = [case for case in cases() if case.source.suffix == ".html" and "page-" in case.name]
    print("| page | " + " | ".join(EXTRACTORS) + " |")
    print("| --- |" + " --- |" * len(EXTRACTORS))
    for case in pages:
        cells = [_cell(case, extract) for extract in EXTRACTORS.values()]
        print(f"| {case.name} | " + " | ".join(cells) + " |")


def _cell(case: Case, extract: Callable[[str], str]) -> str:
    html = case.source.read_text("utf-8")
    got = _squeezed(extract(html))
    wanted = sentences(case.expected)
    kept = [sentence for sentence in wanted if _squeezed(sentence) in got]
    rest = len(got) - sum(len(_squeezed(sentence)) for sentence in kept)
    return f"{len(kept)} of {len(wanted)}, {rest / max(len(got), 1):.0%} foreign"


def _squeezed(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


if __name__ == "__main__":
    main()
