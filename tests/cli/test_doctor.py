"""`newsletter doctor`, as a person types it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.cli.main import cli
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace
from tests.campaigns.samples import ADDRESS
from tests.fakes.sendgrid import KEY, FakeSendGrid, fake_sendgrid
from tests.transports.test_smtp import Inbox, serving

DOMAIN = "elmstreet.example.org"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSendGrid]:
    """A SendGrid of our own, to which the environment points; no name server is asked."""
    monkeypatch.setattr("newsletter.doctor.examination.look_at_domain", lambda *_args, **_options: ())
    with fake_sendgrid(domains={DOMAIN: True}) as found:
        monkeypatch.setenv("SENDGRID_HOST", found.url)
        yield found


def _workspace(folder: Path, **facts: str) -> Workspace:
    known = {"clinic.postal_address": ADDRESS, "sender.from_email": f"newsletter@{DOMAIN}"}
    make_workspace(folder, known | {name.replace("__", "."): value for name, value in facts.items()})
    return open_workspace(folder)


def _run(root: Path, *words: str) -> Result:
    result = CliRunner().invoke(cli, ["-C", str(root), "doctor", *words], obj=root)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_new_workspace_is_well(tmp_path: Path, account: FakeSendGrid) -> None:
    """A workspace that writes files is fine, and nothing on the network is asked."""
    ended = _run(_workspace(tmp_path / "clinic").root)
    assert (ended.exit_code, "No problems, 0 warnings." in ended.stdout) == (0, True)
    assert account.requests == []


def test_sendgrid_that_is_well(tmp_path: Path, account: FakeSendGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    """With SendGrid as it should be, nothing is wrong, and the key is nowhere in what is said."""
    monkeypatch.setenv("SENDGRID_API_KEY", KEY)
    ended = _run(_workspace(tmp_path / "clinic", delivery__transport="sendgrid").root)
    assert (ended.exit_code, "it may send, hold and cancel" in ended.stdout) == (0, True), ended.stdout
    assert "health information" in ended.stdout
    assert KEY not in ended.stdout
    assert account.mails == []


def test_missing_key(tmp_path: Path, account: FakeSendGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing key is wrong, and the command ends with 1, for scripts."""
    monkeypatch.delenv("SENDGRID_API_KEY", raising=False)
    workspace = _workspace(tmp_path / "clinic", delivery__transport="sendgrid")
    ended = _run(workspace.root, "--json")
    document = json.loads(ended.stdout)
    assert (ended.exit_code, document["counts"]["wrong"], account.requests) == (1, 1, [])
    assert [each["about"] for each in document["verdicts"] if each["level"] == "wrong"] == ["SendGrid"]


def test_offline(tmp_path: Path, account: FakeSendGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline nothing is asked, and that is said."""
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.wrong")
    ended = _run(_workspace(tmp_path / "clinic", delivery__transport="sendgrid").root, "--offline")
    assert (ended.exit_code, account.requests) == (0, [])
    assert "network: not checked" in ended.stdout


def test_settings_that_cannot_be_read(tmp_path: Path) -> None:
    """A mistake in newsletter.toml is the doctor's first finding, not the end of it all."""
    workspace = _workspace(tmp_path / "clinic")
    with (workspace.root / "newsletter.toml").open("a", encoding="utf-8") as file:
        file.write("\n[delivery\n")
    ended = _run(workspace.root)
    assert ended.exit_code == 1
    assert ended.stdout.startswith("wrong settings: ")
    assert json.loads(_run(tmp_path, "--json").stdout)["verdicts"][0]["level"] == "wrong"


def test_mail_server(tmp_path: Path, account: FakeSendGrid) -> None:
    """The mail server is reached and left again; no mail is begun."""
    assert account.url
    workspace = _workspace(tmp_path / "clinic", delivery__transport="smtp", smtp__host="127.0.0.1")
    settings, inbox = workspace.root / "newsletter.toml", Inbox()
    text = settings.read_text("utf-8").replace('security = "starttls"', 'security = "none"')
    with serving(inbox):
        settings.write_text(text.replace("port = 587", f"port = {inbox.port}"), "utf-8")
        assert "127.0.0.1 accepts our sign-in" in _run(workspace.root).stdout
    ended = _run(workspace.root)
    assert (ended.exit_code, "no connection to the mail server" in ended.stdout, inbox.mails) == (1, True, [])


def test_looking_changes_nothing(tmp_path: Path) -> None:
    """A workspace is the same afterwards, to the last file."""
    workspace = _workspace(tmp_path / "clinic")
    CliRunner().invoke(cli, ["-C", str(workspace.root), "test", SAMPLE_ISSUE, "--to", "ana@example.org"])
    before = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*") if path.is_file()}
    _run(workspace.root)
    assert before == {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("setting", "told"), [("theme.name", "no theme named xmas"), ("theme.logo", "no picture xmas")]
)
def test_theme_or_logo_that_is_not_there(tmp_path: Path, setting: str, told: str) -> None:
    """What would stop every issue is named with its setting."""
    ended = _run(_workspace(tmp_path / "clinic", **{setting.replace(".", "__"): "xmas"}).root, "--offline")
    assert (ended.exit_code, told in ended.stdout, setting in ended.stdout) == (1, True, True), ended.stdout
