"""The report as one HTML page that stands by itself; it names nobody."""

from collections.abc import Iterator

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from newsletter.campaigns.charts import bars, timeline
from newsletter.campaigns.report import Report

_TEMPLATES = Environment(
    loader=PackageLoader("newsletter.campaigns", "templates"), autoescape=True, undefined=StrictUndefined
)

OPENS = (
    "Opens cannot be trusted: Apple's mail program opens every message by itself, and others open none. "
    "Many clicks are made by programs that check links."
)


def report_page(report: Report, clinic: str) -> str:
    """Return the page."""
    return _TEMPLATES.get_template("report.html").render(
        report=report,
        clinic=clinic,
        figures=list(figures(report)),
        states=Markup(bars([row for row in report.states.items() if row[1]])),  # noqa: S704 - drawn and escaped there
        bounces=Markup(bars(list(report.bounced.items()))) if report.bounced else "",  # noqa: S704
        timeline=Markup(timeline(report.hours)),  # noqa: S704
        warnings=list(report.warnings()),
        opens=OPENS if report.opened is not None or report.clicked is not None else "",
    )


def figures(report: Report) -> Iterator[tuple[str, int]]:
    """Give the figures that a person looks for first, each with its name."""
    yield "accepted", report.states["accepted"]
    if report.transport == "sendgrid":
        yield "delivered", report.delivered
        yield "bounced", sum(report.bounced.values())
        yield "called it spam", report.complained
    yield "unsubscribed since", report.left
    yield "in doubt", report.states["unknown"]
    if report.opened is not None:
        yield "opened", report.opened
    if report.clicked is not None:
        yield "clicked", report.clicked
