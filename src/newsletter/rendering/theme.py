"""A theme: a folder with design tokens, a layout, and one template a block."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from newsletter.errors import ThemeError
from newsletter.rendering.blocks import Block
from newsletter.rendering.textpart import block_text, paragraph_text, title_text
from newsletter.workspace import Workspace

_SHIPPED = (Path(__file__).parents[1] / "templates", Path(__file__).parents[3] / "templates")
"""Where the themes of this program lie: in the wheel, or in a checkout beside `src`."""


@dataclass(frozen=True)
class Theme:
    """A theme as its folder holds it; templates are read when they are used."""

    folder: Path
    tokens: Mapping[str, Any]

    def render(self, template: str, **values: object) -> str:
        """Return the text that `template` makes of `values`.

        Raises:
            ThemeError: the template is missing or has a mistake; the error names its line.
        """
        try:
            return self._environment.get_template(template).render(theme=self.tokens, **values)
        except jinja2.TemplateNotFound as err:
            hint = "Copy it from the theme that this one was made from."
            raise ThemeError("the theme lacks this file", where=self.folder / str(err), hint=hint) from err
        except jinja2.TemplateSyntaxError as err:
            raise ThemeError(str(err.message), where=f"{err.filename}:{err.lineno}") from err
        except jinja2.UndefinedError as err:
            raise ThemeError(str(err.message), where=_place_in_template(err, self.folder / template)) from err

    def set_blocks(self, blocks: Iterable[Block]) -> Markup:
        """Return the HTML of `blocks`, each by its own template."""
        return Markup("\n").join(
            Markup(self.render(f"blocks/{block.kind}.html.j2", block=block))  # noqa: S704 - the templates escape
            for block in blocks
        )

    @cached_property
    def _environment(self) -> jinja2.Environment:
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(self.folder),
            autoescape=_escapes,  # noqa: S701 - a function decides: HTML is escaped, text is not
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals["set_blocks"] = self.set_blocks
        environment.filters |= {
            "blocks_text": block_text,
            "breakable": breakable,
            "dialled": dialled,
            "upper_title": title_text,
            "wrapped": paragraph_text,
        }
        return environment


def open_theme(workspace: Workspace) -> Theme:
    """Return the theme that the workspace's settings name: its own folder first, then a shipped one.

    Raises:
        ThemeError: there is no such theme, or its `theme.toml` cannot be read.
    """
    name = workspace.settings.theme.name
    for themes in (workspace.themes_dir, *_SHIPPED):
        if (themes / name / "theme.toml").is_file():
            return Theme(themes / name, _read_tokens(themes / name / "theme.toml"))
    known = sorted(
        {found.parent.name for themes in (workspace.themes_dir, *_SHIPPED) for found in themes.glob("*/theme.toml")}
    )
    raise ThemeError(
        f"there is no theme named {name}", where="theme.name in newsletter.toml", hint=f"There are: {', '.join(known)}."
    )


def _read_tokens(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise ThemeError(f"is not valid TOML: {err}", where=path) from err


def _escapes(name: str | None) -> bool:
    return name is not None and name.endswith((".mjml.j2", ".html.j2"))


def _place_in_template(err: BaseException, template: Path) -> str:
    """Return the template's line at which `err` arose: the last of its frames in a template."""
    place, frame = str(template), err.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename.endswith(".j2"):
            place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
        frame = frame.tb_next
    return place


def dialled(phone: str) -> str:
    """Return a telephone number as a ``tel:`` link takes it (RFC 3966); ten digits are North American."""
    digits = re.sub(r"\D", "", phone)
    return f"+{digits}" if phone.strip().startswith("+") else f"+1{digits}" if len(digits) == 10 else digits


def breakable(address: str) -> Markup:
    """Return a mail address that may go on in a second line, but only before its ``@``."""
    local, _, domain = address.rpartition("@")
    return Markup("{}<wbr />@{}").format(local, domain)
