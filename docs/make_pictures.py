"""Takes the pictures of this documentation anew, from the sample issue.

    python docs/make_pictures.py

Needs Chromium and the development environment (`python3 run.py test` makes it).
"""

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from newsletter.issues import load_issue
from newsletter.message import Recipient, fill_message
from newsletter.rendering import render_issue
from newsletter.workspace import open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace

HERE = Path(__file__).parent
READER = Recipient(ref="picture", email="ana@example.org", first_name="Ana", unsubscribe_url="https://example.org/")
GAP, MARGIN, HEIGHT = 40, 36, 880
BACKGROUND = "#e4e0d8"
QUIET = "--disable-background-networking --disable-component-update --disable-sync --no-first-run --no-sandbox"


def main() -> None:
    """Write `images/issue.png`: the sample issue on a desktop, and on a phone in dark mode."""
    with tempfile.TemporaryDirectory() as folder:
        make_workspace(Path(folder), {})
        workspace = open_workspace(Path(folder))
        html = fill_message(render_issue(workspace, load_issue(workspace, SAMPLE_ISSUE)).message, READER).html
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("Chromium is not installed.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET.split())
        desktop = shot(browser, html, width=760, scheme="light")
        phone = shot(browser, html, width=375, scheme="dark")
        browser.close()
    sheet = Image.new("RGB", (desktop.width + phone.width + GAP + 2 * MARGIN, HEIGHT + 2 * MARGIN), BACKGROUND)
    sheet.paste(desktop, (MARGIN, MARGIN))
    sheet.paste(phone, (MARGIN + desktop.width + GAP, MARGIN))
    sheet.quantize(128).save(HERE / "images" / "issue.png", optimize=True)


def shot(browser: Browser, html: str, *, width: int, scheme: str) -> Image.Image:
    """Return the top of the mail as a window of `width` pixels shows it."""
    page = browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)  # type: ignore[arg-type]
    page.set_content(html)
    picture = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    return picture


if __name__ == "__main__":
    main()
