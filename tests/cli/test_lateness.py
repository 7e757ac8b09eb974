"""A time that is over is never simply taken for now: a person is asked, or it is refused."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.campaigns import Plan
from newsletter.campaigns.clock import Clock
from newsletter.campaigns.freezing import start
from newsletter.cli.main import cli
from newsletter.errors import CampaignError
from newsletter.storage import open_store
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace
from tests.campaigns.samples import ADDRESS, MESSAGE, add_people
from tests.cli.terminal import at_terminal

HOURS = timedelta(hours=1)
at_a_terminal = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")


@pytest.fixture
def clinic(tmp_path: Path) -> Workspace:
    """A workspace with the sample issue and three people, that writes files."""
    make_workspace(tmp_path / "clinic", {"clinic.postal_address": ADDRESS})
    workspace = open_workspace(tmp_path / "clinic")
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 3)
    return workspace


def _schedule(workspace: Workspace, *, late: timedelta) -> None:
    """Schedule an issue named "december" so that its time is over since `late`."""
    now = datetime.now(tz=UTC)
    clock = Clock(now=lambda: now - late - 5 * HOURS)
    with open_store(workspace.database_url, workspace.key_file) as store:
        start(store, MESSAGE, slug="december", plan=Plan(transport="outbox"), due_at=now - late, clock=clock)


def _run(workspace: Workspace, *words: str) -> Result:
    result = CliRunner().invoke(cli, ["-C", str(workspace.root), *words], obj=workspace.root)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def _sent(workspace: Workspace) -> int:
    return len(list((workspace.outbox_dir / "december").glob("*.eml")))


def test_late_campaign_is_not_resumed_unasked(clinic: Workspace) -> None:
    """Without anybody to ask, `resume` refuses what is three hours late, and says how to send it all the same."""
    _schedule(clinic, late=3 * HOURS)
    with pytest.raises(CampaignError, match=r"3 hours ago(?s:.)*--even-if-late(?s:.)*newsletter cancel december"):
        _run(clinic, "resume", "december")
    assert _sent(clinic) == 0
    _run(clinic, "resume", "december", "--even-if-late")
    assert _sent(clinic) == 3


def test_late_campaign_is_not_run_unasked(clinic: Workspace) -> None:
    """Nor does `run-due`, which fails, so that cron tells somebody."""
    _schedule(clinic, late=2 * HOURS)
    ended = _run(clinic, "run-due")
    assert (ended.exit_code, "--even-if-late" in ended.stderr, _sent(clinic)) == (1, True, 0)
    assert _run(clinic, "run-due", "--even-if-late").exit_code == 0
    assert _sent(clinic) == 3


def test_a_little_late_is_fine(clinic: Workspace) -> None:
    """Cron comes by every few minutes; nobody is asked for so little."""
    _schedule(clinic, late=HOURS / 2)
    assert _run(clinic, "run-due").exit_code == 0
    assert _sent(clinic) == 3


@pytest.mark.heavy
@at_a_terminal
@pytest.mark.parametrize("command", [("resume", "december"), ("run-due",)])
@pytest.mark.parametrize(("typed", "sent"), [("yes\n", 3), ("no\n", 0), ("\n", 0)])
def test_person_is_asked(clinic: Workspace, command: tuple[str, ...], typed: str, sent: int) -> None:
    """At a terminal the question is put, with the time that it was meant for; only a yes sends it."""
    _schedule(clinic, late=3 * HOURS)
    ended = at_terminal(clinic, *command, typed=typed)
    assert "december was due on" in ended.screen
    assert "3 hours ago" in ended.screen
    assert (ended.code, _sent(clinic)) == (0 if sent else 1, sent)


def test_past_time_is_refused(clinic: Workspace) -> None:
    """A time in the past is not sent at once; without anybody to ask, it is refused."""
    with pytest.raises(CampaignError, match=r"is in the past(?s:.)*without --at"):
        _run(clinic, "send", SAMPLE_ISSUE, "--yes", "--at", "2026-01-05 09:00")


@pytest.mark.heavy
@at_a_terminal
def test_past_time_is_asked_about(clinic: Workspace) -> None:
    """At a terminal, a slip in the time is shown with its weekday, and now is offered."""
    words = ("send", SAMPLE_ISSUE, "--at", "2026-01-05 09:00")
    ended = at_terminal(clinic, *words, typed="n\n")
    assert (ended.code, "Mon, Jan 5, 2026, 9:00 AM ET" in ended.screen) == (1, True)
    assert not (clinic.outbox_dir / SAMPLE_ISSUE).exists()
    ended = at_terminal(clinic, *words, typed="y\n3\n")
    assert ended.code == 0, ended.screen
    assert len(list((clinic.outbox_dir / SAMPLE_ISSUE).glob("*.eml"))) == 3


def test_late_is_told_in_json_too(clinic: Workspace) -> None:
    """A script reads what came of it, even of what was not sent."""
    _schedule(clinic, late=3 * HOURS)
    found = json.loads(_run(clinic, "run-due", "--json").stdout)
    assert [(one["issue"], one["state"], one["counts"]["queued"]) for one in found] == [("december", "scheduled", 3)]
