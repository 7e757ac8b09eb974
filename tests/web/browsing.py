"""A real browser at the desk: opening a page, and judging what it shows."""

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

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


def read_slowly(page: Page) -> None:
    """Let the page read each answer for three seconds, as a busy machine does."""
    page.evaluate("""() => {
      for (const kind of ["text", "json"]) {
        const read = Response.prototype[kind];
        Response.prototype[kind] = async function () {
          const told = await read.call(this);
          await new Promise((done) => setTimeout(done, 3000));
          return told;
        };
      }
    }""")


def note_what_is_said(page: Page) -> None:
    """Write down, as `said`, what is told from now on to those who listen to the page."""
    page.evaluate("""() => {
      window.said = [];
      const place = document.querySelector("#spoken");
      new MutationObserver(() => said.push(place.textContent)).observe(place, { childList: true });
    }""")


def fits(page: Page, width: int) -> bool:
    """Whether nothing lies beyond the edge, once the page is laid out for *width* pixels, which takes it a moment."""
    for _ in range(60):
        if page.evaluate("document.documentElement.scrollWidth") == width:
            return True
        page.wait_for_timeout(50)  # the pages themselves allow no script of ours that would wait
    return False


def barriers(page: Page, axe: str) -> list[str]:
    """Return what axe-core finds on the desk's own page; the mail in the frame is judged where it is rendered.

    A page that is still being drawn is looked at again: what is wrong with it stays so.
    """
    for _ in range(3):
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {iframes: false})")
        assert len(found["passes"]) > 15  # it did look
        if not found["violations"]:
            break
        page.wait_for_timeout(300)
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]
