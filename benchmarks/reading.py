"""How well, how surely and how fast posts are read: the corpus' score, what "sure" means, and times as ratios.

    python benchmarks/reading.py

Headings count when text and level are both right (an item's name is a level of its own).
A sentence counts as kept when it is in the result exactly once, in its order. Of sources in
plain text each line is looked for, too: it is in the post, or told as left out. Times are
told as ratios to decoding and splitting the same text, so that machines compare. Of lines that
are called sure few may be wrong, and of wrong ones most should not be called sure; whether a
line that is left out is boilerplate or a fact about the post is the same to readers.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from newsletter.issues.make import post_file  # noqa: E402 - the tests' corpus must be importable
from newsletter.posts import Source  # noqa: E402
from newsletter.posts.block import letters_of  # noqa: E402
from newsletter.posts.classify import classify  # noqa: E402
from newsletter.posts.model import DROP, FACT  # noqa: E402
from newsletter.posts.reader import read_post  # noqa: E402
from newsletter.posts.value import SURE  # noqa: E402
from newsletter.workspace import Clinic  # noqa: E402
from tests.posts.corpus_case import CORPUS, HARD, HELD_OUT, SAVED, Case, Score, cases  # noqa: E402
from tests.posts.labelled_case import label_case  # noqa: E402
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
        print_confidence(name, cases(folder))
    print_times()


def print_score(name: str, some: list[Case]) -> None:
    score, told, lines = Score(), 0, 0
    for case in some:
        reading = case.read(CLINIC)
        score.add(post_file(reading.post), case.expected)
        shown, source = letters_of(post_file(reading.post) + " ".join(each.text for each in reading.dropped)), case.text
        lines += len(source)
        told += sum(letters_of(line) in shown for line in source)
    print(
        f"{name}: {len(some)} posts, heading precision {score.precision:.3f}, recall {score.recall:.3f}, "
        f"sentences kept {score.share_kept:.4f} of {score.said}"
        + (f"; lines of plain sources in the post or told as left out {told / lines:.4f} of {lines}" if lines else "")
    )


def print_confidence(name: str, some: list[Case]) -> None:
    """Print how many lines are called sure and are wrong, and how many of the wrong ones are not called sure."""
    decided = [each for case in some for each in _decided(case)]
    wrong = [sure for sure, right in decided if not right]
    sure_wrong = sum(sure >= SURE for sure in wrong)
    called = sum(sure >= SURE for sure, _ in decided)
    print(
        f"{name}: of {called} lines called sure {sure_wrong / max(called, 1):.2%} are wrong; of {len(wrong)} wrong "
        f"lines {1 - sure_wrong / max(len(wrong), 1):.0%} are not called sure; "
        f"{1 - called / max(len(decided), 1):.1%} of {len(decided)} lines are to check"
    )


def _decided(case: Case) -> Iterator[tuple[float, bool]]:
    """Yield of each line how sure it is what it is, and whether it is that.

    A line that seems to be left out although its words are in the result was only joined to another one.
    """
    post = label_case(case, CLINIC)
    if post is None:
        return
    now = SAVED.astimezone(CLINIC.timezone)
    verdict = classify(post.blocks, now, site=CLINIC.name, title=post.title, phone=CLINIC.phone)
    expected = letters_of(case.expected)
    for block, choice, role in zip(post.blocks, verdict.choices, post.roles, strict=True):
        if role != DROP or block.words <= 3 or letters_of(block.said) not in expected:
            yield choice.sure, choice.role.replace(FACT, DROP) == role.replace(FACT, DROP)


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
