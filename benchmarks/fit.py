"""Fit the weights by which lines are decided: src/newsletter/posts/weights.json.

    python -m pip install python-crfsuite
    python benchmarks/fit.py

Learned from are the corpus and the labelled lines, and never what is held out. It takes some
seconds; the same posts give the same weights. `python benchmarks/reading.py` prints the score.
"""

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pycrfsuite

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.reading import CLINIC  # noqa: E402 - the tests' corpus must be importable

from newsletter.posts.model import DROP, ROLES  # noqa: E402
from newsletter.posts.surroundings import read_signs  # noqa: E402
from tests.posts.corpus_case import CORPUS, HELD_OUT, SAVED, cases  # noqa: E402
from tests.posts.labelled_case import Labelled, label_case, labelled  # noqa: E402

WEIGHTS = ROOT / "src/newsletter/posts/weights.json"
_OPTIONS = {"c1": 0.03, "c2": 0.03, "max_iterations": 150, "feature.possible_transitions": True}
_SMALLEST = 0.02
"""Weights below this decide nothing, and are left out."""
_CAUTION = 0.8
"""Taken from the weight for leaving a heading or a label out of the middle of a text: what is in doubt stays there."""


def main() -> None:
    """Fit, write, and say how well the roles of unseen blocks are told."""
    seen = [*_cases(CORPUS), *labelled()]
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        _fit(seen, path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        _write(tagger)
        _print_score(tagger, _cases(HELD_OUT))
        tagger.close()


def _cases(folder: Path) -> list[Labelled]:
    return [found for case in cases(folder) if (found := label_case(case, CLINIC))]


def _signs(post: Labelled) -> list[list[str]]:
    now = SAVED.astimezone(CLINIC.timezone)
    rows, _ = read_signs(post.blocks, now, titled=bool(post.title), site=CLINIC.name)
    return [sorted(set(row)) for row in rows]


def _fit(posts: list[Labelled], path: str) -> None:
    trainer = pycrfsuite.Trainer(verbose=False)
    for post in posts:
        trainer.append(_signs(post), list(post.roles))
    trainer.set_params(_OPTIONS)
    trainer.train(path)


def _write(tagger: pycrfsuite.Tagger) -> None:
    learned = tagger.info()
    signs: dict[str, dict[str, float]] = {}
    learned.state_features["end:none in body", DROP] -= _CAUTION
    for (sign, role), weight in sorted(learned.state_features.items()):
        if abs(weight) >= _SMALLEST:
            signs.setdefault(sign, {})[role] = round(weight, 2)
    moves = {f"{before} {after}": round(weight, 2) for (before, after), weight in sorted(learned.transitions.items())}
    rows = ",\n".join(f"{json.dumps(sign, ensure_ascii=False)}: {json.dumps(each)}" for sign, each in signs.items())
    WEIGHTS.write_text(f'{{"moves": {json.dumps(moves)},\n"signs": {{\n{rows}\n}}}}\n', "utf-8")


def _print_score(tagger: pycrfsuite.Tagger, posts: list[Labelled]) -> None:
    pairs: Counter[tuple[str, str]] = Counter()
    for post in posts:
        pairs.update(zip(post.roles, tagger.tag(_signs(post)), strict=True))
    for role in ROLES:
        right = pairs[role, role]
        found = sum(count for (_, told), count in pairs.items() if told == role)
        wanted = sum(count for (is_, _), count in pairs.items() if is_ == role)
        print(f"{role}: precision {right / max(found, 1):.3f}, recall {right / max(wanted, 1):.3f} of {wanted}")


if __name__ == "__main__":
    main()
