"""SendGrid's lists of addresses that must not be mailed, read page by page.

https://www.twilio.com/docs/sendgrid/api-reference/suppressions-suppressions
"""

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from newsletter.errors import TransportError
from newsletter.transports.base import Suppressed
from newsletter.transports.sendgrid.answers import explanation
from newsletter.transports.sendgrid.client import Client

PAGE = 500
"""The most entries that SendGrid gives at a time."""

_LISTS = {
    "unsubscribes": "unsubscribed",
    "bounces": "bounced",
    "invalid_emails": "bounced",
    "spam_reports": "complained",
    "blocks": "blocked",
}


class SendGridLists:
    """SendGrid's own suppressions."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, since: int) -> Iterator[Suppressed]:
        """Read every list, from the moment `since` (in seconds) on.

        The list of those who left one group has neither pages nor times, so it is read whole.

        Raises:
            TransportError: the key may not read the lists, or SendGrid does not answer.
        """
        for name, reason in _LISTS.items():
            for entry in _entries(self._client, name, since):
                yield Suppressed(str(entry.get("email", "")), reason)
        groups = _get(self._client, "asm", "suppressions")
        for entry in groups.get("suppressions", []) if isinstance(groups, dict) else groups:
            yield Suppressed(str(entry.get("email", "")), "unsubscribed")

    def add(self, emails: Sequence[str]) -> None:
        """Have SendGrid itself drop any further mail to these addresses.

        Raises:
            TransportError: it does not take them.
        """
        body = {"recipient_emails": list(emails)}
        answer = _call(self._client, "post", "asm", "suppressions", "global", body=body)
        if answer.status != 201:
            raise _refused(answer.status, answer.body)

    def remove(self, email: str) -> None:
        """Have SendGrid mail an address again that had left everything; bounces and complaints stay.

        Raises:
            TransportError: it does not.
        """
        answer = _call(self._client, "delete", "asm", "suppressions", "global", email)
        if answer.status not in {204, 404}:  # 404: it was not on the list
            raise _refused(answer.status, answer.body)


def _entries(client: Client, name: str, since: int) -> Iterator[dict[str, Any]]:
    """Read one list page by page; the last page is the first that is not full."""
    for offset in count(step=PAGE):
        page: list[dict[str, Any]] = _get(client, "suppression", name, limit=PAGE, offset=offset, start_time=since)
        yield from page
        if len(page) < PAGE:
            return


def _get(client: Client, *segments: str, **query: int) -> Any:
    answer = _call(client, "get", *segments, query=query or None)
    if answer.status != 200:
        raise _refused(answer.status, answer.body)
    try:
        return json.loads(answer.body)
    except ValueError as err:
        raise _refused(answer.status, b"") from err


def _call(client: Client, method: str, *segments: str, **options: Any) -> Any:
    try:
        return client.call(method, *segments, **options)
    except OSError as err:
        raise TransportError(f"SendGrid's lists cannot be read ({err})", hint="Try again in a while.") from err


def _refused(status: int, body: bytes) -> TransportError:
    hint = 'The key needs the permission "Suppressions" (read; and update, to add to them).'
    return TransportError(f"SendGrid's lists cannot be used ({explanation(status, body)})", hint=hint)
