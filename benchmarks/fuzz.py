"""Mutated files of every kind, handed in as people do: python benchmarks/fuzz.py 2000 [KIND ...].

Each ends in a result or in a refusal in words. Another exception, more than ten seconds, or more
than 500 MB of memory is a failure, whose file is kept. "own" counts the refusals behind which an error of our own
code stands, and not of a parser: they say less than they could.
"""

import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from newsletter.errors import NewsletterError
from newsletter.workspace import open_workspace
from tests.conftest import SETTINGS
from tests.fuzz.kinds import KINDS, Kind, cases

LONGEST = 10.0
LARGEST = 500_000_000


def main(count: int, names: list[str], first: int = 0) -> int:
    failed = 0
    print(f"{'kind':<10} {'cases':>6} {'read':>6} {'refused':>7} {'own':>4} {'failed':>6} {'longest':>8} {'memory':>7}")
    for name in names or list(KINDS):
        failed += _one_kind(KINDS[name], range(first, first + count))
    return 1 if failed else 0


def _one_kind(kind: Kind, numbers: range) -> int:
    found: Counter[str] = Counter()
    longest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "newsletters").mkdir()
        (root / "newsletter.toml").write_text(SETTINGS, "utf-8")
        workspace = open_workspace(root)
        _limit_memory()
        for number, data in cases(kind, workspace, numbers):
            begun = time.process_time()  # what others do on this machine is not counted
            try:
                refusal = kind.hand_in(workspace, data)
                found["refused" if refusal else "read"] += 1
                if refusal is not None and (place := _own_place(refusal)):
                    found["own"] += 1
                    print(f"  {kind.name} {number}: {type(refusal.__cause__).__name__} at {place}")
            except Exception:  # noqa: BLE001 - this is what is looked for
                found["failed"] += 1
                _keep(kind, number, data, traceback.format_exc())
            took = time.process_time() - begun
            longest = max(longest, took)
            if took > LONGEST:
                found["failed"] += 1
                _keep(kind, number, data, f"took {took:.1f} s")
    print(
        f"{kind.name:<10} {len(numbers):>6} {found['read']:>6} {found['refused']:>7} {found['own']:>4} "
        f"{found['failed']:>6} {longest:>6.2f} s {_peak() // 1_000_000:>4} MB",
        flush=True,
    )
    return found["failed"]


def _own_place(refusal: NewsletterError) -> str:
    """Return where in our own code the error behind a refusal came up, if no parser of a packed file raised it."""
    cause = refusal.__cause__
    if cause is None or isinstance(cause, NewsletterError):
        return ""
    frames = traceback.extract_tb(cause.__traceback__)
    ours = [frame for frame in frames if "newsletter" in Path(frame.filename).parts]
    is_named = not any(words in refusal.what for words in ("damaged", "not understood"))
    if not ours or is_named or (frames[-1] is not ours[-1] and "in a form that cannot be read" not in refusal.what):
        return ""
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"


def _keep(kind: Kind, number: int, data: bytes, why: str) -> None:
    kept = Path(tempfile.gettempdir()) / f"fuzz-{kind.name}-{number}{kind.suffix}"
    kept.write_bytes(data)
    print(f"  {kind.name} {number}: {why.strip()}\n  kept as {kept}", flush=True)


def _limit_memory() -> None:
    """Let this process have no more than the limit and what it holds already, where the system can do so."""
    try:
        import resource
    except ImportError:  # Windows
        return
    held = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") if _IS_LINUX else 0
    if _IS_LINUX:
        resource.setrlimit(resource.RLIMIT_AS, (held + LARGEST, resource.getrlimit(resource.RLIMIT_AS)[1]))


_IS_LINUX = sys.platform == "linux"


def _peak() -> int:
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1024 if _IS_LINUX else 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, sys.argv[2:]))
