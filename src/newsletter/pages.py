"""The templates of a package's own web pages: the desk's, the archive's and the public ones."""

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined


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
