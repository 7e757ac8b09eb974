"""Brings the files of languages up to date: each text of pages and mails, with the translation there is.

Run it after a change of a text: ``python docs/make_languages.py``. For a new language, add its
code: ``python docs/make_languages.py de``.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from newsletter.languages import FOLDER, languages

SOURCES = Path(__file__).parents[1] / "src" / "newsletter"
PLACES = ("archive", "services", "web/public")
_METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.j2", "jinja2")]
_TRIMMED = {"trim_blocks": "true", "lstrip_blocks": "true"}
_OPTIONS = {"**.html": _TRIMMED, "**.j2": _TRIMMED}


def texts() -> Iterator[str]:
    """Give each text that is to be translated."""
    for place in PLACES:
        for found in extract_from_dir(SOURCES / place, _METHODS, _OPTIONS):
            yield str(found[2])


def updated(code: str) -> Catalog:
    """Return a language's texts as they should be in its file: all that there are, and no others."""
    path = FOLDER / f"{code}.po"
    known = Catalog(locale=code)
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=code)
    fresh = Catalog(locale=code, fuzzy=False)
    for text in sorted(set(texts())):
        found = known.get(text)
        fresh.add(text, found.string if found else "")
    return fresh


def main() -> None:
    for code in [*languages()[1:], *sys.argv[1:]]:
        catalog = updated(code)
        with (FOLDER / f"{code}.po").open("wb") as file:
            write_po(file, catalog, width=100, omit_header=True)


if __name__ == "__main__":
    main()
