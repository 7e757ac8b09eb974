"""SendGrid: the key and what it may do, the sender, the clock, and where events go. It is only asked."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from newsletter.campaigns.clock import Clock
from newsletter.campaigns.events import EVENTS_PATH
from newsletter.doctor.verdict import Verdict, note, ok, warn, wrong
from newsletter.transports import ProviderTime
from newsletter.transports.sendgrid.answers import refused_key, wrong_host
from newsletter.transports.sendgrid.client import Answer, Client
from newsletter.workspace import Settings

_NEEDED = {
    "mail.send": ("wrong", "send anything"),
    "mail.batch.create": ("wrong", "hold a send so that it can be undone (or always send with --now)"),
    "user.scheduled_sends.create": ("wrong", "cancel a held send (or always send with --now)"),
    "user.scheduled_sends.read": ("warn", "confirm that a held send was canceled"),
}
_TOO_MUCH = ("api_keys.create", "billing.read", "teammates.create", "subusers.create")
_APART, _FAR_APART = 20.0, 300.0  # seconds
_SET_CLOCK = (
    "Let this computer set its clock automatically. Windows: Settings, Time & language, Date & time, "
    '"Set time automatically", then "Sync now". macOS: System Settings, General, Date & Time, '
    '"Set time and date automatically". Check the time zone, too.'
)


def look_at_sendgrid(client: Client, settings: Settings, clock: Clock) -> Iterator[Verdict]:
    """Judge the account as far as the key may look; a key that may only send is a good key."""
    try:
        answer = client.call("get", "scopes")
    except OSError as err:
        yield wrong("SendGrid", f"it cannot be reached ({err})", "Check that this computer is online.")
        return
    scopes = _document(answer).get("scopes") if answer.status == 200 else None
    if scopes is None:
        yield _refused(answer)
        if answer.status != 403:
            return
    else:
        yield from _scopes(scopes)
    yield _clock(client.clock.now(), clock)
    try:
        yield from _sender(client, settings.sender.from_email)
        yield from _lists(client)
        yield from _logs(client)
        yield from _events(client, settings)
    except OSError as err:
        yield warn("SendGrid", f"it stopped answering ({err})", "Run this again in a while.")


def _refused(answer: Answer) -> Verdict:
    if answer.status == 403:
        return warn("key", "its permissions cannot be read", "Send a test.", "newsletter test SLUG --to EMAIL")
    if answer.status == 401:
        err = refused_key(answer.status, answer.body)
    elif 300 <= answer.status < 500:
        err = wrong_host(answer.status)
    elif answer.status == 200:
        remedy = "Check SENDGRID_HOST; a Wi-Fi sign-in page or a proxy may be in between."
        return wrong("SendGrid", "something else answers at its address", remedy)
    else:
        return warn("SendGrid", f"it answered {answer.status}", "Try again in a while: status.sendgrid.com")
    return wrong("key", err.what, err.hint, err.command)


def _clock(theirs: ProviderTime | None, clock: Clock) -> Verdict:
    """Compare the clocks: the notice for calling back is counted by theirs, and times are typed by this one."""
    if theirs is None:
        words = "SendGrid's answers do not contain its time, so no send can be confirmed as canceled"
        return warn("clock", words, "A proxy may be in between: ask your network administrator.")
    ours = clock.now()
    apart = max((theirs.earliest - ours).total_seconds(), (ours - theirs.latest).total_seconds(), 0.0)
    if apart < _APART:
        return ok("clock", "it agrees with SendGrid's")
    way, off = ("behind", "late") if ours < theirs.earliest else ("ahead of", "early")
    words = f"this computer's clock is {_span(apart)} {way} SendGrid's: scheduled sends start that much too {off}"
    return (wrong if apart > _FAR_APART else warn)("clock", words, _SET_CLOCK)


def _span(seconds: float) -> str:
    return f"{round(seconds)} seconds" if seconds < 120 else f"{round(seconds / 60):,} minutes"


def _scopes(found: Any) -> Iterator[Verdict]:
    lacking = {scope: use for scope, use in _NEEDED.items() if scope not in found}
    remedy = "In SendGrid, under Settings, API Keys, edit the key: Mail Send, and Scheduled Sends beside it."
    for scope, (level, use) in lacking.items():
        yield (wrong if level == "wrong" else warn)("key", f"it lacks {scope}, without which it cannot {use}", remedy)
    if not lacking:
        yield ok("key", "it may send, hold and cancel")
    if any(scope in found for scope in _TOO_MUCH):
        remedy = "Create one with restricted access: Mail Send, Scheduled Sends, and Suppressions (read)."
        yield warn("key", "it has far more permissions than a newsletter needs", remedy)


def _sender(client: Client, email: str) -> Iterator[Verdict]:
    domain = email.rpartition("@")[2].lower()
    domains = client.call("get", "whitelabel", "domains", query={"limit": 50})
    valid = [str(each.get("domain", "")).lower() for each in _rows(domains) if each.get("valid")]
    if any(domain == each or domain.endswith(f".{each}") for each in valid):
        yield ok("sender", f"{domain} is authenticated at SendGrid")
        return
    senders = client.call("get", "verified_senders")
    remedy = "In SendGrid: Settings, Sender Authentication, Authenticate Your Domain; then add the DNS records shown."
    verified = [str(each.get("from_email", "")).lower() for each in _rows(senders) if each.get("verified")]
    if email.lower() in verified:
        words = "the From address is verified, but not its domain: many inboxes will not trust the mail"
        yield warn("sender", words, remedy)
    elif domains.status == senders.status == 200:
        yield wrong("sender", f"neither {domain} nor the From address is authenticated at SendGrid", remedy)
    else:
        yield note("sender", "not checked: the key may not read Sender Authentication", "Check it in SendGrid.")


def _lists(client: Client) -> Iterator[Verdict]:
    answer = client.call("get", "suppression", "bounces", query={"limit": 1})
    if answer.status == 200:
        yield ok("lists", "SendGrid's suppression lists can be read")
        return
    remedy = "Give the key the permission Suppressions (read). Until then, SendGrid skips those people on its own."
    yield warn("lists", "the key may not read SendGrid's suppression lists", remedy)


def _logs(client: Client) -> Iterator[Verdict]:
    answer = client.call("post", "logs", body={"query": "categories IN ('newsletter-doctor')", "limit": 1})
    if answer.status == 200:
        yield ok("logs", "SendGrid's Email Logs can be read, so they can resolve messages")
    else:
        yield note("logs", "the key may not read Email Logs; unresolved messages need events, or you")


def _events(client: Client, settings: Settings) -> Iterator[Verdict]:
    key, public_url = settings.sendgrid.webhook_key, settings.web.public_url
    hint, command = "Set up SendGrid's event webhook.", "docs/users/going-live.md, “Get SendGrid's reports”"
    if not key or not public_url:
        yield note("events", "SendGrid does not report deliveries and bounces to this program", hint, command)
        return
    answer = client.call("get", "user", "webhooks", "event", "settings", "all")
    if answer.status != 200:
        yield note("events", "not checked: the key may not read the webhook's settings", "Check it in SendGrid.")
        return
    wanted = f"{public_url}{EVENTS_PATH}"
    ours = [each for each in _rows(answer) if each.get("url") == wanted]
    if not ours:
        yield warn("events", f"SendGrid has no event webhook that posts to {wanted}", hint, command)
    elif not ours[0].get("enabled"):
        yield warn("events", "the event webhook is switched off at SendGrid", hint, command)
    elif ours[0].get("public_key") != key:
        words = "the event webhook is not signed, or with another key than [sendgrid] webhook_key"
        yield wrong("events", words, f"Its posts are rejected like this. {hint}", command)
    else:
        yield ok("events", "SendGrid posts its events here, and signs them")


def _document(answer: Answer) -> Mapping[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {"result": found}


def _rows(answer: Answer) -> list[Mapping[str, Any]]:
    """Return the list in an answer, under whichever name this endpoint gives it."""
    document = _document(answer) if answer.status == 200 else {}
    found: Any = next((document[name] for name in ("result", "results", "webhooks") if name in document), [])
    return [each for each in found if isinstance(each, dict)]
