"""Kill campaigns on purpose, many times, and print what came of it.

    python benchmarks/crashes.py [RUNS] [MODE] [CLOCK]

Each run sends one campaign to 40 people in batches of 4, three in the air, through a
SendGrid of our own that loses 5 % of its replies. The sending process is killed up to
twice, at one of the named places or at any moment, and then goes on until it is over. What
is cancelled and sent again is killed up to six times: while it is sent, called back, and sent.
All that is done RUNS times with each clock of this computer: right, 700 seconds behind
SendGrid's or ahead of it, and jumping between and in the attempts.
"""

import sys
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.crashes.harness import CLOCKS, PEOPLE, Score, run, worker

MODES = {
    "held": "held sends (the default)",
    "undone": "held, cancelled, and sent again",
    "now": "sent at once (--now)",
    "naive": "mark after sending, retry on error",
}


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    wanted = set(sys.argv[2:])
    print("| how | clock | runs | recipients | kills | duplicates | lost silently | unknown |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for mode, clock in product(wanted & set(MODES) or MODES, wanted & set(CLOCKS) or CLOCKS):
        if mode == "naive" and clock != "right":  # it looks at no clock
            continue
        score = Score()
        with worker() as workers:
            for seed in range(runs):
                score += run(workers, seed, mode=mode, clock=clock)
        cells = (score.runs, score.runs * PEOPLE, score.kills, score.doubled, score.lost, score.unknown)
        print(f"| {MODES[mode]} | {clock} | " + " | ".join(f"{cell:,}" for cell in cells) + " |", flush=True)
        assert mode == "naive" or score.not_conserved == 0


if __name__ == "__main__":
    main()
