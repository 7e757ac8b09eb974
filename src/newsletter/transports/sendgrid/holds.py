"""Holding mail at SendGrid: a batch id, canceling it, and what time it is there.

https://www.twilio.com/docs/sendgrid/api-reference/cancel-scheduled-sends
"""

import json
import time
from collections.abc import Callable

from newsletter.transports.base import NotSent
from newsletter.transports.provider_clock import ProviderTime
from newsletter.transports.sendgrid.answers import asked_wait, explanation, refused_key
from newsletter.transports.sendgrid.client import Client, ImpossibleError, LostReplyError, NeverSentError

_TRIES = 5  # to cancel, or to be told the time
_CANCEL_SECONDS = 90.0  # to wait for, at most, while SendGrid asks to


class ScheduledSends:
    """SendGrid's Scheduled Sends, and its clock."""

    def __init__(self, client: Client, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._sleep = sleep

    def open(self) -> str | NotSent:
        """Get a batch id; asking for one sends nothing to anybody."""
        try:
            answer = self._client.call("post", "mail", "batch")
        except ImpossibleError as err:
            return NotSent(str(err), wait=float("inf"))
        except NeverSentError as err:
            return NotSent(str(err))
        except LostReplyError:
            return NotSent("SendGrid does not answer")
        if answer.status in {401, 403}:
            raise refused_key(answer.status, answer.body)
        if answer.status == 429:
            return NotSent("SendGrid asks to try again later", wait=asked_wait(answer.headers))
        try:
            return str(json.loads(answer.body)["batch_id"])
        except (ValueError, KeyError, TypeError):
            return NotSent(f"no batch id ({answer.status})")

    def cancel(self, batch_id: str) -> str:
        """Cancel a batch id. A second canceling is refused with 400, so then its status is read."""
        failure, patience = "no answer", _CANCEL_SECONDS
        for _ in range(_TRIES):
            try:
                wanted = {"batch_id": batch_id, "status": "cancel"}
                answer = self._client.call("post", "user", "scheduled_sends", body=wanted)
            except (NeverSentError, LostReplyError) as err:
                failure = str(err)
                continue
            if answer.status == 201 or self.is_canceled(batch_id):
                return ""
            failure = explanation(answer.status, answer.body)
            if answer.status == 429 and (seconds := asked_wait(answer.headers)) <= patience:
                patience -= seconds
                self._sleep(seconds)
        return failure

    def is_canceled(self, batch_id: str) -> bool | None:
        """Look whether a batch id is among the canceled ones; nothing is changed by that."""
        try:
            answer = self._client.call("get", "user", "scheduled_sends", batch_id)
            if answer.status != 200:
                return None
            found = json.loads(answer.body)
            return any(one["batch_id"] == batch_id and one["status"] == "cancel" for one in found)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def provider_time(self) -> ProviderTime | None:
        """Tell SendGrid's time by its last answer; before the first one, or long after the last, ask something."""
        if self._client.clock.now() is None:
            self._ask_anything()
        return self._client.clock.now()

    def _ask_anything(self) -> None:
        """Get any answer: a refusal tells the time as well."""
        for _ in range(_TRIES):
            try:
                self._client.call("get", "scopes")
            except LostReplyError:
                continue
            except NeverSentError:
                pass
            return
