"""Addresses: the same verdict as email-validator, and one key for one mailbox."""

import csv
import random
import string
from pathlib import Path

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import AddressError
from newsletter.subscribers.addresses import check_address, email_key
from newsletter.subscribers.export import neutral
from newsletter.subscribers.importer import open_list
from newsletter.subscribers.importer.cells import _bare, without_apostrophe
from newsletter.subscribers.importer.report import Tally
from newsletter.subscribers.importer.rows import ImportOptions, RowReader

PIECES = [
    *string.ascii_letters,
    *string.digits,
    *"!#$%&'*+-/=?^_`{|}~.@\"()<>[],;: \t\n\\",
    *"éßñİıſΩаツ\u0301\u00ad\u200b\u3002\uff0e＠",
    *["xn--", "xn--bcher-kva", ".com", ".org", ".test", ".local", "example", "..", "a" * 64, "1.2.3.4", "İ"],
]
LOCALS = string.ascii_letters + string.digits + "._+-'"
ENDINGS = ["com", "org", "co.uk", "museum", "invalid", "con", "x", "12", "ﬁ"]
addresses = st.one_of(
    st.builds(
        "{}@{}.{}".format,
        st.text(LOCALS, min_size=1, max_size=20),
        st.text(LOCALS, min_size=1, max_size=20),
        st.sampled_from(ENDINGS),
    ),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
)


def any_address(chance: random.Random) -> str:
    """Return something like an address: now plain, now with all that may go wrong in one."""
    pieces = LOCALS if chance.random() < 0.7 else PIECES
    local = "".join(chance.choices(pieces, k=chance.randint(1, 12)))
    domain = "".join(chance.choices(pieces, k=chance.randint(1, 3)))
    at = "@" if chance.random() < 0.97 else chance.choice(["", "@@", " @", "＠"])
    return f"{local}{at}{domain}.{chance.choice(ENDINGS)}"


def verdict(text: str) -> str:
    """Return what email-validator sends mail to, or nothing."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return ""
    return f"{found.local_part}@{found.ascii_domain}".lower()


def ours(text: str) -> str:
    try:
        return check_address(text).email.lower()
    except AddressError:
        return ""


MANY = pytest.mark.parametrize("many", [20_000, pytest.param(200_000, marks=pytest.mark.slow)])


@given(addresses)
def test_verdict_is_that_of_email_validator(text: str) -> None:
    """Judging domains once, and plain local parts by a rule, changes no verdict."""
    assert ours(text) == verdict(text)


@pytest.mark.heavy
@MANY
def test_verdict_is_that_of_email_validator_many_times(many: int) -> None:
    """The same, for thousands of addresses."""
    chance = random.Random(5321)  # noqa: S311 - no secret depends on it
    differing = [text for text in (any_address(chance) for _ in range(many)) if ours(text) != verdict(text)]
    assert differing == []


@pytest.mark.heavy
@MANY
def test_import_gives_the_same_verdict_many_times(tmp_path: Path, many: int) -> None:
    """So does the import's own way past the checks, which addresses of a known domain take.

    Only the import takes off what stands around an address, such as a spreadsheet's apostrophe or brackets.
    """
    chance = random.Random(822)  # noqa: S311 - no secret depends on it
    found = [any_address(chance) for _ in range(many * 3 // 5)]
    domains = [text.rpartition("@")[2] for text in chance.sample(found, 200)]
    found += [f"{chance.choice(found).rpartition('@')[0]}@{chance.choice(domains)}" for _ in range(many * 2 // 5)]
    found = [text for text in found if without_apostrophe(_bare(text)) == text]
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["name", "email"], *(["x", neutral(text)] for text in found)])
    sheet, columns = open_list(path, {"email": "email"})
    taken = set()
    for batch in RowReader(sheet, columns, ImportOptions(wording="", anyway=True), Tally()).batches(4_000):
        people = [(row.key, row.email) for row in batch.joining.values()]
        assert [key for key, _ in people] == [email_key(email) for _, email in people]
        taken |= {email.lower() for _, email in people}
    assert taken >= {answer for text in found if (answer := verdict(text))}
    assert {one for one in taken if not verdict(one)} == set()


@given(addresses)
def test_key_of_an_address_is_the_key_of_its_key(text: str) -> None:
    """Keys can be taken again and stay as they are, and the checked address has the key of what was typed."""
    assert email_key(email_key(text)) == email_key(text)
    try:
        address = check_address(text)
    except AddressError:
        return
    assert address.key == email_key(text) == email_key(address.email)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ana@Example.org", "ana@example.ORG"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@bu\u0308cher.example", "ana@BÜCHER.example"),
        ("ana@XN--BCHER-KVA.example", "ana@bücher.example"),
        (" ana@example.org\n", "ana@example.org"),
    ],
)
def test_one_mailbox_has_one_key(first: str, second: str) -> None:
    """However it is written, it is mailed once and can leave."""
    assert email_key(first) == email_key(second)


@pytest.mark.parametrize(("first", "second"), [("a.b@gmail.com", "ab@gmail.com"), ("a+b@example.org", "a@example.org")])
def test_dots_and_tags_are_kept(first: str, second: str) -> None:
    """Whoever gave an address with them must be found by it."""
    assert email_key(first) != email_key(second)


def test_domain_is_sent_in_its_ascii_form() -> None:
    """Mail goes to the form that every server understands; the local part stays as typed."""
    assert check_address("Ana@bücher.example").email == "Ana@xn--bcher-kva.example"
