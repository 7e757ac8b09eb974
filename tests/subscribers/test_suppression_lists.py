"""People who left: by whatever a file says of it, they leave, and nobody else does."""

from pathlib import Path

import pytest

from newsletter.errors import SourceError
from newsletter.storage import Store
from newsletter.subscribers.importer import ImportOptions, import_list, open_list, preview
from newsletter.subscribers.records import add_subscriber
from newsletter.subscribers.suppression import reason_for, suppressed_among
from tests.subscribers.bringing import WORDS, bring_in, emails, statuses


def left(store: Store, *addresses: str) -> dict[str, str]:
    """Return why each of these must not be mailed."""
    with store.read() as connection:
        return {one: str(reason_for(connection, store.key, one)) for one in addresses}


@pytest.mark.parametrize(
    "text",
    [
        "Email,Name,Status,IP,Created\nana@example.org,Ana,subscribed,203.0.113.7,2024-01-02\n",
        "Email,Name,IP,Created\nana@example.org,Ana,203.0.113.7,2024-01-02\n",
        "email,reason,status,created,town\nana@example.org,friend,subscribed,2024,Worcester\n",
        "Email Address,Status,UNSUB_TIME\nana@example.org,subscribed,\n",
        "email,blocked,name\nana@example.org,,Ana\n",
    ],
)
def test_list_that_only_resembles_a_suppression_list(store: Store, path: Path, text: str) -> None:
    """A status, a name or any other column beside those of a suppression list makes it a list of readers."""
    bring_in(store, path, text, columns={"blocked": "left"} if "blocked" in text else None)
    assert statuses(store) == {"ana@example.org": "subscribed"}


@pytest.mark.parametrize(
    ("name", "headings", "cells", "reason"),
    [
        ("suppression_unsubscribes.csv", "email,created", ",1704189600", "unsubscribed"),
        ("suppression_invalid_emails.csv", "email,reason,created", ",no such host,1704189600", "bounced"),
        ("suppression_spam_reports.csv", "email,ip,created", ",203.0.113.7,1704189600", "complained"),
        ("suppression_group_7.csv", "email,group_id,created_at", ",7,1704189600", "unsubscribed"),
        ("suppression_bounces.csv", "email,reason,status,created", ",550,5.1.1,1704189600", "bounced"),
        ("suppression_blocks.csv", "email,reason,status,created", ",421,4.7.1,1704189600", "None"),
        ("list.csv", "E-Mail-Adresse,Vorname,CLEAN_TIME", ",Ana,2024-07-01 08:00:00", "bounced"),
        ("list.csv", "Email,First Name,UNSUB_TIME,UNSUB_REASON", ",Ana,2024-07-01 08:00:00,", "unsubscribed"),
        ("nonsubscribed_email_audience_export_1.csv", "Email Address,MEMBER_RATING,LEID", ",2,5001", "None"),
    ],
)
def test_suppression_lists_as_other_programs_export_them(
    store: Store, path: Path, name: str, headings: str, cells: str, reason: str
) -> None:
    """Each is known by headings or name; nobody in it joins, and who has left is never mailed."""
    bring_in(store, path.with_name(name), f"{headings}\nana@example.org{cells}\n")
    assert (emails(store), left(store, "ana@example.org")) == ([], {"ana@example.org": reason})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.csv", "email,created\nana@example.org,1704189600\n"),
        ("list.csv", "Email,IP,Created\nana@example.org,203.0.113.7,2024-01-02\n"),
        ("list.csv", "email,reason,created\nana@example.org,none,1704189600\n"),
        ("list.csv", "email,group_id,created_at\nana@example.org,7,1704189600\n"),
        ("list.csv", "email,reason,status,created\nana@example.org,421,4.7.1,1704189600\n"),
        ("unsubscribed people.csv", "Email,Name\nana@example.org,Ana\n"),
        ("list.csv", "Email,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LEID\nana@example.org,2,,,5001\n"),
    ],
)
def test_list_that_may_be_a_suppression_list(store: Store, path: Path, name: str, text: str) -> None:
    """Nobody guesses: it waits for a word, and both words are taken."""
    file = path.with_name(name)
    with pytest.raises(SourceError, match=r"--as") as caught:
        bring_in(store, file, text)
    assert "--as unsubscribed" in caught.value.hint
    with pytest.raises(SourceError, match=r"--as"):
        preview(store, *open_list(file), ImportOptions(wording=WORDS))
    columns = {"status": "ignore"} if "status" in text else None
    bring_in(store, file, as_="subscribed", columns=columns)
    assert statuses(store) == {"ana@example.org": "subscribed"}
    bring_in(store, file, as_="unsubscribed")
    assert statuses(store) == {"ana@example.org": "unsubscribed"}


@pytest.mark.parametrize(
    ("headings", "leaves", "joins"),
    [
        ("Unsubscribed", "Yes", ""),
        ("Opted Out", "TRUE", "FALSE"),
        ("Unsubscribed At", "2024-01-01", ""),
        ("Unsubscribed At", "1704189600", "0"),
        ("Do not email", "x", ""),
        ("Unsubscribed from all email", "true", "false"),
        ("Opt-In,Email Opt Out", "Yes,1", "Yes,0"),
        ("Email status,Opted out", "active,yes", "active,no"),
        ("email_disabled", "✓", ""),
        ("Newsletter", "unsubscribed", "yes"),
    ],
)
def test_columns_that_tell_who_left(store: Store, path: Path, headings: str, leaves: str, joins: str) -> None:
    """Whoever one of them says has left leaves, whatever the others say; the others join."""
    bring_in(store, path, f"Email,{headings}\nana@example.org,{leaves}\nben@example.org,{joins}\n")
    assert (emails(store), left(store, "ana@example.org")) == (["ben@example.org"], {"ana@example.org": "unsubscribed"})


@pytest.mark.parametrize("cell", ["No", "0", "false", "", "never", "0000-00-00 00:00:00", "-"])
def test_who_has_not_left_joins(store: Store, path: Path, cell: str) -> None:
    """A column about leaving that says no keeps nobody out."""
    bring_in(store, path, f"Email,Unsubscribed At\nana@example.org,{cell}\n")
    assert emails(store) == ["ana@example.org"]


def test_answer_to_a_question_on_a_form(store: Store, path: Path) -> None:
    """Whoever says no to it does not join."""
    text = "Please enter your email,Do you want our newsletter?\nana@example.org,No\nben@example.org,Yes\n"
    report = bring_in(store, path, text)
    assert (emails(store), report.tally.aside) == (["ben@example.org"], {"never agreed": 1})


@pytest.mark.parametrize("heading", ["No further mail", "Opt-out (all)", "Don't send post", "Unsub?", "Suppression"])
def test_heading_that_seems_to_tell_who_left(store: Store, path: Path, heading: str) -> None:
    """The import stops until somebody has said what it is."""
    text = f"Email,{heading}\nana@example.org,1\n"
    with pytest.raises(SourceError, match="who has left") as caught:
        bring_in(store, path, text)
    assert f'--map "{heading}=left"' in caught.value.hint
    bring_in(store, path, columns={heading: "left"})
    assert (emails(store), left(store, "ana@example.org")) == ([], {"ana@example.org": "unsubscribed"})
    bring_in(store, path, text.replace("ana", "ben"), columns={heading: "ignore"})
    assert emails(store) == ["ben@example.org"]


ODD = ("typo@gmial.com", "abuse@example.org", "one@example.org", "two@example.org", "three@example.org")
LEAVERS = [
    "typo@gmial.com",
    "abuse@example.org",
    '"one@example.org; Two <two@example.org>"',
    "nobody",
    "'three@example.org'",
]


@pytest.mark.parametrize("headings", ["Email Address,UNSUB_TIME", "Address,Joined"])
def test_nothing_about_an_address_keeps_anybody_from_leaving(store: Store, path: Path, headings: str) -> None:
    """Mistyped domains, machines' addresses and second addresses in a cell leave like all others."""
    with store.write() as connection:
        for address in ODD:
            add_subscriber(connection, store.key, address, wording=WORDS)
    text = "\n".join([headings, *(f"{cell},2024-07-01" for cell in LEAVERS)])
    report = bring_in(store, path, text, as_="" if "UNSUB" in headings else "unsubscribed", wording="")
    assert set(statuses(store).values()) == {"unsubscribed"}
    assert (sum(report.tally.rejected.values()), report.tally.suppressed_now) == (1, 5)


def test_fixed_rows_of_a_suppression_list_suppress(store: Store, path: Path) -> None:
    """Rows of a suppression list are not those of readers once they are fixed and imported."""
    report = bring_in(
        store, path, "Address,Name\nana.example.org,Ana\n", as_="complained", wording="", columns={"1": "email"}
    )
    assert report.rejected_file is not None
    mended = report.rejected_file.read_text("utf-8-sig").replace("ana.example.org", "ana@example.org")
    bring_in(store, report.rejected_file, mended, columns={"Address": "email"})
    assert (emails(store), left(store, "ana@example.org")) == ([], {"ana@example.org": "complained"})


def test_second_email_column_of_somebody_who_left(store: Store, path: Path) -> None:
    """All the addresses of a row leave."""
    bring_in(store, path, "Email,Email 2,Unsubscribed\nana@example.org,lima@example.org,yes\n")
    with store.read() as connection:
        both = {"ana@example.org", "lima@example.org"}
        assert suppressed_among(connection, store.key, both) == both


def test_gravest_word_counts(store: Store, path: Path) -> None:
    """Of two rows about one person the graver one counts, in whatever order."""
    bring_in(
        store, path, "email,status\nana@example.org,complained\nana@example.org,bounced\nana@example.org,subscribed\n"
    )
    assert left(store, "ana@example.org") == {"ana@example.org": "complained"}


def test_file_of_people_who_left(store: Store, path: Path) -> None:
    """A bare list can be said to be one of people who left; a status in it brings nobody back."""
    bring_in(store, path, "email\nana@example.org\nben@example.org\n")
    path.write_text("email,status\nana@example.org,subscribed\nzoe@example.org,\n", "utf-8")
    import_list(store, *open_list(path, everybody="complained"), ImportOptions(wording=""))
    assert statuses(store) == {"ana@example.org": "complained", "ben@example.org": "subscribed"}
    assert left(store, "zoe@example.org") == {"zoe@example.org": "complained"}
