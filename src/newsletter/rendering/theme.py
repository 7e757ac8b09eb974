"""A theme: a folder with design tokens, a layout, and one template a block."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from newsletter.errors import ThemeError
from newsletter.files import explained
from newsletter.formatting import bare_address
from newsletter.rendering.blocks import Block
from newsletter.rendering.sandbox import Sandbox, limited
from newsletter.rendering.textpart import block_text, paragraph_text, title_text
from newsletter.rendering.tokens import (
    Tokens,
    branded,
    in_language,
    merged,
    read_tokens,
    refuse_gaps,
    refuse_weak_contrast,
)
from newsletter.shipped import shipped_themes
from newsletter.workspace import Workspace
from newsletter.workspace.values import slug

TOKENS_FILE = "theme.toml"
THEME_PICTURE = "theme.png"


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme as its folders hold it: its own, then the one that it extends, if any."""

    folders: tuple[Path, ...]
    tokens: Tokens

    @property
    def folder(self) -> Path:
        """The theme's own folder."""
        return self.folders[0]

    @property
    def text_width(self) -> int:
        """How many pixels wide text and pictures may be."""
        width: int = self.tokens["space"]["width"] - 2 * self.tokens["space"]["side"]
        return width

    def render(self, template: str, **values: object) -> str:
        """Return the text that `template` makes of `values`.

        Raises:
            ThemeError: the template is missing or has a mistake; the error names its line.
        """
        try:
            with limited():
                found = _environment(self.folders).get_template(template)
                return found.render(theme=self.tokens, set_blocks=self.set_blocks, **values)
        except jinja2.TemplateNotFound as err:
            hint = "Copy it from the theme that this one was made from."
            raise ThemeError("the theme lacks this file", where=self.folder / str(err.name), hint=hint) from err
        except jinja2.TemplateSyntaxError as err:
            raise ThemeError(str(err.message), where=f"{err.filename}:{err.lineno}") from err
        except RecursionError as err:
            place = _place_in_template(err, self.folder / template)
            raise ThemeError("this theme calls itself again and again, without end", where=place) from err
        except MemoryError as err:
            place = _place_in_template(err, self.folder / template)
            raise ThemeError("this theme makes more than any mail holds", where=place) from err
        except (jinja2.TemplateRuntimeError, TypeError, ValueError, OverflowError) as err:
            raise ThemeError(str(err), where=_place_in_template(err, self.folder / template)) from err

    def set_blocks(self, blocks: Iterable[Block]) -> Markup:
        """Return the HTML of `blocks`, each by its own template."""
        return Markup("\n").join(
            Markup(self.render(f"blocks/{block.kind}.html.j2", block=block))  # noqa: S704 - the templates escape
            for block in blocks
        )


def open_theme(workspace: Workspace, language: str = "en") -> Theme:
    """Return the theme that the workspace's settings name, in the clinic's colours.

    Raises:
        ThemeError: there is no such theme, its `theme.toml` cannot be read, or its colours
            leave text that cannot be read.
    """
    brand = workspace.settings.theme
    folders = tuple(_with_extended(workspace, brand.name))
    tokens: Tokens = {}
    for folder in reversed(folders):
        tokens = merged(tokens, read_tokens(folder / TOKENS_FILE))
    refuse_gaps(tokens, folders[0] / TOKENS_FILE)
    tokens = branded(in_language(tokens, language), brand)
    is_branded = brand.accent or brand.accent_dark
    refuse_weak_contrast(tokens, workspace.root / "newsletter.toml" if is_branded else folders[0] / TOKENS_FILE)
    return Theme(folders, tokens)


def find_themes(workspace: Workspace) -> dict[str, Path]:
    """Return the folders of all themes by name; the clinic's own go before those that ship."""
    found: dict[str, Path] = {}
    for themes in (workspace.themes_dir, shipped_themes()):
        for path in sorted(themes.glob(f"*/{TOKENS_FILE}")):
            found.setdefault(path.parent.name, path.parent)
    return found


def about_theme(folder: Path) -> str:
    """Return what the theme in `folder` says of itself in one sentence, or nothing.

    Raises:
        ThemeError: its `theme.toml` cannot be read.
    """
    return str(read_tokens(folder / TOKENS_FILE).get("about", ""))


def theme_folder(workspace: Workspace, name: str, where: str | Path = "theme.name in newsletter.toml") -> Path:
    """Return the folder of a theme.

    Raises:
        ThemeError: there is no such theme.
    """
    themes = find_themes(workspace)
    if name not in themes:
        raise ThemeError(
            f"there is no theme named {name}", where=where, hint=f"There are: {', '.join(sorted(themes))}."
        )
    return themes[name]


def copy_theme(workspace: Workspace, name: str, source: str) -> Path:
    """Copy the theme `source` into the workspace as `name`, whole or not at all, and return its folder.

    Raises:
        ThemeError: the name cannot be used, or there is no theme to copy.
        WorkspaceError: the folder cannot be written.
    """
    try:
        slug(name)
    except ValueError as err:
        raise ThemeError(f"{name} cannot be a theme's name", hint=f"Use {err}.") from err
    if name in find_themes(workspace) or (workspace.themes_dir / name).exists():
        raise ThemeError(f"there is already a theme named {name}", hint="Choose another name.")
    origin, target = theme_folder(workspace, source, where="--from"), workspace.themes_dir / name
    with explained(target):
        workspace.themes_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=workspace.themes_dir, prefix=".new-") as draft:
            shutil.copytree(origin, Path(draft) / name, ignore=shutil.ignore_patterns(".*", THEME_PICTURE))
            (Path(draft) / name).replace(target)
    return target


def _with_extended(workspace: Workspace, name: str) -> Iterator[Path]:
    """Return a theme's folder and the one of the theme that it extends, and so on."""
    seen: list[str] = []
    where: str | Path = "theme.name in newsletter.toml"
    while name:
        folder = theme_folder(workspace, name, where)
        if name in seen:
            raise ThemeError(f"themes extend each other in a circle: {' → '.join([*seen, name])}", where=where)
        yield folder
        seen.append(name)
        where = folder / TOKENS_FILE
        name = str(read_tokens(where).get("extends", ""))


class _TemplatesInside(jinja2.FileSystemLoader):
    """Reads templates from a theme's folders, and follows no link that leads out of them."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, filename, is_current = super().get_source(environment, template)
        if not any(Path(filename).resolve().is_relative_to(Path(folder).resolve()) for folder in self.searchpath):
            raise jinja2.TemplateNotFound(template)
        return source, filename, is_current


@cache
def _environment(folders: tuple[Path, ...]) -> jinja2.Environment:
    """Return where templates are found and kept; a changed file is read again.

    A theme may come from anywhere, so its templates can only see what they are given: no
    attribute that leads to the program or this computer, and no change to any value.
    They make no more than a mail can hold.
    """
    environment = Sandbox(
        loader=_TemplatesInside(folders),
        autoescape=_escapes,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,  # the MJML engine wants a line break between the parts of a head
    )
    environment.filters |= {
        "bare": bare_address,
        "blocks_text": block_text,
        "breakable": breakable,
        "dialled": dialled,
        "upper_title": title_text,
        "wrapped": paragraph_text,
    }
    return environment


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
