"""The `sendgrid` transport: one request a batch, its answer read as an outcome."""

import time
from collections.abc import Callable

from newsletter.transports.base import Batch, NotSent, Outcome, Refused, Unknown, prepare
from newsletter.transports.sendgrid.answers import read_answer
from newsletter.transports.sendgrid.body import Tracking, build_body
from newsletter.transports.sendgrid.client import Client, ImpossibleError, LostReplyError, NeverSentError, encode
from newsletter.transports.sendgrid.erasure import DataErasure
from newsletter.transports.sendgrid.holds import ScheduledSends
from newsletter.transports.sendgrid.logs import EmailLogs
from newsletter.transports.sendgrid.suppressions import SendGridLists


class SendGridTransport:
    """Hands batches to Twilio SendGrid's v3 API."""

    name = "sendgrid"
    leaves_machine = True
    repeatable = False
    makes_unsubscribe_links = True
    largest_batch = 1000

    def __init__(self, client: Client, tracking: Tracking, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.holds = ScheduledSends(client, sleep)
        self.suppression_lists = SendGridLists(client)
        self.logs = EmailLogs(client)
        self.erasure = DataErasure(client)
        self._client = client
        self._tracking = tracking

    def send(self, batch: Batch) -> Outcome:
        """Post one batch. No second try: a lost reply means that nobody knows."""
        body = prepare(batch, lambda batch: encode(build_body(batch, self._tracking)))
        if isinstance(body, Refused):
            return body
        try:
            answer = self._client.call("post", "mail", "send", body=body, may_begin=batch.may_begin)
        except ImpossibleError as err:
            return NotSent(str(err), wait=float("inf"))
        except NeverSentError as err:
            return NotSent(str(err))
        except LostReplyError as err:
            return Unknown(f"the reply was lost ({err})")
        return read_answer(answer.status, answer.headers, answer.body)

    def close(self) -> None:
        """Nothing stays open: each request has its own connection."""
