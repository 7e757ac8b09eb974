"""How long rendering takes, as ratios to what the MJML engine alone needs for the same mail.

    python benchmarks/render.py [SLUG]

The sample issue is taken unless another one is named. Each figure is a median over runs
taken in turns, so that a busy moment of the machine falls on all of them. The last line,
a whole process of npm's mjml, is left out where that is not installed.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mjml import mjml2html

from newsletter.issues.load import list_slugs, load_issue
from newsletter.rendering import render_issue
from newsletter.rendering.inlining import inline_styles
from newsletter.rendering.mjml import to_html
from newsletter.rendering.page import read_page, surroundings
from newsletter.rendering.theme import open_theme
from newsletter.workspace import open_workspace

RUNS = 40
ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Print the table."""
    workspace = open_workspace(ROOT)
    issue = load_issue(workspace, sys.argv[1] if len(sys.argv) > 1 else list_slugs(workspace)[0])
    rendered, theme = render_issue(workspace, issue), open_theme(workspace)
    page = read_page(issue, workspace.settings, surroundings(workspace, issue, theme))
    layout, css = theme.folder / "layout.mjml.j2", theme.render("inlined.css.j2", page=page)
    html = to_html(rendered.mjml, layout)
    steps: dict[str, Callable[[], object]] = {
        "MJML alone": lambda: mjml2html(rendered.mjml, disable_comments=True, fonts={}),
        "styles into elements": lambda: inline_styles(html, css),
        "read and render an issue": lambda: render_issue(workspace, load_issue(workspace, issue.slug)),
    }
    times = in_turns(steps) | whole_processes(rendered.mjml)
    kilobytes = [len(text) / 1000 for text in (rendered.mjml, rendered.message.html)]
    print(f"{issue.slug}: {kilobytes[0]:.0f} KB of MJML, {kilobytes[1]:.0f} KB of HTML\n")
    print(f"{'step':<32}{'median ms':>10}{'ratio':>8}")
    for name, median in times.items():
        print(f"{name:<32}{median * 1000:>10.2f}{median / times['MJML alone']:>8.1f}")


def in_turns(steps: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median time of each step, in seconds."""
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(RUNS):
        for name, step in steps.items():
            taken[name].append(seconds(step))
    return {name: statistics.median(times) for name, times in taken.items()}


def whole_processes(mjml: str) -> dict[str, float]:
    """Return the time of npm's mjml for the same source: a process each, as a build would run it."""
    program = shutil.which("mjml") or next(
        (str(found) for found in [ROOT / "tests" / "tools" / "node_modules" / ".bin" / "mjml"] if found.exists()), None
    )
    if program is None:
        print("npm's mjml is not installed: left out (npm install --prefix tests/tools --no-save mjml)\n")
        return {}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "message.mjml"
        source.write_text(mjml, "utf-8")
        command = [program, str(source), "-o", str(source.with_suffix(".html"))]
        return {"npm mjml, a process": statistics.median(seconds(lambda: run(command)) for _ in range(5))}


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def seconds(step: Callable[[], object]) -> float:
    """Return the wall time of one call."""
    begun = time.perf_counter()
    step()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
