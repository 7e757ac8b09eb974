"""Whether everything is in order, for those who have no terminal."""

import re
from html import unescape

import pytest
from playwright.sync_api import Page, expect

from newsletter.workspace import Workspace
from tests.fakes.sendgrid import KEY, fake_sendgrid
from tests.web.browsing import faults
from tests.web.running import RunningDesk
from tests.web.sending.conftest import set_settings
from tests.web.sitting import Sitting

PAGE = "/settings/order"


def _verdicts(page: str) -> list[str]:
    return [unescape(re.sub("<[^>]+>", "", found)) for found in re.findall(r'<p class="meaning">(.*?)</p>', page)]


def test_what_is_in_order(sitting: Sitting) -> None:
    """Each thing is named, in words; where nothing lies outside this computer, nobody offers to ask there."""
    page = sitting.see(PAGE)
    assert any(verdict.startswith("OK: settings") for verdict in _verdicts(page))
    assert 'id="ask-more"' not in page
    assert PAGE in sitting.see("/settings")


def test_the_gravest_stands_first(sitting: Sitting, desk_workspace: Workspace) -> None:
    """A database whose key is gone is wrong, and stands above what could be better and what is right."""
    (desk_workspace.root / "newsletter.db").write_bytes(b"not a database at all" * 100)

    page = sitting.see(PAGE)
    assert "1 thing is wrong" in page
    levels = [verdict.partition(":")[0] for verdict in _verdicts(page)]
    assert levels[0] == "Wrong"
    assert levels[-1] == "OK"


def test_settings_that_cannot_be_read(sitting: Sitting, desk_workspace: Workspace) -> None:
    """They are what is wrong, and the page says where."""
    set_settings(desk_workspace, "[clinik]")
    [verdict] = _verdicts(sitting.see(PAGE))
    assert "clinik: unknown key. Did you mean clinic?" in verdict


def test_outside_is_asked_only_on_demand(
    sitting: Sitting, desk_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SendGrid hears nothing of the first look, and all of the second."""
    with fake_sendgrid() as account:
        monkeypatch.setenv("SENDGRID_API_KEY", KEY)
        monkeypatch.setenv("SENDGRID_HOST", account.url)
        set_settings(desk_workspace, '[delivery]\ntransport = "sendgrid"')
        page = sitting.see(PAGE)
        assert not [verdict for verdict in _verdicts(page) if "key:" in verdict]
        assert 'id="ask-more"' in page

        asked = sitting.post(PAGE)
        assert asked.status_code == 200
        assert [verdict for verdict in _verdicts(asked.text) if "key:" in verdict]
        assert KEY not in asked.text


@pytest.mark.browser
def test_the_page_in_a_browser(page: Page, desk: RunningDesk, desk_workspace: Workspace, axe: str) -> None:
    """There is no barrier, nothing lies beyond the edge, and the page follows what is mended."""
    settings = desk_workspace.root / "newsletter.toml"
    before = settings.read_text("utf-8")
    set_settings(desk_workspace, "[clinik]")
    page.goto(desk.address + PAGE)
    expect(page.get_by_role("heading", name="1 thing is wrong")).to_be_visible()
    assert faults(page, axe) == []

    expect(page.locator("#live")).to_have_text("Connected")
    settings.write_text(before, "utf-8")
    expect(page.get_by_role("heading", name="1 thing is wrong")).to_have_count(0)


def test_what_to_do_is_said_for_the_page(sitting: Sitting, desk_workspace: Workspace) -> None:
    """No keys of the settings file and no commands: the page's own labels, and links to where it is done."""
    path = desk_workspace.root / "newsletter.toml"
    path.write_text(re.sub(r'from_email = "[^"]*"', 'from_email = "x@gmail.com"', path.read_text("utf-8")), "utf-8")
    practice = sitting.see(PAGE)
    assert "a mail service has to be set up. <span" in practice
    assert "Whoever looks after this computer can do that" in practice
    set_settings(desk_workspace, '[delivery]\ntransport = "sendgrid"')
    page = sitting.see(PAGE).partition("<main")[2]
    assert not re.search(r"\[\w+\]|newsletter [a-z]+ |postal_address|docs/", page)
    assert '<a href="/settings#team-reviewers">' in page
    assert "as “Reviewers”" in unescape(page)
