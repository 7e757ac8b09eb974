"""The switches of an issue's page: widths, colours, programs, inboxes and sources."""

import re

import pytest
from starlette.datastructures import QueryParams
from starlette.testclient import TestClient

from newsletter.checks.simulation import PROGRAMS
from newsletter.web.desk.look import Look, Scheme, View
from newsletter.workspace import Workspace
from tests.web.looking.posting import ISSUE
from tests.web.samples import PIXEL, write_letter

LONG = "Everything that we know by now about light in winter and how to find more of it before the spring is here again"


@pytest.mark.parametrize("query", ["", "view=tablet&scheme=inverted", "program=gmail&view=phone", "reader=17"])
def test_an_address_shows_the_same_look_again(query: str) -> None:
    """What a look writes into an address, it reads from there."""
    look = Look.from_query(QueryParams(query))

    assert Look.from_query(QueryParams(look.query().lstrip("?"))) == look


@pytest.mark.parametrize(
    "query", ["view=cinema&scheme=blue&pictures=x&program=pine", "reader=ana@example.org", "reader=0"]
)
def test_an_odd_address_shows_the_usual(query: str) -> None:
    """What an address says and the desk does not know is passed over."""
    assert Look.from_query(QueryParams(query)) == Look()


def test_a_program_is_looked_at_where_it_runs() -> None:
    """Outlook for Windows opens on a desktop, Gmail's app on a phone; the person may still choose otherwise."""
    assert Look.from_query(QueryParams("program=outlook-windows")).view is View.DESKTOP
    assert Look.from_query(QueryParams("program=gmail-android")).view is View.PHONE
    assert Look.from_query(QueryParams("program=outlook-windows&view=phone")).query() == (
        "?view=phone&program=outlook-windows"
    )


def test_a_program_turns_colours_in_its_own_way() -> None:
    """“Inverted” is for no program in particular; with one, the dark is as that one has it."""
    assert Look.from_query(QueryParams("program=gmail&scheme=inverted")).scheme is Scheme.DARK


@pytest.mark.parametrize(("view", "width"), [("phone", 375), ("tablet", 744), ("desktop", 1024)])
def test_the_mail_is_shown_at_three_widths(client: TestClient, view: str, width: int) -> None:
    """On a phone, a tablet and a desktop."""
    assert f'data-width="{width}"' in client.get(f"{ISSUE}?view={view}").text


def test_the_mail_is_seen_with_a_programs_eyes(client: TestClient) -> None:
    """What the program drops is gone from the frame, and told beside it, as an approximation with its date."""
    mail = client.get(f"{ISSUE}/mail?program=outlook-windows").text
    page = client.get(f"{ISSUE}?program=outlook-windows").text

    assert "max-width" in client.get(f"{ISSUE}/mail").text
    assert not re.search(r"<div[^>]*max-width", mail)
    assert "<code>max-width on &lt;div&gt;</code>" in page
    assert re.search(r"<b>Outlook for Windows, roughly</b>.*\(of \w+ \d+, 20\d\d\)", page)


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_program_keeps_the_frame_powerless(client: TestClient, program: str, scheme: str) -> None:
    """Words and policy are there with any program's eyes, and no question about colours is left to the browser."""
    answer = client.get(f"{ISSUE}/mail?program={program}&scheme={scheme}")

    assert "the days grow longer again" in answer.text
    assert "prefers-color-scheme" not in answer.text
    assert '<base target="_blank">' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "allow-scripts" not in answer.headers["content-security-policy"]


def test_a_program_that_leaves_colours_alone_stays_light(client: TestClient) -> None:
    """In the dark, Gmail in a browser shows the mail as it is; the page says so."""
    assert "color-scheme:only light" in client.get(f"{ISSUE}/mail?program=gmail&scheme=dark").text
    assert "leaves the colors of a mail alone" in client.get(f"{ISSUE}?program=gmail&scheme=dark").text


def test_colours_are_turned_over(client: TestClient) -> None:
    """Inverted, the mail is dark without its own dark colours, and is said to be an approximation."""
    plain, inverted = client.get(f"{ISSUE}/mail").text, client.get(f"{ISSUE}/mail?scheme=inverted").text

    assert 'style="background:#ffffff' in plain
    assert 'style="background:#ffffff' not in inverted
    assert "Roughly as in programs that invert all colors" in client.get(f"{ISSUE}?scheme=inverted").text


def test_a_change_is_marked_for_every_program(client: TestClient, desk_workspace: Workspace) -> None:
    """The page begins at what was changed, whoever's eyes are borrowed."""
    folder = desk_workspace.issues_dir / "winter-light"
    for letter in ("Snow fell.\n", "Snow fell again.\n"):
        write_letter(folder, letter)
        client.get(ISSUE)

    for look in ("program=outlook-windows", "program=gmail-other&scheme=dark", "scheme=inverted"):
        assert client.get(f"{ISSUE}/mail?{look}").text.count('id="changed"') == 1


def test_inboxes_are_shown_with_what_they_cut(client: TestClient, desk_workspace: Workspace) -> None:
    """A long subject ends early in Gmail on a phone; the page says that this is rough."""
    write_letter(desk_workspace.issues_dir / "winter-light", "Dear all.\n", subject=LONG)
    page = client.get(f"{ISSUE}?view=inbox").text

    assert "Everything that we know by now about…" in page
    assert all(name in page for name in ("Gmail on a phone", "Gmail in a browser", "Apple Mail on iPhone", "Outlook"))
    assert "Roughly: no program says" in page


def test_without_a_preheader_the_first_words_are_shown(client: TestClient, desk_workspace: Workspace) -> None:
    """Where there is no preheader, inboxes show how the mail begins; so does the desk, and says so."""
    issue = desk_workspace.issues_dir / "winter-light" / "issue.md"
    issue.write_text("---\nsubject: Light\n---\n\nSnow fell last night.\n", "utf-8")

    page = client.get(f"{ISSUE}?view=inbox").text

    assert "The mail has no preheader" in page
    assert "Elm Street Psychiatry Snow fell last" in page


def test_the_source_is_shown_as_text(client: TestClient, desk_workspace: Workspace) -> None:
    """The HTML part stands line by line, escaped; above it the head of the mail, to a made-up reader."""
    write_letter(desk_workspace.issues_dir / "winter-light", "Dear {{ first_name or 'all' }}, <b>snow</b> fell.\n")
    page = client.get(f"{ISSUE}?view=source&reader=named").text

    assert "&lt;!DOCTYPE html&gt;" in page
    assert "Dear Maria" in page
    assert "To: reader@example.org" in page
    assert "List-Unsubscribe: &lt;https://example.org/each-reader-has-their-own-link&gt;" in page
    assert "<li><code>" in page


def test_choices_are_offered_where_they_matter(client: TestClient, desk_workspace: Workspace) -> None:
    """Readers only where the mail greets them; pictures only where there are any; colours only where colour is."""
    folder = desk_workspace.issues_dir / "winter-light"
    write_letter(folder, "Good morning.\n")
    assert 'name="reader"' not in client.get(ISSUE).text
    assert 'name="pictures"' not in client.get(ISSUE).text

    (folder / "images" / "window.gif").write_bytes(PIXEL)
    write_letter(folder, "Dear {{ first_name or 'all' }}.\n\n![A window](images/window.gif)\n")
    page = client.get(ISSUE).text
    assert 'name="reader"' in page
    assert 'name="pictures"' in page
    assert 'aria-label="Colours"' not in client.get(f"{ISSUE}?view=text").text


@pytest.mark.parametrize("view", ["phone", "inbox", "text", "source"])
def test_no_choice_is_lost_by_another(client: TestClient, view: str) -> None:
    """What was chosen for the mail stays chosen while its text or an inbox is in sight."""
    page = client.get(f"{ISSUE}?view={view}&program=yahoo&scheme=dark&reader=named").text

    for link in re.findall(r'id="switch-[^"]+" href="([^"]*)"', page):
        assert "program=yahoo" in link
        assert "reader=named" in link
    form = page.partition('id="choices"')[2].partition("</form>")[0]
    assert re.search(r'name="program" value="yahoo"|value="yahoo" selected', form)
    assert 'value="named" selected' in form
    assert 'name="scheme" value="dark"' in form
