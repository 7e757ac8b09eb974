"""Renew what the checks know of mail programs: run it when a new data set is out, and commit.

    npm pack caniemail && python scripts/renew_caniemail.py caniemail-*.tgz

The data are those of https://www.caniemail.com, as the npm package `caniemail` carries
them (MIT licence). Only what the checks and the simulation ask is kept: which well-known
programs do not show a feature at all, by their latest test; on which elements alone a
program shows it; and what Gmail's app drops for an account that is not Google's.
"""

import json
import re
import sys
import tarfile
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "src" / "newsletter" / "checks" / "data" / "caniemail.json"
PROGRAMS = {
    ("gmail", "desktop-webmail"): "Gmail",
    ("gmail", "ios"): "Gmail on iPhone",
    ("gmail", "android"): "Gmail on Android",
    ("apple-mail", "macos"): "Apple Mail",
    ("apple-mail", "ios"): "Apple Mail on iPhone",
    ("outlook", "windows"): "Outlook for Windows",
    ("outlook", "macos"): "Outlook for Mac",
    ("outlook", "outlook-com"): "Outlook.com",
    ("outlook", "ios"): "Outlook on iPhone",
    ("outlook", "android"): "Outlook on Android",
    ("yahoo", "desktop-webmail"): "Yahoo Mail",
    ("samsung-email", "android"): "Samsung Email",
    ("thunderbird", "macos"): "Thunderbird",
}
SELECTORS = {
    "Adjacent sibling combinator": "selector +",
    "Attribute selector": "selector [",
    "Child combinator": "selector >",
    "General sibling combinator": "selector ~",
    "Universal selector *": "selector *",
}
"""What the data set describes in words."""
_NAME = re.compile(r"@?:{0,2}[a-z][a-z-]*(?:\(\))?|display:[a-z]+|<[a-z]+>|@media \([a-z-]+\)|\[[a-z-]+\]")
_ATTRIBUTE = re.compile(r"([a-z-]+) attribute")
_ONLY = re.compile(r"[Oo]nly (?:works|supported) on (?:the )?((?:`<\w+>`(?:, | or |))+|table cells)")
_NOT = re.compile(r"[Nn]ot supported on ((?:`<\w+>`(?:, | or | and |))+) ?elements")
_OTHER_ACCOUNT = re.compile(r"(?:^|\. )Not supported with non Google accounts")
_TAIL = re.compile(r" (?:element|property|CSS property|shorthand|properties)$|: [a-z]+$|:column$|\s+$")


def main(archive: str) -> None:
    """Read the package and write the derived file."""
    with tarfile.open(archive) as package:
        member = package.extractfile("package/data/caniemail.json")
        if member is None:
            sys.exit("there is no data file in this package")
        data = json.load(member)
    derived = {
        "source": "https://www.caniemail.com, through the npm package caniemail",
        "licence": "MIT, Copyright Avi Goldman, Andrew Powell",
        "updated": data["last_update_date"][:10],
        "features": dict(sorted(features(data["data"]).items())),
        "limits": dict(sorted(limits(data["data"]).items())),
        "other_account": sorted(set(other_account(data["data"]))),
    }
    TARGET.write_text(json.dumps(derived, indent=1, ensure_ascii=False) + "\n", "utf-8")


def features(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return each feature that some program does not show, by the name that a mail uses."""
    return {
        name: {"url": feature["url"], "unsupported": programs}
        for feature in found
        if (programs := unsupported(feature["stats"]))
        for name in names(feature)
    }


def names(feature: dict[str, Any]) -> list[str]:
    """Return what the feature is called in CSS or HTML; nothing for what the checks do not ask."""
    if feature["category"] == "image":
        return [f"image/{feature['slug'].removeprefix('image-')}"]
    if feature["title"] in SELECTORS:
        return [SELECTORS[feature["title"]]]
    attribute = _ATTRIBUTE.fullmatch(feature["title"])
    if attribute:
        return [f"[{attribute[1]}]"]
    parts = (_TAIL.sub("", part.strip()) for part in re.split(r", | & ", feature["title"]))
    return [part for part in parts if _NAME.fullmatch(part)]


def unsupported(stats: dict[str, Any]) -> list[str]:
    """Return the programs whose latest version does not show the feature."""
    return [name for place, name in PROGRAMS.items() if latest(stats, *place).startswith("n")]


def latest(stats: dict[str, Any], family: str, platform: str) -> str:
    """Return a program's latest verdict: ``y``, ``n``, ``a`` (almost) with notes, or nothing."""
    tests = stats.get(family, {}).get(platform)
    return str(tests[max(tests, key=_version)]) if tests else ""


def limits(found: list[dict[str, Any]]) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return the styles that a program shows on some elements only: ``only`` on these, or ``not`` on these."""
    return {
        name: programs
        for feature in found
        if feature["category"] == "css" and (programs := limited(feature))
        for name in names(feature)
        if not name.startswith(":")
    }


def limited(feature: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    """Return for each program on which elements alone it shows a feature."""
    programs = {}
    for place, name in PROGRAMS.items():
        notes = latest_notes(feature, *place)
        only, never = _ONLY.search(notes), _NOT.search(notes)
        if only:
            programs[name] = {"only": tags(only[1]) or ["td", "th"]}
        elif never:
            programs[name] = {"not": tags(never[1])}
    return programs


def other_account(found: list[dict[str, Any]]) -> list[str]:
    """Return what Gmail's app for Android drops, or drops where the account is not Google's."""
    return [
        name
        for feature in found
        if feature["category"] != "image"
        if latest(feature["stats"], "gmail", "android").startswith("n")
        or _OTHER_ACCOUNT.search(latest_notes(feature, "gmail", "android"))
        for name in names(feature)
    ]


def latest_notes(feature: dict[str, Any], family: str, platform: str) -> str:
    """Return the notes to a program's latest verdict, where it is ``a`` (almost)."""
    verdict = latest(feature["stats"], family, platform)
    notes = feature["notes_by_num"] or {}
    return " ".join(notes.get(number, "") for number in re.findall(r"#(\d+)", verdict)) if verdict[:1] == "a" else ""


def tags(text: str) -> list[str]:
    """Return the elements that a note names."""
    return re.findall(r"<(\w+)>", text)


def _version(text: str) -> list[int]:
    """Order versions and months; a month such as 2021-10 is no larger number than version 16."""
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    return [0, *numbers] if re.fullmatch(r"20\d\d-\d\d", text) else [1, *numbers]


if __name__ == "__main__":
    main(sys.argv[1])
