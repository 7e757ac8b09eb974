"""The settings that staff may need to change, changed at the desk."""

import io
import re
import sys
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

from newsletter.workspace import Workspace, open_workspace
from tests.web.sending.conftest import set_settings
from tests.web.sitting import Sitting

PAGE = "/settings"
COMMENT = "# this stays"


def _form(page: str) -> dict[str, str]:
    """Return what the page's form would send if nothing were touched."""
    form = page[page.index('<form class="settings"') : page.index("</form>", page.index('<form class="settings"'))]
    fields = {}
    for tag in re.findall(r"<input [^>]*>", form):
        given = {name: unescape(value) for name, value in re.findall(r'([a-z-]+)="([^"]*)"', tag)}
        if given.get("type") == "file":
            continue
        if given.get("type") not in {"checkbox", "radio"} or tag.rstrip(">").endswith(" checked"):
            fields[given["name"]] = given["value"]
    for name, text in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form):
        fields[name] = unescape(text)
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        value, words = re.findall(r'<option(?: value="([^"]*)")? selected>([^<]*)', options)[0]
        fields[name] = unescape(value or words)
    return fields


def _save(sitting: Sitting, **answers: str) -> tuple[int, str]:
    """Open the page, type these answers (``clinic_phone``), and save."""
    typed = {name.replace("_", ".", 1): text for name, text in answers.items()}
    answer = sitting.post(PAGE, **_form(sitting.see(PAGE)) | typed)
    return answer.status_code, answer.text


def _file(workspace: Workspace) -> str:
    return (workspace.root / "newsletter.toml").read_bytes().decode("utf-8")


def test_what_is_typed_is_written(sitting: Sitting, desk_workspace: Workspace) -> None:
    """It is in the file, beside all that was there, and holds for the desk at once."""
    set_settings(desk_workspace, f"[web]  {COMMENT}\n")
    status, page = _save(sitting, clinic_phone="(508) 555-0123", team_reviewers="ana@example.org\r\nben@example.org")

    assert status == 200
    assert "Saved: Telephone, Reviewers." in page
    settings = open_workspace(desk_workspace.root).settings
    assert settings.clinic.phone == "(508) 555-0123"
    assert settings.team.reviewers == ("ana@example.org", "ben@example.org")
    assert COMMENT in _file(desk_workspace)
    assert "Send to the 2 reviewers" in sitting.see("/issues/winter-light/send")
    assert "(508) 555-0123" in sitting.see("/issues/winter-light/mail")


@pytest.mark.skipif(sys.platform == "win32", reason="such permissions are not known there")
def test_who_may_read_the_file_stays_as_it_was(sitting: Sitting, desk_workspace: Workspace) -> None:
    """It may hold a database's password."""
    path = desk_workspace.root / "newsletter.toml"
    for number, mode in enumerate((0o600, 0o664)):
        path.chmod(mode)
        _save(sitting, clinic_phone=f"508-555-012{number}")
        assert path.stat().st_mode & 0o777 == mode


@pytest.mark.skipif(sys.platform == "win32", reason="links want a right there that few have")
def test_a_file_behind_a_link_is_the_one_that_is_written(
    sitting: Sitting, desk_workspace: Workspace, tmp_path: Path
) -> None:
    """The link stays one."""
    path, real = desk_workspace.root / "newsletter.toml", tmp_path / "elsewhere.toml"
    path.rename(real)
    path.symlink_to(real)
    _save(sitting, clinic_phone="508-555-0123")
    assert path.is_symlink()
    assert "508-555-0123" in real.read_text("utf-8")


def test_the_same_in_other_letters_is_no_change(sitting: Sitting, desk_workspace: Workspace) -> None:
    """What says the same as the file leaves the file alone: a remark in a list stays."""
    set_settings(desk_workspace, '[team]\nreviewers = [\n  "ana@example.org", # Ana\n  "ben@example.org",\n]')
    before = _file(desk_workspace)
    assert "Nothing was changed." in _save(sitting, team_reviewers="ana@example.org; ben@example.org")[1]
    assert _file(desk_workspace) == before


def test_a_page_that_is_only_saved_changes_nothing(sitting: Sitting, desk_workspace: Workspace) -> None:
    """Not a byte, so that the file stays as whoever looks after it has written it."""
    before = _file(desk_workspace)
    assert "Nothing was changed." in _save(sitting)[1]
    assert _file(desk_workspace) == before


def test_a_change_can_be_undone(sitting: Sitting, desk_workspace: Workspace) -> None:
    """Undo writes what was there before, a tick and an empty answer, too."""
    before = open_workspace(desk_workspace.root).settings
    page = _save(sitting, team_approval="yes", theme_accent="#235b52", clinic_name="Elm & Oak")[1]
    assert open_workspace(desk_workspace.root).settings.team.approval

    undone = sitting.undo(page)
    assert undone.status_code == 200
    assert open_workspace(desk_workspace.root).settings == before


def test_what_stood_there_comes_back_to_the_letter(sitting: Sitting, desk_workspace: Workspace) -> None:
    """Quotes and blanks that nobody would type, and what the page would not take from anybody."""
    path = desk_workspace.root / "newsletter.toml"
    odd = path.read_text("utf-8").replace(
        'name = "Elm Street Psychiatry"', """name = '"Elm"  Street "Mind & Body"'""", 1
    )
    odd = odd.replace("newsletter@elmstreet.example.org", "elm@gmail.com")
    path.write_text(odd, "utf-8")
    before = open_workspace(desk_workspace.root).settings

    page = _save(sitting, clinic_name="Elm & Oak", sender_from_email="news@elm.example.org")[1]
    assert open_workspace(desk_workspace.root).settings.clinic.name == "Elm & Oak"
    assert sitting.undo(page).status_code == 200
    assert open_workspace(desk_workspace.root).settings == before


def test_undo_does_not_take_back_what_came_after(sitting: Sitting, desk_workspace: Workspace) -> None:
    """A later change stands, and nothing is left in the form that the next save would bring back."""
    first = _save(sitting, clinic_phone="508-555-0111")[1]
    _save(sitting, clinic_phone="508-555-0122")

    answer = sitting.undo(first)
    assert answer.status_code == 422
    assert "changed once more since" in answer.text
    assert "508-555-0100" not in answer.text
    assert open_workspace(desk_workspace.root).settings.clinic.phone == "508-555-0122"


def test_two_people_change_different_things(sitting: Sitting, desk_workspace: Workspace) -> None:
    """A page that is older than the file brings nothing back of what it showed."""
    older = _form(sitting.see(PAGE))
    _save(sitting, team_approval="yes", clinic_postal_address="9 Oak Lane, Salem, MA 01970")

    answer = sitting.post(PAGE, **older | {"clinic.phone": "508-555-0123"})
    assert "Saved: Telephone." in answer.text
    settings = open_workspace(desk_workspace.root).settings
    assert settings.team.approval
    assert settings.clinic.postal_address == "9 Oak Lane, Salem, MA 01970"
    assert settings.clinic.phone == "508-555-0123"


def test_two_people_change_the_same_thing(sitting: Sitting, desk_workspace: Workspace) -> None:
    """Who comes second sees what the first wrote, before it is written over."""
    older = _form(sitting.see(PAGE))
    _save(sitting, clinic_name="Elm & Oak")

    answer = sitting.post(PAGE, **older | {"clinic.name": "Elm & Ash", "clinic.phone": "508-555-0123"})
    assert answer.status_code == 422
    assert "This was changed elsewhere meanwhile, to: Elm &amp; Oak." in answer.text
    assert open_workspace(desk_workspace.root).settings.clinic.name == "Elm & Oak"
    assert open_workspace(desk_workspace.root).settings.clinic.phone == "508-555-0100"

    again = sitting.post(PAGE, **_form(answer.text))
    assert "Saved: The clinic’s name, Telephone." in again.text
    assert open_workspace(desk_workspace.root).settings.clinic.name == "Elm & Ash"


WRONG = [
    ("clinic_phone", "none", "Expected a phone number with its area code."),
    ("clinic_email", "hello at elm", "Expected an email address."),
    ("clinic_name", "  ", "Expected one line of text."),
    ("clinic_timezone", "Boston", "Expected the name of a time zone; did you mean America/New_York?<"),
    ("clinic_website", "elm street", "Expected a web address"),
    ("sender_from_email", "elm@gmail.com", "Use an address on the clinic's own domain"),
    ("team_reviewers", "ana@example.org; ben", "Expected an email address as entry 2 of the list."),
    ("sender_from_email", '"elm@gmail.com"', "Nearly every inbox rejects newsletters from gmail.com"),
    ("delivery_undo_window", "5m", "SendGrid wants something from 15m to 72h."),
    ("delivery_countdown", "2h", "The desk waits for an hour (1h) at most."),
    ("theme_accent", "#ffffee", "Light colors: accent (#ffffee) cannot be read on paper"),
    ("theme_name", "none", "There is no theme named none."),
    ("theme_accent", "green", "Expected a color of six digits"),
    ("delivery_countdown", "soon", "Expected a number with s, m, h or d"),
    ("clinic_name", "x" * 5_000, "This is too long."),
]


@pytest.mark.parametrize(("name", "typed", "said"), WRONG)
def test_an_answer_that_cannot_be(
    sitting: Sitting, desk_workspace: Workspace, name: str, typed: str, said: str
) -> None:
    """It is told at its place, everything typed stays, and nothing at all is written."""
    before = _file(desk_workspace)
    status, page = _save(sitting, **{name: typed, "clinic_postal_address": "9 Oak Lane, Salem, MA 01970"})

    assert status == 422
    assert said.casefold() in unescape(page).replace("</p>", "<").casefold()
    assert page.count("aria-invalid") == 1
    assert "9 Oak Lane, Salem, MA 01970" in page
    assert _file(desk_workspace) == before


def test_what_people_add_or_leave_out_is_forgiven(sitting: Sitting, desk_workspace: Workspace) -> None:
    """Blanks, quotes, and a website without its https://."""
    _save(sitting, clinic_name=' "Elm  Street" ', clinic_website="elm.example.org")

    clinic = open_workspace(desk_workspace.root).settings.clinic
    assert (clinic.name, clinic.website) == ("Elm Street", "https://elm.example.org")


def test_a_theme_that_is_broken_stops_nothing_else(sitting: Sitting, desk_workspace: Workspace) -> None:
    """The telephone can be corrected all the same."""
    set_settings(desk_workspace, '[theme]\nname = "gone"')
    assert "Saved: Telephone." in _save(sitting, clinic_phone="508-555-0123")[1]


def test_a_broken_file_is_mended_first(sitting: Sitting, desk_workspace: Workspace) -> None:
    """The page tells what is wrong with it, overwrites nothing, and keeps what was typed for afterwards."""
    good = _file(desk_workspace)
    fields = _form(sitting.see(PAGE))
    set_settings(desk_workspace, "[team]\napproval = maybe")
    broken = _file(desk_workspace)
    assert "is not valid TOML" in sitting.see(PAGE)

    answer = sitting.post(PAGE, **fields | {"clinic.name": "Elm & Oak"})
    assert answer.status_code == 422
    assert "is not valid TOML" in answer.text
    assert _file(desk_workspace) == broken

    (desk_workspace.root / "newsletter.toml").write_text(good, "utf-8")
    assert "Saved: The clinic’s name." in sitting.post(PAGE, **_form(answer.text)).text


def test_nothing_secret_is_shown(sitting: Sitting, desk_workspace: Workspace) -> None:
    """Neither where the database is, whose address may hold a password, nor any key."""
    set_settings(desk_workspace, '[smtp]\nuser = "postmaster"')
    page = sitting.see(PAGE)
    assert "sqlite:" not in page
    assert "postmaster" not in page


def test_names_are_text(sitting: Sitting) -> None:
    """Whatever is typed is shown as it is, in the page and after it was saved."""
    evil = "<script>alert(1)</script>"
    assert evil not in _save(sitting, clinic_name=evil)[1]
    assert evil not in sitting.see(PAGE)
    assert evil not in sitting.see("/issues/winter-light/mail")


def test_other_pages_lead_there(sitting: Sitting) -> None:
    """Where a setting is what keeps somebody from going on, the page is one step away."""
    assert 'href="/settings#team-reviewers"' in sitting.see("/issues/winter-light/send")
    _save(sitting, clinic_postal_address="PLACEHOLDER")
    assert "This is still the sample’s." in sitting.see(PAGE)


def test_a_theme_is_chosen_by_its_picture(sitting: Sitting, desk_workspace: Workspace) -> None:
    """Each that ships has one, and says what it is for; a broken one of the clinic's own says what is wrong."""
    own = desk_workspace.themes_dir / "ours"
    own.mkdir(parents=True)
    (own / "theme.toml").write_text('extends = "clinic', "utf-8")
    page = sitting.see(PAGE)

    for name in ("clinic", "digest", "journal", "letter"):
        assert f'id="theme-{name}"' in page
        picture = sitting.client.get(f"/settings/themes/{name}.png")
        assert picture.headers["content-type"] == "image/png"
        assert picture.content.startswith(b"\x89PNG")
    assert "Personal: words on white" in page
    assert "Cannot be read" in page
    assert sitting.client.get("/settings/themes/ours.png").status_code == 404
    assert sitting.client.get("/settings/themes/nowhere.png").status_code == 404

    _save(sitting, theme_name="letter")
    assert open_workspace(desk_workspace.root).settings.theme.name == "letter"


def test_a_logo_is_handed_in_shown_and_taken_away(sitting: Sitting, desk_workspace: Workspace) -> None:
    """The mail has it at once; Undo brings the name back, and so does the tick."""
    assert sitting.client.get("/settings/logo").status_code == 404
    files = {"theme.logo.file": ("Our Logo.png", _picture())}
    page = sitting.post_files(PAGE, files, **_form(sitting.see(PAGE))).text

    assert "Saved: Logo." in page
    settings = open_workspace(desk_workspace.root).settings
    assert settings.theme.logo.startswith("images/our-logo-")
    assert (desk_workspace.root / settings.theme.logo).is_file()
    assert sitting.client.get("/settings/logo").content.startswith(b"\x89PNG")
    mail = sitting.see("/issues/winter-light/mail")
    assert f'alt="{settings.clinic.name}"' in mail

    assert sitting.undo(page).status_code == 200
    assert open_workspace(desk_workspace.root).settings.theme.logo == ""
    sitting.post_files(PAGE, files, **_form(sitting.see(PAGE)))
    assert "Saved: Logo." in _save(sitting, theme_logo="")[1]
    assert open_workspace(desk_workspace.root).settings.theme.logo == ""


def test_what_is_no_picture_is_no_logo(sitting: Sitting, desk_workspace: Workspace) -> None:
    """It is said at its place, and nothing is written."""
    before = _file(desk_workspace)
    files = {"theme.logo.file": ("logo.svg", b"<svg/>")}
    answer = sitting.post_files(PAGE, files, **_form(sitting.see(PAGE)) | {"clinic.phone": "508-555-0123"})

    assert answer.status_code == 422
    assert re.search(r'id="theme-logo-wrong">Logo.svg ', answer.text)
    assert "508-555-0123" in answer.text
    assert _file(desk_workspace) == before
    assert not (desk_workspace.root / "images").exists()


def test_menus_keep_what_stands_in_the_file(sitting: Sitting, desk_workspace: Workspace) -> None:
    """Also where it is none of what they offer; a choice is written as the file has it."""
    set_settings(desk_workspace, '[delivery]\ncountdown = "42s"\nundo_window = "60m"')
    page = sitting.see(PAGE)
    assert "<option selected>42s</option>" in page
    assert '<option value="1h" selected>1 hour</option>' in page
    assert "Nothing was changed." in _save(sitting)[1]

    _save(sitting, delivery_countdown="2m", clinic_timezone="America/Chicago")
    settings = open_workspace(desk_workspace.root).settings
    assert settings.delivery.countdown == timedelta(minutes=2)
    assert settings.clinic.timezone.key == "America/Chicago"


def _picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", (300, 120), (35, 91, 82, 255)).save(made, "PNG")
    return made.getvalue()
