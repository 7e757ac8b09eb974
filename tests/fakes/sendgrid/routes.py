"""What each address of the API answers, and which permission it asks for."""

import operator
import re
import secrets
from collections.abc import Callable
from typing import Any

from tests.fakes.rules import recipient_faults, violations
from tests.fakes.sendgrid.account import FakeSendGrid
from tests.fakes.sendgrid.statistics import statistics

Query = dict[str, str]
Reply = tuple[int, Any, dict[str, str]]
Answer = tuple[int, Any]
Route = Callable[[FakeSendGrid, list[str], Query, Any], Answer]


def errors(*texts: str) -> dict[str, Any]:
    """Return an error as SendGrid writes it."""
    return {"errors": [{"message": text, "field": None, "help": None} for text in texts]}


def answer(account: FakeSendGrid, method: str, parts: list[str], query: Query, body: Any) -> Reply:
    """Answer one request; the caller holds the account's lock."""
    path = "/".join(parts)
    for wanted, pattern, scope, route in _ROUTES:
        match = re.fullmatch(pattern, path) if wanted == method else None
        if match is None:
            continue
        if scope and scope not in account.scopes:
            return 403, errors("access forbidden"), {}
        status, document = route(account, list(match.groups()), query, body)
        headers = {"X-Message-Id": document} if path == "mail/send" and status == 202 else {}
        return status, None if headers else document, headers
    return 404, errors("not found"), {}


def _mail_send(account: FakeSendGrid, _parts: list[str], _query: Query, body: Any) -> Answer:
    account.bodies.append(body)
    broken = violations(body, now=account.now())
    if "batch_id" in body and body["batch_id"] not in account.batch_ids:
        broken.append("The batch_id is not valid.")
    if account.rejecting:
        return 400, errors(account.rejecting)
    named = recipient_faults(body)
    complaints = errors(*(text for text in broken if text not in named.values()))["errors"]
    complaints += [{"message": text, "field": field, "help": None} for field, text in named.items()]
    return (400, {"errors": complaints}) if complaints else (202, account.accept(body))


def _new_batch(account: FakeSendGrid, *_: Any) -> Answer:
    account.batch_ids.add(found := secrets.token_hex(16))
    return 201, {"batch_id": found}


def _known_batch(account: FakeSendGrid, parts: list[str], *_: Any) -> Answer:
    known = parts[0] in account.batch_ids
    return (200, {"batch_id": parts[0]}) if known else (400, errors("invalid batch id"))


def _stop(account: FakeSendGrid, _parts: list[str], _query: Query, body: Any) -> Answer:
    """Cancel or pause a batch; a second time, or over the limit, is refused."""
    batch_id, status = body["batch_id"], body["status"]
    stopped = account.cancelled | account.paused
    pending = [moment for moment in stopped.values() if moment > account.now() - 72 * 3600]
    if batch_id not in account.batch_ids or batch_id in stopped or len(pending) >= account.cancel_limit:
        return 400, errors("a scheduled send may be cancelled once, and few at a time")
    (account.cancelled if status == "cancel" else account.paused)[batch_id] = account.now()
    return 201, {"batch_id": batch_id, "status": status}


def _restop(account: FakeSendGrid, parts: list[str], _query: Query, body: Any) -> Answer:
    if parts[0] not in account.cancelled | account.paused:
        return 404, errors("batch id not found")
    _unstop(account, parts)
    (account.cancelled if body["status"] == "cancel" else account.paused)[parts[0]] = account.now()
    return 204, None


def _unstop(account: FakeSendGrid, parts: list[str], *_: Any) -> Answer:
    account.cancelled.pop(parts[0], None)
    account.paused.pop(parts[0], None)
    return 204, None


def _stopped(account: FakeSendGrid, parts: list[str], *_: Any) -> Answer:
    """List the stopped batches, or one of them: both times as a list."""
    found = [{"batch_id": name, "status": "cancel"} for name in account.cancelled]
    found += [{"batch_id": name, "status": "pause"} for name in account.paused]
    return 200, [entry for entry in found if not parts or entry["batch_id"] == parts[0]]


def _suppressions(account: FakeSendGrid, parts: list[str], query: Query, _body: Any) -> Answer:
    start, end = int(query.get("start_time", 0)), int(query.get("end_time", 2**40))
    chosen = [entry for entry in account.suppressions.get(parts[0], []) if start <= entry["created"] <= end]
    return _page(chosen, query, 500)


def _page(entries: list[Any], query: Query, largest: int) -> Answer:
    offset, limit = int(query.get("offset", 0)), int(query.get("limit", largest))
    if not 1 <= limit <= largest:
        return 400, errors(f"limit is from 1 to {largest}")
    return 200, entries[offset : offset + limit]


def _suppress(account: FakeSendGrid, _parts: list[str], _query: Query, body: Any) -> Answer:
    known = account.suppressions.setdefault("unsubscribes", [])
    known += [{"email": email, "created": int(account.now())} for email in body["recipient_emails"]]
    return 201, body


def _release(account: FakeSendGrid, parts: list[str], *_: Any) -> Answer:
    known = account.suppressions.get("unsubscribes", [])
    account.suppressions["unsubscribes"] = [entry for entry in known if entry["email"] != parts[0]]
    return 204, None


def _erase(account: FakeSendGrid, _parts: list[str], _query: Query, body: Any) -> Answer:
    emails = body.get("email_addresses", [])
    if not 1 <= len(emails) <= 5000 or any("@" not in email for email in emails):
        return 400, errors("Email_address is not valid")
    account.erased += emails
    return 202, {"job_id": secrets.token_hex(16)}


def _grouped(account: FakeSendGrid, *_: Any) -> Answer:
    return 200, {"suppressions": [entry for group in account.groups.values() for entry in group]}


def _scopes(account: FakeSendGrid, *_: Any) -> Answer:
    return 200, {"scopes": account.scopes}


def _senders(account: FakeSendGrid, *_: Any) -> Answer:
    return 200, {"results": [{"from_email": email, "verified": fine} for email, fine in account.senders.items()]}


def _steps(account: FakeSendGrid, *_: Any) -> Answer:
    done = {"domain_verified": any(account.domains.values()), "sender_verified": any(account.senders.values())}
    return 200, {"results": done}


def _domains(account: FakeSendGrid, _parts: list[str], query: Query, _body: Any) -> Answer:
    found = [
        {"domain": name, "subdomain": "em1", "valid": valid}
        for name, valid in account.domains.items()
        if query.get("domain", name) == name
    ]
    return _page(found, query, 50)


def _webhooks(account: FakeSendGrid, *_: Any) -> Answer:
    return 200, {"max_allowed": 5, "webhooks": account.webhooks or [{}]}


def _logs(account: FakeSendGrid, _parts: list[str], _query: Query, body: Any) -> Answer:
    """Answer a search as the Email Logs do: conditions joined by AND, nothing nested."""
    found = [log for number in range(len(account.mails)) if (log := account.log_of(number))]
    for condition in body["query"].split(" AND "):
        match = _CONDITION.fullmatch(condition.strip())
        if match is None:
            return 400, errors("invalid query")
        name, sign, value = match["name"], match["sign"], re.findall(r"""(?:'([^']*)'|"([^"]*)")""", match["value"])
        values = [one or other for one, other in value]
        found = [log for log in found if _fits(log, name, sign, values)]
    shown = ("from_email", "sg_message_id", "sg_message_id_created_at", "subject", "to_email", "status")
    return 200, {"messages": [{key: log[key] for key in shown} for log in found[: body.get("limit", 10)]]}


_CONDITION = re.compile(r"(?P<name>\w+) (?P<sign>=|IN|>=|<=|>|<) (?P<value>'[^']*'|\('[^)]*'\)|TIMESTAMP \"[^\"]*\")")


def _fits(log: dict[str, Any], name: str, sign: str, values: list[str]) -> bool:
    if name == "categories":
        return sign == "IN" and bool(set(values) & set(log["category"]))
    if name == "status":
        return sign == "IN" and log["status"] in values
    if name == "sg_message_id_created_at":
        return bool(_COMPARE[sign](log[name], values[0]))
    return sign == "=" and log.get(name) == values[0]


_COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}


def _log(account: FakeSendGrid, parts: list[str], *_: Any) -> Answer:
    logs = (account.log_of(number) for number in range(len(account.mails)))
    found = next((log for log in logs if log and log["sg_message_id"] == parts[0]), None)
    return (200, found) if found else (404, errors("message not found"))


_ONE = "([^/]+)"
_ROUTES: list[tuple[str, str, str, Route]] = [
    ("POST", "mail/send", "mail.send", _mail_send),
    ("POST", "mail/batch", "mail.batch.create", _new_batch),
    ("GET", f"mail/batch/{_ONE}", "mail.batch.read", _known_batch),
    ("POST", "user/scheduled_sends", "user.scheduled_sends.create", _stop),
    ("GET", "user/scheduled_sends", "user.scheduled_sends.read", _stopped),
    ("GET", f"user/scheduled_sends/{_ONE}", "user.scheduled_sends.read", _stopped),
    ("PATCH", f"user/scheduled_sends/{_ONE}", "user.scheduled_sends.update", _restop),
    ("DELETE", f"user/scheduled_sends/{_ONE}", "user.scheduled_sends.delete", _unstop),
    (
        "GET",
        "suppression/(unsubscribes|bounces|blocks|invalid_emails|spam_reports)",
        "suppression.read",
        _suppressions,
    ),
    ("POST", "asm/suppressions/global", "asm.suppressions.create", _suppress),
    ("DELETE", f"asm/suppressions/global/{_ONE}", "asm.suppressions.delete", _release),
    ("GET", "asm/suppressions", "asm.suppressions.read", _grouped),
    ("POST", "recipients/erasejob", "recipients.erasejob.create", _erase),
    ("GET", "scopes", "", _scopes),
    ("GET", "verified_senders", "sender_verification.read", _senders),
    ("GET", "verified_senders/steps_completed", "sender_verification.read", _steps),
    ("GET", "whitelabel/domains", "whitelabel.read", _domains),
    ("GET", "user/webhooks/event/settings/all", "user.webhooks.event.settings.read", _webhooks),
    ("POST", "logs", "email_logs.read", _logs),
    ("GET", f"logs/{_ONE}", "email_logs.read", _log),
    ("GET", "(stats)", "stats.read", statistics),
    ("GET", "(categories/stats)", "categories.stats.read", statistics),
    ("GET", "(categories/stats/sums)", "categories.stats.read", statistics),
]
