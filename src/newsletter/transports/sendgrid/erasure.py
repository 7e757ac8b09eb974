"""Having SendGrid erase what it keeps of a person.

https://www.twilio.com/docs/sendgrid/api-reference/recipients-data-erasure
"""

import json
from collections.abc import Sequence

from newsletter.errors import TransportError
from newsletter.transports.sendgrid.answers import explanation
from newsletter.transports.sendgrid.client import Client

_HINT = (
    'Try again in a while. The key needs the permission "Recipients Data Erasure"; SendGrid\'s support can do it, too.'
)


class DataErasure:
    """SendGrid's erasure of what it keeps of people."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def erase(self, emails: Sequence[str]) -> str:
        """Ask SendGrid to erase these addresses (5,000 at most) and all that goes with them.

        Returns:
            SendGrid's own name for the work, which it does later.

        Raises:
            TransportError: it did not take the request. Asking twice does no harm.
        """
        try:
            answer = self._client.call("post", "recipients", "erasejob", body={"email_addresses": list(emails)})
        except OSError as err:
            raise TransportError(f"SendGrid could not be reached ({err})", hint=_HINT) from err
        if answer.status != 202:
            raise TransportError(
                f"SendGrid did not accept the request to erase them ({explanation(answer.status, answer.body)})",
                hint=_HINT,
            )
        try:
            return str(json.loads(answer.body)["job_id"])
        except (ValueError, KeyError, TypeError):
            return ""
