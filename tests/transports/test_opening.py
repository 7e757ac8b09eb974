"""Which transport is opened, and where its secrets come from."""

import dataclasses
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import TransportError
from newsletter.transports.opening import open_transport, sendgrid_client, sendgrid_host
from newsletter.transports.secrets import secret
from newsletter.workspace import Smtp, Workspace

_NOWHERE: Any = SimpleNamespace(
    env_file=Path("nowhere/.env"), settings=SimpleNamespace(sendgrid=SimpleNamespace(region="global"))
)


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
        "\n\u200b SENDGRID_API_KEY=SG.x",
        "SENDGRID_API_KEY = 'SG.x' ",
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


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("“SG.x”", "typographic"),
        ("„SG.x“", "typographic"),
        ("‘SG.x’", "typographic"),
        ("«SG.x»", "typographic"),
        ("SG.x”", "typographic"),
        ("`SG.x`", "typographic"),
        ('"SG.x', "at one end"),
        ("SG.x\u200b", "U\\+200B, zero width space"),
        ("\ufeffSG.x", "U\\+FEFF"),
        ("SG.\u00adx", "U\\+00AD"),
        ("SG.\u2060x", "U\\+2060"),
        ("SG.x\u202c", "U\\+202C"),
        ("SG.\u00a0x", "U\\+00A0, no-break space"),
        ("SG.\tx", "U\\+0009"),
        ("SG.x # made in May", "comment"),
        ('"SG.x" # made in May', "comment"),
        ("SG.x#may", "U\\+0023"),
        ("SG.x y", "space"),
        ("Bearer SG.x", "space"),
        ("SG.x…", "U\\+2026"),
        ("SG.ключ", "cyrillic"),
        ("abcdef", "usual form"),
        ("SENDGRID_API_KEY=SG.x", "U\\+003D"),
        ("SG.x.y.z", "usual form"),
    ],
)
@pytest.mark.parametrize("where", ["file", "environment"])
def test_key_that_cannot_be_one(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, value: str, said: str, where: str
) -> None:
    """What came along with the key, and belongs to none, is named before anything is sent; the key is not shown."""
    if where == "file":
        workspace.env_file.write_text(f"SENDGRID_API_KEY={value}\n", "utf-8")
    else:
        monkeypatch.setenv("SENDGRID_API_KEY", value)
    with pytest.raises(TransportError, match=said) as caught:
        open_transport(workspace, "sendgrid")
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("abc#def", "abc#def"),
        ('"abc #def"', "abc #def"),
        ("'ab\"c'", 'ab"c'),
        ('ab"c', 'ab"c'),
        ('"“abc”"', "“abc”"),
        ("abcd efgh ijkl", "abcd efgh ijkl"),
        ("pässwörd", "pässwörd"),
        ("密码", "密码"),
        ("a=b==", "a=b=="),
    ],
)
def test_password_as_it_is_meant(workspace: Workspace, written: str, meant: str) -> None:
    """A password may have nearly anything in it; what could be meant otherwise stands in quotation marks."""
    workspace.env_file.write_text(f"SMTP_PASSWORD={written}", "utf-8")
    assert secret(workspace, "SMTP_PASSWORD", "") == meant


@pytest.mark.parametrize(
    "value", ["“geheim”", "geheim\u200b", "geheim # alt", 'geheim"', '"gehe\u00a0im"', "ge\x07heim"]
)
def test_password_with_something_foreign(workspace: Workspace, value: str) -> None:
    """The same that no key has is in no password, either; it is not shown."""
    workspace.env_file.write_text(f"SMTP_PASSWORD={value}", "utf-8")
    with pytest.raises(TransportError, match="SMTP_PASSWORD has") as caught:
        secret(workspace, "SMTP_PASSWORD", "")
    assert "heim" not in str(caught.value)


@given(st.text())
def test_no_secret_is_ever_shown(value: str) -> None:
    """Whatever a secret is, either it can travel in a header, or it is refused in words that do not show it."""
    with mock.patch.dict(os.environ, {"SENDGRID_API_KEY": value.replace("\x00", "")}):
        key, said = _key_or_words()
    assert len(value) < 12 or value not in said
    assert key.isascii()
    assert key.isprintable() or not key


def _key_or_words() -> tuple[str, str]:
    try:
        return sendgrid_client(_NOWHERE).key, ""
    except TransportError as err:
        return "", str(err)


@pytest.mark.parametrize(
    "host",
    [
        *("api.sendgrid.com", "//api.sendgrid.com", "https:/api.sendgrid.com", "https://", "ftp://api.sendgrid.com"),
        *("https://api..sendgrid.com", "https://api.sendgrid.com:port", "https://api.sendgrid.com:99999"),
        *(
            "“https://api.sendgrid.com”",
            '"https://api.sendgrid.com"',
            "https://api.sendgrid.com # EU",
            "https://a b.com",
        ),
        *("https://api.sendgrid.com\u200b", "https://[::1", "https://" + "a" * 64 + ".com", "https://ключ.com"),
        *("https://user@api.sendgrid.com", "https://api.sendgrid.com?x", "none"),
    ],
)
def test_host_that_is_no_web_address(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """An address to which nothing could be sent is named before anything is."""
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.x")
    monkeypatch.setenv("SENDGRID_HOST", host)
    with pytest.raises(TransportError, match="SENDGRID_HOST is not a web address"):
        open_transport(workspace, "sendgrid")


def test_user_with_an_invisible_character(workspace: Workspace) -> None:
    """The name that signs in at the mail server is looked at, too."""
    smtp = Smtp(host="smtp.example.org", security="tls", user="clinic\u200b@example.org")
    odd = dataclasses.replace(workspace, settings=dataclasses.replace(workspace.settings, smtp=smtp))
    with pytest.raises(TransportError, match="zero width space"):
        open_transport(odd, "smtp")


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
