"""The evidence of one person's consent, on one page to hand over."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.formatting import say_moment
from newsletter.subscribers.consent import Consent
from newsletter.subscribers.people import Person
from newsletter.subscribers.vocabulary import What


def evidence(person: Person, entries: Iterable[Consent], *, clinic: str, printed: datetime, zone: ZoneInfo) -> str:
    """Return what a person agreed to, when and how, as a page of text.

    Args:
        person: whom it is about.
        entries: their history, the oldest entry first.
        clinic: name and postal address of who keeps the record.
        printed: when this page is made.
        zone: the clinic's, in which all times are told.
    """
    facts = f"Address: {person.email}\nStatus:  {person.status}\nPrinted: {say_moment(printed, zone)}\n"
    told = "\n".join("\n".join(lines(entry, zone)) + "\n" for entry in entries)
    end = "Entries are added when something happens, and are never changed afterward."
    return f"Consent record\n{clinic}\n\n{facts}\n{told}\n{end}"


def lines(entry: Consent, zone: ZoneInfo) -> list[str]:
    """Return one entry of a history in words: what and how, then the words agreed to and the reason."""
    where = f" ({entry.file_name}, line {entry.row})" if entry.file_name else ""
    told = [f"{say_moment(entry.at, zone)}  {entry.what} by {entry.how}{where}"]
    if entry.wording:
        told.append(f"    agreed to: “{entry.wording}”")
    if entry.what is What.CORRECTED:
        told.append(f"    the address was: {entry.note}")
    elif entry.note:
        label = "shown on" if entry.what is What.REQUESTED else "reason"
        told.append(f"    {'as the file says' if entry.file_name else label}: {entry.note}")
    return told
