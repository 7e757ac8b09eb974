"""The languages of public pages, archive and notices: English in the code, one ``.po`` file for each other one.

Adding a language is adding a file: ``python docs/make_languages.py`` puts in it what there
is to translate.
"""

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parent
ENGLISH = "en"


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of all languages, English first."""
    return (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.po")))


def language_name(code: str) -> str:
    """Return a language's name in that language: "Español"; one that nobody knows is named by its code."""
    try:
        name = Locale.parse(code, sep="-").get_display_name() or code
    except (ValueError, UnknownLocaleError):
        name = code
    return name[:1].upper() + name[1:]


@cache
def translations(language: str) -> NullTranslations:
    """Return the texts of one of `languages()`."""
    if language == ENGLISH:
        return NullTranslations()
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def best_language(wanted: Iterable[str]) -> str:
    """Return the first of the wanted languages, such as "pt-BR", that there is; without any, English."""
    plain = [one.replace("_", "-") for one in wanted if one]
    return negotiate_locale(plain, languages(), sep="-") or ENGLISH


def accepted_languages(header: str) -> list[str]:
    """Return the languages of an ``Accept-Language`` header, the most wanted first (RFC 9110, 12.5.4)."""
    found = []
    for place, part in enumerate(header[:500].split(",")):
        code, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            quality = 0.0
        if code.strip() and quality > 0:
            found.append((-quality, place, code.strip()))
    return [code for _, _, code in sorted(found)]
