"""`newsletter status`: how far a send has come."""

import click

from newsletter.cli.output import json_option, print_json, with_workspace, workspace_store
from newsletter.cli.sending import as_document, describe, stand
from newsletter.workspace import Workspace

_MOST_NAMED = 20


@click.command(short_help="Tell how far a send has come.")
@click.argument("slug")
@click.option("--people", "show_people", is_flag=True, help="Name all who were rejected or are in doubt.")
@json_option
@with_workspace
def status(workspace: Workspace, slug: str, *, show_people: bool, as_json: bool) -> None:
    """Tell how many messages of the issue SLUG are in which state.

    Example: newsletter status 2026-12-connection
    """
    from newsletter.campaigns import DeliveryState  # noqa: PLC0415 - slow to import
    from newsletter.campaigns.doubts import needing_a_person  # noqa: PLC0415 - slow to import

    with workspace_store(workspace) as store:
        campaign, found = stand(store, slug)
        with store.read() as connection:
            named = list(needing_a_person(connection, campaign))
    if as_json:
        document = as_document(campaign, found)
        print_json(document | {"people": [person.as_document() for person in named]})
        return
    click.echo(f"{slug}: {campaign.state}" + (f" ({campaign.reason})" if campaign.reason else ""))
    click.echo("\n".join(describe(workspace, campaign, found)))
    for person in named if show_people else named[:_MOST_NAMED]:
        state = "rejected" if person.state is DeliveryState.REFUSED else person.state
        click.echo(f"  {person.email}: {state} ({person.reason})")
    if len(named) > _MOST_NAMED and not show_people:
        click.echo(f"  … and {len(named) - _MOST_NAMED:,} more: newsletter status {slug} --people")
