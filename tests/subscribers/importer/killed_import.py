"""Kill an import at random points, run it again and compare: ``killed_import.py FOLDER LIST KILLS``.

A program of its own, so that each attempt is a process that begins in a moment. It prints
one JSON object: how often it killed, and the folders whose stores are to be compared.
"""

import contextlib
import json
import multiprocessing
import random
import signal
import sys
import time
from pathlib import Path

from newsletter.storage import Store, open_store
from newsletter.subscribers.importer import ImportOptions, import_list, open_list


def opened(folder: Path) -> contextlib.AbstractContextManager[Store]:
    return open_store(f"sqlite:///{(folder / 'newsletter.db').as_posix()}", folder / "newsletter.key")


def bring_in(folder: Path, file: Path) -> None:
    with opened(folder) as store:
        import_list(store, *open_list(file), ImportOptions(wording="Yes."), batch_rows=10)


def killed(folder: Path, file: Path, seconds: float) -> bool:
    """Import, and kill that after so many seconds; return whether it was still at it."""
    process = multiprocessing.Process(target=bring_in, args=(folder, file))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    killed_by = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows there is one way only
    assert process.exitcode in {0, -killed_by}, "an import failed by itself"
    return process.exitcode != 0


def main(folder: Path, file: Path, wanted: int) -> None:
    clean = folder / "clean"
    clean.mkdir()
    begun = time.monotonic()
    bring_in(clean, file)
    long = time.monotonic() - begun
    chance = random.Random(4)  # noqa: S311 - no secret depends on it
    kills = 0
    stores: list[Path] = []
    while kills < wanted:
        stores.append(folder / f"killed-{len(stores)}")
        stores[-1].mkdir()
        for share in (0.2, 0.4, 0.6, 0.8):  # then to the end
            kills += killed(stores[-1], file, long * chance.uniform(0, share))
        bring_in(stores[-1], file)
    print(json.dumps({"kills": kills, "clean": str(clean), "stores": [str(store) for store in stores]}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
