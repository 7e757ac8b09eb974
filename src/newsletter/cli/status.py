"""`newsletter status`: how far a send has come."""

import click

from newsletter.campaigns import DeliveryState, Tally
from newsletter.campaigns.journal import has_forgotten, refuse_damaged
from newsletter.campaigns.overview import campaign_status
from newsletter.campaigns.records import campaigns_of
from newsletter.campaigns.resolution import needing_a_person
from newsletter.cli.output import json_option, print_json, slug_argument, with_workspace
from newsletter.cli.sending import as_document, at_work_on, describe, messages, state_in_words
from newsletter.cli.store import workspace_store
from newsletter.workspace import Workspace

_MOST_NAMED = 20


@click.command(short_help="Show the progress of a send.")
@slug_argument()
@click.option("--people", "show_people", is_flag=True, help="List everyone who was rejected or is unresolved.")
@json_option
@with_workspace
def status(workspace: Workspace, slug: str, *, show_people: bool, as_json: bool) -> None:
    """Show how many messages of the issue SLUG are in which state.

    Example: newsletter status 2026-12-connection
    """
    with workspace_store(workspace) as store:
        campaign, found = campaign_status(store, slug)
        senders = at_work_on(store, campaign)
        refuse_damaged(store)
        lacks_batches = has_forgotten(store, campaign)
        older = lacks_batches or bool(found.forgotten)
        with store.read() as connection:
            named = list(needing_a_person(connection, campaign))
            sends = len(campaigns_of(connection, slug))
    if as_json:
        document = as_document(campaign, found)
        document |= {"older_database": older, "workers": senders}
        print_json(document | {"people": [person.as_document() for person in named]})
        return
    state = state_in_words(workspace, campaign, found)
    click.echo(f"{slug}: {state}" + (f" ({campaign.reason})" if campaign.reason else ""))
    if sends > 1:
        click.echo(f"Sent in {sends} parts; this is the last one. All together: newsletter report {slug}")
    click.echo("\n".join(describe(workspace, campaign, found, senders)))
    if lacks_batches:
        click.echo(_may_have_been_sent(slug, found))
    for person in named if show_people else named[:_MOST_NAMED]:
        state = "rejected" if person.state is DeliveryState.REFUSED else person.state
        click.echo(f"  {person.email}: {state} ({person.reason})")
    if len(named) > _MOST_NAMED and not show_people:
        click.echo(f"  … and {len(named) - _MOST_NAMED:,} more: newsletter status {slug} --people")


def _may_have_been_sent(slug: str, found: Tally) -> str:
    number = messages(found[DeliveryState.QUEUED] + found[DeliveryState.IN_FLIGHT])
    return (
        "This database is older than the last send: it was restored from a backup, or is another computer's copy. "
        f"{number} more may have been sent.\n"
        f"To mark them as unknown and send nothing: newsletter resume {slug}"
    )
