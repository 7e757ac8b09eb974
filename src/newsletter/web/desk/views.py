"""Turning values into pages: the desk's templates, and nothing else."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

from jinja2 import Environment
from starlette.responses import HTMLResponse

from newsletter.formatting import counted, say_day, say_moment
from newsletter.pages import page_templates

_CLOSED = frozenset({403, 421})  # the statuses of the gate


def page(template: str, values: Mapping[str, object], *, status: int = 200) -> HTMLResponse:
    """Return `template` filled with `values`, everything escaped."""
    return HTMLResponse(_environment().get_template(template).render(values), status)


def refusal(what: str, *, status: int) -> HTMLResponse:
    """Return the page for a request that is turned away: what, and where it helps, how to get in."""
    return page("refusal.html", {"what": what, "is_closed": status in _CLOSED}, status=status)


@cache
def _environment() -> Environment:
    environment = page_templates("newsletter.web.desk")
    environment.filters |= {"as_moment": datetime.fromisoformat, "as_day": date.fromisoformat}
    environment.globals |= {"counted": counted, "say_day": say_day, "say_moment": say_moment}
    return environment
