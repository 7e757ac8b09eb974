"""Kill campaigns on purpose, many times, and print what came of it.

    python benchmarks/crashes.py [RUNS]

Each run sends one campaign to 40 people in batches of 4, three in the air, through a
SendGrid of our own that loses 5 % of its replies. The sending process is killed up to
twice, at one of the named places or at any moment, and then goes on until it is over. What
is cancelled and sent again is killed up to six times: while it is sent, called back, and sent.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.crashes.harness import PEOPLE, Score, run, worker

MODES = {
    "held": "held sends (the default)",
    "undone": "held, cancelled, and sent again",
    "now": "sent at once (--now)",
    "naive": "mark after sending, retry on error",
}


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print("| how | runs | recipients | kills | duplicates | lost silently | unknown |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for mode, name in MODES.items():
        score = Score()
        with worker() as workers:
            for seed in range(runs):
                score += run(workers, seed, mode=mode)
        cells = (score.runs, score.runs * PEOPLE, score.kills, score.doubled, score.lost, score.unknown)
        print(f"| {name} | " + " | ".join(f"{cell:,}" for cell in cells) + " |", flush=True)
        assert mode == "naive" or score.not_conserved == 0


if __name__ == "__main__":
    main()
