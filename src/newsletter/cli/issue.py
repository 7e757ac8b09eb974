"""`newsletter issue`: an issue as a whole."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import click

from newsletter.cli.lazy import CheckedGroup
from newsletter.cli.output import json_option, note, print_json, slug_argument, with_workspace
from newsletter.formatting import say_moment
from newsletter.issues.folders import deleted_issues
from newsletter.services.issues import delete_issue, duplicate_issue, rename_issue, restore_issue
from newsletter.workspace import Workspace


@click.group(cls=CheckedGroup)
def issue() -> None:
    """Duplicate, rename, delete or restore an issue.

    Example: newsletter issue duplicate 2026-11-light 2026-12-light
    """


@issue.command()
@slug_argument()
@click.argument("new", metavar="NEW")
@json_option
@with_workspace
def duplicate(workspace: Workspace, slug: str, new: str, *, as_json: bool) -> None:
    """Copy the issue SLUG with its posts and pictures to a draft named NEW.

    To begin the next issue with the greeting and sign-off alone, use: newsletter new NEW --like SLUG

    Example: newsletter issue duplicate 2026-11-light 2026-12-light
    """
    _told(workspace, duplicate_issue(workspace, slug, new), f"Copied {slug} to", as_json=as_json)


@issue.command()
@slug_argument()
@click.argument("new", metavar="NEW")
@json_option
@with_workspace
def rename(workspace: Workspace, slug: str, new: str, *, as_json: bool) -> None:
    """Give the draft SLUG the name NEW. An issue that was sent keeps its name.

    Example: newsletter issue rename 2026-12-light 2026-12-snow
    """
    _told(workspace, rename_issue(workspace, slug, new), f"Renamed {slug} to", as_json=as_json)


@issue.command()
@slug_argument()
@json_option
@with_workspace
def delete(workspace: Workspace, slug: str, *, as_json: bool) -> None:
    """Delete the draft SLUG. Nothing is lost: "issue restore" brings it back.

    An issue that was sent to anybody cannot be deleted.

    Example: newsletter issue delete 2026-12-light
    """
    deleted = delete_issue(workspace, slug, datetime.now(tz=UTC))
    if as_json:
        print_json({"issue": slug, "deleted": deleted.name})
        return
    click.echo(f"Deleted {slug}. To bring it back: newsletter issue restore {slug}")


@issue.command()
@click.argument("name", metavar="[NAME]", required=False)
@json_option
@with_workspace
def restore(workspace: Workspace, name: str | None, *, as_json: bool) -> None:
    """Bring back the deleted issue NAME, or list the deleted issues.

    If an issue of this name exists again, the restored one gets another name.

    \b
    Examples:
      newsletter issue restore
      newsletter issue restore 2026-12-light
    """  # noqa: D301 - \b is click's mark for lines to leave as they are
    if name:
        slug = restore_issue(workspace, name)
        _told(workspace, workspace.issues_dir / slug, "Restored as", as_json=as_json)
        return
    found = deleted_issues(workspace).values()
    if as_json:
        print_json([dataclasses.asdict(each) | {"at": each.at.isoformat()} for each in found])
    elif not found:
        note("No issue was deleted.")
    else:
        zone = workspace.settings.clinic.timezone
        width = max(len(each.slug) for each in found)
        for each in found:
            click.echo(f"{each.slug:<{width}}  deleted {say_moment(each.at, zone)}  {each.subject}".rstrip())


def _told(workspace: Workspace, folder: Path, said: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"issue": folder.name, "folder": str(folder)})
        return
    click.echo(f"{said} {folder.relative_to(workspace.root).as_posix()}")
