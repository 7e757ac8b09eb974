"""SendGrid's Email Logs, where a doubt can be settled: they are only read, never written.

https://www.twilio.com/docs/sendgrid/api-reference/email-logs
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from newsletter.errors import TransportError
from newsletter.transports.base import Taken
from newsletter.transports.sendgrid.answers import explanation
from newsletter.transports.sendgrid.client import Client

_FEW = 10  # messages to one address in one campaign; there is one, or a few that were called back
_MOST = 1000  # messages that the logs tell of at a time


class EmailLogs:
    """What SendGrid's logs tell of a campaign's messages."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def took(self, campaign_ref: str, email: str, since: str) -> bool:
        """Return whether the logs show that SendGrid took a campaign's message to `email`.

        A copy that was canceled while it was held shows up as well, as dropped; it proves
        nothing about a later one.

        Args:
            campaign_ref: the campaign's opaque name, which every message has as its category.
            email: whom it went to.
            since: the moment from which on it can have been taken, in UTC.

        Raises:
            TransportError: the key may not read the logs, or they do not answer.
        """
        address = email.replace("\\", "\\\\").replace("'", "\\'")
        found = _search(self._client, f"to_email = '{address}' AND {_since(campaign_ref, since)}", _FEW)
        return any(not _was_canceled(self._client, message) for message in found)

    def took_between(self, campaign_ref: str, since: str, until: str) -> Taken | None:
        """Return whom the logs know of in one campaign, between two moments in UTC.

        Returns:
            Nothing when there are more than the logs tell of at a time.

        Raises:
            TransportError: the key may not read the logs, or they do not answer.
        """
        window = f'{_since(campaign_ref, since)} AND sg_message_id_created_at <= TIMESTAMP "{until}"'
        found = _search(self._client, window, _MOST)
        if len(found) >= _MOST:
            return None
        dropped = {str(message.get("to_email")) for message in found if message.get("status") == "dropped"}
        sure = {str(message.get("to_email")) for message in found if message.get("status") != "dropped"}
        return Taken(frozenset(sure), frozenset(dropped))


def _since(campaign_ref: str, moment: str) -> str:
    return f"categories IN ('newsletter-{campaign_ref}') AND sg_message_id_created_at >= TIMESTAMP \"{moment}\""


def _search(client: Client, query: str, limit: int) -> Sequence[Mapping[str, Any]]:
    found = _ask(client, "post", "logs", body={"query": query, "limit": limit}).get("messages")
    if not isinstance(found, list):
        raise _unreadable(200, b"")
    return [message for message in found if isinstance(message, dict)]


def _was_canceled(client: Client, message: Mapping[str, Any]) -> bool:
    if message.get("status") != "dropped":
        return False
    events = _ask(client, "get", "logs", str(message.get("sg_message_id"))).get("events", [])
    return any(event.get("event") == "cancel_drop" for event in events)


def _ask(client: Client, method: str, *segments: str, body: Any = None) -> Mapping[str, Any]:
    try:
        answer = client.call(method, *segments, body=body)
    except OSError as err:
        raise TransportError(f"SendGrid's logs cannot be read ({err})", hint="Try again in a while.") from err
    try:
        found = json.loads(answer.body) if answer.status == 200 else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _unreadable(answer.status, answer.body)
    return found


def _unreadable(status: int, body: bytes) -> TransportError:
    hints = {
        401: "The key needs the permission to read Email Logs. Without it, find out whether the issue arrived.",
        429: "SendGrid asks to try again in a few minutes. What was resolved so far stays resolved.",
    }
    command = "" if status == 429 else "--sent or --not-sent"
    hint = hints.get(401 if status == 403 else status, "Try again in a while, or find out whether the issue arrived.")
    return TransportError(f"SendGrid's logs cannot be read ({explanation(status, body)})", hint=hint, command=command)
