"""A real browser at the desk: opening a page, waiting for it, and judging what it shows."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.web.running import PATIENCE, RunningDesk


def open_page(browser: Browser, desk: RunningDesk, *, scripts: bool = True) -> Page:
    """Return a page that has opened the desk; what goes wrong in its scripts fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=scripts)
    follow_link(context, desk)
    context.set_default_timeout(PATIENCE * 1000)
    opened = context.new_page()
    opened.on("pageerror", lambda error: pytest.fail(str(error)))
    opened.on("console", lambda said: pytest.fail(said.text) if "Content Security Policy" in said.text else None)
    return opened


def follow_link(context: BrowserContext, desk: RunningDesk) -> None:
    """Let a browser have what following the desk's link brings."""
    name, _, value = desk.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": desk.address}])


@contextlib.contextmanager
def before_script(page: Page, address: str, script: str) -> Iterator[None]:
    """Open a page and hold one of its scripts back while the block runs, as a busy machine does."""
    held: list[Route] = []
    pattern = f"**/static/{script}"
    page.route(pattern, lambda route: held.append(route))  # noqa: PLW0108 - a built-in is no handler for Playwright
    with page.expect_request(pattern):
        page.goto(address, wait_until="commit")
    yield
    for route in held:
        route.continue_()
    page.unroute(pattern)


def until(page: Page, condition: str) -> None:
    """Wait until a condition in the page's own words holds.

    Playwright's `wait_for_function` does not work here: the pages allow no script of ours.
    """
    patience = """async () => {
      const given_up = performance.now() + %d;
      while (!(%s)) {
        if (performance.now() > given_up) return false;
        await new Promise((next) => setTimeout(next, 20));
      }
      return true;
    }"""
    assert page.evaluate(patience % (PATIENCE * 1000, condition)), f"it never came: {condition}"


def listening(page: Page) -> None:
    """Wait until the page's scripts have come and hear the news: what is pressed before that is an ordinary form."""
    expect(page.locator("#live-text")).to_have_text("Connected")


class Answers:
    """The answers that a page reads from now on: how many it has read, and a way to let it read slowly."""

    _COUNTING = """(() => {
      window.answers = { read: 0, go_on: [], held: false };
      for (const kind of ["text", "json"]) {
        const read = Response.prototype[kind];
        Response.prototype[kind] = async function () {
          const told = await read.call(this);
          if (answers.held) await new Promise((go_on) => answers.go_on.push(go_on));
          setTimeout(() => (answers.read += 1));
          return told;
        };
      }
    })()"""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.add_init_script(self._COUNTING)  # for what the page leads to
        page.evaluate(self._COUNTING)

    def hold(self) -> None:
        """Let the page read each answer until `release`, as a busy machine does."""
        self._page.evaluate("answers.held = true")

    def release(self) -> None:
        """Let it have read all of them."""
        self._page.evaluate("answers.held = false, answers.go_on.splice(0).forEach((go_on) => go_on())")

    def wait_for_held(self, number: int = 1) -> None:
        """Wait until the page reads so many answers."""
        until(self._page, f"answers.go_on.length >= {number}")

    def wait_for_read(self, number: int = 1) -> None:
        """Wait until the page has read so many answers, and done what it does with them."""
        until(self._page, f"answers.read >= {number}")


def count_drawings(page: Page) -> None:
    """Count, as `drawn`, how often the page is drawn anew from now on."""
    page.evaluate("window.drawn = 0, document.addEventListener('desk:drawn', () => setTimeout(() => (drawn += 1)))")


def note_what_is_said(page: Page) -> None:
    """Write down, as `said`, what is told from now on to those who listen to the page."""
    page.evaluate("""() => {
      window.said = [];
      const place = document.querySelector("#spoken");
      new MutationObserver(() => said.push(place.textContent)).observe(place, { childList: true });
    }""")


def fits(page: Page, width: int) -> bool:
    """Whether nothing lies beyond the edge, once the page is laid out for *width* pixels, which takes it a moment."""
    return bool(
        page.evaluate(
            """async (width) => {
              const given_up = performance.now() + 10_000;
              while (document.documentElement.scrollWidth !== width) {
                if (performance.now() > given_up) return false;
                await new Promise((next) => setTimeout(next, 20));
              }
              return true;
            }""",
            width,
        )
    )


def barriers(page: Page, axe: str, *, only: Sequence[str] = ()) -> list[str]:
    """Return what axe-core finds on the desk's own page; the mail in the frame is judged where it is rendered.

    A page that is still being drawn is looked at again: what is wrong with it stays so.

    Args:
        page: what is judged.
        axe: axe-core itself.
        only: the rules that are asked; all of them if there are none.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    # Only what is told here crosses over to the test: the whole report takes longer to carry than to write.
    judged = page.evaluate(
        """async (only) => {
          const how = { iframes: false, resultTypes: ["violations"], ...(only.length && { runOnly: only }) };
          for (let look = 1; ; look++) {
            const found = await axe.run(document, how);
            const told = found.violations.map((each) => `${each.id}: ${each.nodes[0].html}`);
            if (!told.length || look === 5) return { told, looked: found.passes.length };
            await new Promise((next) => setTimeout(next, 100 * look));
          }
        }""",
        list(only),
    )
    assert judged["looked"] > (0 if only else 15)  # it did look
    told: list[str] = judged["told"]
    return told


def faults(page: Page, axe: str) -> list[str]:
    """Return what keeps anybody from the open page: barriers, light and dark, and what lies beyond an edge.

    All of it is found on one load of the page, which costs more than to judge it. In the dark only
    colors differ, so only rules about them are asked again.
    """
    found = []
    looks: dict[Literal["light", "dark"], tuple[int, ...]] = {"light": (320, 375, 768, 1280), "dark": (375, 1280)}
    for scheme, widths in looks.items():
        page.emulate_media(color_scheme=scheme)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            if not fits(page, width):
                found.append(f"wider than {width} pixels")
            if width in {375, 1280}:
                only = () if scheme == "light" else ("color-contrast", "link-in-text-block")
                found += [f"{scheme}, {width} pixels: {barrier}" for barrier in barriers(page, axe, only=only)]
    return found
