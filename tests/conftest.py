"""Fixtures that every room's tests may use: a workspace and a store, both real."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from newsletter.storage import Store, open_store
from newsletter.workspace import Workspace, open_workspace
from tests.postgres import new_database, running_server, server_programs

SETTINGS = """\
[clinic]
name = "Elm Street Psychiatry"
website = "https://www.elmstreet.example.org"
phone = "508-555-0100"
email = "hello@elmstreet.example.org"
postal_address = "12 Elm Street, Springfield, MA 01101"
timezone = "America/New_York"

[sender]
from_name = "Elm Street Psychiatry"
from_email = "newsletter@elmstreet.example.org"
reply_to = "hello@elmstreet.example.org"
"""

# A busy machine is no failure. A release is judged by the same examples each time; at home new ones are tried.
settings.register_profile("short", max_examples=40, deadline=None, derandomize="CI" in os.environ)
settings.register_profile("long", max_examples=1_000, deadline=None)  # run.py test --long
settings.load_profile("short")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need more than Python, so that ``run.py test --fast`` can leave them out."""
    outside = {"browser", "chromium", "page", "axe", "postgres_server", "postgres_url", "tool"}
    for item in items:
        if outside & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("browser"):
            item.add_marker("outside")


@pytest.fixture(scope="session", autouse=True)
def _computer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let this computer's own name lie in no real home (where the system lets a variable say so)."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "LOCALAPPDATA"):
            patch.setenv(name, str(tmp_path_factory.getbasetemp() / "computer"))
        yield


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace of a clinic with a real postal address."""
    return new_workspace(tmp_path)


def new_workspace(folder: Path) -> Workspace:
    """Make the same in `folder`, for fixtures that several tests share."""
    root = folder / "workspace"
    (root / "newsletters").mkdir(parents=True)
    (root / "newsletter.toml").write_text(SETTINGS, "utf-8")
    return open_workspace(root)


@pytest.fixture
def store(workspace: Workspace) -> Iterator[Store]:
    """The workspace's database, new and empty."""
    with open_store(workspace.database_url, workspace.key_file) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A running PostgreSQL; left out where it is not installed, but not in CI."""
    programs = server_programs()
    if programs is None:
        if "CI" in os.environ:
            pytest.fail("these tests need PostgreSQL")
        pytest.skip("no PostgreSQL on this machine")
    with running_server(programs) as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The address of a new and empty PostgreSQL database."""
    return new_database(postgres_server)


QUIET = ("background-networking", "component-update", "sync", "gpu", "default-apps", "extensions")
HIDDEN = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
"""Two pages that no test sees, and that take longer to load in each window than ours."""
UNUSED = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "MediaRouter"),
    *("NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "ThirdPartyStoragePartitioning"),
)
"""What Playwright turns off for itself, by the same option, of which Chromium heeds only the last."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, for what only a browser can tell; left out where there is none, but not in CI."""
    names = ["chromium-headless-shell", "chromium", "chromium-browser"]
    names += ["google-chrome", "google-chrome-stable", "chrome"]
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        if "CI" in os.environ:
            pytest.fail("the browser tests need Chromium")
        pytest.skip("no Chromium on this machine")
    arguments = ["--no-sandbox", "--no-first-run", *(f"--disable-{part}" for part in QUIET)]
    arguments.append(f"--disable-features={','.join((*HIDDEN, *UNUSED))}")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The same without any page of an earlier test: those would go on asking their desks for news."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture
def axe() -> str:
    """axe-core, which judges accessibility (``npm ci --prefix tests/tools``); needed in CI, else left out."""
    script = Path(__file__).parent / "tools" / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        if "CI" in os.environ:
            pytest.fail("axe-core is not installed")
        pytest.skip("axe-core is not installed")
    return script.read_text("utf-8")
