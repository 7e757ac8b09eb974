"""Pasted text: boilerplate goes, structure is found, and no sentence is lost."""

import datetime as dt
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import SourceError
from newsletter.posts import Reading, Source
from newsletter.posts.markdown import plain_lines
from newsletter.posts.reader import read_post
from newsletter.workspace import Clinic

NOON = dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC)
CLINIC = Clinic(
    name="Elm Street Psychiatry",
    website="https://www.elmstreet.example.org",
    phone="508-555-0100",
    email="hello@elmstreet.example.org",
    postal_address="12 Elm Street, Springfield, MA 01101",
)
PROSE = "A walk at noon helps more than it seems, and it costs nothing at all."


def read(text: str, modified: dt.datetime | None = NOON, title: str = "") -> Reading:
    return read_post(Source(data=text.encode(), name="post.txt", modified=modified), CLINIC, title=title)


def outline(text: str) -> list[str]:
    return re.findall(r"^#+ .*|^\*\*.*?\*\*", read(text).post.body, re.MULTILINE)


CONNECTED = f"""\
The Value of Rest: Why Pausing Is Part of the Work
- Kim Vale
- 11 hours ago
- 3 min read
{PROSE}
🌐 www.elmstreet.example.org | 📞 (508) 555-0100 | 💌 hello@elmstreet.example.org

How Rest Works in the Body
The body repairs itself while we sleep. Several hormones take part, and each of these hormones has its hour.
Key Hormones Involved
Melatonin
It rises in the evening, when the light fades and the house grows quiet.
Cortisol
It wakes us in the morning and should be low by the time we go to bed.
When these hormones keep their hours, the rest of the body follows.
Rest and Daily Life
Modern days leave few gaps. We tend to fill those that remain with a screen.
Practical Ways to Rest More
Nobody needs a retreat for this. Here are some steps that anyone can take:
Close the Laptop
Choose an hour and keep to it for one week.
Nap
Twenty minutes are enough for most of us.
Final Thoughts
{PROSE}
Comments
"""


def test_sections_subheadings_and_items() -> None:
    """The outline of a post from the clinic's website, copied without any markup."""
    assert outline(CONNECTED) == [
        "## How Rest Works in the Body",
        "### Key Hormones Involved",
        "**Melatonin**",
        "**Cortisol**",
        "## Rest and Daily Life",
        "## Practical Ways to Rest More",
        "**Close the Laptop**",
        "**Nap**",
        "## Final Thoughts",
    ]


def test_closing_paragraph_belongs_to_the_section() -> None:
    """What is said of all items is a paragraph of its own, not the last item's."""
    body = read(CONNECTED).post.body
    assert "\n\nWhen these hormones keep their hours, the rest of the body follows.\n\n" in body
    assert "**Cortisol**  \nIt wakes us in the morning" in body


def test_facts_are_taken_from_the_boilerplate() -> None:
    """Author and date are kept as facts and leave the body."""
    reading = read(CONNECTED)
    assert (reading.post.author, reading.post.date) == ("Kim Vale", dt.date(2026, 11, 20))
    assert [dropped.line for dropped in reading.dropped] == [2, 3, 4, 6, 26]


def test_relative_date_without_a_time_is_dropped() -> None:
    """What comes through a pipe has no time to count from."""
    post = read(CONNECTED, modified=None).post
    assert post.date is None
    assert "hours ago" not in post.body


def test_every_line_has_its_reason() -> None:
    """Each line of the source is accounted for, once."""
    decisions = read(CONNECTED).decisions
    lines = [number for number, line in enumerate(CONNECTED.splitlines(), 1) if line.strip()]
    assert [decision.line for decision in decisions] == lines
    assert all(decision.reason and decision.became for decision in decisions)


@pytest.mark.parametrize(
    "line",
    [
        "Call us today: 508.555.0100",
        "Phone: (508) 555-0100",
        "✉️ hello@elmstreet.example.org",
        "Visit us online at https://www.elmstreet.example.org/",
        "Elm Street Psychiatry | 12 Elm Street, Springfield, MA 01101 | +1 508 555 0100",
        "📍 12 Elm Street, Springfield MA 01101",
        "📍 12 Elm St., Ste. 4, Springfield, Massachusetts 01101",
    ],
)
def test_own_contact_line_is_dropped(line: str) -> None:
    """The contact block says it already, however it is written, wherever it stands."""
    for text in (f"A Title\n{line}\n{PROSE}", f"A Title\n{PROSE}\n{line}\n{PROSE}", f"A Title\n{PROSE}\n{line}"):
        reading = read(text)
        assert [dropped.text for dropped in reading.dropped] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Crisis line: 988-555-0199",
        "📞 508-555-0100 | or the crisis line 508-555-0911",
        "www.elmstreet.example.com",
        "help@elmstreet.example.net",
        "Call 508-555-0100 if you would like to join the Tuesday group.",
        "12 Elm Street, Shelbyville, MA 01101",
        "Crisis Line: 988",
        "Springfield, MA 01101",
    ],
)
def test_other_contact_line_stays(line: str) -> None:
    """Somebody else's number may be the one that matters most."""
    assert line in plain_lines(read(f"A Title\n{PROSE}\n{line}\n{PROSE}").post.body)


def test_own_address_in_several_lines() -> None:
    """It is known together with what stands beside it; the town alone is not."""
    address = "Elm Street Psychiatry\n12 Elm Street, Suite 4\nSpringfield, MA 01101\n508-555-0100"
    assert read(f"A Title\n\n{PROSE}\n\n{address}\n\n{PROSE}").post.body == f"{PROSE}\n\n{PROSE}"


def test_somebody_elses_address() -> None:
    """It stays together: no headings, and no list with the clinic's own."""
    others = "Taunton Emergency Services\n108 West Main Street\nTaunton, MA 02780"
    text = f"A Title\n\n{PROSE}\n\n{others}\n12 Elm Street, Springfield, MA 01101\n\n{PROSE}"
    assert read(text).post.body.split("\n\n") == [PROSE, others.replace("\n", "  \n"), PROSE]


def test_numbers_to_call_are_no_address() -> None:
    """In a list each line says whose number it is, so they are not one address."""
    numbers = "Crisis Line: 413-555-0190\nPoison Control: 800-222-1222\nThe night nurse: 413-555-0142"
    assert "  \n" not in read(f"A Title\n\n{PROSE}\n\n{numbers}\n\n{PROSE}").post.body


def test_lines_that_announce_are_no_headings() -> None:
    """A colon makes headings of three lines that name what follows, and of none that are sentences."""
    announced = "".join(f"{name}:\n- One thing\n- And another\n\n" for name in ("You may try", "Signs include", "Ask"))
    assert outline(f"A Title\n\n{PROSE}\n\n{announced}{PROSE}") == []


def test_links_to_other_posts_between_paragraphs() -> None:
    """They go where the page set them, and stay where they are entries of a list."""
    link = "READ MORE: Is It Winter Blues?"
    assert link not in read(f"A Title\n\n{PROSE}\n\n{link}\n\n{PROSE}").post.body
    listed = f"A Title\n\n{PROSE}\n\n- Sleep by Ann Lee\n- {link}\n\n{PROSE}"
    assert link in "\n".join(plain_lines(read(listed).post.body))


def test_outline_numbers() -> None:
    """Numbers with a point tell the levels, and stay."""
    first = f"1. Before the Visit\n1.1 Paperwork\n{PROSE}\n1.2 Questions\n{PROSE}"
    text = f"A Title\n{PROSE}\n{first}\n2. After It\n2.1 Rest\n{PROSE}"
    assert outline(text) == [
        "## 1. Before the Visit",
        "### 1.1 Paperwork",
        "### 1.2 Questions",
        "## 2. After It",
        "### 2.1 Rest",
    ]


def test_siblings_in_capitals() -> None:
    """They are of one level, however many there are."""
    items = "".join(f"{name}\n{PROSE}\n" for name in ("SET LIMITS", "ASK FOR HELP", "KEEP ROUTINES"))
    text = f"A Title\n{PROSE}\nWHAT CAN HELP\n{items}WHEN TO CALL US\n{PROSE}"
    assert outline(text) == [
        "## WHAT CAN HELP",
        "**SET LIMITS**",
        "**ASK FOR HELP**",
        "**KEEP ROUTINES**",
        "## WHEN TO CALL US",
    ]


def test_table() -> None:
    """Lines that tabs part are a table, and nothing in its cells is lost."""
    body = read(f"A Title\n{PROSE}\nMedicine\tDose\nA | B\t50 mg\nC\t\n{PROSE}").post.body
    assert "| Medicine | Dose |\n| --- | --- |\n| A \\| B | 50 mg |\n" in body


def test_long_question_among_others() -> None:
    """One of several questions is a heading, however long."""
    long = "What should I do when my child will not get out of bed and I have to be at work at eight?"
    text = f"A Title\n{PROSE}\nWhat is it?\n{PROSE}\n{long}\n{PROSE}\nWho can help?\n{PROSE}"
    assert outline(text) == ["## What is it?", f"## {long}", "## Who can help?"]


def test_who_said_it() -> None:
    """One long dash below a quotation is no list."""
    for quotation in ("“Let food be thy medicine, and medicine be thy food.”", "Let food be thy medicine."):
        body = read(f"A Title\n{PROSE}\n\n{quotation}\n\n— Hippocrates (maybe)\n\n{PROSE}").post.body
        assert "- Hippocrates" not in body
        assert "— Hippocrates (maybe)" in body


def test_list_led_by_letters() -> None:
    """Its entries keep their letters, the first as the others."""
    assert "- a) Sleep\n- b) Eat\n- c) Walk" in read(f"A Title\n{PROSE}\na) Sleep\nb) Eat\nc) Walk\n{PROSE}").post.body


def test_counted_headings() -> None:
    """Where "Myth 1" is a heading, "Myth 2" is one, too."""
    text = f"A Title\n{PROSE}\n\nMyth #1: It Will Pass\n\n{PROSE}\n\nMyth #2: I will have to take it forever\n\n{PROSE}"
    assert outline(text) == ["## Myth #1: It Will Pass", "## Myth #2: I will have to take it forever"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (" \n\t\n", "is empty"),
        (f"{PROSE} {PROSE} {PROSE}\n{PROSE}", "has no title"),
        ("A Title\n", "no text"),
        ("Share\nFacebook\n3 min read\nComments", "no text"),
        ("%PDF-1.7 …", "is a PDF"),
        ("{\\rtf1 …", "is a rich text file"),
    ],
)
def test_what_is_no_post(text: str, words: str) -> None:
    """Each is refused with what to do about it."""
    with pytest.raises(SourceError, match=words) as caught:
        read(text)
    assert caught.value.hint


def test_given_title_makes_the_first_line_text() -> None:
    """Who gives a title has none in the text."""
    post = read(f"{PROSE} {PROSE}\n{PROSE}", title="Noon").post
    assert (post.title, post.body) == ("Noon", f"{PROSE} {PROSE}\n\n{PROSE}")


@pytest.mark.parametrize(
    "line",
    [
        "Two * three * four is _not_ markup, and neither is a_b_c or <b>this</b> &amp; that.",
        "# 1 of our reasons is that nobody asked, which is reason enough.",
        "1986. It was a cold winter, and the lake froze from shore to shore.",
        "+ more of the same is what we usually get when we do not decide.",
        "`Code`, [links](https://example.org) and ![pictures](x.png) are only text in here, too.",
        "Dear {{ first_name }}, these braces are in the post and stay as they are, {% always %}.",
        "C:\\new\\table is a path, \\* is not, and ~~nothing~~ is struck out of this sentence.",
        "    Four spaces make no code block, for it was only pasted with them in front.",
    ],
)
def test_marks_in_the_text_stay_text(line: str) -> None:
    """What the author typed is what readers see; nothing becomes markup by accident."""
    (shown,) = plain_lines(read(f"A Title\n{line}").post.body)
    assert shown == " ".join(line.split())


def test_braces_never_become_a_merge_tag() -> None:
    """Two braces in a post are written so that they stay braces."""
    assert "{{" not in read("A Title\nDear {{ first_name }}, this is what a letter may begin with.").post.body


WORDS = st.sampled_from(
    re.findall(r"\w+", "rest light walk evening friend kitchen breath sleep garden letter quiet slow often")
)
SENTENCE = st.lists(WORDS, min_size=7, max_size=18).map(lambda words: " ".join(words).capitalize() + ".")
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=4).map(" ".join)
HEADING = st.lists(WORDS, min_size=1, max_size=6).map(lambda words: " ".join(words).title())
BULLET = st.tuples(st.sampled_from(["• ", "- ", "* ", "•\t", "– "]), SENTENCE).map("".join)
MARKED = st.tuples(st.sampled_from(["*", "_", "#", "`", "> ", "<i>", "&lt;", "1) ", "~~", "| ", "{{"]), SENTENCE)
BOILERPLATE = st.sampled_from(
    ["3 min read", "12 views 0 comments", "Share this post", "Leave a Reply", "0 comments", "#calm #rest"]
)
PART = st.one_of(PARAGRAPH, HEADING, BULLET, MARKED.map("".join), BOILERPLATE, st.just(""))


@given(title=HEADING, parts=st.lists(PART, min_size=1, max_size=25), last=PARAGRAPH)
def test_no_sentence_is_lost(title: str, parts: list[str], last: str) -> None:
    """Whatever the text is made of, each of its sentences arrives once and in order."""
    body = read("\n".join([f"On {title} and More", *parts, last])).post.body
    shown = "\n".join(plain_lines(body))
    sentences = re.findall(r"[A-Z][a-z ]+\.", "\n".join([*parts, last]))
    assert re.findall(r"[A-Z][a-z ]+\.", shown) == sentences


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=80)
)
def test_any_text_is_shown_as_it_is(text: str) -> None:
    """No character sequence turns into markup or disappears."""
    line = f"{PROSE} {unicodedata.normalize('NFC', text).strip()} and so on, as it was."
    assert "".join(plain_lines(read(line, title="A Title").post.body)).split() == line.split()
