"""Import a long list, beside SQLite's own shell reading the same file into an indexed table.

Usage: python benchmarks/import.py [--rows 1000000] [--runs 3]

The list is made up: hundreds of names with accents, towns, dates, 20 kinds of tag cells, 2 %
duplicates near and far, and 1 % bad addresses of several kinds. Both programs are timed from
their start to their end, each as a process of its own. Read the ratios, not the seconds; on a
busy machine, those of the processor's time.
"""

import argparse
import csv
import itertools
import json
import os
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
from newsletter.subscribers import listing
from newsletter.subscribers.audience import Audience, count, left_out, people_by_language, people_by_tag
from newsletter.subscribers.consent import history
from newsletter.subscribers.listing import Query
from newsletter.subscribers.records import get_subscriber

STARTS = [
    "An",
    "Bé",
    "Chlo",
    "Đor",
    "El",
    "Fran",
    "Gün",
    "Hå",
    "Iñ",
    "Jo",
    "Kat",
    "Łu",
    "Mar",
    "No",
    "Ol",
    "Pé",
    "Ro",
    "Så",
    "Té",
    "Zo",
]
ENDS = [
    "a",
    "na",
    "atrice",
    "é",
    "đe",
    "éna",
    "çois",
    "ther",
    "kon",
    "igo",
    "sé",
    "eřina",
    "kasz",
    "y",
    "ël",
    "ga",
    "ra",
    "bert",
    "ren",
    "ë",
]
FIRST = ["".join(pair) for pair in itertools.product(STARTS, ENDS)]
ROOTS = [
    "Anders",
    "Bront",
    "Castañ",
    "Dvoř",
    "Eriks",
    "Fernánd",
    "Garc",
    "Hernánd",
    "It",
    "Jørgens",
    "Kowalsk",
    "Lim",
    "O'Bri",
    "Peñ",
    "Quint",
    "Szab",
]
TAILS = ["en", "ë", "eda", "ák", "son", "ez", "ía", "o", "a", "ski", "er", "y"]
LAST = ["".join(pair) for pair in itertools.product(ROOTS, TAILS)]
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
NAMES_OF_TAGS = ["news", "events", "evening group", "staff", "friends"]
TAGS = [",".join(some) for size in (0, 1, 2, 3) for some in itertools.combinations(NAMES_OF_TAGS, size)][:20]
BAD: list[Callable[[str, str], str]] = [
    lambda local, domain: f"{local}{domain}",
    lambda local, domain: f"{local}@@{domain}",
    lambda local, domain: f"{local} x@{domain}",
    lambda local, _domain: f"{local}@gmial.com",
    lambda local, _domain: f"{local}@example.con",
    lambda local, domain: f"{local}é@{domain}",
    lambda _local, domain: f"noreply@{domain}",
    lambda _local, _domain: "",
]
LIMITS = {"newsletter, first time": "3.50", "newsletter, again": "3.50"}
MEGABYTES = 200
NOT_COUNTS = {"seconds", "processor", "megabytes"}
MILLISECONDS = 300
ONE_RUN = """
import json, sys
from pathlib import Path
from newsletter.storage import open_store
from newsletter.subscribers.importer import ImportOptions, import_list, open_list
folder, file = Path(sys.argv[1]), Path(sys.argv[2])
with open_store(f"sqlite:///{folder / 'people.db'}", folder / "people.key") as store:
    tally = import_list(store, *open_list(file), ImportOptions(wording="I want it.")).tally
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
except ImportError:  # Windows does not tell
    peak = 0
print(json.dumps({"megabytes": peak, "new": tally.new, "known": tally.known, "updated": tally.updated,
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
        look_ups(Path(folder) / "0", asked.rows)


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
            address = chance.choice(BAD)(local, domain) if chance.random() < 0.01 else f"{local}@{domain}"
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
    timed = ["/usr/bin/env", "time", "-f", "%M", program, str(place / "shell.db")]
    begun = clocks()
    done = subprocess.run(timed if has_time() else timed[4:], input=script, capture_output=True, text=True, check=False)
    spent = since(begun)
    last = done.stderr.rstrip().rpartition("\n")[2]
    return spent | {"megabytes": int(last) / 1024 if last.isdecimal() else 0.0}


def clocks() -> tuple[float, float]:
    """Return the time, and the processor's time that programs which this one has started took (0 on Windows)."""
    times = os.times()
    return time.perf_counter(), times.children_user + times.children_system


def since(begun: tuple[float, float]) -> dict[str, float]:
    seconds, processor = (now - then for now, then in zip(clocks(), begun, strict=True))
    return {"seconds": seconds, "processor": processor}


def has_time() -> bool:
    return shutil.which("time") is not None


def ours(place: Path, file: Path) -> dict[str, float]:
    begun = clocks()
    done = subprocess.run(
        [sys.executable, "-c", ONE_RUN, str(place), str(file)], capture_output=True, text=True, check=True
    )
    spent = since(begun)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer | spent


def report(rounds: list[dict[str, dict[str, float]]]) -> None:
    print(
        f"{'way':<24}{'seconds':>9}{'of the shell':>14}{'limit':>7}{'processor':>11}{'of it':>7}{'MB':>7}{'limit':>7}"
    )
    for way in rounds[0]:
        seconds = median(one[way]["seconds"] for one in rounds)
        ratio = median(one[way]["seconds"] / one["sqlite3 shell"]["seconds"] for one in rounds)
        processor = median(one[way]["processor"] for one in rounds)
        share = median(one[way]["processor"] / (one["sqlite3 shell"]["processor"] or 1) for one in rounds)
        memory = max(one[way]["megabytes"] for one in rounds)
        most = MEGABYTES if way in LIMITS else ""
        print(f"{way:<24}{seconds:>9.1f}{ratio:>14.2f}{LIMITS.get(way, ''):>7}", end="")
        print(f"{processor:>11.1f}{share:>7.2f}{memory:>7.0f}{most:>7}")
    for way in LIMITS:
        counts = {name: value for name, value in rounds[0][way].items() if name not in NOT_COUNTS}
        print(f"\n{way}: {counts}", end="")
    print()


def look_ups(place: Path, rows: int) -> None:
    """Time what staff look at; what finds nobody must look at everybody."""
    chosen = Audience(tags=("news",), not_tags=("events",))
    with open_store(f"sqlite:///{place / 'people.db'}", place / "people.key") as store, store.read() as connection:
        somebody = next(listing.people(connection, Query(), limit=1, skip=rows // 2)).email

        def page(**options: object) -> object:
            return listing.page(connection, Query(**options), size=50)  # type: ignore[arg-type]

        looks: dict[str, Callable[[], object]] = {
            "list": page,
            "list, by name": lambda: listing.page(connection, Query(), size=50, order="name"),
            "list, one tag": lambda: page(tags=("evening group",)),
            "search, many hits": lambda: page(search="lantern"),
            "search, an accent": lambda: page(search="Béatrice"),
            "search, two words": lambda: page(search="lantern garcía"),
            "search, nobody": lambda: page(search="lantern nobodyatall"),
            "show": lambda: history(connection, get_subscriber(connection, somebody).id),
            "audience count": lambda: count(connection),
            "audience count by tags": lambda: count(connection, chosen),
            "who is left out": lambda: left_out(connection, chosen),
            "people by tag": lambda: people_by_tag(connection),
            "people by language": lambda: people_by_language(connection),
            "people by status": lambda: listing.by_status(connection),
        }
        print(f"\n{'look':<24}{'ms':>9}{'limit':>7}")
        for name, look in looks.items():
            begun = time.perf_counter()
            look()
            print(f"{name:<24}{(time.perf_counter() - begun) * 1000:>9.0f}{MILLISECONDS:>7}")


if __name__ == "__main__":
    main()
