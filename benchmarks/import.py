"""Import a long list, beside SQLite's own shell reading the same file into an indexed table.

Usage: python benchmarks/import.py [--rows 1000000] [--runs 3]

The list is made up: names with accents, towns, dates, tags, 2 % duplicates and 1 % bad
addresses. Read the ratios, not the seconds.
"""

import argparse
import csv
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from newsletter.storage import open_store
from newsletter.subscribers.audience import Audience, count, left_out
from newsletter.subscribers.people import find_person

FIRST = [
    "Ana",
    "Béatrice",
    "Chloé",
    "Đorđe",
    "Eléna",
    "François",
    "Günther",
    "Håkon",
    "Iñigo",
    "José",
    "Kateřina",
    "Łukasz",
    "Mary",
    "Noël",
    "Olga",
    "Zoë",
]
LAST = [
    "Andersen",
    "Brontë",
    "Castañeda",
    "Dvořák",
    "Eriksson",
    "Fernández",
    "García",
    "Hernández",
    "Itō",
    "Jørgensen",
    "Kowalski",
    "Lima",
    "O'Brien",
]
WORDS = [
    "quiet",
    "maple",
    "river",
    "stone",
    "harbor",
    "lantern",
    "meadow",
    "copper",
    "willow",
    "ember",
    "violet",
    "canyon",
    "birch",
    "falcon",
    "aurora",
    "pebble",
    "cedar",
    "juniper",
    "thistle",
    "saffron",
    "marble",
]
TOWNS = ["Springfield", "São Paulo", "Zürich", "Łódź", "Worcester", "Montréal"]
TAGS = ["news", "news,groups", "groups", "events", "news,events"]
ONE_RUN = """
import json, sys, time
from pathlib import Path
from newsletter.storage import open_store
from newsletter.subscribers.intake.run import import_list, open_list
from newsletter.subscribers.intake.writing import Intent
folder, file = Path(sys.argv[1]), Path(sys.argv[2])
with open_store(f"sqlite:///{folder / 'people.db'}", folder / "people.key") as store:
    begun = time.perf_counter()
    report = import_list(store, *open_list(file), Intent(wording="I want it."))
    seconds = time.perf_counter() - begun
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
except ImportError:  # Windows does not tell
    peak = 0
tally = report.tally
print(json.dumps({"seconds": seconds, "megabytes": peak, "new": tally.new, "known": tally.known,
                  "duplicates": tally.duplicates, "rejected": sum(tally.rejected.values())}))
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--runs", type=int, default=3)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.csv"
        write_list(file, asked.rows)
        print(f"{asked.rows:,} rows, {file.stat().st_size / 1e6:.0f} MB, {asked.runs} runs, medians\n")
        rounds = [one_round(Path(folder), file, number) for number in range(asked.runs)]
        report(rounds)
        look_ups(Path(folder) / "0")


def write_list(file: Path, rows: int) -> None:
    chance = random.Random(20261122)
    domains = [f"mail{number}.example.org" for number in range(2_000)] + ["example.com"] * 500
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["Email Address", "First Name", "Last Name", "City", "Joined", "Tags"])
        for number in range(rows):
            first, last = chance.choice(FIRST), chance.choice(LAST)
            who = chance.randrange(number + 1) if chance.random() < 0.02 else number
            local = f"{WORDS[who % len(WORDS)]}.{WORDS[who // 7 % len(WORDS)]}{who}"
            domain = domains[who % len(domains)]
            address = f"{local}{'' if chance.random() < 0.01 else '@'}{domain}"
            day = f"20{chance.randrange(15, 26)}-0{chance.randrange(1, 10)}-1{chance.randrange(10)}"
            writer.writerow([address, first, last, chance.choice(TOWNS), day, chance.choice(TAGS)])


def one_round(folder: Path, file: Path, number: int) -> dict[str, dict[str, float]]:
    place = folder / str(number)
    place.mkdir()
    found = {"sqlite3 shell": shell(place, file), "newsletter, first time": ours(place, file)}
    found["newsletter, again"] = ours(place, file)
    return found


def shell(place: Path, file: Path) -> dict[str, float]:
    """Time the shell; the rows that the unique index refuses are only counted there."""
    program = shutil.which("sqlite3")
    if program is None:
        sys.exit("the sqlite3 shell is needed to compare with: install the package sqlite3")
    script = (
        "CREATE TABLE list (email TEXT UNIQUE, first TEXT, last TEXT, city TEXT, joined TEXT, tags TEXT);\n"
        f".import --csv --skip 1 '{file}' list\n"
    )
    begun = time.perf_counter()
    timed = ["/usr/bin/env", "time", "-f", "%M", program, str(place / "shell.db")]
    done = subprocess.run(timed if has_time() else timed[4:], input=script, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    last = done.stderr.rstrip().rpartition("\n")[2]
    return {"seconds": seconds, "megabytes": int(last) / 1024 if last.isdecimal() else 0.0}


def has_time() -> bool:
    return shutil.which("time") is not None


def ours(place: Path, file: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", ONE_RUN, str(place), str(file)], capture_output=True, text=True, check=True
    )
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def report(rounds: list[dict[str, dict[str, float]]]) -> None:
    limit = median(one["sqlite3 shell"]["seconds"] for one in rounds)
    print(f"{'way':<24}{'seconds':>9}{'of the shell':>14}{'MB':>7}")
    for way in rounds[0]:
        seconds = median(one[way]["seconds"] for one in rounds)
        ratio = median(one[way]["seconds"] / one["sqlite3 shell"]["seconds"] for one in rounds)
        memory = max(one[way]["megabytes"] for one in rounds)
        print(f"{way:<24}{seconds:>9.1f}{ratio:>14.2f}{memory:>7.0f}")
    counts = {
        name: value
        for name, value in rounds[0]["newsletter, first time"].items()
        if name not in {"seconds", "megabytes"}
    }
    print(f"\nfirst time: {counts}; the shell's limit was {limit:.1f} s")


def look_ups(place: Path) -> None:
    with open_store(f"sqlite:///{place / 'people.db'}", place / "people.key") as store, store.read() as connection:
        looks: dict[str, Callable[[], object]] = {
            "audience count": lambda: count(connection),
            "audience count by tags": lambda: count(connection, Audience(tags=("news",), not_tags=("events",))),
            "who is left out": lambda: left_out(connection, Audience(tags=("news",), not_tags=("events",))),
            "one person": lambda: find_person(connection, "a.person7@example.com"),
        }
        print()
        for name, look in looks.items():
            begun = time.perf_counter()
            look()
            print(f"{name:<24}{(time.perf_counter() - begun) * 1000:>7.0f} ms")


if __name__ == "__main__":
    main()
