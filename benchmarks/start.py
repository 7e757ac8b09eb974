"""How long the program takes to start, as ratios to an empty Python process.

    python benchmarks/start.py

Each figure is the median of several runs of a whole process, taken in turns so that a
busy moment of the machine falls on all of them.
"""

import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 15
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "python -c 'import click'": ["-c", "import click"],
    "newsletter --help": ["-m", "newsletter", "--help"],
    "newsletter subscribers --help": ["-m", "newsletter", "subscribers", "--help"],
    "newsletter list": ["-m", "newsletter", "list"],
}


def main() -> None:
    """Print the table."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        seconds(["-m", "newsletter", "init", ".", "--yes"], folder)
        for _ in range(RUNS):
            for name, arguments in COMMANDS.items():
                times[name].append(seconds(arguments, folder))
    empty = statistics.median(times["python -c pass"])
    print(f"{'command':<32}{'median ms':>10}{'ratio':>8}")
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:<32}{median * 1000:>10.0f}{median / empty:>8.1f}")


def seconds(arguments: list[str], folder: str) -> float:
    """Return the wall time of one process."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=folder)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
