"""What SendGrid asks of a mail/send body: its official description, and the rules beside it."""

import functools
import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

_OFFICIAL = Path(__file__).parents[3] / "shared/docs/sendgrid-oai/mail_patched_for_prism.json"
"""SendGrid's own OpenAPI description, where it lies beside the repository; it is not ours to ship."""

_FORBIDDEN_HEADERS = {
    *("x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"),
    *("to", "from", "subject", "reply-to", "cc", "bcc"),
}
_LINK = "-unsubscribe-url-"
_ZIP = re.compile(r"\b[A-Z]{2}[\s ]+\d{5}\b")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")


@functools.cache
def official() -> Draft202012Validator | None:
    """Return a validator by the official description, if that is at hand."""
    if not _OFFICIAL.is_file():
        return None
    document = json.loads(_OFFICIAL.read_text("utf-8"))
    schema = document["components"]["requestBodies"]["PostMailSend"]["content"]["application/json"]["schema"]
    return Draft202012Validator(schema | {"components": document["components"]})


def violations(body: dict[str, Any], *, now: float) -> list[str]:
    """Return every rule that a body breaks; an empty list means that SendGrid would take it."""
    found = [] if (schema := official()) is None else [error.message for error in schema.iter_errors(body)]
    people = body.get("personalizations") or []
    if not 1 <= len(people) <= 1000:
        found.append("between 1 and 1000 personalizations")
    for person in people:
        found += _personalization(person)
    found += _message(body)
    if "send_at" in body and not now < body["send_at"] <= now + 72 * 3600:
        found.append("send_at is not within the next 72 hours")
    return found


def _personalization(person: dict[str, Any]) -> list[str]:
    found = [_ for to in person.get("to", []) if (_ := _address_fault(to))]
    found += [
        f"the header {name} is forbidden" for name in person.get("headers", {}) if name.lower() in _FORBIDDEN_HEADERS
    ]
    return found + [
        _ for name in ("substitutions", "custom_args", "headers") for _ in _values(name, person.get(name, {}))
    ]


def _values(name: str, values: dict[str, Any]) -> list[str]:
    found = []
    if any(not isinstance(value, str) for value in values.values()):
        found.append(f"{name} holds something else than text")
    if sum(len(key.encode()) + len(str(value).encode()) for key, value in values.items()) > 10_000:
        found.append(f"{name} is over 10,000 bytes")
    return found


def recipient_faults(body: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong with single recipients, by the field that an answer names for it."""
    people = enumerate(body.get("personalizations") or [])
    places = [(f"personalizations.{place}.to.0.email", person.get("to") or [{}]) for place, person in people]
    return {field: fault for field, to in places if (fault := _address_fault(to[0]))}


def _address_fault(to: dict[str, Any]) -> str:
    if not _ADDRESS.fullmatch(str(to.get("email", ""))) or "invalid" in to["email"].partition("@")[0]:
        return "Does not contain a valid address."
    return "a name with a comma or semicolon" if set(",;") & set(to.get("name", "")) else ""


def _message(body: dict[str, Any]) -> list[str]:
    found = _values("custom_args", body.get("custom_args", {}))
    if not body.get("subject") or not body.get("content"):
        found.append("subject and content are wanted")
    if [part["type"] for part in body.get("content", [])] != ["text/plain", "text/html"]:
        found.append("text comes first, then HTML")
    categories = body.get("categories", [])
    if len(categories) > 10 or len(set(categories)) < len(categories):
        found.append("at most 10 categories, each once")
    if any(len(name) > 255 or not name.isascii() for name in categories):
        found.append("a category is too long or not ASCII")
    if set(",;") & set(body.get("from", {}).get("name", "")):
        found.append("a name with a comma or semicolon")
    return found


def broken_promises(body: dict[str, Any]) -> list[str]:
    """Return what this program promises of every body and this one does not keep."""
    about_links = _no_links(body) if "mail_settings" in body else _links(body)
    return [*_tracking(body["tracking_settings"]), *_recipients(body), *_postal_address(body), *about_links]


def _tracking(tracking: dict[str, Any]) -> list[str]:
    if set(tracking) != {"click_tracking", "open_tracking", "subscription_tracking", "ganalytics"}:
        return ["all four tracking settings are explicit"]
    exact = all(type(setting["enable"]) is bool for setting in tracking.values())
    return [] if exact else ["each tracking setting is true or false"]


def _recipients(body: dict[str, Any]) -> list[str]:
    people = body["personalizations"]
    alone = all(len(person["to"]) == 1 and set(person["to"][0]) == {"email"} for person in people)
    copied = any({"cc", "bcc"} & set(person) for person in people)
    found = [] if alone and not copied else ["one recipient each, without a name"]
    args = [body.get("custom_args", {}), *(person.get("custom_args", {}) for person in people)]
    told = [name.removeprefix("newsletter-") for name in body["categories"]]
    ids = json.dumps(told + [value for each in args for value in each.values()])
    names = [person["to"][0]["email"].partition("@")[0] for person in people]
    names += [value for person in people for tag, value in person.get("substitutions", {}).items() if tag != _LINK]
    if "@" in ids or any(name in ids for name in names if len(name) > 3):
        found.append("ids and categories name nobody")
    return found


def _postal_address(body: dict[str, Any]) -> list[str]:
    return [f"no postal address in {part['type']}" for part in body["content"] if not _ZIP.search(part["value"])]


def _no_links(body: dict[str, Any]) -> list[str]:
    """A notice goes to one person who asked for it: nothing is tracked, and it is no mail to a list."""
    found = [] if len(body["personalizations"]) == 1 else ["a notice has one recipient"]
    found += [f"{name} is on" for name, setting in body["tracking_settings"].items() if setting["enable"]]
    return found + [f"an unsubscribe link in {part['type']}" for part in body["content"] if _LINK in part["value"]]


def _links(body: dict[str, Any]) -> list[str]:
    found = [f"no link in {part['type']}" for part in body["content"] if _LINK not in part["value"]]
    subscription = body["tracking_settings"]["subscription_tracking"]
    if subscription["enable"]:
        return found if subscription["substitution_tag"] == _LINK else [*found, "SendGrid knows where its link goes"]
    own = all(
        "List-Unsubscribe" in person.get("headers", {}) and _LINK in person.get("substitutions", {})
        for person in body["personalizations"]
    )
    found += [] if own else ["own links come with their headers"]
    headers = [person.get("headers", {}) for person in body["personalizations"]]
    one_click = [each for each in headers if "https://" in each.get("List-Unsubscribe", "")]
    if any(each.get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" for each in one_click):
        found.append("a link that takes one click says so (RFC 8058)")
    return found
