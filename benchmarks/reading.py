"""How well and how fast posts are read: the corpus' score, and times as ratios.

    python benchmarks/reading.py

Headings count when text and level are both right (an item's name is a level of its own).
A sentence counts as kept when it is in the result exactly once, in its order. Times are
told as ratios to decoding and splitting the same text, so that machines compare.
"""

import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from newsletter.issues.make import post_file  # noqa: E402 - the tests' corpus must be importable
from newsletter.posts import Source  # noqa: E402
from newsletter.posts.reader import read_post  # noqa: E402
from newsletter.workspace import Clinic  # noqa: E402
from tests.posts.corpus_case import Case, cases, headings, sentences  # noqa: E402

CLINIC = Clinic(
    name="Elm Street Psychiatry",
    website="https://www.elmstreet.example.org",
    phone="508-555-0100",
    email="hello@elmstreet.example.org",
    postal_address="12 Elm Street, Springfield, MA 01101",
    timezone=ZoneInfo("America/New_York"),
)
WORDS = 5_000


def main() -> None:
    """Print both tables."""
    for name, some in (("all", cases()), ("held out", [case for case in cases() if case.held_out])):
        if some:
            print_score(name, some)
    print_times()


def print_score(name: str, some: list[Case]) -> None:
    right = found = wanted = kept = total = 0
    for case in some:
        file = post_file(case.read(CLINIC).post)
        got, expected = Counter(headings(file)), Counter(headings(case.expected))
        right += (got & expected).total()
        found += got.total()
        wanted += expected.total()
        matcher = SequenceMatcher(None, sentences(file), sentences(case.expected), autojunk=False)
        kept += sum(block.size for block in matcher.get_matching_blocks())
        total += len(sentences(case.expected))
    print(
        f"{name}: {len(some)} posts, heading precision {right / found:.3f}, recall {right / wanted:.3f}, "
        f"sentences kept {kept / total:.4f} of {total}"
    )


def print_times() -> None:
    """Print how long a source of 5,000 words takes."""
    paragraphs = [" ".join(["steady"] * 49) + " end." for _ in range(WORDS // 50)]
    pasted = "\n".join(["A Title", *(f"Heading {number}\n{text}" for number, text in enumerate(paragraphs))])
    page = "".join(f"<h2>Heading {number}</h2><p>{text}</p>" for number, text in enumerate(paragraphs))
    page = f"<html><head><title>A Title</title></head><body><article><h1>A Title</h1>{page}</article></body></html>"
    base = seconds(lambda: pasted.encode().decode("utf-8").split())
    for kind, text in (("pasted text", pasted), ("web page", page)):
        source = Source(data=text.encode(), name="post")
        read_post(source, CLINIC)  # imports its parsers
        taken = seconds(partial(read_post, source, CLINIC))
        print(f"{kind} of {WORDS} words: {taken * 1000:.0f} ms, {taken / base:.0f} × splitting it into words")


def seconds(action: Callable[[], object]) -> float:
    """Return the median of the processor's time for `action`: others may use the machine, too."""
    times = []
    for _ in range(9):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
