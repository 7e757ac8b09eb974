"""What programs by other people say of the mail: axe-core, the Nu HTML checker, SpamAssassin.

axe-core and the HTML checker are npm packages (``npm ci --prefix tests/tools``); where a
program is missing, its tests are left out, but not in CI.
"""

import contextlib
import json
import mailbox
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from newsletter.issues import Issue
from newsletter.rendering import Rendered, message_files, render_issue
from newsletter.workspace import Workspace

from .conftest import READER, SHIPPED, with_theme

TOOLS = Path(__file__).parents[1] / "tools" / "node_modules"
DATE = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)

NOT_OURS = re.compile(
    r"xmlns:[vo]"  # namespaces that Outlook's pictures need
    r"|“?mso-"  # properties that only Outlook knows
    r"|supported-color-schemes"  # Apple Mail's older name for color-scheme
)
"""What the HTML checker rightly calls no standard, and mail cannot do without."""

NOT_CONTENT = {"NO_RECEIVED", "NO_RELAYS", "MSGID_SHORT"}
"""SpamAssassin's rules about the way of a mail; this one has not been sent."""


@pytest.fixture
def files(themed: Workspace, everything: Issue, tmp_path: Path) -> Path:
    """A folder with the mail that holds every block."""
    rendered: Rendered = render_issue(themed, everything)
    for name, data in message_files(rendered, READER, DATE).items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def required(found: Path | str | None, name: str) -> str:
    """Return where a program lies; without it, leave the test out, or fail in CI."""
    if found is not None and Path(found).exists():
        return str(found)
    told: Callable[[str], object] = pytest.fail if "CI" in os.environ else pytest.skip
    told(f"{name} is not installed")
    raise AssertionError


LOOK = """async () => {
  const rules = { region: { enabled: false }, "landmark-one-main": { enabled: false } };
  const found = await axe.run(document, { rules, resultTypes: ["violations"] });
  return [found.passes.length, found.violations.map((rule) => [rule.id, rule.nodes.map((node) => node.html)])];
}"""


@pytest.mark.browser
def test_axe_finds_no_barrier(browser: Browser, files: Path) -> None:
    """axe-core finds no violation, light or dark; a mail has no landmarks, since webmail brings its own."""
    script = required(TOOLS / "axe-core" / "axe.min.js", "axe-core")
    page = browser.new_page(viewport={"width": 375, "height": 900})
    page.goto((files / "message.html").as_uri())
    page.add_script_tag(path=script)
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        passes, violations = page.evaluate(LOOK)
        assert passes > 20
        assert violations == [], scheme


@pytest.mark.outside
def test_the_html_is_valid(workspace: Workspace, everything: Issue, tmp_path: Path) -> None:
    """The Nu HTML checker, started once for all themes, finds no error but for what Outlook and Apple Mail need."""
    mails = [tmp_path / f"{theme}.html" for theme in SHIPPED]
    for mail in mails:
        rendered = render_issue(with_theme(workspace, name=mail.stem), everything)
        mail.write_bytes(message_files(rendered, READER, DATE)["message.html"])
    java = required(shutil.which("java"), "Java")
    jar = required(TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar", "vnu-jar")
    command = [java, "-jar", jar, "--errors-only", "--format", "json", "--stdout", *map(str, mails)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    found = [(Path(message["url"]).stem, message["message"]) for message in json.loads(done.stdout)["messages"]]
    assert {theme for theme, _ in found} == set(SHIPPED), "it always finds Outlook's namespaces: it has not run"
    assert [(theme, message) for theme, message in found if not NOT_OURS.search(message)] == []


@pytest.mark.outside
def test_it_looks_like_no_spam(workspace: Workspace, everything: Issue, tmp_path: Path) -> None:
    """SpamAssassin's rules about content and form, read once for all themes, give no mail a point."""
    program = required(shutil.which("spamassassin"), "SpamAssassin")
    box = tmp_path / "mails.mbox"
    with contextlib.closing(mailbox.mbox(box)) as mails:
        for theme in SHIPPED:
            rendered = render_issue(with_theme(workspace, name=theme), everything)
            mails.add(message_files(rendered, READER, DATE)["message.eml"])
    command, home = [program, "-L", "-t", "--mbox", str(box)], {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, check=True, env=home)
    reports = done.stdout.decode("utf-8", "replace").split("Content analysis details:")[1:]
    assert len(reports) == len(SHIPPED)
    for theme, report in zip(SHIPPED, reports, strict=True):
        lines = re.finditer(r"^ *(-?\d+\.\d) ([A-Z][A-Z0-9_]+)", report, re.MULTILINE)
        points = {match[2]: float(match[1]) for match in lines}
        assert "HTML_MESSAGE" in points, theme
        assert {rule: value for rule, value in points.items() if value > 0 and rule not in NOT_CONTENT} == {}, theme
