"""``newsletter check``: what a reader would stumble over."""

from datetime import UTC, datetime

import click

from newsletter.checks import Finding, ask_for_links, check_issue
from newsletter.checks.verdict import summary
from newsletter.cli.output import fitted, json_option, note, print_json, slug_argument, with_workspace
from newsletter.formatting import counted
from newsletter.issues import load_issue
from newsletter.rendering import render_issue
from newsletter.services.fixing import fix_findings
from newsletter.workspace import Workspace


@click.command(short_help="Find mistakes before readers do.")
@slug_argument()
@click.option("--strict", is_flag=True, help="Fail on warnings, too.")
@click.option("--online", is_flag=True, help="Also fetch each link, to see whether its page exists.")
@click.option("--fix", "fixes", multiple=True, metavar="CHECK", help="Fix what this check found; can be repeated.")
@json_option
@with_workspace
def check(workspace: Workspace, slug: str, *, strict: bool, online: bool, fixes: tuple[str, ...], as_json: bool) -> int:
    """Check the mail that would be sent, and say what to fix.

    The exit code is 1 if there is an error (with --strict, also for a warning). To ignore
    a finding, give the reason in issue.md; it is shown from then on:

    \b
      waive:
        subject-length: the name of the series is long

    With --fix, wrapped links are unwrapped (link-wrapped), a line is added (disclaimer), and the like;
    fixes that ask for words are made at the desk.

    Example: newsletter check 2026-12-connection --fix link-wrapped
    """  # noqa: D301 - \b is click's mark for lines to leave as they are
    issue = load_issue(workspace, slug)
    if fixes:
        for each in fixes:
            done = fix_findings(workspace, slug, each, datetime.now(tz=UTC))
            places = counted(done.number, "place", "places")
            note(f"Fixed {each} in {places}. The history keeps what the text said before.")
        issue = load_issue(workspace, slug)
    message = render_issue(workspace, issue).message
    answers = ask_for_links(workspace, issue, message) if online else {}
    findings = check_issue(workspace, issue, message, answers=answers)
    if as_json:
        print_json(
            {
                "issue": slug,
                "findings": [_as_document(finding) for finding in findings],
                "passed": _passed(findings, strict=strict),
            }
        )
    else:
        _print(findings)
    return 0 if _passed(findings, strict=strict) else 1


def _as_document(finding: Finding) -> dict[str, str]:
    return {name: str(getattr(finding, name)) for name in ("id", "severity", "where", "meaning", "remedy", "waived")}


def _passed(findings: tuple[Finding, ...], *, strict: bool) -> bool:
    grave = {"error", "warning"} if strict else {"error"}
    return not any(finding.severity in grave and not finding.waived for finding in findings)


def _print(findings: tuple[Finding, ...]) -> None:
    sentence = summary(findings)
    colours = {"error": "red", "warning": "yellow", "note": "cyan"}
    for finding in findings:
        name = "ignored" if finding.waived else finding.severity.value
        click.echo(f"{click.style(name, fg=colours.get(name), bold=True)}  {finding.where}  ({finding.id})")
        click.echo(fitted(f"  {finding.meaning}", "  "))
        click.echo(
            f"  Ignored, because: {finding.waived}\n" if finding.waived else f"  → {_indented(finding.remedy)}\n"
        )
    click.echo(f"{sentence[0].upper()}{sentence[1:]}.")


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
