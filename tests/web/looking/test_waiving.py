"""Waiving a finding from the desk, and taking the waiver back."""

import re

import pytest
from starlette.testclient import TestClient

from newsletter.issues import load_issue
from newsletter.workspace import Workspace
from tests.web.looking.posting import ISSUE, post
from tests.web.samples import write_letter


def test_a_finding_is_waived_with_a_reason(client: TestClient, desk_workspace: Workspace) -> None:
    """Beside a finding one says why it may stay so; the notice undoes it, and so does the waiver's own button."""
    write_letter(desk_workspace.issues_dir / "winter-light", "[Click here](https://example.org). Not medical advice.\n")
    fields = {"check": "link-vague", "look": "?view=text"}

    answer = post(client, f"{ISSUE}/waive", **fields, reason="it is the button's name")
    assert answer.headers["location"].startswith(f"{ISSUE}?view=text&note=")
    page = client.get(answer.headers["location"]).text
    assert "link-vague is ignored, because: it is the button&#39;s name" in page
    assert 'Stop ignoring it<span class="unseen"> (link-vague)' in page
    assert load_issue(desk_workspace, "winter-light").waivers == {"link-vague": "it is the button's name"}

    undone = post(client, f"{ISSUE}/unwaive", **fields)
    assert load_issue(desk_workspace, "winter-light").waivers == {}
    again = re.search(r'name="reason" value="([^"]+)"', client.get(undone.headers["location"]).text)
    assert again
    assert again[1] == "it is the button&#39;s name"


@pytest.mark.parametrize(
    ("path", "fields", "told"),
    [
        ("waive", {"check": "link-vague", "reason": " "}, "only be ignored with a reason"),
        ("waive", {"check": "<script>", "reason": "why not"}, "there is no such check"),
        ("waive", {}, "there is no such check"),
        ("unwaive", {"check": "link-vague"}, "link-vague is not ignored"),
    ],
)
def test_no_waiver_without_check_and_reason(
    client: TestClient, desk_workspace: Workspace, path: str, fields: dict[str, str], told: str
) -> None:
    """A form that says too little changes nothing, and is told what is missing."""
    before = (desk_workspace.issues_dir / "winter-light" / "issue.md").read_bytes()
    answer = post(client, f"{ISSUE}/{path}", **fields)

    assert answer.status_code == 422
    assert told in answer.text
    assert (desk_workspace.issues_dir / "winter-light" / "issue.md").read_bytes() == before
