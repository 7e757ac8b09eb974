"""The templates of a package's own web pages: the desk's, the archive's and the public ones."""

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from newsletter.languages import translations


def page_templates(package: str, extensions: Sequence[str] = ()) -> Environment:
    """Return the templates in a package's folder ``templates``; they escape everything."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=extensions,
    )


@cache
def translated_templates(package: str, language: str) -> Environment:
    """Return the same with texts in one of `newsletter.languages.languages`."""
    environment = page_templates(package, ["jinja2.ext.i18n"])
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    return environment
