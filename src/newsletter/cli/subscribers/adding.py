"""`newsletter subscribers add`: add one person."""

import click

from newsletter.cli.output import json_option, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.errors import SubscriberError
from newsletter.subscribers import records
from newsletter.subscribers.addresses import address_warning, check_address
from newsletter.subscribers.clinical import ensure_no_clinical_tags
from newsletter.workspace import Workspace


@click.command(short_help="Add a subscriber.")
@click.argument("email")
@click.option("--consent", required=True, metavar="WORDS", help="The exact wording that they agreed to.")
@click.option("--first-name", default="", help="Their first name.")
@click.option("--last-name", default="", help="Their last name.")
@click.option("--language", default="", help="Their language, for example en or pt-BR.")
@click.option("--tag", "tags", multiple=True, help="Add this tag; can be repeated.")
@click.option(
    "--keep-tag", "kept_tags", multiple=True, help="Add this tag even though it looks like health information."
)
@click.option("--source", default="", help="Where the sign-up came from, for example: paper form.")
@click.option("--confirm", is_flag=True, help="Add them as pending until they confirm their address.")
@click.option("--resubscribe", is_flag=True, help="They had unsubscribed and asked to come back.")
@click.option("--reason", default="", help="How you know that they want to come back.")
@click.option("--anyway", is_flag=True, help="Add the address even if it looks mistyped.")
@json_option
@with_workspace
def add(  # noqa: PLR0913 - one parameter an option
    workspace: Workspace,
    email: str,
    *,
    consent: str,
    first_name: str,
    last_name: str,
    language: str,
    tags: tuple[str, ...],
    kept_tags: tuple[str, ...],
    source: str,
    confirm: bool,
    resubscribe: bool,
    reason: str,
    anyway: bool,
    as_json: bool,
) -> None:
    """Add a subscriber who agreed to get the newsletter.

    Example: newsletter subscribers add ana@example.org --first-name Ana --consent "Yes, send me the newsletter."
    """
    ensure_no_clinical_tags(tags, kept_tags)
    doubt = address_warning(check_address(email).email)
    if doubt and not anyway:
        raise SubscriberError(doubt, hint="If the address is right, add it with --anyway.")
    tags = (*tags, *kept_tags)
    profile = records.Profile(first_name=first_name, last_name=last_name, language=language, tags=tags, source=source)
    with workspace_store(workspace) as store, store.write() as connection:
        if resubscribe:
            person = records.resubscribe(connection, store.key, email, profile, wording=consent, note=reason)
        else:
            person = records.add_subscriber(connection, store.key, email, profile, wording=consent, pending=confirm)
    if as_json:
        print_json(person.as_document())
    else:
        click.echo(f"{person.email} is {person.status}.")
