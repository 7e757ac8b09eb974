"""What stands around the words of an issue: top, cards, ways to reach the clinic, and foot."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from newsletter.issues import Issue, load_issue
from newsletter.message import Message
from newsletter.rendering import render_issue
from newsletter.workspace import Workspace

Render = Callable[..., Message]


def with_clinic(workspace: Workspace, **changes: object) -> Workspace:
    """Return the workspace of a clinic with other facts."""
    clinic = replace(workspace.settings.clinic, **changes)  # type: ignore[arg-type]
    return replace(workspace, settings=replace(workspace.settings, clinic=clinic))


def element(html: str, attribute: str) -> str:
    """Return the tag, and the text up to the next one, of the first element with an attribute."""
    found = re.search(rf"<[^>]*{re.escape(attribute)}[^>]*>[^<]*", html)
    return found[0] if found else ""


def write_issue(workspace: Workspace, posts: dict[str, str], *, front: str = "", picture: bool = True) -> Issue:
    """Write an issue whose posts are shown as told, and read it."""
    folder = workspace.issues_dir / "2026-12-cards"
    (folder / "posts").mkdir(parents=True)
    (folder / "images").mkdir()
    Image.new("RGB", (1600, 600), "teal").save(folder / "images" / "hills.jpg")
    order = "".join(f"\n  - {{post: {name}, show: {show}}}" for name, show in posts.items())
    (folder / "issue.md").write_text(f"---\nsubject: Lights\n{front}posts:{order}\n---\n\nDear reader,\n", "utf-8")
    for name in posts:
        image = "image: images/hills.jpg\nimage_alt: Low hills\n" if picture else ""
        text = f"The first words of {name}. The second sentence. The third one.\n\n## Later\n\nThe end."
        front_matter = f"title: On {name}\nlink: https://example.org/{name}\n{image}"
        (folder / "posts" / f"{name}.md").write_text(f"---\n{front_matter}---\n\n{text}\n", "utf-8")
    return load_issue(workspace, folder.name)


def test_the_top_says_which_issue_it_is(themed: Workspace) -> None:
    """The newsletter's name, tagline, month and number, and where to read it in a browser."""
    named = with_clinic(themed, newsletter="Steady", tagline="Notes for hard seasons")
    issue = write_issue(named, {"tea": "full"}, front="number: 12\nlink: https://example.org/12\n")
    message = render_issue(named, issue).message
    for words in ("Steady", "Notes for hard seasons", "December\N{NO-BREAK SPACE}2026", "No.\N{NO-BREAK SPACE}12"):
        assert words in message.html
    assert "View in browser" in element(message.html, 'href="https://example.org/12"')
    top = ("Steady", "Notes for hard seasons", "December 2026 · No. 12", "View in browser: https://example.org/12", "")
    assert message.text.startswith("\n".join(top))


def test_without_a_page_there_is_no_link_to_it(themed: Workspace) -> None:
    """Nobody is sent to a page that is not there."""
    message = render_issue(themed, write_issue(themed, {"tea": "full"})).message
    assert "View in browser" not in message.html + message.text


@pytest.mark.parametrize(("front", "top"), [("", "Elm Street Psychiatry"), ("headline: Six Lights\n", "Six Lights")])
def test_one_title_leads_an_issue_of_many(themed: Workspace, front: str, top: str) -> None:
    """The one h1 is the headline, or the name at the top; the subject is not repeated."""
    message = render_issue(themed, write_issue(themed, {"tea": "full", "walks": "teaser"}, front=front)).message
    assert re.findall(r"<h1[^>]*>([^<]*)", message.html) == [top]
    assert ">Lights<" not in message.html.partition("<body")[2]


def test_each_post_is_shown_as_told(themed: Workspace) -> None:
    """All of it, its first paragraphs, a card of two sentences, or its title; each but the first leads on."""
    shows = {"walks": "full", "chairs": "opening", "lamps": "teaser", "tea": "title"}
    message = render_issue(themed, write_issue(themed, shows)).message
    for part in (message.html, message.text):
        assert part.count("The end.") == 1
        assert "The third one." in part.partition("first words of chairs")[2][:80]
        assert "The third one." not in part.partition("first words of lamps")[2]
        assert "first words of tea" not in part
    assert re.findall(r'href="(https://example.org/[a-z]+)"[^>]*aria-label="Read on', message.html) == [
        f"https://example.org/{name}" for name in ("chairs", "lamps", "tea")
    ]


def test_the_list_of_posts_leads_to_each(themed: Workspace) -> None:
    """From three posts on, a list at the top leads to each title in the mail."""
    message = render_issue(themed, write_issue(themed, {"walks": "full", "lamps": "teaser", "tea": "title"})).message
    places = re.findall(r'href="#([^"]+)"', message.html)
    assert [element(message.html, f'id="{place}"')[:2] for place in places] == ["<h"] * 3


def test_a_card_shows_the_middle_of_its_picture(workspace: Workspace) -> None:
    """A card's picture has its own size in the mail, three to two whatever the file's is."""
    message = render_issue(workspace, write_issue(workspace, {"walks": "full", "lamps": "teaser"})).message
    (card,) = re.findall(r'<img [^>]*class="image thumb"[^>]*>', message.html)
    width, height = (int(re.search(rf'{side}="(\d+)"', card)[1]) for side in ("width", "height"))  # type: ignore[index]
    assert width / height == pytest.approx(1.5, abs=0.02)
    assert 'alt="Low hills"' in card
    assert len(message.images) == 2


def test_a_letter_carries_no_picture_that_it_does_not_show(workspace: Workspace) -> None:
    """A theme without pictures on its cards does not send them along."""
    theme = replace(workspace.settings.theme, name="letter")
    plain = replace(workspace, settings=replace(workspace.settings, theme=theme))
    assert len(render_issue(plain, write_issue(plain, {"walks": "full", "lamps": "teaser"})).message.images) == 1


@pytest.mark.parametrize("booking", ["", "https://example.org/book"])
def test_the_clinic_can_be_reached_at_a_tap(themed: Workspace, booking: str) -> None:
    """Number, address and website can be seen and tapped; a page for booking goes before the website."""
    clinic = with_clinic(themed, booking=booking, hours="Mon to Fri, 9 AM to 5 PM")
    message = render_issue(clinic, write_issue(clinic, {"tea": "full"})).message
    assert "508-555-0100" in element(message.html, 'href="tel:+15085550100"')
    assert 'href="mailto:hello@elmstreet.example.org"' in message.html
    assert "www.elmstreet.example.org" in message.html
    assert "Book a visit" in element(message.html, f'href="{booking}"') if booking else "Book" not in message.html
    assert "Mon to Fri, 9 AM to 5 PM" in message.html
    assert "Hours: Mon to Fri, 9 AM to 5 PM" in message.text


@pytest.mark.parametrize(
    ("address", "mapped"),
    [
        ("12 Elm Street, Springfield, MA 01101", True),
        ("P.O. Box 77, Springfield, MA 01101", False),
        ("PO Box 77, Springfield, MA 01101", False),
        ("Post Office Box 77, Springfield, MA 01101", False),
    ],
)
def test_a_street_is_shown_on_a_map(themed: Workspace, address: str, mapped: bool) -> None:  # noqa: FBT001
    """The postal address leads to a map, unless nobody can go there."""
    clinic = with_clinic(themed, postal_address=address)
    html = render_issue(clinic, write_issue(clinic, {"tea": "full"})).message.html
    assert ("google.com/maps/search" in html) is mapped
    assert address in html


def test_pages_elsewhere_have_names(themed: Workspace) -> None:
    """Links to social networks say in words where they lead, and load nothing."""
    pages = ("https://www.instagram.com/elm", "https://m.facebook.com/elm", "https://blog.example.org/")
    clinic = with_clinic(themed, social=pages)
    message = render_issue(clinic, write_issue(clinic, {"tea": "full"}, picture=False)).message
    for page, name in zip(pages, ("Instagram", "Facebook", "blog.example.org"), strict=True):
        assert element(message.html, f'href="{page}"').endswith(f">{name}")
        assert f"{name}: {page}" in message.text
    assert "<img" not in message.html


def test_a_theme_from_before_still_works(workspace: Workspace) -> None:
    """A layout that sets the whole issue into one text, with tokens of its own, needs no change."""
    folder = workspace.themes_dir / "own"
    folder.mkdir(parents=True)
    (folder / "theme.toml").write_text('extends = "clinic"\n[colors.light]\naccent = "#7a3b1d"\n', "utf-8")
    (folder / "layout.mjml.j2").write_text(
        '<mjml lang="{{ page.language }}" dir="{{ page.direction }}"><mj-head>\n{% include "head.mjml.j2" %}\n'
        '</mj-head><mj-body width="600px" css-class="canvas">\n{% include "preheader.mjml.j2" %}\n'
        '<mj-section css-class="paper"><mj-column><mj-text>\n{% include "contents.mjml.j2" %}\n'
        '<p class="foot">{{ clinic.postal_address }} <a class="foot-link" href="{{ unsubscribe }}">Unsubscribe</a></p>'
        "</mj-text></mj-column></mj-section></mj-body></mjml>",
        "utf-8",
    )
    theme = replace(workspace.settings.theme, name="own")
    own = replace(workspace, settings=replace(workspace.settings, theme=theme))
    html = render_issue(own, write_issue(own, {"walks": "full", "lamps": "teaser"})).message.html
    for words in ("On walks", "On lamps", "Read on", "#7a3b1d", "12 Elm Street"):
        assert words in html


def test_the_sample_has_no_gaps(everything_html: str, tmp_path: Path) -> None:
    """Whatever a theme leaves out, no empty heading, link or paragraph stands in its place."""
    (tmp_path / "mail.html").write_text(everything_html, "utf-8")
    assert not re.search(r"<(h\d|a|li|strong)\b[^>]*>\s*</\1>", everything_html)
