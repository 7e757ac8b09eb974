"""`newsletter report`: what became of an issue."""

from dataclasses import asdict, replace
from datetime import tzinfo
from pathlib import Path

import click

from newsletter.campaigns import known_campaign
from newsletter.campaigns.clock import SYSTEM_CLOCK
from newsletter.campaigns.journal import forgotten_words
from newsletter.campaigns.report import Outcome, Report, outcomes, people_csv
from newsletter.campaigns.report import report as read_report
from newsletter.campaigns.report_page import report_page
from newsletter.campaigns.resolution import needing_a_person
from newsletter.cli.output import json_option, note, print_json, slug_argument, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.files import write_whole
from newsletter.workspace import Workspace

_MOST_NAMED = 20
_SAID = {"in_flight": "being sent", "refused": "rejected", "cancelled": "canceled"}


@click.command(short_help="Show deliveries, bounces and complaints.")
@slug_argument()
@click.option("--csv", "as_csv", is_flag=True, help="Print one line per subscriber, for a spreadsheet.")
@click.option(
    "--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write a page with charts to this file."
)
@json_option
@with_workspace
def report(workspace: Workspace, slug: str, page: Path | None, *, as_csv: bool, as_json: bool) -> None:
    """Show what became of the issue SLUG: delivered, bounced, unsubscribed, complained, unresolved.

    SendGrid reports this after the send; see "newsletter events import" and "newsletter serve".

    Example: newsletter report 2026-12-connection --html report.html
    """
    privacy = workspace.settings.privacy
    opens, clicks = privacy.open_tracking, privacy.click_tracking
    with workspace_store(workspace) as store, store.read() as connection:
        campaign = known_campaign(store, slug)
        found = read_report(connection, campaign, SYSTEM_CLOCK.now(), opens=opens, clicks=clicks)
        found = replace(found, forgotten=forgotten_words(store, connection, slug))
        if as_csv:
            click.echo(people_csv(connection, campaign), nl=False)
            return
        compared = outcomes(connection, campaign, workspace.settings.clinic.timezone)
        unresolved = [person.email for person in needing_a_person(connection, campaign) if person.state == "unknown"]
    if page:
        _write_page(found, workspace, page)
    if as_json:
        earlier = [asdict(each) for each in compared[1:]]
        print_json(found.as_document() | {"unknown_people": unresolved, "earlier": earlier})
    elif not page:
        lines = [*_lines(found, workspace.settings.clinic.timezone), *_named(slug, unresolved), *_beside(compared)]
        click.echo("\n".join(lines))


def _named(slug: str, unresolved: list[str]) -> list[str]:
    if not unresolved:
        return []
    more = f" … and {len(unresolved) - _MOST_NAMED:,} more: newsletter status {slug} --people"
    return [f"Unresolved: {', '.join(unresolved[:_MOST_NAMED])}{more if len(unresolved) > _MOST_NAMED else ''}"]


def _beside(compared: list[Outcome]) -> list[str]:
    """Return a line for this issue and each earlier one, to be compared."""
    if len(compared) < 2:
        return []
    return ["Compared with earlier issues:", *(f"  {_outcome(each)}" for each in compared)]


def _outcome(each: Outcome) -> str:
    told = {"delivered": each.delivered, "bounced": each.bounced, "spam": each.complained} if each.told else {}
    parts = [f"{each.share(number)} {name}" for name, number in (told | {"unsubscribed": each.left}).items()]
    return f"{each.sent_on} {each.slug}: {each.accepted:,} accepted, {', '.join(parts)}"


def _write_page(found: Report, workspace: Workspace, page: Path) -> None:
    write_whole(page, report_page(found, workspace.settings.clinic.name, workspace.settings.clinic.timezone))
    note(f"Wrote {page}")


def _lines(found: Report, zone: tzinfo) -> list[str]:
    lines = [f"{found.slug}: {found.state_words(zone)}" + (f" ({found.reason})" if found.reason else "")]
    parts = found.part_lines(zone)
    if parts:
        lines += [f"Sent in {len(parts)} parts; each subscriber counts once:", *(f"  {line}" for line in parts)]
    lines += [f"  {number:>7,} {_SAID.get(name, name)}" for name, number in found.states.items() if number]
    lines += [f"  {number:>7,} left out: {reason}" for reason, number in found.skipped.items()]
    heard = {
        "delivered": found.delivered,
        "deferred: the mailbox asked to try again later": found.deferred,
        "blocked for now; the address is valid": found.blocked,
        "marked it as spam": found.complained,
        "unsubscribed since": found.left,
    }
    heard |= {f"bounced: {why}": number for why, number in found.bounced.items()}
    heard |= {f"dropped by SendGrid: {why}": number for why, number in found.dropped.items()}
    if found.opened is not None:
        heard["opened (not reliable)"] = found.opened
    if found.clicked is not None:
        heard["clicked a link (link scanners included)"] = found.clicked
    told = [f"  {number:>7,} {name}" for name, number in heard.items() if number]
    lines += ["Reported since then:", *told] if told else []
    lines += [found.note] if found.note else []
    lines += [f"Check this: {warning}" for warning in found.warnings()]
    return (
        [*lines, f"Resolve the unknown ones with: newsletter resolve {found.slug}"]
        if found.states.get("unknown")
        else lines
    )
