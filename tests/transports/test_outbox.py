"""The outbox writes each person's mail as a file."""

import email
import email.policy
import os
import stat
import sys
from pathlib import Path

import pytest

from newsletter.message import Recipient
from newsletter.transports import Accepted, Batch, NotSent
from newsletter.transports.outbox import OutboxTransport
from tests.campaigns.samples import ADDRESS, MESSAGE

PEOPLE = (
    Recipient(
        ref="a1", email="ana@example.org", first_name="Ana", unsubscribe_url="mailto:x@example.org?subject=u%20t1"
    ),
    Recipient(
        ref="b2",
        email="ben@example.org",
        first_name="O'Brien & <b>",
        unsubscribe_url="mailto:x@example.org?subject=u%20t2",
    ),
)
BATCH = Batch(campaign="c", ref="r", slug="december", message=MESSAGE, recipients=PEOPLE)


def test_each_file_is_one_persons_mail(tmp_path: Path) -> None:
    """Both parts, the right name, the person's own link and the postal address are in each."""
    assert isinstance(OutboxTransport(tmp_path).send(BATCH), Accepted)
    for person in PEOPLE:
        mail = email.message_from_bytes(
            (tmp_path / "december" / f"{person.ref}.eml").read_bytes(), policy=email.policy.default
        )
        assert mail["To"] == person.email
        assert person.first_name in mail["Subject"]
        assert mail["List-Unsubscribe"] == f"<{person.unsubscribe_url}>"
        text, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert text is not None
        assert html is not None
        for part in (text.get_content(), html.get_content()):
            assert ADDRESS in part
            assert person.unsubscribe_url in part
        assert text.get_content().startswith(f"Dear {person.first_name}\r\n")


def test_writing_again_replaces(tmp_path: Path) -> None:
    """A repeated batch leaves the same files, no more: that is what makes it repeatable."""
    transport = OutboxTransport(tmp_path)
    transport.send(BATCH)
    transport.send(BATCH)
    assert sorted(file.name for file in (tmp_path / "december").iterdir()) == ["a1.eml", "b2.eml"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps access in lists, not in modes")
def test_only_the_owner_may_read(tmp_path: Path) -> None:
    """A mail names a reader of a clinic's newsletter: nobody else on the machine sees it."""
    OutboxTransport(tmp_path).send(BATCH)
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "december").iterdir()} == {0o600}


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder(tmp_path: Path) -> None:
    """A folder that is not writable is told, and counts as not sent."""
    tmp_path.chmod(0o500)
    outcome = OutboxTransport(tmp_path / "outbox").send(BATCH)
    assert isinstance(outcome, NotSent)
    assert "is not writable" in outcome.reason
