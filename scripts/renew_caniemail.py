"""Renew what the checks know of mail programs: run it when a new data set is out, and commit.

    npm pack caniemail && python scripts/renew_caniemail.py caniemail-*.tgz

The data are those of https://www.caniemail.com, as the npm package `caniemail` carries
them (MIT licence). Only what the checks ask is kept: which well-known programs do not
show a feature at all, by their latest test.
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
_NAME = re.compile(r"@?:{0,2}[a-z][a-z-]*(?:\(\))?|display:[a-z]+|<[a-z]+>")
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
    parts = (_TAIL.sub("", part.strip()) for part in re.split(r", | & ", feature["title"]))
    return [part for part in parts if _NAME.fullmatch(part)]


def unsupported(stats: dict[str, Any]) -> list[str]:
    """Return the programs whose latest version does not show the feature."""
    return [
        name
        for (family, platform), name in PROGRAMS.items()
        if (tests := stats.get(family, {}).get(platform)) and str(tests[max(tests, key=_version)]).startswith("n")
    ]


def _version(text: str) -> list[int]:
    """Order versions and months; a month such as 2021-10 is no larger number than version 16."""
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    return [0, *numbers] if re.fullmatch(r"20\d\d-\d\d", text) else [1, *numbers]


if __name__ == "__main__":
    main(sys.argv[1])
