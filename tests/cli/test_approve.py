"""`newsletter approve`: a second person's yes, before somebody else sends."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.cli.main import cli
from newsletter.storage import open_store
from newsletter.workspace import Workspace, open_workspace
from newsletter.workspace.starter import SAMPLE_ISSUE, make_workspace
from tests.campaigns.samples import ADDRESS, add_people


@pytest.fixture
def clinic(tmp_path: Path) -> Workspace:
    """A clinic that wants two people, with three readers."""
    make_workspace(tmp_path / "clinic", {"clinic.postal_address": ADDRESS})
    settings = tmp_path / "clinic" / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8").replace("approval = false", "approval = true"), "utf-8")
    workspace = open_workspace(tmp_path / "clinic")
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 3)
    return workspace


def _newsletter(clinic: Workspace, *words: str) -> Result:
    return CliRunner().invoke(cli, ["-C", str(clinic.root), *words])


def test_one_alone_sends_nothing(clinic: Workspace) -> None:
    """Neither without a name nor with one's own approval."""
    assert _newsletter(clinic, "send", SAMPLE_ISSUE, "--yes").exit_code == 1
    assert _newsletter(clinic, "approve", SAMPLE_ISSUE, "--by", "Ana Ruiz", "--yes").exit_code == 0
    assert _newsletter(clinic, "send", SAMPLE_ISSUE, "--yes", "--by", "ana ruiz").exit_code == 1
    assert not clinic.outbox_dir.exists()


def test_two_send_it(clinic: Workspace) -> None:
    """After somebody else's approval it goes out."""
    _newsletter(clinic, "approve", SAMPLE_ISSUE, "--by", "Ana Ruiz", "--yes")

    done = _newsletter(clinic, "send", SAMPLE_ISSUE, "--yes", "--by", "Ben Okafor")
    assert done.exit_code == 0, done.output
    assert len(list((clinic.outbox_dir / SAMPLE_ISSUE).iterdir())) == 3


def test_approving_wants_a_person(clinic: Workspace) -> None:
    """Without a terminal and without --yes nothing is approved."""
    assert _newsletter(clinic, "approve", SAMPLE_ISSUE, "--by", "Ana Ruiz").exit_code == 1
