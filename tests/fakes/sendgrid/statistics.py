"""Daily figures of an account, counted from the events that have happened."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from tests.fakes.sendgrid.account import FakeSendGrid

_METRICS = {
    "processed": "processed",
    "deferred": "deferred",
    "delivered": "delivered",
    "bounce": "bounces",
    "blocked": "blocks",
    "spamreport": "spam_reports",
    "unsubscribe": "unsubscribes",
    "open": "opens",
    "click": "clicks",
}


def statistics(account: FakeSendGrid, parts: list[str], query: dict[str, str], _body: Any) -> tuple[int, Any]:
    """Answer for the whole account, for one category day by day, or for its sum."""
    category = query.get("categories") if parts[0] != "stats" else None
    days: dict[str, Counter[str]] = {}
    for event in account.events:
        day = datetime.fromtimestamp(event["timestamp"], tz=UTC).strftime("%Y-%m-%d")
        if day >= query["start_date"] and (category is None or category in event["category"]):
            days.setdefault(day, Counter())[_METRICS.get(event.get("type") or event["event"], event["event"])] += 1
    if parts[0].endswith("sums"):
        whole = sum(days.values(), Counter())
        return 200, {"date": query["start_date"], "stats": [_figures(whole, category)]}
    return 200, [{"date": day, "stats": [_figures(found, category)]} for day, found in sorted(days.items())]


def _figures(found: Counter[str], category: str | None) -> dict[str, Any]:
    metrics = {name: found[name] for name in _METRICS.values()}
    return {"metrics": metrics} | ({"type": "category", "name": category} if category else {})
