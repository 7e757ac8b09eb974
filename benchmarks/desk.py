"""How the desk's editor feels in an issue of 5,000 words: smoothness, and how soon the mail follows.

    python benchmarks/desk.py [WORDS]

A real browser types into a real desk. Typing is compared with typing into a plain text
field on the same page; the way from the last key to the new mail in sight, with rendering
alone. The pause that the editor waits for before it asks for the mail is part of the figure.
On a machine with other work to do, only the processor's time for rendering says anything.
"""

import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from newsletter.issues.load import load_issue
from newsletter.rendering import render_issue
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE
from tests.web.running import RunningDesk, running_desk

ROOT = Path(__file__).resolve().parents[1]
KEYS = 100
BETWEEN = 80  # milliseconds: a fast typist
PAUSES = 12
POST = "good-company"

WATCH = """() => {
  window.frames = []; window.long = []; window.keys = [];
  const note = (list) => window.long.push(...list.getEntries().map((each) => each.duration));
  const watcher = new PerformanceObserver(note);
  watcher.observe({ type: "longtask" });
  addEventListener("keydown", () => {
    const pressed = performance.now();
    requestAnimationFrame(() => setTimeout(() => window.keys.push(performance.now() - pressed)));
  }, true);
  let last = performance.now();
  const frame = (now) => { window.frames.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""
UNTIL_DRAWN = """() => new Promise((done) => {
  const look = () => performance.getEntriesByName("mail-drawn").length ? done() : setTimeout(look, 20);
  look();
})"""
WAIT_FOR_MAIL = """() => new Promise((done) => {
  performance.clearMarks("mail-drawn");
  addEventListener("keydown", () => {
    const pressed = performance.now();
    const look = () => {
      const [drawn] = performance.getEntriesByName("mail-drawn");
      if (drawn) done(drawn.startTime - pressed); else setTimeout(look, 4);
    };
    look();
  }, { once: true, capture: true });
})"""


def main() -> None:
    """Print both tables."""
    words = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory() as folder:
        workspace = long_issue(Path(folder), words)
        passed, computed = (statistics.median(each) * 1000 for each in zip(*render_times(workspace), strict=True))
        with running_desk(workspace) as desk, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = open_page(browser.new_page(viewport={"width": 1400, "height": 900}), desk)
            plain, editor = type_plainly(page), type_in_editor(page)
            waits = preview_waits(page)
            browser.close()
    print(f"{words} words; {KEYS} keys, one every {BETWEEN} ms\n")
    print(f"{'typing':<28}{'key median':>12}{'key worst':>11}{'frames > 50 ms':>16}{'long tasks':>12}")
    for name, found in (("a plain text field", plain), ("the editor, mail beside", editor)):
        keys, frames, long = found["keys"], found["frames"], found["long"]
        slow = sum(frame > 50 for frame in frames) / len(frames)
        print(f"{name:<28}{statistics.median(keys):>9.0f} ms{max(keys):>8.0f} ms{slow:>15.1%}{len(long):>12}")
    print(f"{'ratio':<28}{statistics.median(editor['keys']) / statistics.median(plain['keys']):>11.1f}x\n")
    print(f"{'from a key to the mail':<28}{'median':>12}{'worst':>11}")
    print(f"{'after a pause':<28}{statistics.median(waits):>9.0f} ms{max(waits):>8.0f} ms")
    print(f"{'rendering alone':<28}{passed:>9.0f} ms")
    print(f"{'… time of the processor':<28}{computed:>9.0f} ms")
    print(f"{'ratio':<28}{statistics.median(waits) / passed:>11.1f}x")


def long_issue(folder: Path, words: int) -> Workspace:
    """Make a workspace whose issue is the sample with its post repeated until it is long enough."""
    shutil.copy(ROOT / "newsletter.toml", folder)
    shutil.copytree(ROOT / "newsletters" / SAMPLE_ISSUE, folder / "newsletters" / SAMPLE_ISSUE)
    post = folder / "newsletters" / SAMPLE_ISSUE / "posts" / f"{POST}.md"
    head, _, body = post.read_text("utf-8").partition("\n---\n")
    times = words // len(body.split()) + 1
    post.write_text(f"{head}\n---\n{body * times}", "utf-8")
    return open_workspace(folder)


def render_times(workspace: Workspace) -> Iterator[tuple[float, float]]:
    """Read and render the issue a few times; yield the seconds that passed, and those of the processor."""
    for _ in range(9):
        begun, idle = time.perf_counter(), time.process_time()
        render_issue(workspace, load_issue(workspace, SAMPLE_ISSUE))
        yield time.perf_counter() - begun, time.process_time() - idle


def open_page(page: Page, desk: RunningDesk) -> Page:
    """Open the post in the editor, and wait until the mail stands beside it."""
    name, _, value = desk.cookie.partition("=")
    page.context.add_cookies([{"name": name, "value": value, "url": desk.address}])
    page.goto(f"{desk.address}/issues/{SAMPLE_ISSUE}/write?file=posts/{POST}.md&line=60")
    page.evaluate(UNTIL_DRAWN)
    page.evaluate(WATCH)
    return page


def type_plainly(page: Page) -> dict[str, list[float]]:
    """Type into a text field that nothing listens to."""
    page.evaluate("document.body.prepend(Object.assign(document.createElement('textarea'), {id: 'bare'}))")
    page.locator("#bare").focus()
    found = typed(page)
    page.evaluate("document.querySelector('#bare').remove()")
    return found


def type_in_editor(page: Page) -> dict[str, list[float]]:
    """Type into the middle of the post, while it is saved and drawn."""
    page.locator(".rich-text").focus()
    return typed(page)


def typed(page: Page) -> dict[str, list[float]]:
    """Type for a while, and return what the browser felt, in milliseconds."""
    page.wait_for_timeout(1500)
    page.evaluate("window.frames.length = window.long.length = window.keys.length = 0")
    page.keyboard.type(("a few more words " * 20)[:KEYS], delay=BETWEEN)
    found: dict[str, list[float]] = json.loads(page.evaluate("JSON.stringify({frames, long, keys})"))
    return found


def preview_waits(page: Page) -> list[float]:
    """Press a key after a pause, again and again; return how long the mail took to follow, in milliseconds."""
    waits = []
    for number in range(PAUSES):
        page.wait_for_timeout(2500)  # the text is saved and checked meanwhile, as in life
        page.evaluate(f"void (window.waited = ({WAIT_FOR_MAIL})())")
        page.keyboard.press("abcdefghij"[number % 10])
        waits.append(float(page.evaluate("window.waited")))
    return waits


if __name__ == "__main__":
    main()
