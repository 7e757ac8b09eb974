"""The commands around sending, as a person types them: test, send, status, resume."""

import email
import email.policy
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.storage import open_store
from newsletter.subscribers.suppression import suppress
from newsletter.subscribers.vocabulary import Reason
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace
from tests.campaigns.samples import ADDRESS, add_people
from tests.cli.typed import Ended, in_a_process, process_environment, typed
from tests.fakes.rules import broken_promises
from tests.fakes.sendgrid import KEY, FakeSendGrid, fake_sendgrid

PEOPLE = 50


@pytest.fixture
def clinic(tmp_path: Path) -> Workspace:
    """A workspace with the sample issue, a real postal address and fifty people."""
    make_workspace(tmp_path / "clinic", {"clinic.postal_address": ADDRESS})
    workspace = open_workspace(tmp_path / "clinic")
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, PEOPLE)
    return workspace


@pytest.fixture
def account() -> Iterator[FakeSendGrid]:
    with fake_sendgrid() as found:
        yield found
    assert [broken for body in found.bodies for broken in broken_promises(body)] == []


def _newsletter(workspace: Workspace, *words: str, **more: str) -> Ended:
    return typed("-C", str(workspace.root), *words, variables=more)


def _by_sendgrid(account: FakeSendGrid) -> dict[str, str]:
    return {"SENDGRID_API_KEY": KEY, "SENDGRID_HOST": account.url}


def _choose(workspace: Workspace, transport: str) -> None:
    settings = workspace.root / "newsletter.toml"
    text = settings.read_text("utf-8")
    assert 'transport = "outbox"' in text
    settings.write_text(text.replace('transport = "outbox"', f'transport = "{transport}"'), "utf-8")


def _files(workspace: Workspace) -> list[Path]:
    return sorted((workspace.outbox_dir / SAMPLE_ISSUE).glob("*.eml"))


def test_send_to_the_outbox(clinic: Workspace) -> None:
    """Fifty people get a file each, with both parts, their name, their link and the address; then it is over."""
    done = _newsletter(clinic, "send", SAMPLE_ISSUE, "--yes")
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        [f"Practice mode, nothing was emailed: 50 messages written to {clinic.outbox_dir / SAMPLE_ISSUE}"],
    )
    assert len(_files(clinic)) == PEOPLE
    names, links = set(), set()
    for file in _files(clinic):
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for kind in ("plain", "html"):
            part = mail.get_body((kind,))
            assert part is not None
            letters = "".join(char for char in part.get_content() if char.isalnum())
            assert "12ElmStreet" in letters
            assert mail["List-Unsubscribe"].strip("<>").partition("%20")[2] in part.get_content()
        names.add(mail["Subject"])
        links.add(mail["List-Unsubscribe"])
    assert len(names) == len(links) == PEOPLE
    again = _newsletter(clinic, "send", SAMPLE_ISSUE, "--yes")
    assert again.returncode == 1
    assert "nobody gets an issue twice" in again.stderr
    assert len(_files(clinic)) == PEOPLE


def test_whoever_left_is_not_mailed(clinic: Workspace) -> None:
    """A person who unsubscribed is left out, and the summary says so."""
    with open_store(clinic.database_url, clinic.key_file) as store, store.write() as connection:
        suppress(connection, store.key, "reader7@example.org", Reason.UNSUBSCRIBED)
    done = _newsletter(clinic, "send", SAMPLE_ISSUE, "--yes")
    assert "1 unsubscribed" in done.stderr
    assert len(_files(clinic)) == PEOPLE - 1


def test_dry_run_sends_nothing(clinic: Workspace) -> None:
    """A dry run shows the summary and leaves no trace."""
    done = _newsletter(clinic, "send", SAMPLE_ISSUE, "--dry-run")
    assert done.returncode == 0
    assert "50 subscribers" in done.stdout
    assert not clinic.outbox_dir.exists()
    assert "never sent" in _newsletter(clinic, "status", SAMPLE_ISSUE).stderr


def test_script_needs_a_yes(clinic: Workspace) -> None:
    """Without a terminal and without --yes nothing is sent."""
    done = _newsletter(clinic, "send", SAMPLE_ISSUE)
    assert done.returncode == 1
    assert "--yes" in done.stderr
    assert not clinic.outbox_dir.exists()


def test_test_message(clinic: Workspace) -> None:
    """A test goes to the given address alone, marked as one, and with nobody's own link."""
    done = _newsletter(clinic, "test", SAMPLE_ISSUE, "--to", "me@example.org")
    assert done.returncode == 0, done.stderr
    (file,) = (clinic.outbox_dir / f"{SAMPLE_ISSUE}-test").iterdir()
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["To"] == "me@example.org"
    assert mail["Subject"].startswith("[Test] ")
    shown = _newsletter(clinic, "send", SAMPLE_ISSUE, "--dry-run")
    assert "same as in the test" in shown.stderr


def test_changed_since_the_test(clinic: Workspace) -> None:
    """The summary says when the issue is not what was looked at."""
    _newsletter(clinic, "test", SAMPLE_ISSUE, "--to", "me@example.org")
    letter = clinic.root / "newsletters" / SAMPLE_ISSUE / "issue.md"
    letter.write_text(letter.read_text("utf-8") + "\nOne more line.\n", "utf-8")
    assert "CHANGED since the last test" in _newsletter(clinic, "send", SAMPLE_ISSUE, "--dry-run").stderr


def test_send_by_sendgrid(clinic: Workspace, account: FakeSendGrid) -> None:
    """The same through SendGrid: held, every body by the rules, each address once, with the address of the clinic."""
    _choose(clinic, "sendgrid")
    done = _newsletter(clinic, "send", SAMPLE_ISSUE, "--yes", **_by_sendgrid(account))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("50 messages accepted by SendGrid.\nSendGrid holds them until ")
    assert Counter(map(len, account.received().values())) == {1: PEOPLE}
    for body in account.bodies:
        assert "send_at" in body
        for part in body["content"]:
            assert "12ElmStreet" in "".join(char for char in part["value"] if char.isalnum())


@pytest.mark.parametrize(
    ("unsubscribe", "pages", "own"),
    [
        ("own", "https://news.example.org/clinic", True),
        ("own", "", False),
        ("subscription_tracking", "https://news.example.org/clinic", False),
        ("subscription_tracking", "", False),
    ],
)
def test_whose_unsubscribe_links(
    clinic: Workspace, account: FakeSendGrid, unsubscribe: str, pages: str, *, own: bool
) -> None:
    """Links, header fields, tracking settings and what the doctor says agree; SendGrid's lists count either way."""
    _choose(clinic, "sendgrid")
    settings = clinic.root / "newsletter.toml"
    text = settings.read_text("utf-8").replace('unsubscribe = "own"', f'unsubscribe = "{unsubscribe}"')
    settings.write_text(text.replace('public_url = ""', f'public_url = "{pages}"'), "utf-8")
    now = int(account.now())
    account.suppressions["unsubscribes"] = [{"email": "reader1@example.org", "created": now}]
    account.groups[7] = [{"email": "reader2@example.org", "created": now}]
    variables = _by_sendgrid(account)
    assert _newsletter(clinic, "test", SAMPLE_ISSUE, "--to", "ana@example.org", **variables).returncode == 0
    assert _newsletter(clinic, "send", SAMPLE_ISSUE, "--yes", **variables).returncode == 0

    assert len(account.received()) == 1 + PEOPLE - 2
    for body in account.bodies:
        links = [person.get("substitutions", {}).get("-unsubscribe-url-", "") for person in body["personalizations"]]
        headers = [person.get("headers", {}) for person in body["personalizations"]]
        assert body["tracking_settings"]["subscription_tracking"]["enable"] is not own
        if own:
            assert all(link.startswith(f"{pages}/u/") for link in links)
            assert len(set(links)) == len(links)
            one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
            assert headers == [{"List-Unsubscribe": f"<{link}>", **one_click} for link in links]
        else:
            assert set(links) == {""}
            assert not any(headers)
        for part in body["content"]:  # SendGrid's link has no preferences behind it
            assert ("-unsubscribe-url-/preferences" in part["value"]) is own
    said = _newsletter(clinic, "doctor", "--offline", **variables).stdout
    assert ("they lead to https://news.example.org/clinic" in said) is own
    assert ("SendGrid makes them" in said) is not own


def test_missing_key(clinic: Workspace) -> None:
    """Without a key nothing is frozen, and the error says where it goes."""
    _choose(clinic, "sendgrid")
    done = _newsletter(clinic, "send", SAMPLE_ISSUE, "--yes")
    assert done.returncode == 1
    assert "SENDGRID_API_KEY is missing" in done.stderr
    assert "never sent" in _newsletter(clinic, "status", SAMPLE_ISSUE).stderr


def test_refused_key_can_be_mended(clinic: Workspace, account: FakeSendGrid) -> None:
    """A wrong key stops the send with what to do; with the right one `resume` reaches everybody."""
    _choose(clinic, "sendgrid")
    wrong = _newsletter(clinic, "send", SAMPLE_ISSUE, "--yes", SENDGRID_API_KEY="SG.wrong", SENDGRID_HOST=account.url)
    assert wrong.returncode == 1
    assert f"newsletter resume {SAMPLE_ISSUE}" in wrong.stderr
    assert "SG.wrong" not in wrong.stderr + wrong.stdout
    done = _newsletter(clinic, "resume", SAMPLE_ISSUE, **_by_sendgrid(account))
    assert done.returncode == 0, done.stderr
    assert Counter(map(len, account.received().values())) == {1: PEOPLE}


def test_sample_address_is_never_mailed(clinic: Workspace, account: FakeSendGrid) -> None:
    """The placeholder's issue goes to the outbox only."""
    _choose(clinic, "sendgrid")
    settings = clinic.root / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8").replace(ADDRESS, "PLACEHOLDER street"), "utf-8")
    done = _newsletter(clinic, "send", SAMPLE_ISSUE, "--yes", **_by_sendgrid(account))
    assert done.returncode == 1
    assert "postal" in done.stderr
    assert account.requests == []


def test_status_as_json(clinic: Workspace) -> None:
    """Other programs read the ledger as one JSON document."""
    sent = json.loads(_newsletter(clinic, "send", SAMPLE_ISSUE, "--yes", "--json").stdout)
    found = json.loads(_newsletter(clinic, "status", SAMPLE_ISSUE, "--json").stdout)
    assert found == sent | {"people": [], "older_database": False, "workers": []}
    assert (found["state"], found["frozen"], found["counts"]["accepted"]) == ("sent", PEOPLE, PEOPLE)


@pytest.mark.heavy
@pytest.mark.parametrize("place", ["after-claim:3", "after-request:4", "inside-close:5"])
def test_killed_midway(clinic: Workspace, place: str) -> None:
    """After a kill in the middle of the send, `resume` completes it: fifty files, no more."""
    settings = clinic.root / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8").replace("batch_size = 500", "batch_size = 5"), "utf-8")
    killed = in_a_process(
        "-C", str(clinic.root), "send", SAMPLE_ISSUE, "--yes", variables={"NEWSLETTER_FAILPOINT": place}
    )
    assert killed.returncode in {-9, 137}
    assert 0 < len(_files(clinic)) < PEOPLE
    done = _newsletter(clinic, "resume", SAMPLE_ISSUE)
    assert done.returncode == 0, done.stderr
    assert len(_files(clinic)) == PEOPLE
    assert len({email.message_from_bytes(file.read_bytes())["To"] for file in _files(clinic)}) == PEOPLE


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for another process on Windows")
def test_interrupted(clinic: Workspace, account: FakeSendGrid) -> None:
    """Ctrl-C ends with 130 and the command that goes on; nothing is left in flight."""
    _choose(clinic, "sendgrid")
    settings = clinic.root / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8").replace("batch_size = 500", "batch_size = 2"), "utf-8")
    command = [sys.executable, "-m", "newsletter", "-C", str(clinic.root), "send", SAMPLE_ISSUE, "--yes", "--now"]
    environment = process_environment(_by_sendgrid(account))
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as running:
        while running.poll() is None and not account.mails:
            time.sleep(0.001)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=300)
    assert running.returncode == 130
    assert f"newsletter resume {SAMPLE_ISSUE}" in said
    found = json.loads(_newsletter(clinic, "status", SAMPLE_ISSUE, "--json").stdout)
    assert (found["state"], found["counts"]["in_flight"], found["counts"]["unknown"]) == ("paused", 0, 0)
    assert _newsletter(clinic, "resume", SAMPLE_ISSUE, **_by_sendgrid(account)).returncode == 0
    assert Counter(map(len, account.received().values())) == {1: PEOPLE}
