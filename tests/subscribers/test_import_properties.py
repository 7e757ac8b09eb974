"""Imports in general: whatever files there are, in whatever order, and however often."""

import contextlib
import csv
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newsletter.storage import Store, open_store
from newsletter.subscribers.audience import people_in
from newsletter.subscribers.importer import ImportOptions, import_list, open_list
from newsletter.subscribers.suppression import reason_for

WORDS = "Yes, send me the newsletter."
ADDRESSES = [f"{name}@example.org" for name in ("ana", "ben", "cy", "di")] + ["eve@gmial.com", "abuse@example.org"]


class Kind(NamedTuple):
    """A kind of file: its name and headings, what stands behind each address, and what is said of everybody."""

    name: str
    headings: str
    cells: str = ""
    everybody: str = ""


KINDS = [
    Kind("plain.csv", "Email,Name", ",Reader"),
    Kind("mailchimp.csv", "Email Address,MEMBER_RATING,CONFIRM_TIME,LEID", ",2,2024-03-05,1"),
    Kind("unsubscribed.csv", "Email Address,UNSUB_TIME", ",2024-06-01"),
    Kind("cleaned.csv", "E-Mail-Adresse,CLEAN_TIME", ",2024-06-01"),
    Kind("nonsubscribed.csv", "Email Address,MEMBER_RATING,LEID", ",2,1"),
    Kind("suppression_bounces.csv", "email,reason,status,created", ",550,5.1.1,1704189600"),
    Kind("suppression_blocks.csv", "email,reason,status,created", ",421,4.7.1,1704189600"),
    Kind("suppression_spam_reports.csv", "email,ip,created", ",203.0.113.7,1704189600"),
    Kind("suppression_unsubscribes.csv", "email,created", ",1704189600"),
    Kind("constant_contact.csv", "Email address,Email status,Email permission status", ",Unsubscribed,Unsubscribed"),
    Kind("crm.csv", "Email,Opt-In,Email Opt Out", ",Yes,1"),
    Kind("form.csv", "Email,Do you want our newsletter?", ",No"),
    Kind("bare.csv", "Email", "", "complained"),
]
files = st.lists(
    st.tuples(st.sampled_from(KINDS), st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=4)), max_size=6
)
rows = st.lists(
    st.tuples(
        st.sampled_from([*ADDRESSES, "ANA@Example.org", "nobody", "", "ben@example.org; fay@example.org"]),
        st.sampled_from(["Ana", "Zoë Lima", "Lima, Ana", "=1+1", ""]),
        st.sampled_from(["news", "news; events", "IOP", ""]),
        st.sampled_from(["", "subscribed", "pending", "unsubscribed", "bounced", "gone fishing"]),
        st.sampled_from(["", "2024-03-05", "no"]),
    ),
    max_size=12,
)
quiet = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
New = Callable[[], contextlib.AbstractContextManager[Store]]


@pytest.fixture
def new_store(tmp_path: Path) -> New:
    """Give an empty database, as often as one is asked for."""
    empty = tmp_path / "empty.db"
    with open_store(f"sqlite:///{empty.as_posix()}", tmp_path / "people.key"):
        pass

    @contextlib.contextmanager
    def new() -> Iterator[Store]:
        copy = tmp_path / "people.db"
        shutil.copyfile(empty, copy)
        with open_store(f"sqlite:///{copy.as_posix()}", tmp_path / "people.key") as store:
            yield store

    return new


def write(folder: Path, kind: Kind, addresses: list[str]) -> Path:
    path = folder / kind.name
    lines = [f"{one}{kind.cells}" for one in addresses]
    path.write_text("\n".join([kind.headings, *lines]), "utf-8")
    return path


def reasons(store: Store) -> dict[str, str | None]:
    """Return why each address must not be mailed; none of those is in the audience."""
    with store.read() as connection:
        found = {one: reason_for(connection, store.key, one) for one in ADDRESSES}
        assert not {row.email for row in connection.execute(people_in())} & {one for one in found if found[one]}
    return dict(found)


@quiet
@given(files, st.randoms())
def test_order_of_files_does_not_matter(
    new_store: New, tmp_path: Path, found: list[tuple[Kind, list[str]]], chance: random.Random
) -> None:
    """Whoever one file says has left is not mailed, whichever file comes first."""
    shuffled = list(found)
    chance.shuffle(shuffled)
    outcomes = []
    for order in (found, shuffled):
        with new_store() as store:
            for kind, addresses in order:
                path = write(tmp_path, kind, addresses)
                import_list(store, *open_list(path, everybody=kind.everybody), ImportOptions(wording=WORDS))
            outcomes.append(reasons(store))
    assert outcomes[0] == outcomes[1]


@quiet
@given(rows, st.booleans(), st.booleans(), st.integers(1, 5))
@example(
    found=[(ADDRESSES[0], "Ana", "", "", "no"), (ADDRESSES[0], "", "", "", "yes")], update=True, pending=False, batch=1
)
def test_import_done_twice_is_done_once(
    new_store: New,
    tmp_path: Path,
    found: list[tuple[str, ...]],
    update: bool,  # noqa: FBT001
    pending: bool,  # noqa: FBT001
    batch: int,
) -> None:
    """The second time nobody is new, and neither a person, nor a history, nor a suppression is another."""
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("email", "name", "tags", "status", "consent"), *found])
    options = ImportOptions(wording=WORDS, update=update, pending=pending)
    with new_store() as store:
        states = []
        for _ in range(2):
            report = import_list(store, *open_list(path, {"status": "status"}), options, batch_rows=batch)
            with store.read() as connection:
                states.append(
                    [
                        [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2")]  # noqa: S608
                        for table in ("subscribers", "consents", "suppressions", "imports")
                    ]
                )
        assert states[0] == states[1]
        assert (report.tally.new, report.tally.suppressed_now, report.tally.renewed) == (0, 0, 0)
