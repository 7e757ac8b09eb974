"""`newsletter subscribers import`: import a list."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from newsletter.cli.output import is_terminal, json_option, note, print_json, with_workspace
from newsletter.cli.store import workspace_store
from newsletter.storage import Store
from newsletter.subscribers.clinical import NEUTRAL_TAGS, is_clinical_tag
from newsletter.subscribers.importer import ImportOptions, Report, import_list, open_list, preview
from newsletter.subscribers.importer.columns import Columns
from newsletter.subscribers.importer.sheets import Sheet
from newsletter.workspace import Workspace

_EXAMPLES = {"columns": '--map "Vorname=first_name"', "means": '--means "inactive=unsubscribed"'}
EVERYBODY = ("subscribed", "unsubscribed", "bounced", "complained")


def _read_map(_ctx: click.Context, option: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """Take ``COLUMN=FIELD`` apart; a column's heading may itself hold an equals sign."""
    if not all(pair.rpartition("=")[0].strip() for pair in pairs):
        raise click.BadParameter(f"write it as {option.metavar}, for example {_EXAMPLES[option.name or '']}")
    return {heading.strip(): field.strip().lower() for heading, _, field in (pair.rpartition("=") for pair in pairs)}


@click.command("import", short_help="Import a list from a CSV or Excel file.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--consent", metavar="WORDS", help="The exact wording that these people agreed to.")
@click.option("--source", default="", metavar="TEXT", help="Where the list comes from; kept with each subscriber.")
@click.option("--tag", "tags", multiple=True, help="Add this tag to everyone in the file.")
@click.option(
    "--map", "columns", multiple=True, metavar="COLUMN=FIELD", callback=_read_map, help="Say what a column is."
)
@click.option(
    "--means",
    multiple=True,
    metavar="WORD=MEANING",
    callback=_read_map,
    help="Say what a status in the file means: subscribed, never, unsubscribed, bounced or complained.",
)
@click.option(
    "--keep-tag", "kept_tags", multiple=True, help="Import this tag even though it looks like health information."
)
@click.option(
    "--as",
    "everybody",
    type=click.Choice(EVERYBODY),
    help="What everyone in the file is; all but subscribed means that they are suppressed.",
)
@click.option("--confirm", is_flag=True, help="Add them as pending until they confirm their address.")
@click.option("--update", is_flag=True, help="Replace known names and tags by those in the file.")
@click.option("--anyway", is_flag=True, help="Import addresses that look mistyped, too.")
@click.option("--dry-run", is_flag=True, help="Only show what would happen.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; for scripts.")
@json_option
@with_workspace
def import_file(  # noqa: PLR0913 - one parameter an option
    workspace: Workspace,
    file: Path,
    *,
    consent: str | None,
    source: str,
    tags: tuple[str, ...],
    kept_tags: tuple[str, ...],
    columns: dict[str, str],
    means: dict[str, str],
    everybody: str | None,
    confirm: bool,
    update: bool,
    anyway: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Import a list from a CSV or Excel file, as most programs export it.

    An import never resubscribes anybody, and never erases a name. Rejected rows are
    written to FILE.rejected.csv, each with its line and reason.

    Example: newsletter subscribers import people.csv --consent "Yes, send me the newsletter."

    Preview only: newsletter subscribers import people.csv --consent "…" --dry-run
    """
    wording = (consent or "").strip()
    if everybody in {None, "subscribed"} and not wording:
        raise click.UsageError('Say what these people agreed to: --consent "Yes, send me the newsletter."')
    options = ImportOptions(
        wording=wording,
        source=source,
        tags=tags,
        kept_tags=kept_tags,
        update=update,
        pending=confirm,
        anyway=anyway,
    )
    _warn_of(tags)
    sheet, planned = open_list(file, columns, everybody=everybody or "", means=means)
    with workspace_store(workspace) as store:
        asks = is_terminal() and not (yes or as_json)
        if dry_run or asks:
            _preview(store, sheet, planned, options, as_json=as_json)
        if dry_run or (asks and not click.confirm("Import them now?", err=True)):
            note("Nothing was imported.")
            return
        _import(store, sheet, planned, options, as_json=as_json, brief=asks)


def _warn_of(tags: tuple[str, ...]) -> None:
    for tag in filter(is_clinical_tag, tags):
        note(f"“{tag}” looks like health information. {NEUTRAL_TAGS}")


def _preview(store: Store, sheet: Sheet, columns: Columns, options: ImportOptions, *, as_json: bool) -> None:
    with _progress("Previewing", sheet.size) as on_bytes:
        report = preview(store, sheet, columns, options, on_bytes=on_bytes)
    _tell(report, as_json=as_json)


def _import(
    store: Store, sheet: Sheet, columns: Columns, options: ImportOptions, *, as_json: bool, brief: bool
) -> None:
    try:
        with _progress("Importing", sheet.size) as on_bytes:
            report = import_list(store, sheet, columns, options, on_bytes=on_bytes)
    except KeyboardInterrupt:
        note("Nothing was imported.")
        raise
    _tell(report, as_json=as_json, brief=brief)


def _tell(report: Report, *, as_json: bool, brief: bool = False) -> None:
    if as_json:
        print_json(report.as_document())
    else:
        click.echo("\n".join(report.lines(brief=brief)))


@contextlib.contextmanager
def _progress(what: str, size: int) -> Iterator[Callable[[int], None]]:
    if not is_terminal():
        yield lambda _count: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=size)
        yield lambda count: bar.update(task, completed=count)
