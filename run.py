"""Makes a virtual environment next to this file, then does one of these jobs in it.

    python3 run.py demo           send a sample issue to 50 made-up people, as files
    python3 run.py test           run everything that a release must pass
    python3 run.py test --fast    the same without browser, PostgreSQL, tools from npm and heavy runs
    python3 run.py test --long    the same with hours of crashes and random steps, listed first
    python3 run.py test PATH …    run only these tests
    python3 run.py check          check only format, lint, types and import rules
    python3 run.py setup          only make the environment, with `.venv/bin/newsletter` in it

It needs only Python 3.11 or newer (on Windows: `py run.py demo`).
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin")
PYTHON = BIN / ("python.exe" if sys.platform == "win32" else "python")
TOOLS = ROOT / "tests" / "tools"
ISSUE = "2026-12-good-company"


def main() -> None:
    """Run the job that the command line names."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file may well meet an older one
        sys.exit("newsletter needs Python 3.11 or newer; this is " + sys.version.split()[0])
    jobs = {"demo": demo, "test": test, "check": check, "setup": setup}
    job, *arguments = sys.argv[1:] or ["help"]
    if job not in jobs:
        sys.exit(__doc__)
    jobs[job](*arguments)


def setup(*, development: bool = False) -> None:
    """Make the environment and install the project into it, if its needs have changed."""
    stamp = ENVIRONMENT / ("development.stamp" if development else "setup.stamp")
    wanted = (ROOT / "pyproject.toml").read_text("utf-8")
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    print("Setting up (a minute or two, the first time) …", flush=True)
    if not (PYTHON.exists() and works("-m", "pip", "--version")):  # the first try may have lacked python3-venv
        make_environment()
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if development:
        run(*pip, "--upgrade", "pip>=25.1")  # the first that reads dependency groups
        run(*pip, "--editable", ".", "--group", "dev")
    else:
        run(*pip, "--editable", ".")
    stamp.write_text(wanted, "utf-8")


def make_environment() -> None:
    """Make the environment; say what is missing where Debian and Ubuntu ship Python in parts."""
    try:
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
    except (ImportError, subprocess.CalledProcessError):
        sys.exit("Python cannot make environments here. On Debian or Ubuntu: sudo apt install python3-venv")


def demo() -> None:
    """Do the main job in a fresh workspace, without an account and without emailing anybody."""
    setup()
    folder = free_folder("demo")
    if folder != "demo":
        print(f"The folder demo already exists and stays as it is. This demo goes into {folder}.")
    newsletter("init", folder, "--yes", quiet=True)
    at, people = ("-C", folder), f"{folder}/samples/people.csv"
    newsletter(*at, "subscribers", "import", people, "--consent", "Made-up people, for trying out", "--yes")
    newsletter(*at, "render", ISSUE)
    newsletter(*at, "send", ISSUE, "--yes")
    newsletter(*at, "status", ISSUE)
    print(f"\nTo see it in your browser:  {BIN.relative_to(ROOT) / 'newsletter'} -C {folder} preview {ISSUE}")


def free_folder(name: str) -> str:
    """Return `name`, or with the first number behind it that nothing here is called: nothing is ever deleted."""
    names = (name if number == 1 else f"{name}-{number}" for number in itertools.count(1))
    return next(each for each in names if not os.path.lexists(ROOT / each))


def check() -> None:
    """Check format, style, types and the direction of imports; of scripts too, where there is npm."""
    setup(development=True)
    run(PYTHON, "-m", "ruff", "format", "--check", ".")
    run(PYTHON, "-m", "ruff", "check", ".")
    run(PYTHON, "-m", "mypy")
    run(BIN / "lint-imports", "--no-logo")
    if tools():
        run("node", TOOLS / "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings")


def tools() -> bool:
    """Install the checkers by others that npm brings, if they have changed; return whether npm is here."""
    npm, stamp = shutil.which("npm"), TOOLS / "node_modules" / "setup.stamp"
    wanted = (TOOLS / "package-lock.json").read_text("utf-8")
    if npm and not (stamp.is_file() and stamp.read_text("utf-8") == wanted):
        run(npm, "ci", "--prefix", TOOLS, "--no-audit", "--no-fund", "--ignore-scripts", "--silent")
        stamp.write_text(wanted, "utf-8")
    return npm is not None


def test(*arguments: str) -> None:
    """Run the tests: all of them, with the checks above, or those that `arguments` name."""
    long = ["-m", "", "--hypothesis-profile", "long"]
    known = {"--fast": ["-m", "not slow and not outside and not heavy"], "--long": long}
    wanted = [word for word in arguments if word not in known]
    options = [option for word in arguments if word in known for option in known[word]]
    if any(not word.startswith("-") for word in wanted):
        setup(development=True)
        run_tests(*options, *wanted)
        return
    check()
    if "--long" in arguments:
        print("This adds:", flush=True)
        run_tests("--collect-only", "--quiet", "-m", "slow")
    run_tests("-n", str(workers()), "--dist", "worksteal", *options, *wanted)


def workers() -> int:
    """Return how many processes run the tests: two for each processor, up to eight, since they often wait.

    In a browser, a text is saved when the keys have rested, and a countdown counts seconds.
    """
    processors = os.cpu_count() or 1
    return max(processors, min(8, 2 * processors))


def run_tests(*options: str) -> None:
    """Run pytest, with its temporary files in memory where there is room: a database waits for the disk at each commit.

    The tests start the program some hundred times: what Python has compiled for it is kept beside the source.
    """
    memory = Path("/dev/shm")  # noqa: S108 - a temporary folder is what is wanted
    place = {"TMPDIR": str(memory)} if memory.is_dir() and roomy(memory) else {}
    run(PYTHON, "-m", "pytest", *options, variables={"PYTHONDONTWRITEBYTECODE": "", **place})


def roomy(folder: Path) -> bool:
    """Whether files and programs of two gigabytes may lie in `folder`."""
    found = os.statvfs(folder)
    return os.access(folder, os.W_OK) and found.f_bavail * found.f_frsize > 2e9 and not found.f_flag & os.ST_NOEXEC


def newsletter(*arguments: str, quiet: bool = False) -> None:
    """Show and run one command of the program."""
    print("\n$ newsletter " + " ".join(f'"{word}"' if " " in word else word for word in arguments), flush=True)
    run(PYTHON, "-m", "newsletter", *arguments, quiet=quiet)


def works(*arguments: str) -> bool:
    """Whether the environment's Python can do this."""
    return subprocess.run([str(PYTHON), *arguments], cwd=ROOT, check=False, capture_output=True).returncode == 0


def run(*command: str | Path, quiet: bool = False, variables: dict[str, str] | None = None) -> None:
    """Run a command in the project's folder; stop with its exit code if it fails."""
    environment = {**os.environ, "PYTHONUTF8": "1", **(variables or {})}
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, env=environment, check=False, stdout=subprocess.DEVNULL if quiet else None)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
