"""Kill campaigns on purpose, many times, and print what came of it.

    python benchmarks/crashes.py [RUNS] [MODE] [CLOCK]

Each run sends one campaign to 40 people in batches of 4, three in the air, through a
SendGrid of our own that loses 5 % of its replies. The sending process is killed up to
twice, at one of the named places or at any moment, and then goes on until it is over. What
is cancelled and sent again is killed up to six times: while it is sent, called back, and sent.
All that is done RUNS times with each clock of this computer: right, 700 seconds behind
SendGrid's or ahead of it, and jumping between and in the attempts.

MODE may also be "workers" or "workers, now": three workers on PostgreSQL share four such
campaigns at a time, and two of them are killed, or halted until they count as dead. It is RUNS
kills then, and needs PostgreSQL's programs on this machine.
"""

import sys
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.crashes.crew import KILLS, run_crew
from tests.crashes.harness import CLOCKS, PEOPLE, Score, run, worker
from tests.postgres import new_database, running_server, server_programs

MODES = {
    "held": "held sends (the default)",
    "undone": "held, cancelled, and sent again",
    "now": "sent at once (--now)",
    "workers": "held sends, shared by workers",
    "workers, now": "sent at once, shared by workers",
    "naive": "mark after sending, retry on error",
}


_WITHOUT_CLOCK = {"naive", "workers", "workers, now"}  # they look at none, or at the server's


def _lone(runs: int, mode: str, clock: str) -> Score:
    score = Score()
    with worker() as workers:
        for seed in range(runs):
            score += run(workers, seed, mode=mode, clock=clock)
    return score


def _crew(kills: int, mode: str) -> Score:
    programs, score = server_programs(), Score()
    if programs is None:
        sys.exit("PostgreSQL's programs (initdb, pg_ctl) are not on this machine.")
    with running_server(programs) as server:
        for seed in range(kills // KILLS):
            score += run_crew(new_database(server), seed, mode="now" if mode.endswith("now") else "held")
    return score


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    wanted = set(sys.argv[2:])
    print("| how | clock | runs | recipients | kills | duplicates | lost silently | unknown |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for mode, clock in product(wanted & set(MODES) or MODES, wanted & set(CLOCKS) or CLOCKS):
        if clock != "right" and mode in {
            "naive",
            "workers",
            "workers, now",
        }:  # they look at no clock, or at the server's
            continue
        score = _crew(runs, mode) if mode.startswith("workers") else _lone(runs, mode, clock)
        cells = (score.runs, score.runs * PEOPLE, score.kills, score.doubled, score.lost, score.unknown)
        print(f"| {MODES[mode]} | {clock} | " + " | ".join(f"{cell:,}" for cell in cells) + " |", flush=True)
        assert mode == "naive" or score.not_conserved == 0


if __name__ == "__main__":
    main()
