"""Takes the pictures of the desk anew: from a copy of the sample workspace, in a real browser.

    python docs/make_desk_pictures.py

Needs Chromium and the development environment (`python3 run.py test` makes it).
"""

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from newsletter.workspace import open_workspace  # noqa: E402 - the tests' desk must be importable
from newsletter.workspace.starter import SAMPLE_ISSUE  # noqa: E402
from tests.web.running import running_desk  # noqa: E402

IMAGES = Path(__file__).parent / "images"
QUIET = "--disable-background-networking --disable-component-update --disable-sync --no-first-run --no-sandbox"
WORDS = "I would like to receive the newsletter"
PATIENCE = 30_000  # milliseconds


def main() -> None:
    """Write `images/desk-*.png`: writing, looking a pasted post over, and sending."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("Chromium is not installed.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        workspace = open_workspace(_sample_workspace(Path(folder)))
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET.split())
        with running_desk(workspace) as desk:
            context = browser.new_context(viewport={"width": 1280, "height": 860})
            name, _, value = desk.cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": desk.address}])
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            _writing(page, desk.address)
            _looking_over(page, desk.address)
            _sending(page, desk.address)
        browser.close()


def _sample_workspace(folder: Path) -> Path:
    for name in ("newsletters", "samples", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "newsletter.toml", folder)
    people = [str(folder / "samples" / "people.csv"), "--consent", WORDS, "--yes"]
    command = [sys.executable, "-m", "newsletter", "-C", str(folder), "subscribers", "import", *people]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command
    return folder


def _writing(page: Page, address: str) -> None:
    page.goto(f"{address}/issues/{SAMPLE_ISSUE}/write")
    expect(page.locator("#above .inbox")).to_be_attached(timeout=PATIENCE)
    expect(page.locator("#live-text")).to_have_text("Connected", timeout=PATIENCE)
    page.wait_for_timeout(1_500)  # the mail is drawn
    _take(page, "desk-write")


def _looking_over(page: Page, address: str) -> None:
    page.goto(f"{address}/new")
    page.get_by_role("textbox", name="Paste it").fill((ROOT / "samples" / "post.txt").read_text("utf-8"))
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="Is this your post?")).to_be_visible(timeout=PATIENCE)
    _take(page, "desk-post")


def _sending(page: Page, address: str) -> None:
    page.goto(f"{address}/issues/{SAMPLE_ISSUE}/send")
    expect(page.locator("#live-text")).to_have_text("Connected", timeout=PATIENCE)
    page.wait_for_timeout(1_500)
    _take(page, "desk-send")


def _take(page: Page, name: str) -> None:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(128).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
