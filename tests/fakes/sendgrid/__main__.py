"""A SendGrid to try things with by hand: ``python -m tests.fakes.sendgrid``.

It listens on this machine only and mails nobody. What you type moves it:

    forward 20      let twenty minutes go by on its clock
    inboxes         show what each address has got, or will get
    events          tell the webhook what has happened by now (--webhook URL)
    fate ADDRESS bounce|blocked|deferred|spamreport|unsubscribe|open|lost
    fault KIND      for the next mail/send: drop-reply, reset-after, 429, 503 …
    quit
"""

import argparse
import sys
from itertools import islice

from tests.fakes.sendgrid.account import KEY, FakeSendGrid, Fault
from tests.fakes.sendgrid.server import fake_sendgrid
from tests.fakes.sendgrid.webhook import Webhook


def main() -> None:
    """Run until `quit` or the end of what is typed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakes.sendgrid", description="A SendGrid to try things with."
    )
    parser.add_argument("--port", type=int, default=8710)
    parser.add_argument("--webhook", default="http://127.0.0.1:8700/events/sendgrid", metavar="URL")
    parser.add_argument("--domain", default="example.org", help="the domain that it has authenticated")
    chosen = parser.parse_args()
    with fake_sendgrid(port=chosen.port, domains={chosen.domain: True}) as account:
        webhook = Webhook(account, chosen.webhook, repeats=2)
        account.webhooks = [{"url": chosen.webhook, "enabled": True, "public_key": webhook.key}]
        _say(f'SENDGRID_HOST={account.url}\nSENDGRID_API_KEY={KEY}\n[sendgrid] webhook_key = "{webhook.key}"\n')
        for line in sys.stdin:
            words = line.split()
            if words == ["quit"]:
                return
            _say(_obey(account, webhook, words))


def _obey(account: FakeSendGrid, webhook: Webhook, words: list[str]) -> str:
    match words:
        case ["forward", minutes] if minutes.isdigit():
            account.offset += 60 * int(minutes)
            return f"It is {minutes} minutes later."
        case ["inboxes"]:
            found = account.received()
            shown = [f"{address}: {', '.join(mail.subject for mail in mails)}" for address, mails in found.items()]
            return "\n".join([*islice(shown, 20), f"{len(found)} inboxes, {sum(map(len, found.values()))} messages"])
        case ["events"]:
            waiting = webhook.run()
            return f"answered {', '.join(map(str, webhook.answers[-5:])) or 'nothing'}; {waiting} events wait"
        case ["fate", address, fate]:
            account.fates[address] = fate
            return f"{address}: {fate}"
        case ["fault", kind]:
            account.faults.append(Fault(kind, accept=not kind.startswith("4")))
            return f"The next mail/send meets {kind}."
    return (__doc__ or "").partition("\n\n")[2] if words else ""


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
