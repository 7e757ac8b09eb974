"""The report as one HTML page that stands by itself; it names nobody."""

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from newsletter.campaigns.charts import draw
from newsletter.campaigns.report import OPENS, Report
from newsletter.formatting import say_moment

__all__ = ["OPENS", "figures", "report_page"]

_TEMPLATES = Environment(
    loader=PackageLoader("newsletter.campaigns", "templates"), autoescape=True, undefined=StrictUndefined
)


def report_page(report: Report, clinic: str, zone: tzinfo = UTC) -> str:
    """Return the page, with its times in `zone`."""
    started = datetime.fromisoformat(report.started_at)
    return _TEMPLATES.get_template("report.html").render(
        report=report,
        state=report.state_words(zone),
        parts=report.part_lines(zone),
        clinic=clinic,
        started=say_moment(started, zone),
        zone=str(zone),
        figures=list(figures(report)),
        charts=draw(report, zone),
        warnings=list(report.warnings()),
    )


def figures(report: Report) -> Iterator[tuple[str, int]]:
    """Give the figures that a person looks for first, each with its name."""
    yield "accepted", report.states["accepted"]
    if report.transport == "sendgrid":
        yield "delivered", report.delivered
        yield "bounced", sum(report.bounced.values())
        yield "marked it as spam", report.complained
    yield "unsubscribed since", report.left
    yield "unresolved", report.states["unknown"]
    yield from _rarer(report)
    if report.opened is not None:
        yield "opened", report.opened
    if report.clicked is not None:
        yield "clicked", report.clicked


def _rarer(report: Report) -> Iterator[tuple[str, int]]:
    """Give what is there only now and then."""
    found = {
        "deferred": report.deferred,
        "blocked for now": report.blocked,
        "dropped by SendGrid": sum(report.dropped.values()),
        "rejected": report.states["refused"],
        "skipped": sum(report.skipped.values()),
        "without a report so far": report.silent,
    }
    yield from ((name, number) for name, number in found.items() if number)
