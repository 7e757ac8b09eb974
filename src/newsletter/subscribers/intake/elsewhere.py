"""Reading elsewhere: a long file is read by a process of its own, while this one writes.

A thread would be of no use: reading is work for the interpreter, and so is half of
writing, and threads of one process have to take turns at it. The process is started by
its module's name and not with `multiprocessing`, which would run the caller's main
program once more.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import BinaryIO

from newsletter.errors import NewsletterError, SourceError
from newsletter.subscribers.intake.batch import Batch
from newsletter.subscribers.intake.interruption import polite_signals
from newsletter.subscribers.intake.memory import seldom_collected
from newsletter.subscribers.intake.reading import Reading

LONG = 4_000_000
"""Bytes from which on a file is worth a process, which takes half a second to begin."""


@contextlib.contextmanager
def read_batches(reading: Reading, *, long: int = LONG) -> Iterator[Iterator[Batch]]:
    """Give the batches of a file; those of a file of at least `long` bytes are read elsewhere."""
    if reading.sheet.size < long or (os.cpu_count() or 1) < 2 or not sys.executable:
        yield reading.batches()
        return
    # -P: a file in the current folder that has the name of a module of ours is not to be run.
    command = [sys.executable, "-P", "-m", __name__]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - ours
        try:
            yield _received(process, reading)
        finally:
            process.kill()


def _received(process: "subprocess.Popen[bytes]", reading: Reading) -> Iterator[Batch]:
    """Give what comes from the other process; one that does not even begin is done without."""
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    with contextlib.suppress(OSError), process.stdin as asked:
        pickle.dump(reading, asked)
    begun = False
    try:
        while (found := pickle.load(process.stdout)) is not None:  # noqa: S301 - from our own program
            if isinstance(found, Exception):
                raise found
            begun = True
            yield found
    except (EOFError, pickle.UnpicklingError) as err:
        if begun:
            hint = "Run the same import again; what is in stays in."
            raise SourceError("reading the file broke off", where=reading.sheet.path, hint=hint) from err
        yield from reading.batches()


def main(asked: BinaryIO, answer: BinaryIO) -> None:
    """Read what is asked for, and answer with batch after batch, then nothing, or with the error."""
    for number in (signal.SIGINT, *polite_signals()):  # Ctrl-C and the like are for the one who writes
        signal.signal(number, signal.SIG_IGN)
    reading: Reading = pickle.load(asked)  # noqa: S301 - from our own program
    with seldom_collected(), contextlib.suppress(BrokenPipeError):
        try:
            for batch in reading.batches():
                pickle.dump(batch, answer, pickle.HIGHEST_PROTOCOL)
                answer.flush()
            pickle.dump(None, answer)
        except (NewsletterError, OSError) as err:
            pickle.dump(err, answer)
        answer.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
