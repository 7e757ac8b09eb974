"""Takes the pictures of the mail anew: of the sample issue for these pages, and of each theme.

    python docs/make_pictures.py

Needs Chromium and the development environment (`python3 run.py test` makes it).
"""

import io
import math
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

from newsletter.issues import load_issue
from newsletter.message import Recipient, fill_message
from newsletter.rendering import render_issue, with_pictures
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace

HERE = Path(__file__).parent
THEMES = HERE.parent / "templates"
READER = Recipient(ref="picture", email="ana@example.org", first_name="Ana", unsubscribe_url="https://example.org/")
GAP, MARGIN, HEIGHT = 40, 36, 880
BACKGROUND = "#e4e0d8"
QUIET = "--disable-background-networking --disable-component-update --disable-sync --no-first-run --no-sandbox"
FACTS = {"clinic.name": "Elm Street Psychiatry", "clinic.tagline": "Notes for hard seasons"}
ISSUE = "2026-12-small-lights"
ISSUE_FILE = """\
---
subject: Small lights for the darkest month
number: 12
posts:
  - {post: light, show: teaser}
  - {post: walk, show: teaser}
  - {post: night, show: teaser}
---

Dear {{ first_name or "reader" }}, here is what helped our patients, and us, through earlier winters.
"""
POSTS = {
    "light": ("Light at Breakfast", "Ten minutes at an open window do more for the night than a clever lamp."),
    "walk": ("The Mailbox Rule", "Go as far as the mailbox. Most people do not turn around there."),
    "night": ("Awake at Three", "A short plan for the small hours, and why the clock should face the wall."),
}
SKIES = {
    "light": ("#f4c795", "#fdf0d6", "#d9ac86", "#b0785c", "#6f4a43"),
    "walk": ("#c6dfe9", "#f2f7f3", "#a5c2a0", "#6f9d74", "#44694f"),
    "night": ("#27324f", "#5d6f94", "#3e4b70", "#2b3655", "#1a2238"),
}


def main() -> None:
    """Write `images/issue.png`, and `theme.png` into the folder of each theme."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("Chromium is not installed.")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET.split())
        take_issue(browser)
        take_themes(browser, Path(folder) / "clinic")
        browser.close()


def take_issue(browser: Browser) -> None:
    """The sample issue on a desktop, and on a phone in dark mode."""
    html = mail(open_workspace(HERE.parent), SAMPLE_ISSUE)
    desktop = shot(browser, html, width=760, scheme="light")
    phone = shot(browser, html, width=375, scheme="dark")
    sheet = Image.new("RGB", (desktop.width + phone.width + GAP + 2 * MARGIN, HEIGHT + 2 * MARGIN), BACKGROUND)
    sheet.paste(desktop, (MARGIN, MARGIN))
    sheet.paste(phone, (MARGIN + desktop.width + GAP, MARGIN))
    sheet.quantize(128).save(HERE / "images" / "issue.png", optimize=True)


def take_themes(browser: Browser, root: Path) -> None:
    """An issue of three posts, in each theme that ships."""
    make_workspace(root, FACTS)
    folder = root / "newsletters" / ISSUE
    (folder / "posts").mkdir(parents=True)
    (folder / "images").mkdir()
    (folder / "issue.md").write_text(ISSUE_FILE, "utf-8")
    for name, (title, teaser) in POSTS.items():
        paint(*SKIES[name]).save(folder / "images" / f"{name}.jpg", quality=88)
        front = f"title: {title}\nlink: https://example.org/{name}\nimage: images/{name}.jpg\nimage_alt: Hills"
        (folder / "posts" / f"{name}.md").write_text(f"---\n{front}\nteaser: {teaser}\n---\n", "utf-8")
    workspace = open_workspace(root)
    for theme in sorted(path.parent for path in THEMES.glob("*/theme.toml")):
        look = replace(workspace.settings.theme, name=theme.name)
        html = mail(replace(workspace, settings=replace(workspace.settings, theme=look)), ISSUE)
        picture = shot(browser, html, width=700, scheme="light", height=1050)
        picture.resize((320, 480), Image.Resampling.LANCZOS).quantize(96).save(theme / "theme.png", optimize=True)


def mail(workspace: Workspace, slug: str) -> str:
    """Return the HTML of an issue, with its pictures in it."""
    message = render_issue(workspace, load_issue(workspace, slug)).message
    return with_pictures(fill_message(message, READER).html, message)


def paint(top: str, horizon: str, *hills: str) -> Image.Image:
    """Return a landscape of a few hills below a sky."""
    width, height = 1200, 750
    gradient = Image.linear_gradient("L").resize((width, height))
    picture = Image.composite(Image.new("RGB", gradient.size, horizon), Image.new("RGB", gradient.size, top), gradient)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((width * 0.64, height * 0.16, width * 0.64 + 110, height * 0.16 + 110), fill="#fffbea")
    for number, color in enumerate(hills):
        base = height * (0.46 + 0.16 * number)
        waves = (
            base + 44 * math.sin(x / 190 + 2 * number) + 20 * math.sin(x / 70 + number) for x in range(0, 1210, 10)
        )
        line = [(10 * at, y) for at, y in enumerate(waves)]
        draw.polygon([*line, (width + 10, height), (0, height)], fill=color)
    return picture


def shot(browser: Browser, html: str, *, width: int, scheme: str, height: int = HEIGHT) -> Image.Image:
    """Return the top of the mail as a window of `width` pixels shows it."""
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page.set_content(html)
    picture = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    return picture


if __name__ == "__main__":
    main()
