"""What programs by other people say of the mail: axe-core, the Nu HTML checker, SpamAssassin.

axe-core and the HTML checker are npm packages (``npm ci --prefix tests/tools``); where a
program is missing, its tests are left out, but not in CI.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from newsletter.issues import Issue
from newsletter.rendering import Rendered, message_files, render_issue
from newsletter.workspace import Workspace

from .conftest import READER, THEMES, with_theme

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


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(browser: Browser, files: Path, scheme: str) -> None:
    """axe-core finds no violation; a mail has no landmarks, since webmail brings its own."""
    script = required(TOOLS / "axe-core" / "axe.min.js", "axe-core")
    page = browser.new_page(
        viewport={"width": 375, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page.goto((files / "message.html").as_uri())
    page.add_script_tag(path=script)
    result = page.evaluate(
        "axe.run(document, {rules: {region: {enabled: false}, 'landmark-one-main': {enabled: false}}})"
    )
    page.close()
    assert len(result["passes"]) > 20
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in result["violations"]] == []


@pytest.mark.outside
def test_the_html_is_valid(workspace: Workspace, everything: Issue, tmp_path: Path) -> None:
    """The Nu HTML checker, started once for all themes, finds no error but for what Outlook and Apple Mail need."""
    mails = [tmp_path / f"{theme}.html" for theme in THEMES]
    for mail in mails:
        rendered = render_issue(with_theme(workspace, name=mail.stem), everything)
        mail.write_bytes(message_files(rendered, READER, DATE)["message.html"])
    java = required(shutil.which("java"), "Java")
    jar = required(TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar", "vnu-jar")
    command = [java, "-jar", jar, "--errors-only", "--format", "json", "--stdout", *map(str, mails)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    found = [(Path(message["url"]).stem, message["message"]) for message in json.loads(done.stdout)["messages"]]
    assert {theme for theme, _ in found} == set(THEMES), "it always finds Outlook's namespaces: it has not run"
    assert [(theme, message) for theme, message in found if not NOT_OURS.search(message)] == []


@pytest.mark.outside
def test_it_looks_like_no_spam(files: Path) -> None:
    """SpamAssassin's rules about content and form give the mail no point."""
    program = required(shutil.which("spamassassin"), "SpamAssassin")
    home = {**os.environ, "HOME": str(files)}
    done = subprocess.run(
        [program, "-L", "-t"], input=(files / "message.eml").read_bytes(), capture_output=True, check=True, env=home
    )
    report = done.stdout.decode("utf-8", "replace").partition("Content analysis details:")[2]
    points = {
        match[2]: float(match[1]) for match in re.finditer(r"^ *(-?\d+\.\d) ([A-Z][A-Z0-9_]+)", report, re.MULTILINE)
    }
    assert "HTML_MESSAGE" in points
    assert {rule: value for rule, value in points.items() if value > 0 and rule not in NOT_CONTENT} == {}
