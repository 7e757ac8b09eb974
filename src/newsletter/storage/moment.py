"""Times as the store keeps them: UTC, ISO 8601 text to the second, ordered as text."""

from datetime import UTC, datetime

from newsletter.errors import StoreError


def now() -> str:
    """Return this moment, for example ``2026-11-22T21:04:43Z``."""
    return write_moment(datetime.now(tz=UTC))


def write_moment(moment: datetime) -> str:
    """Return `moment`, which knows its zone, as the store keeps it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_moment(text: str) -> datetime:
    """Return the moment that `write_moment` wrote.

    Raises:
        StoreError: it is none: the database is damaged.
    """
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError) as err:
        hint = "Do not send. Restore your newest backup."
        raise StoreError(
            "the database is damaged: it contains an invalid time", hint=hint, command="newsletter restore FILE"
        ) from err
