"""The `sendgrid` transport: one request a batch, its answer read as an outcome."""

import json
import time
from collections.abc import Callable, Iterable, Sequence

from newsletter.transports.base import Batch, NotSent, Outcome, Refused, Suppressed, Taken, Unknown, prepare
from newsletter.transports.provider_clock import ProviderTime
from newsletter.transports.sendgrid.answers import asked_wait, explanation, read_answer, refused_key
from newsletter.transports.sendgrid.body import Tracking, build_body
from newsletter.transports.sendgrid.client import Client, ImpossibleError, LostReplyError, NeverSentError, encode
from newsletter.transports.sendgrid.erasure import erase_at_sendgrid
from newsletter.transports.sendgrid.logs import logs_between, logs_know
from newsletter.transports.sendgrid.suppressions import add_to_lists, read_lists, take_off_list

_TRIES = 5  # to cancel, or to be told the time
_CANCEL_SECONDS = 90.0  # to wait for, at most, while SendGrid asks to


class SendGridTransport:
    """Hands batches to Twilio SendGrid's v3 API."""

    name = "sendgrid"
    leaves_machine = True
    repeatable = False
    largest_batch = 1000

    def __init__(
        self,
        client: Client,
        tracking: Tracking,
        *,
        makes_unsubscribe_links: bool = True,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.makes_unsubscribe_links = makes_unsubscribe_links
        self._client = client
        self._tracking = tracking
        self._sleep = sleep

    def send(self, batch: Batch) -> Outcome:
        """Post one batch. No second try: a lost reply means that nobody knows."""
        body = prepare(batch, lambda batch: encode(build_body(batch, self._tracking)))
        if isinstance(body, Refused):
            return body
        try:
            answer = self._client.call("post", "mail", "send", body=body)
        except ImpossibleError as err:
            return NotSent(str(err), wait=float("inf"))
        except NeverSentError as err:
            return NotSent(str(err))
        except LostReplyError as err:
            return Unknown(f"the reply was lost ({err})")
        return read_answer(answer.status, answer.headers, answer.body)

    def open_hold(self) -> str | NotSent:
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

    def cancel_hold(self, batch_id: str) -> str:
        """Cancel a batch id. A second cancelling is refused with 400, so then its status is read."""
        failure, patience = "no answer", _CANCEL_SECONDS
        for _ in range(_TRIES):
            try:
                wanted = {"batch_id": batch_id, "status": "cancel"}
                answer = self._client.call("post", "user", "scheduled_sends", body=wanted)
            except (NeverSentError, LostReplyError) as err:
                failure = str(err)
                continue
            if answer.status == 201 or self.is_cancelled(batch_id):
                return ""
            failure = explanation(answer.status, answer.body)
            if answer.status == 429 and (seconds := asked_wait(answer.headers)) <= patience:
                patience -= seconds
                self._sleep(seconds)
        return failure

    def is_cancelled(self, batch_id: str) -> bool | None:
        """Look whether a batch id is among the cancelled ones; nothing is changed by that."""
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

    def took(self, campaign_ref: str, email: str, since: str) -> bool:
        """Ask the Email Logs whether SendGrid took this campaign's message to `email`.

        Raises:
            TransportError: the key may not read the logs, or they do not answer.
        """
        return logs_know(self._client, campaign_ref, email, since)

    def took_between(self, campaign_ref: str, since: str, until: str) -> Taken | None:
        """Ask the Email Logs for everybody of a campaign at once, as far as they tell of so many.

        Raises:
            TransportError: the key may not read the logs, or they do not answer.
        """
        return logs_between(self._client, campaign_ref, since, until)

    def suppressions(self, since: int) -> Iterable[Suppressed]:
        """Read SendGrid's lists of whom it will not mail."""
        return read_lists(self._client, since)

    def suppress(self, emails: Sequence[str]) -> None:
        """Have SendGrid drop any further mail to these addresses."""
        add_to_lists(self._client, list(emails))

    def release(self, email: str) -> None:
        """Take an address off SendGrid's list of those who left; bounces and complaints stay."""
        take_off_list(self._client, email)

    def erase(self, emails: Sequence[str]) -> str:
        """Have SendGrid erase all that it keeps of these addresses."""
        return erase_at_sendgrid(self._client, list(emails))

    def close(self) -> None:
        """Nothing stays open: each request has its own connection."""
