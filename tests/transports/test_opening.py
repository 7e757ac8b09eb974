"""Which transport is opened, and where its secrets come from."""

import dataclasses

import pytest

from newsletter.errors import TransportError
from newsletter.transports.opening import open_transport, secret, sendgrid_host
from newsletter.workspace import Workspace


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENDGRID_API_KEY", raising=False)
    monkeypatch.delenv("SENDGRID_HOST", raising=False)


def test_outbox_unless_chosen_otherwise(workspace: Workspace) -> None:
    """A new workspace writes files."""
    assert open_transport(workspace).name == "outbox"


def test_missing_key_says_where_it_goes(workspace: Workspace) -> None:
    """Without a key nothing starts, and the error tells how to get one."""
    with pytest.raises(TransportError, match=r"SENDGRID_API_KEY is missing") as caught:
        open_transport(workspace, "sendgrid")
    assert ".env" in caught.value.hint


@pytest.mark.parametrize(
    "line",
    [
        "SENDGRID_API_KEY=SG.x",
        'export SENDGRID_API_KEY="SG.x"',
        "# note\nSENDGRID_API_KEY = SG.x\r\n",
        "\ufeffSENDGRID_API_KEY=SG.x",
    ],
)
def test_key_from_the_file(workspace: Workspace, line: str) -> None:
    """However the line in .env is written, the key is read; a line break around it does no harm."""
    workspace.env_file.write_text(line, "utf-8")
    assert secret(workspace, "SENDGRID_API_KEY", "") == "SG.x"


def test_environment_comes_first(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment outweighs the file."""
    workspace.env_file.write_text("SENDGRID_API_KEY=file", "utf-8")
    monkeypatch.setenv("SENDGRID_API_KEY", "environment\n")
    assert secret(workspace, "SENDGRID_API_KEY", "") == "environment"


def test_file_that_is_no_text(workspace: Workspace) -> None:
    """A damaged .env is named."""
    workspace.env_file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TransportError, match=r"\.env: cannot be read"):
        secret(workspace, "SENDGRID_API_KEY", "")


def test_region_and_override(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The region chooses the host; SENDGRID_HOST outweighs it."""
    settings = workspace.settings
    europe = dataclasses.replace(settings, sendgrid=dataclasses.replace(settings.sendgrid, region="eu"))
    assert sendgrid_host(settings) == "https://api.sendgrid.com"
    assert sendgrid_host(europe) == "https://api.eu.sendgrid.com"
    monkeypatch.setenv("SENDGRID_HOST", "http://127.0.0.1:1/")
    assert sendgrid_host(europe) == "http://127.0.0.1:1"
