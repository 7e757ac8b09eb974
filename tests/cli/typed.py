"""A command as a person types it, with nothing of this machine's own settings."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from click.testing import CliRunner

from newsletter.cli.main import main

_OURS = ("SENDGRID", "NEWSLETTER")


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def typed(
    *words: str, stdin: str | bytes = "", cwd: Path = Path(), variables: Mapping[str, str] = MappingProxyType({})
) -> Ended:
    """Run a command to its end within this process, which saves the start of Python.

    Args:
        words: what follows "newsletter" on the command line.
        stdin: what it reads, where no person types.
        cwd: the folder it is typed in.
        variables: what the environment says beyond that.
    """
    hidden = dict.fromkeys(name for name in os.environ if name.startswith(_OURS))
    environment = {**hidden, "NO_COLOR": "1", **variables}
    with CliRunner().isolation(stdin, env=environment) as (out, err, _), chdir(cwd):
        try:
            main(words)
        except SystemExit as end:
            code = end.code
        sys.stdout.flush()
        sys.stderr.flush()
    assert isinstance(code, int)
    return _ended(code, out.getvalue().decode(), err.getvalue().decode(), variables)


def in_a_process(*words: str, cwd: Path = Path(), variables: Mapping[str, str] = MappingProxyType({})) -> Ended:
    """Run the same in a process of its own: to see that it starts, or where it is killed or locks a file."""
    done = subprocess.run(
        [sys.executable, "-m", "newsletter", *words],
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        env=process_environment(variables),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return _ended(done.returncode, done.stdout, done.stderr, variables)


def process_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of such a process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, "PYTHONUTF8": "1", "NO_COLOR": "1", **variables}


def _ended(code: int, out: str, err: str, variables: Mapping[str, str]) -> Ended:
    assert "NEWSLETTER_DEBUG" in variables or "Traceback" not in err, err
    return Ended(code, *(said.replace("\r\n", "\n") for said in (out, err)))
