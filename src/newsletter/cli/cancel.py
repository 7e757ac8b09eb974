"""`newsletter cancel`: stop what can still be stopped."""

import click

from newsletter.campaigns.cancellation import Cancellation
from newsletter.campaigns.overview import campaign_status
from newsletter.cli.output import json_option, print_json, slug_argument, with_workspace
from newsletter.cli.sending import as_document, from_here_option, messages, take_over
from newsletter.cli.store import workspace_store
from newsletter.services.sending import cancel_campaign
from newsletter.workspace import Workspace


@click.command(short_help="Cancel a send, as far as that is still possible.")
@slug_argument()
@from_here_option
@json_option
@with_workspace
def cancel(workspace: Workspace, slug: str, *, moved: bool, as_json: bool) -> None:
    """Stop sending the issue SLUG, and cancel what SendGrid still holds.

    Mail that has gone out cannot be canceled; the output says how much that is. After you
    have fixed the issue you can send it again: whoever already has it will not get it
    twice. The exit code is 1 if nothing could be canceled, or if messages are unresolved.

    Example: newsletter cancel 2026-12-connection
    """
    with workspace_store(workspace) as store:
        take_over(store, moved=moved)
        done = cancel_campaign(workspace, store, slug)
        campaign, found = campaign_status(store, slug)
    if as_json:
        print_json(as_document(campaign, found) | called_off_document(done))
    else:
        click.echo("\n".join(called_off(slug, done)))
    if not done.is_clear:
        raise click.exceptions.Exit(1)


def called_off(slug: str, done: Cancellation) -> list[str]:
    """Return what came of a cancelling, and what is left to do, in plain lines."""
    lines = [f"{messages(done.stopped)} canceled before going out."]
    if done.gone:
        why = "; ".join(reason for reason in done.reasons if reason != "too late")
        why = f" ({why})" if why else ""
        lines.append(f"{messages(done.gone)} too late: already sent, or not cancelable any more{why}.")
    if done.may_be_retried:
        lines.append(f"Try again right away, while SendGrid may still hold them: newsletter cancel {slug}")
    if done.unresolved:
        lines += [
            f"{messages(done.unresolved)} may or may not have been sent.",
            f"When you know, resolve with: newsletter resolve {slug} --not-sent (or --sent)",
        ]
    return lines


def called_off_document(done: Cancellation) -> dict[str, object]:
    """Return the same as JSON takes it."""
    return {"stopped": done.stopped, "gone": done.gone, "unknown": done.unresolved, "reasons": list(done.reasons)}
