"""How well and how fast posts are read: the corpus' score, and times as ratios.

    python benchmarks/reading.py

Headings count when text and level are both right (an item's name is a level of its own).
A sentence counts as kept when it is in the result exactly once, in its order. Of sources in
plain text each line is looked for, too: it is in the post, or told as left out. Times are
told as ratios to decoding and splitting the same text, so that machines compare.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from newsletter.issues.make import post_file  # noqa: E402 - the tests' corpus must be importable
from newsletter.posts import Source  # noqa: E402
from newsletter.posts.reader import read_post  # noqa: E402
from newsletter.workspace import Clinic  # noqa: E402
from tests.posts.corpus_case import CORPUS, HARD, HELD_OUT, Case, Score, cases  # noqa: E402
from tests.posts.renderings import RENDERINGS, Part, as_pasted  # noqa: E402

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
    for name, folder in (("corpus", CORPUS), ("held out", HELD_OUT), ("held out, hard", HARD)):
        print_score(name, cases(folder))
    print_times()


def print_score(name: str, some: list[Case]) -> None:
    score, told, lines = Score(), 0, 0
    for case in some:
        reading = case.read(CLINIC)
        score.add(post_file(reading.post), case.expected)
        shown, source = _letters(post_file(reading.post) + " ".join(each.text for each in reading.dropped)), case.text
        lines += len(source)
        told += sum(_letters(line) in shown for line in source)
    print(
        f"{name}: {len(some)} posts, heading precision {score.precision:.3f}, recall {score.recall:.3f}, "
        f"sentences kept {score.share_kept:.4f} of {score.said}"
        + (f"; lines of plain sources in the post or told as left out {told / lines:.4f} of {lines}" if lines else "")
    )


def print_times() -> None:
    """Print how long a source of 5,000 words takes, in each form."""
    parts = _varied(WORDS)
    text = as_pasted("On Rest and More", parts)
    base = seconds(lambda: text.decode("utf-8").split())
    for kind, render in RENDERINGS.items():
        source = Source(data=render("On Rest and More", parts), name="post")
        read_post(source, CLINIC)  # imports its parsers
        taken = seconds(partial(read_post, source, CLINIC))
        print(f"{kind} of {WORDS} words: {taken * 1000:.0f} ms, {taken / base:.0f} × splitting it into words")


def _varied(count: int) -> list[Part]:
    """Return a post of `count` words, no two of whose sentences are alike."""
    chance = random.Random(6)
    syllables = [first + second for first in "bdfglmnprstv" for second in ("a", "en", "i", "ol", "u")]
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(1_500)]
    parts: list[Part] = []
    while count > 0:
        chosen = chance.choices(words, k=chance.randint(35, 70))
        if len(parts) % 6 == 0:
            parts.append(("heading", " ".join(chosen[:4]).title()))
        sentences = [" ".join(chosen[start : start + 12]).capitalize() + "." for start in range(0, len(chosen), 12)]
        parts += (
            [("bullet", each) for each in sentences] if len(parts) % 5 == 4 else [("paragraph", " ".join(sentences))]
        )
        count -= len(chosen)
    return parts


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


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
