"""Slugs: an issue's short name, which is also its folder's and part of web addresses."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

from newsletter.errors import IssueError

LONGEST = 80
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
# Names that Windows keeps for devices, whatever follows a dot:
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}


def check_slug(slug: str) -> str:
    """Return `slug` if it is safe as a folder's name on every system.

    Raises:
        IssueError: it is not; the hint gives one that is.
    """
    if _SLUG.fullmatch(slug) and len(slug) <= LONGEST and slug not in _DEVICES:
        return slug
    better = slugify(slug)
    hint = f"For example: {better}" if better else "For example: 2026-12-connection"
    raise IssueError(f"'{slug}' cannot be an issue's name: lower-case letters, digits and hyphens only", hint=hint)


def as_slug(typed: str) -> str:
    """Return the name that somebody means by what they typed; what no name can be made of stays as it is."""
    return slugify(typed, longest=LONGEST) or typed


def slugify(text: str, *, longest: int = 60) -> str:
    """Return a slug made from `text`, cut at a word; empty when nothing of it can be used."""
    ascii_only = unicodedata.normalize("NFKD", re.sub(r"['’]", "", text[:1_000])).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")
    if len(slug) > longest:
        slug = slug[: longest + 1].rpartition("-")[0] or slug[:longest]
    return f"{slug}-1" if slug in _DEVICES else slug


def nearest(slug: str, known: Iterable[str]) -> str:
    """Return the known name that `slug` was most likely meant to be, or nothing."""
    return next(iter(difflib.get_close_matches(slug, list(known), n=1, cutoff=0.4)), "")
