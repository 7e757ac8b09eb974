"""Charts as SVG, drawn on this machine: no script, no font and no picture from elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import escape

_WIDTH = 640
_COLOURS = {"delivered": "#2f6f63", "bounced": "#b4552d", "complained": "#8c2f39"}


def bars(rows: Sequence[tuple[str, int]]) -> str:
    """Draw one horizontal bar a row, each with its name and figure, the longest filling the width."""
    most = max((number for _, number in rows), default=0) or 1
    height = 30 * len(rows)
    drawn = "".join(_bar(30 * place, name, number, most) for place, (name, number) in enumerate(rows))
    label = escape("; ".join(f"{name}: {number}" for name, number in rows), quote=True)
    return f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">{drawn}</svg>'


def _bar(top: int, name: str, number: int, most: int) -> str:
    width = round(400 * number / most, 1)
    return (
        f'<text x="170" y="{top + 20}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="180" y="{top + 6}" width="{width}" height="18" rx="3" fill="#2f6f63"/>'
        f'<text x="{188 + width}" y="{top + 20}">{number:,}</text>'
    )


def timeline(hours: Sequence[tuple[str, Mapping[str, int]]], longest: int = 72) -> str:
    """Draw an upright bar for each hour from the first one on, its parts by what happened."""
    if not hours:
        return ""
    first = datetime.fromisoformat(f"{hours[0][0]}:00")
    counts = dict(hours)
    last = min(datetime.fromisoformat(f"{hours[-1][0]}:00"), first + timedelta(hours=longest - 1))
    span = int((last - first).total_seconds() // 3600) + 1
    moments = [(first + timedelta(hours=number)).strftime("%Y-%m-%dT%H") for number in range(span)]
    most = max(sum(counts.get(moment, {}).values()) for moment in moments) or 1
    step = _WIDTH / max(span, 12)
    drawn = "".join(_column(place * step, step, counts.get(moment, {}), most) for place, moment in enumerate(moments))
    label = f"From {first:%d %B %H:00} UTC on, hour by hour; at most {most:,} in one hour"
    axis = f'<line x1="0" y1="140" x2="{_WIDTH}" y2="140" stroke="#999"/><text x="0" y="158">{escape(label)}</text>'
    return f'<svg viewBox="0 0 {_WIDTH} 164" role="img" aria-label="{escape(label)}">{drawn}{axis}</svg>'


def _column(left: float, step: float, parts: Mapping[str, int], most: int) -> str:
    drawn, top = "", 140.0
    for kind, colour in _COLOURS.items():
        height = 130 * parts.get(kind, 0) / most
        top -= height
        if height:
            title = f"<title>{parts[kind]:,} {kind}</title>"
            drawn += (
                f'<rect x="{left + 1:.1f}" y="{top:.1f}" width="{max(step - 2, 1):.1f}" height="{height:.1f}" '
                f'fill="{colour}">{title}</rect>'
            )
    return drawn
