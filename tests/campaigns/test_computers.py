"""One workspace on two computers: what one of them sent is not sent by the other without a person's word."""

import json
import re
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update
from starlette.testclient import TestClient

from newsletter.backups import make_backup
from newsletter.campaigns import CampaignState, DeliveryState, Plan, find_campaign
from newsletter.campaigns.freezing import start
from newsletter.cli.main import cli
from newsletter.errors import ElsewhereError, NewsletterError
from newsletter.storage import open_store
from newsletter.storage.computer import this_computer
from newsletter.storage.ledger import campaigns
from newsletter.subscribers.records import change_tags, get_subscriber
from newsletter.web.desk import Gate, create_desk
from newsletter.web.desk.changes import Changes
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace
from tests.campaigns.samples import ADDRESS, MESSAGE, add_people
from tests.web.samples import PORT
from tests.web.sitting import Sitting

Move = Callable[[str], None]


@pytest.fixture
def sit_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Move:
    """Sit down at the computer of this name."""

    def sit(name: str) -> None:
        monkeypatch.setattr("click.get_app_dir", lambda *_, **__: str(tmp_path / name))
        monkeypatch.setattr("platform.node", lambda: name)

    sit("FRONT-DESK")
    return sit


@pytest.fixture
def clinic(tmp_path: Path, sit_at: Move) -> Workspace:
    """A workspace that was made on the computer FRONT-DESK, with five people."""
    sit_at("FRONT-DESK")
    make_workspace(tmp_path / "clinic", {"clinic.postal_address": ADDRESS})
    workspace = open_workspace(tmp_path / "clinic")
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 5)
    return workspace


def _copy(workspace: Workspace) -> Workspace:
    return open_workspace(Path(shutil.copytree(workspace.root, workspace.root.with_name("copy"))))


def _run(workspace: Workspace, *words: str) -> Result:
    return CliRunner().invoke(cli, ["-C", str(workspace.root), *words])


def _refused(result: Result) -> str:
    """Return the words of a refusal that is about the other computer."""
    assert isinstance(result.exception, ElsewhereError), result.output
    return str(result.exception)


@pytest.mark.parametrize("sent_first", [True, False], ids=["copied after a send", "copied before any"])
def test_copy_does_not_send(clinic: Workspace, sit_at: Move, *, sent_first: bool) -> None:
    """Whether or not something was sent before, the copy refuses and names the other computer and the way out."""
    if sent_first:
        shutil.copytree(clinic.issues_dir / SAMPLE_ISSUE, clinic.issues_dir / "2027-01-next")
        assert _run(clinic, "send", "2027-01-next", "--yes").exit_code == 0
    copy = _copy(clinic)
    assert _run(clinic, "send", SAMPLE_ISSUE, "--yes").exit_code == 0
    sit_at("LAPTOP")
    words = _refused(_run(copy, "send", SAMPLE_ISSUE, "--yes"))
    assert "FRONT-DESK" in words
    assert "--from-here" in words
    assert not (copy.root / "outbox" / SAMPLE_ISSUE).exists()
    assert re.search(r"computer: .*FRONT-DESK", _run(copy, "doctor", "--offline").output)
    assert _run(copy, "list").exit_code == 0


def test_move_is_one_step(clinic: Workspace, sit_at: Move) -> None:
    """Whoever says once that the folder was moved sends as before; going back is asked about again."""
    moved = _copy(clinic)
    sit_at("LAPTOP")
    assert _run(moved, "send", SAMPLE_ISSUE, "--yes", "--from-here").exit_code == 0
    shutil.copytree(moved.issues_dir / SAMPLE_ISSUE, moved.issues_dir / "2027-01-next")
    assert _run(moved, "send", "2027-01-next", "--yes").exit_code == 0
    sit_at("FRONT-DESK")
    shutil.copytree(moved.issues_dir / SAMPLE_ISSUE, moved.issues_dir / "2027-02-next")
    assert "LAPTOP" in _refused(_run(moved, "send", "2027-02-next", "--yes"))


def test_copy_on_the_same_computer(clinic: Workspace) -> None:
    """Of two folders only one sends, until a person says so; a folder that was renamed is the same one."""
    copy = _copy(clinic)
    assert _run(clinic, "send", SAMPLE_ISSUE, "--yes").exit_code == 0
    assert str(clinic.root) in _refused(_run(copy, "send", SAMPLE_ISSUE, "--yes"))
    clinic.root.rename(clinic.root.with_name("put away"))
    assert _run(copy, "send", SAMPLE_ISSUE, "--yes").exit_code == 0
    renamed = open_workspace(copy.root.rename(copy.root.with_name("renamed")))
    shutil.copytree(renamed.issues_dir / SAMPLE_ISSUE, renamed.issues_dir / "2027-01-next")
    assert _run(renamed, "send", "2027-01-next", "--yes").exit_code == 0


def _interrupted(workspace: Workspace, due_at: datetime | None = None) -> None:
    with open_store(workspace.database_url, workspace.key_file) as store:
        start(store, MESSAGE, slug=SAMPLE_ISSUE, plan=Plan(transport="outbox"), due_at=due_at)


def _state(workspace: Workspace) -> CampaignState:
    with open_store(workspace.database_url, workspace.key_file) as store:
        campaign = find_campaign(store, SAMPLE_ISSUE)
    assert campaign
    return campaign.state


def test_resume_on_a_copy(clinic: Workspace, sit_at: Move) -> None:
    """An interrupted send does not go on in the copy: the other computer may have gone on with it."""
    _interrupted(clinic)
    copy = _copy(clinic)
    sit_at("LAPTOP")
    _refused(_run(copy, "resume", SAMPLE_ISSUE))
    assert _state(copy) is CampaignState.SENDING
    taken = _run(copy, "resume", SAMPLE_ISSUE, "--from-here")
    assert (taken.exit_code, "resolve" in taken.output) == (1, True)
    _settled_as_not_sent(copy, "resume", SAMPLE_ISSUE)
    assert _state(copy) is CampaignState.FINISHED


def _settled_as_not_sent(workspace: Workspace, *then: str) -> None:
    """All five are in doubt, nobody got anything from here; on a person's word all five do."""
    assert not list(workspace.outbox_dir.rglob("*.eml"))
    assert f"reader5@example.org: {DeliveryState.UNKNOWN}" in _run(workspace, "status", SAMPLE_ISSUE, "--people").stdout
    assert _run(workspace, "resolve", SAMPLE_ISSUE, "--not-sent", "--yes").exit_code == 0
    result = _run(workspace, *then)
    assert result.exit_code == 0, (result.output, result.exception)
    assert len(list(workspace.outbox_dir.rglob("*.eml"))) == 5


@pytest.mark.parametrize("scheduled", [True, False], ids=["scheduled", "interrupted"])
@pytest.mark.parametrize("also_here", ["cancel", "send"], ids=["cancel takes over", "send takes over"])
def test_cancel_on_a_copy(clinic: Workspace, sit_at: Move, also_here: str, *, scheduled: bool) -> None:
    """What the original goes on with is not called unsent in the copy: nobody gets it from both."""
    _interrupted(clinic, datetime.now(tz=UTC) - timedelta(minutes=1) if scheduled else None)
    copy = _copy(clinic)
    assert _run(clinic, *(["run-due"] if scheduled else ["resume", SAMPLE_ISSUE])).exit_code == 0
    assert len(list(clinic.outbox_dir.rglob("*.eml"))) == 5
    sit_at("LAPTOP")
    _refused(_run(copy, "cancel", SAMPLE_ISSUE))
    assert _state(copy) is (CampaignState.SCHEDULED if scheduled else CampaignState.SENDING)
    taken = _run(copy, also_here, SAMPLE_ISSUE, "--from-here", *(["--yes"] if also_here == "send" else []))
    assert "the other computer may have sent more" in taken.output
    _run(copy, "cancel", SAMPLE_ISSUE)
    assert _state(copy) is CampaignState.CANCELLED
    assert _run(copy, "send", SAMPLE_ISSUE, "--yes").exit_code == 1
    _settled_as_not_sent(copy, "send", SAMPLE_ISSUE, "--yes")


@pytest.mark.parametrize("command", [("resume", SAMPLE_ISSUE), ("run-due",)], ids=["resume", "run-due"])
def test_unfinished_cancelling_on_a_copy(clinic: Workspace, sit_at: Move, command: tuple[str, ...]) -> None:
    """A cancelling that was cut off is not brought to its end by a copy, until a person says so."""
    _interrupted(clinic)
    with open_store(clinic.database_url, clinic.key_file) as store, store.write() as connection:
        connection.execute(update(campaigns).values(state=CampaignState.CANCELLING))
    copy = _copy(clinic)
    sit_at("LAPTOP")
    result = _run(copy, *command)
    assert result.exit_code == 1
    assert "FRONT-DESK" in f"{result.output}{result.exception}"
    assert _state(copy) is CampaignState.CANCELLING
    _run(copy, *command, "--from-here")
    assert _state(copy) is CampaignState.CANCELLED


def test_taking_over_twice(clinic: Workspace, sit_at: Move) -> None:
    """Only the first `--from-here` doubts: said again on the computer that sends already, it changes nothing."""
    sit_at("LAPTOP")
    assert _run(clinic, "run-due", "--from-here").exit_code == 0
    _interrupted(clinic)
    assert _run(clinic, "resume", SAMPLE_ISSUE, "--from-here").exit_code == 0
    assert _state(clinic) is CampaignState.FINISHED


@pytest.mark.parametrize("minutes", [-5, 2, 60], ids=["interrupted", "countdown", "scheduled"])
def test_desk_does_not_cancel_on_a_copy(clinic: Workspace, sit_at: Move, minutes: int) -> None:
    """The desk says why nothing is stopped, and has the button; what the other one may have sent is in doubt then."""
    _interrupted(clinic, datetime.now(tz=UTC) + timedelta(minutes=minutes) if minutes > 0 else None)
    copy = _copy(clinic)
    state = _state(copy)
    sit_at("LAPTOP")
    with open_store(copy.database_url, copy.key_file) as store:
        campaign = find_campaign(store, SAMPLE_ISSUE)
    assert campaign
    gate = Gate(PORT)
    app = create_desk(copy, gate, Changes(copy.root))
    page = f"/issues/{SAMPLE_ISSUE}/send"
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}") as client:
        client.get(gate.link())
        sitting = Sitting(client)
        said = sitting.post(f"{page}/cancel", campaign=campaign.ref).text
        assert _state(copy) is state
        assert "FRONT-DESK" in said
        assert f"{page}/here" in said
        assert "may have sent more" in sitting.post(f"{page}/here").text
        sitting.post(f"{page}/cancel", campaign=campaign.ref)
    assert _state(copy) is CampaignState.CANCELLED
    _settled_as_not_sent(copy, "send", SAMPLE_ISSUE, "--yes")


def test_scheduled_send_on_a_copy(clinic: Workspace, sit_at: Move) -> None:
    """Of two computers that run what is due, only the one that scheduled it sends."""
    now = datetime.now(tz=UTC)
    with open_store(clinic.database_url, clinic.key_file) as store:
        plan = Plan(transport="outbox")
        start(store, MESSAGE, slug=SAMPLE_ISSUE, plan=plan, due_at=now - timedelta(minutes=1))
    copy = _copy(clinic)
    sit_at("LAPTOP")
    result = _run(copy, "run-due")
    assert (result.exit_code, "FRONT-DESK" in result.output) == (1, True)
    assert _state(copy) is CampaignState.SCHEDULED
    sit_at("FRONT-DESK")
    assert _run(clinic, "run-due").exit_code == 0
    assert _state(clinic) is CampaignState.FINISHED


def test_restoring_a_backup_is_a_move(clinic: Workspace, sit_at: Move, tmp_path: Path) -> None:
    """Whoever restores a backup on a new computer is not asked once more."""
    backup = make_backup(clinic, datetime.now(tz=UTC)).path
    make_workspace(tmp_path / "new", {"clinic.postal_address": ADDRESS})
    (tmp_path / "new" / "newsletters" / SAMPLE_ISSUE).rename(tmp_path / "new" / "newsletters" / "2027-01-next")
    new = open_workspace(tmp_path / "new")
    sit_at("LAPTOP")
    assert _run(new, "restore", str(backup), "--yes").exit_code == 0
    shutil.copytree(new.issues_dir / "2027-01-next", new.issues_dir / "2027-02-next")
    result = _run(new, "send", "2027-02-next", "--yes")
    assert result.exit_code == 0, result.exception


def test_workspace_of_an_earlier_version(clinic: Workspace, sit_at: Move) -> None:
    """A database that knows of no computer takes the one on which it is next used to send."""
    with open_store(clinic.database_url, clinic.key_file) as store, store.write() as connection:
        connection.exec_driver_sql("DELETE FROM facts WHERE name = 'computer'")
    sit_at("LAPTOP")
    assert _run(clinic, "send", SAMPLE_ISSUE, "--yes").exit_code == 0
    with open_store(clinic.database_url, clinic.key_file) as store, store.read() as connection:
        kept = connection.exec_driver_sql("SELECT value FROM facts WHERE name = 'computer'").scalar_one()
    assert json.loads(kept)["name"] == "LAPTOP"


def test_desk_asks_and_goes_on(clinic: Workspace, sit_at: Move) -> None:
    """The page of sending tells why nothing is sent; one press later it offers to send as always."""
    copy = _copy(clinic)
    sit_at("LAPTOP")
    gate = Gate(PORT)
    app = create_desk(copy, gate, Changes(copy.root))
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}") as client:
        client.get(gate.link())
        sitting = Sitting(client)
        page = sitting.see(f"/issues/{SAMPLE_ISSUE}/send")
        assert "FRONT-DESK" in page
        assert 'id="go"' not in page
        page = sitting.post(f"/issues/{SAMPLE_ISSUE}/send/here").text
        assert "From now on this copy sends." in page
        assert 'id="go"' in page


def test_computer_keeps_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sit_at: Move) -> None:
    """It is the same the next time; where nothing can be kept, what people call the computer has to do."""
    first = this_computer()
    assert this_computer() == first
    sit_at("LAPTOP")
    assert this_computer().id != first.id
    (tmp_path / "in the way").write_text("", "utf-8")
    monkeypatch.setattr("click.get_app_dir", lambda *_, **__: str(tmp_path / "in the way" / "newsletter"))
    assert this_computer() == this_computer()
    monkeypatch.setattr("click.get_app_dir", lambda *_, **__: "~/newsletter")
    assert this_computer().id == "named LAPTOP"
    assert not Path("~").exists()


def test_server_is_for_several(workspace: Workspace, postgres_url: str, sit_at: Move) -> None:
    """A database on a server is one and the same for all computers: none of them is asked."""
    with open_store(postgres_url, workspace.key_file) as store:
        add_people(store, 2)
        start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"))
        sit_at("LAPTOP")
        try:
            start(store, MESSAGE, slug="january", plan=Plan(transport="outbox"))
        except NewsletterError as err:
            pytest.fail(str(err))


def test_desk_that_cannot_go_on_offers_to(clinic: Workspace, sit_at: Move) -> None:
    """An interrupted send that does not go on in a copy tells why, until a person presses that it is the one."""
    _interrupted(clinic)
    copy = _copy(clinic)
    sit_at("LAPTOP")
    gate = Gate(PORT)
    app = create_desk(copy, gate, Changes(copy.root))
    page = f"/issues/{SAMPLE_ISSUE}/send"
    with open_store(copy.database_url, copy.key_file) as store:
        campaign = find_campaign(store, SAMPLE_ISSUE)
    assert campaign
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}") as client:
        client.get(gate.link())
        sitting = Sitting(client)
        sitting.post(f"{page}/go-on", campaign=campaign.ref)
        until = time.monotonic() + 120
        while f"{page}/here" not in sitting.see(page) and time.monotonic() < until:
            time.sleep(0.05)
        assert "FRONT-DESK" in sitting.see(page)
        assert _state(copy) is CampaignState.SENDING
        assert "FRONT-DESK" not in sitting.post(f"{page}/here").text


def test_backup_that_knows_the_pilot_only(clinic: Workspace) -> None:
    """Whoever asks is told that the rest has gone out, too; nothing offers to send it to them."""
    with open_store(clinic.database_url, clinic.key_file) as store, store.write() as connection:
        change_tags(connection, [get_subscriber(connection, "reader1@example.org")], add=("staff",))
    assert _run(clinic, "send", SAMPLE_ISSUE, "--tag", "staff", "--yes").exit_code == 0
    backup = make_backup(clinic, datetime.now(tz=UTC)).path
    assert "--rest" in _run(clinic, "status", SAMPLE_ISSUE).stdout
    assert json.loads(_run(clinic, "status", SAMPLE_ISSUE, "--json").stdout)["older_database"] is False
    assert _run(clinic, "send", SAMPLE_ISSUE, "--rest", "--yes").exit_code == 0
    assert _run(clinic, "restore", str(backup), "--yes").exit_code == 0
    for command in ("status", "report", "resume", "list"):
        said = _run(clinic, command, *([] if command == "list" else [SAMPLE_ISSUE])).output
        assert "4 subscribers have it or may have it" in said, command
        assert "--rest" not in said, command
    assert json.loads(_run(clinic, "status", SAMPLE_ISSUE, "--json").stdout)["older_database"] is True
    gate = Gate(PORT)
    with TestClient(create_desk(clinic, gate, Changes(clinic.root)), base_url=f"http://127.0.0.1:{PORT}") as client:
        client.get(gate.link())
        page = Sitting(client).see(f"/issues/{SAMPLE_ISSUE}/send")
    assert "4 subscribers have it or may have it" in page
    assert "rest=" not in page
