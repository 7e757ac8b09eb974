"""Working through the findings at the desk: grouped, folded, fixed with a button, links opened when asked."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from newsletter.checks import online
from newsletter.issues import load_issue
from newsletter.workspace import Workspace
from tests.web.looking.posting import ISSUE, post
from tests.web.samples import write_letter

WRAPPED = "https://out.reddit.com/t?url=https://example.org/{}"


def _letter(workspace: Workspace) -> str:
    return (workspace.issues_dir / "winter-light" / "issue.md").read_text("utf-8")


def _write(workspace: Workspace, letter: str) -> None:
    write_letter(workspace.issues_dir / "winter-light", letter)


def test_what_is_of_one_kind_is_folded_together(client: TestClient, desk_workspace: Workspace) -> None:
    """Errors stand first, under what to do about them; a kind says once what it is, and how often it is there."""
    links = " ".join(f"[page {number}]({WRAPPED.format(number)})" for number in range(5))
    _write(desk_workspace, f"TK {links}\n")
    page = client.get(ISSUE).text

    titles = re.findall(r'<h3 class="to-do">([^<]+)', page)
    assert titles[:2] == ["Fix before it is sent", "Fix, or say why not"]
    assert page.index("Readers would see “TK”") < page.index('id="matter-link-wrapped"')
    assert page.count("<b>5 places.</b>") == 1
    assert 'id="matter-link-wrapped">' in page  # folded
    assert ">Fix all 5<" in page


def test_a_button_fixes_and_the_notice_takes_it_back(client: TestClient, desk_workspace: Workspace) -> None:
    """One of them, then the rest; each answer says what was done, and the last can be undone."""
    _write(
        desk_workspace,
        f"See [one]({WRAPPED.format(1)}).\n\nAnd [two]({WRAPPED.format(2)}), [three]({WRAPPED.format(3)}).\n",
    )
    before = _letter(desk_workspace)
    where = "newsletters/winter-light/issue.md:6"
    assert f'name="where" value="{where}"' in client.get(ISSUE).text

    answer = post(client, f"{ISSUE}/fix", check="link-wrapped", where=where, look="?view=text")
    page = client.get(answer.headers["location"]).text
    assert answer.headers["location"].startswith(f"{ISSUE}?view=text")
    assert "Fixed in 1 place." in page
    assert "[one](https://example.org/1)" in _letter(desk_workspace)
    assert WRAPPED.format(2) in _letter(desk_workspace)

    answer = post(client, f"{ISSUE}/fix", check="link-wrapped", file="issue.md")
    assert answer.headers["location"].startswith(f"{ISSUE}/write?file=issue.md")
    page = client.get(answer.headers["location"]).text
    assert "Fixed in 2 places." in page
    assert "reddit" not in _letter(desk_workspace)
    notice = page[page.index('class="notice"') :]
    undo = {name: unescape(value) for name, value in re.findall(r'name="(file|version)" value="([^"]*)"', notice)[:2]}
    post(client, f"{ISSUE}/history", **undo)
    assert _letter(desk_workspace) == before.replace(WRAPPED.format(1), "https://example.org/1")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"check": "link-wrapped", "where": "newsletters/winter-light/issue.md:6"}, "nothing to fix any more"),
        ({"check": "link-wrapped", "where": "../../../etc/passwd:1", "nth": "99999999999"}, "nothing to fix any more"),
        ({"check": "<script>"}, "there is no such check"),
        ({"check": "left-over", "where": "newsletters/winter-light/issue.md:6"}, "nothing to fix any more"),
    ],
)
def test_nothing_else_can_be_fixed(
    client: TestClient, desk_workspace: Workspace, fields: dict[str, str], told: str
) -> None:
    """Only what the checks find at this moment is changed, whatever a form says."""
    _write(desk_workspace, "TK\n")
    before = _letter(desk_workspace)
    answer = post(client, f"{ISSUE}/fix", **fields)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert _letter(desk_workspace) == before


def test_an_answer_is_asked_for_beside_the_finding(client: TestClient, desk_workspace: Workspace) -> None:
    """The preview text can be typed where it is missed."""
    path = desk_workspace.issues_dir / "winter-light" / "issue.md"
    path.write_text(re.sub(r"preheader: .*\n", "", path.read_text("utf-8")), "utf-8")
    page = client.get(ISSUE).text
    assert '<label for="answer-preheader-missing-1">Preview text</label>' in page
    where = re.search(r'name="where" value="([^"]+)"', page[page.index("answer-preheader-missing-1") - 600 :])
    assert where
    assert "line=1&amp;field=preheader" in page
    post(client, f"{ISSUE}/fix", check="preheader-missing", where=where[1], answer="Five small ways")
    assert load_issue(desk_workspace, "winter-light").preheader == "Five small ways"


def test_links_are_opened_when_somebody_asks(
    client: TestClient, desk_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What leads nowhere is an error from then on, and no longer once it is replaced; nothing is asked by itself."""
    asked: list[set[str]] = []

    def answer(addresses: set[str], _client: object) -> dict[str, str]:
        asked.append(set(addresses))
        return {address: "answers that there is no such page (404)" for address in addresses if "gone" in address}

    monkeypatch.setattr(online, "dead_addresses", answer)
    _write(desk_workspace, "See [a page](https://example.org/gone) and [another](https://example.org/there).\n")
    assert "link-dead" not in client.get(ISSUE).text
    assert asked == []

    told = client.get(post(client, f"{ISSUE}/links").headers["location"]).text
    assert "2 links were opened. 1 dead link was found." in told
    assert "The page behind “a page” answers that there is no such page (404)." in told
    assert asked == [{"https://example.org/gone", "https://example.org/there"}]
    assert "link-dead" in client.get(f"{ISSUE}/write").text

    _write(desk_workspace, "See [a page](https://example.org/there).\n")
    assert "link-dead" not in client.get(ISSUE).text
    _write(desk_workspace, "No links.\n")
    told = client.get(post(client, f"{ISSUE}/links").headers["location"]).text
    assert "There are no links to check." in told
    _write(desk_workspace, "Dear {{ frist_name }},\n")
    assert post(client, f"{ISSUE}/links").status_code == 422
