"""Findings of the checks as the desk shows them: gathered by check, each with the way to its place."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from urllib.parse import urlencode

from newsletter.checks import Finding
from newsletter.workspace.workspace import SETTINGS_FILE

_LINE = re.compile(r"(?P<file>.+):(?P<line>\d+)")


@dataclass(frozen=True, slots=True)
class Spot:
    """One place that a check speaks about: what is the matter there, and the page where it is mended, if any."""

    meaning: str
    place: str
    file: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """All that one check says of an issue."""

    id: str
    severity: str
    remedies: tuple[str, ...]
    waived: str
    spots: tuple[Spot, ...]


def gather(findings: Iterable[Finding], slug: str, files: Collection[str]) -> list[Matter]:
    """Return findings gathered by check, in their order; `files` are the issue's own."""
    return [_matter(list(found), slug, files) for _, found in groupby(findings, attrgetter("id"))]


def by_line(findings: Iterable[Finding], file: str) -> dict[int, list[Finding]]:
    """Return the findings about one file by the number of their line, but for those that were waived."""
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        match = _LINE.fullmatch(finding.where)
        if match and match["file"] == file and not finding.waived:
            found.setdefault(int(match["line"]), []).append(finding)
    return found


def _matter(found: list[Finding], slug: str, files: Collection[str]) -> Matter:
    first = found[0]
    return Matter(
        id=first.id,
        severity=first.severity,
        remedies=tuple(dict.fromkeys(finding.remedy for finding in found)),
        waived=first.waived,
        spots=tuple(_spot(finding, slug, files) for finding in found),
    )


def _spot(finding: Finding, slug: str, files: Collection[str]) -> Spot:
    match = _LINE.fullmatch(finding.where)
    if match is None or match["file"] not in files:
        if finding.where.partition(":")[0] == SETTINGS_FILE:
            return Spot(finding.meaning, "Settings", finding.where, "/settings")
        return Spot(finding.meaning, finding.where)
    field = {"field": finding.field} if finding.field else {}
    query = urlencode({"file": match["file"].removeprefix(f"newsletters/{slug}/"), "line": match["line"]} | field)
    page = f"/issues/{slug}/write?{query}"
    return Spot(finding.meaning, f"Line {match['line']}", match["file"].rpartition("/")[2], page)
