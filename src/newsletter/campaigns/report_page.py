"""The report as a page with charts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from html import escape

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from newsletter.campaigns.report import OPENS, Hours, Report
from newsletter.formatting import say_moment

# --- Charts ---------------------------------------------------------------------------
#
# Each part has a class of its own, by which a page colours it for light and dark; the colours
# here are for a page that does not.

_WIDTH = 320  # so that letters are of a size to be read on a phone, too
_ROW = 42
_LONGEST = 72  # hours; by then nearly all has happened
_COLOURS = {"delivered": "#2f6f63", "bounced": "#b4552d", "complained": "#8c2f39", "left": "#6a579c"}
_WORDS = {"complained": "marked it as spam", "left": "unsubscribed"}


@dataclass(frozen=True, slots=True)
class Charts:
    """A report's charts; one that has nothing to show is empty.

    Attributes:
        states: messages by state.
        bounces: why messages bounced.
        timeline: what happened, hour by hour.
        key: what is in the timeline: each part's class, and its name.
    """

    states: Markup
    bounces: Markup
    timeline: Markup
    key: tuple[tuple[str, str], ...]


def draw(report: Report, zone: tzinfo = UTC) -> Charts:
    """Draw a report's charts; times are shown in `zone`."""
    seen = {kind for _, parts in report.hours for kind, number in parts.items() if number}
    return Charts(
        states=Markup(bars([row for row in report.states.items() if row[1]])),  # noqa: S704 - drawn and escaped below
        bounces=Markup(bars(list(report.bounced.items()))),  # noqa: S704
        timeline=Markup(timeline(report.hours, zone)),  # noqa: S704
        key=tuple((kind, _WORDS.get(kind, kind)) for kind in _COLOURS if kind in seen),
    )


def bars(rows: Sequence[tuple[str, int]]) -> str:
    """Draw one horizontal bar a row, each below its name and figure, the longest filling the width."""
    if not rows:
        return ""
    most = max(number for _, number in rows) or 1
    height = _ROW * len(rows)
    drawn = "".join(_bar(_ROW * place, name, number, most) for place, (name, number) in enumerate(rows))
    label = escape("; ".join(f"{name}: {number:,}" for name, number in rows), quote=True)
    return f'<svg class="bars" width="100%" height="{height}" role="img" aria-label="{label}">{drawn}</svg>'


def _bar(top: int, name: str, number: int, most: int) -> str:
    width = round(100 * number / most, 1)
    return (
        f'<text x="0" y="{top + 14}">{escape(name)}</text>'
        f'<text x="100%" y="{top + 14}" text-anchor="end">{number:,}</text>'
        f'<rect class="bar" x="0" y="{top + 21}" width="{width}%" height="12" rx="3" fill="{_COLOURS["delivered"]}"/>'
    )


def timeline(hours: Hours, zone: tzinfo = UTC) -> str:
    """Draw an upright bar for each hour from the first one on, its parts by what happened."""
    if not hours:
        return ""
    first, last = _moment(hours[0][0]), _moment(hours[-1][0])
    span = min(int((last - first).total_seconds() // 3600) + 1, _LONGEST)
    moments = [first + timedelta(hours=number) for number in range(span)]
    counts = {_moment(hour): parts for hour, parts in hours}
    most = max(sum(counts.get(moment, {}).values()) for moment in moments) or 1
    later = sum(sum(parts.values()) for moment, parts in counts.items() if moment > moments[-1])
    step = _WIDTH / max(span, 12)
    drawn = "".join(_column(place * step, step, counts.get(moment, {}), most) for place, moment in enumerate(moments))
    begin, end = _clock(moments[0], zone), _clock(moments[-1] + timedelta(hours=1), zone)
    told = f"at most {most:,} in one hour" + (f"; {later:,} later" if later else "")
    label = escape(f"Hour by hour from {begin} to {end}; {told}", quote=True)
    axis = (
        f'<line x1="0" y1="140" x2="{_WIDTH}" y2="140" stroke="#8a948f"/>'
        f'<text x="0" y="158">{escape(begin)}</text>'
        f'<text x="0" y="176">{escape(told)}</text>'
    )
    return f'<svg viewBox="0 0 {_WIDTH} 182" role="img" aria-label="{label}">{drawn}{axis}</svg>'


def _column(left: float, step: float, parts: Mapping[str, int], most: int) -> str:
    drawn, top = "", 140.0
    for kind, colour in _COLOURS.items():
        height = 130 * parts.get(kind, 0) / most
        top -= height
        if height:
            title = f"<title>{parts[kind]:,} {_WORDS.get(kind, kind)}</title>"
            drawn += (
                f'<rect class="{kind}" x="{left + 1:.1f}" y="{top:.1f}" width="{max(step - 2, 1):.1f}" '
                f'height="{height:.1f}" fill="{colour}">{title}</rect>'
            )
    return drawn


def _moment(hour: str) -> datetime:
    return datetime.fromisoformat(f"{hour}:00").replace(tzinfo=UTC)


def _clock(moment: datetime, zone: tzinfo) -> str:
    return say_moment(moment, zone)


# --- The page -------------------------------------------------------------------------

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
