"""Themes: found, extended, branded, copied; what is wrong with one is told by file and line."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from newsletter.errors import ThemeError
from newsletter.issues import Issue
from newsletter.rendering import render_issue, sandbox
from newsletter.rendering.contrast import ENOUGH, contrast
from newsletter.rendering.theme import copy_theme, find_themes, open_theme
from newsletter.rendering.tokens import TEXT_ON
from newsletter.workspace import Workspace

from .conftest import with_theme


@pytest.fixture
def own(workspace: Workspace) -> Workspace:
    """A workspace with a theme of its own, copied from the clinic theme and chosen."""
    copy_theme(workspace, "own", "clinic")
    return with_theme(workspace, name="own")


def change(workspace: Workspace, file: str, old: str, new: str) -> None:
    """Change one place of the workspace's own theme."""
    path = workspace.themes_dir / "own" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("source", ["clinic", "digest", "journal", "letter"])
def test_a_copy_looks_the_same(workspace: Workspace, everything: Issue, source: str) -> None:
    """A third theme begins as an exact copy, and needs no Python."""
    copy_theme(workspace, "third", source)
    original = render_issue(with_theme(workspace, name=source), everything).message
    assert render_issue(with_theme(workspace, name="third"), everything).message == original


def test_a_copy_can_be_changed(own: Workspace, everything: Issue) -> None:
    """Words, tokens and blocks of one's own theme show in the mail, at once."""
    before = render_issue(own, everything).message.html
    change(own, "theme.toml", "Here when you need us", "Come and see us")
    change(own, "theme.toml", "body = 17", "body = 19")
    (own.themes_dir / "own" / "blocks" / "rule.html.j2").write_text('<p class="ornament">~ & ~</p>', "utf-8")
    after = render_issue(own, everything).message.html
    assert "Come and see us" in after
    assert "font-size:19px" in after
    assert "~ &amp; ~" in after
    assert "~ &amp; ~" not in before


def test_the_clinics_own_theme_goes_first(workspace: Workspace) -> None:
    """A theme in the workspace hides one of the same name that ships."""
    folder = workspace.themes_dir / "letter"
    folder.mkdir(parents=True)
    (folder / "theme.toml").write_text('extends = "clinic"\n[words]\ncontact = "Mine"\n', "utf-8")
    assert find_themes(workspace)["letter"] == folder
    assert open_theme(with_theme(workspace, name="letter")).tokens["words"]["contact"] == "Mine"


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("foot.mjml.j2", "{{ clinic.name }}", "{{ clinic.nam }}", "foot.mjml.j2:"),
        ("blocks/rule.html.j2", "<p", "{% if %}<p", "rule.html.j2:1"),
        ("blocks/heading.html.j2", "block.level", "block.size", "heading.html.j2:1"),
        ("foot.mjml.j2", "</mj-column>", "</mj-colum", "layout.mjml.j2"),
        ("theme.toml", 'ink = "#23302d"', 'ink = "#263"', "theme.toml"),
        ("theme.toml", "[words]", "[words", "theme.toml"),
        ("theme.toml", 'quiet = "#54625d"', "", "theme.toml"),
        ("theme.toml", "[colors.dark]", "[colors.night]", "theme.toml"),
        ("theme.toml", "width = 600", 'width = "600px"', "theme.toml"),
        ("theme.toml", "side = 44", "", "theme.toml"),
        ("theme.toml", 'crisis = """', 'crysis = """', "theme.toml"),
        ("text.j2", "{% endfor %}", "", "text.j2"),
        ("inlined.css.j2", "blocks.css.j2", "bloks.css.j2", "bloks.css.j2"),
        ("theme.toml", "[fonts]", 'extends = "own"\n[fonts]', "theme.toml"),
    ],
)
def test_a_mistake_in_a_theme_is_named(
    own: Workspace, everything: Issue, file: str, old: str, new: str, place: str
) -> None:
    """Whatever is wrong in a theme's files, the error says in which one."""
    change(own, file, old, new)
    if "extends" in new:  # TOML wants it above the tables
        path = own.themes_dir / "own" / "theme.toml"
        path.write_text('extends = "own"\n' + path.read_text("utf-8").replace('extends = "own"\n', ""), "utf-8")
    with pytest.raises(ThemeError) as caught:
        render_issue(own, everything)
    assert place in caught.value.where


@pytest.mark.parametrize(
    "template",
    [
        "{{ cycler.__init__.__globals__.os.popen('touch pwned') }}",
        "{{ lipsum.__globals__['os'].environ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ set_blocks.__self__.folders }}",
        "{{ theme.update({'words': {}}) }}",
        "{{ '{0.__class__.__mro__}'.format(theme) }}",
        "{{ theme|attr('__class__')|attr('__base__') }}",
        "{{ range(999999999)|list }}",
        "{% set secret = namespace.__init__.__globals__ %}{{ secret }}",
    ],
)
def test_a_theme_runs_no_code(own: Workspace, everything: Issue, template: str) -> None:
    """A theme from somewhere else can reach nothing of the program or the computer."""
    (own.themes_dir / "own" / "blocks" / "rule.html.j2").write_text(template, "utf-8")
    with pytest.raises(ThemeError):
        render_issue(own, everything)
    assert not Path("pwned").exists()


LOOP = "{% for a in range(99999) %}"
EITHER = "than any mail"
"""Takes longer, or makes more: whichever comes first."""


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{% macro m(x) %}{{ m(x) }}{% endmacro %}\n{{ m(1) }}", "calls itself"),
        ("\n{% include 'blocks/rule.html.j2' %}", "calls itself"),
        ("\n{{ 'a' * 999999999 }}", "more than any mail"),
        ("\n{{ ([0] * 999999999)|length }}", "more than any mail"),
        ("\n{{ 9 ** 999999999 }}", "more than any mail"),
        ("\n{{ 'a'|center(999999999) }}", "more than any mail"),
        ("\n{{ ['a']|map('center', 999999999)|list }}", "more than any mail"),
        ("\n{{ 'a'.ljust(999999999) }}", "more than any mail"),
        ("\n{{ '%999999999s' % 'a' }}", "more than any mail"),
        ("\n{{ '%999999999s'|format('a') }}", "more than any mail"),
        ("\n{{ '{:>999999999}'.format('a') }}", "more than any mail"),
        ("\n{{ ('a\nb' * 9999)|indent(99999) }}", "more than any mail"),
        ("\n{{ ('a' * 99999)|replace('a', 'b' * 99999) }}", "more than any mail"),
        ("\n{{ (['a' * 99999] * 99999)|join }}", "more than any mail"),
        ("\n{% set n = namespace(x='ab') %}" + LOOP + "{% set n.x = n.x ~ n.x %}{% endfor %}", "more than any mail"),
        ("\n{% set n = namespace(x='ab') %}" + LOOP + "{% set n.x = n.x + n.x %}{% endfor %}", "more than any mail"),
        ("\n" + LOOP * 3 + "a{% endfor %}{% endfor %}{% endfor %}", EITHER),
        ("\n{% set x %}" + LOOP + "{{ 'a' * 9999 }}{% endfor %}{% endset %}", "more than any mail"),
        ("\n" + LOOP * 3 + "{% if a %}{% endif %}{% endfor %}{% endfor %}{% endfor %}", EITHER),
    ],
)
def test_a_theme_without_end_is_told(
    own: Workspace, everything: Issue, template: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes neither the memory nor the day, and the error says in which file."""
    monkeypatch.setattr(sandbox, "_SECONDS", 0.2 if words == EITHER else 5.0)
    (own.themes_dir / "own" / "blocks" / "rule.html.j2").write_text(template, "utf-8")
    with pytest.raises(ThemeError, match=words) as caught:
        render_issue(own, everything)
    assert "rule.html.j2:" in caught.value.where


def test_what_a_theme_may_calculate(own: Workspace) -> None:
    """Sums, joined words and widths as themes use them."""
    template = (
        "{{ 3 * 4 + 2 ** 3 }} {{ 'ab' * 3 ~ 'c' }} {{ '%05d' % 42 }} {{ ['a', 'b']|join(', ') }} {{ 'x'|center(5) }}|"
    )
    (own.themes_dir / "own" / "blocks" / "rule.html.j2").write_text(f"<p>{template}</p>", "utf-8")
    assert "<p>20 abababc 00042 a, b   x  |</p>" in open_theme(own).render("blocks/rule.html.j2")


def test_a_template_is_not_read_through_a_link_that_leads_out(
    own: Workspace, everything: Issue, tmp_path: Path
) -> None:
    """A theme puts no file of this computer into the mail."""
    secret = tmp_path / "secret.txt"
    secret.write_text("SG.secret", "utf-8")
    template = own.themes_dir / "own" / "blocks" / "rule.html.j2"
    template.unlink(missing_ok=True)
    template.symlink_to(secret)
    with pytest.raises(ThemeError, match="lacks this file"):
        render_issue(own, everything)


def test_a_missing_file_is_named(own: Workspace, everything: Issue) -> None:
    """A theme without one of its files says which."""
    (own.themes_dir / "own" / "blocks" / "quote.html.j2").unlink()
    with pytest.raises(ThemeError, match="lacks this file") as caught:
        render_issue(own, everything)
    assert caught.value.where.endswith("quote.html.j2")


@pytest.mark.parametrize("name", ["Own", "a b", "../x", ""])
def test_a_name_that_is_no_folder_is_refused(workspace: Workspace, name: str) -> None:
    """A theme's name has to be safe as a folder's."""
    with pytest.raises(ThemeError, match="cannot be a theme's name"):
        copy_theme(workspace, name, "clinic")


def test_no_theme_is_written_over(own: Workspace) -> None:
    """A copy never replaces a theme that is there, shipped or own."""
    for name in ("own", "letter"):
        with pytest.raises(ThemeError, match="already"):
            copy_theme(own, name, "clinic")


def test_a_brand_colours_the_mail(workspace: Workspace, everything: Issue) -> None:
    """One colour is enough: its shade for the dark and the text on buttons follow from it."""
    branded = with_theme(workspace, accent="#6b3fa0")
    html = render_issue(branded, everything).message.html
    assert "#6b3fa0" in html
    assert "#1f5c50" not in html
    colours = open_theme(branded).tokens["colors"]
    assert colours["dark"]["accent"] not in {"#6b3fa0", "#93d0bf"}
    assert (colours["light"]["on_accent"], colours["dark"]["on_accent"]) == ("#ffffff", "#000000")


@pytest.mark.parametrize("theme", ["clinic", "digest", "journal", "letter"])
@given(accent=st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_brand_that_can_be_read_on_white_gives_a_palette(workspace: Workspace, theme: str, accent: str) -> None:
    """All grounds, light and dark, follow a color that can be read on white, and all text on them can be read."""
    assume(contrast(accent, "#ffffff") >= ENOUGH)
    colours = open_theme(with_theme(workspace, name=theme, accent=accent)).tokens["colors"]
    assert colours["light"]["accent"] == accent
    for scheme in ("light", "dark"):
        for ink, papers in TEXT_ON.items():
            assert all(contrast(colours[scheme][ink], colours[scheme][paper]) >= ENOUGH for paper in papers)


@pytest.mark.parametrize(("brand", "scheme"), [({"accent": "#8fd0c0"}, "light"), ({"accent_dark": "#30403c"}, "dark")])
def test_a_pale_brand_is_refused_with_the_nearest(workspace: Workspace, brand: dict[str, str], scheme: str) -> None:
    """A colour that cannot be read is refused, and the one that is offered instead is taken."""
    with pytest.raises(ThemeError, match=f"{scheme} colors: accent") as caught:
        open_theme(with_theme(workspace, **brand))
    offered = caught.value.hint.split('"')[1]
    assert caught.value.where.endswith("newsletter.toml")
    open_theme(with_theme(workspace, **dict.fromkeys(brand, offered)))


def test_a_logo_travels_in_the_mail(workspace: Workspace, everything: Issue) -> None:
    """A logo replaces the clinic's name at the top, which becomes its alt text."""
    logo = Path(__file__).parent / "everything" / "images" / "nora.png"
    (workspace.root / "logo.png").write_bytes(logo.read_bytes())
    message = render_issue(with_theme(workspace, logo="logo.png"), everything).message
    assert 'alt="Elm Street Psychiatry" width="48" height="48"' in message.html


def test_a_theme_speaks_spanish(workspace: Workspace, everything: Issue) -> None:
    """The theme's own words follow the issue's language."""
    from dataclasses import replace

    message = render_issue(workspace, replace(everything, language="es-US")).message
    assert "Darse de baja</a>" in message.html
    assert "Darse de baja: " in message.text
    assert "Línea de" in message.text
