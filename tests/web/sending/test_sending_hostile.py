"""What nobody at the desk would send to the pages of a campaign."""

import pytest

from tests.web.sending.conftest import PAGE, Person, set_settings

ACTIONS = ["", "/test", "/approve", "/cancel", "/go-on", "/settle", "/ask"]
FOREIGN = [
    "..",
    "%2e%2e",
    "..%2f..%2fnewsletter",
    "winter-light%2f..",
    "winter-light%00",
    "WINTER-LIGHT",
    "no-such-issue",
]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_foreign_slug_does_nothing(person: Person, action: str) -> None:
    """Names are only compared with the issues that there are."""
    token = person.form("/test")["desk_token"]
    headers = {"Origin": str(person.browser.base_url)}
    fields = {"desk_token": token, "address": "a@example.org", "to": "me", "yes": "yes", "name": "Ana"}
    for slug in FOREIGN:
        answer = person.browser.post(f"/issues/{slug}/send{action}", data=fields, headers=headers)

        assert answer.status_code in {404, 405, 422}, slug
        assert not person.workspace.outbox_dir.exists(), slug


@pytest.mark.parametrize("action", ACTIONS)
def test_without_the_token_nothing_happens(person: Person, action: str) -> None:
    """Each form needs the desk's own token."""
    form = person.form() | {"desk_token": "wrong", "yes": "yes", "address": "a@example.org", "to": "me", "name": "Ana"}

    assert person.post(action, form)[0] == 403
    assert person.campaign() is None
    assert not person.workspace.outbox_dir.exists()


@pytest.mark.parametrize(
    "name", ["..%2f..%2fnewsletter.toml", "%2e%2e%2fnewsletter.db", "test-0.eml", "newsletter.key"]
)
def test_no_file_but_a_test_is_served(person: Person, name: str) -> None:
    """A name that is no test of this issue is not there."""
    person.post("/test", person.form("/test"), address="ana@example.org", to="me")

    assert person.browser.get(f"{PAGE}/test-mail/{name}").status_code == 404


def test_a_stale_button_leaves_a_new_campaign_alone(person: Person) -> None:
    """Cancel, go on and settle are about the campaign that the page showed, and about no other."""
    person.send()
    old = person.form("/cancel")
    person.post("/cancel", old)
    person.send()

    for action in ("/cancel", "/go-on", "/settle", "/ask"):
        assert person.post(action, old, verdict="sent", yes="3")[0] == 422
    assert person.state() == "scheduled"


def test_what_is_typed_stays_text(person: Person) -> None:
    """Script in tags, times and names comes back as letters."""
    script = "<script>alert(1)</script>"
    set_settings(person.workspace, "[team]\napproval = true")
    person.post("/approve", person.form("/approve"), name=script)
    page = person.look(f"?tag={script}&not={script}&when=later&date={script}&time={script}")

    assert "&lt;script&gt;" in page
    assert script not in page
