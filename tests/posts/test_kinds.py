"""Kinds of posts that are easily read wrongly, each with what makes it so."""

import datetime as dt
import re

import pytest

from newsletter.posts import Source
from newsletter.posts.feed import list_feed, read_entry
from newsletter.posts.reader import read_post
from tests.posts.test_pasted import CLINIC, NOON, PROSE, outline, read

MORE = "Start with the hour at which you get up, and keep it the same all week."


def body(text: str) -> str:
    return read(text).post.body


@pytest.mark.parametrize(
    ("head", "author", "date"),
    [
        ("Sleeping Well in Winter\nBy Ruth Vale July 10, 2025", "Ruth Vale", dt.date(2025, 7, 10)),
        ("Sleeping Well in Winter\nPosted by ruthwriter on July 10, 2025", "ruthwriter", dt.date(2025, 7, 10)),
        ("Ruth Vale\nDec 136 min read\nSleeping Well in Winter", "Ruth Vale", dt.date(2025, 12, 13)),
        ("Sleeping Well in Winter\n31 de mayo de 2024", "", dt.date(2024, 5, 31)),
        ("Sleeping Well in Winter\n4 mars 2025", "", dt.date(2025, 3, 4)),
        ("Sleeping Well in Winter\n- 19 de fev.\n- 2 min de leitura", "", dt.date(2026, 2, 19)),
        ("Sleeping Well in Winter\nRuth Vale, Ph.D.\nDirector, Child Psychiatry", "Ruth Vale, Ph.D.", None),
    ],
)
def test_who_wrote_it_and_when(head: str, author: str, date: dt.date | None) -> None:
    """However themes print it in one row, glue it together, or say it in another language."""
    post = read(f"{head}\n\n{PROSE}\n\n{MORE}").post
    assert (post.title, post.author, post.date) == ("Sleeping Well in Winter", author, date)
    assert post.body == f"{PROSE}\n\n{MORE}"


def test_stanzas_of_two_lines() -> None:
    """They are no headings with a line of text below each."""
    stanzas = [
        "The kettle knows  \nWhat the window does not",
        "I stood by the stove  \nAnd counted to nine",
        "All is as it should be  \nFor today at least",
        "I let it come in  \nWe drank what there was",
    ]
    text = f"A Small Poem\n\n{PROSE}\n\n" + "\n\n".join(stanzas) + f"\n\n{MORE}"
    assert body(text).split("\n\n")[1:-1] == stanzas


def test_somebody_speaks_in_a_poem() -> None:
    """A spoken line is one of the stanza's, and no quotation."""
    poem = "She said,\n“Come in from the cold,”\nas if it were easy\nto cross a floor\nand sit."
    assert body(f"A Small Poem\n\n{PROSE}\n\n{poem}").endswith(poem.replace("\n", "  \n"))


def test_groups_of_a_recipe() -> None:
    """The name of each group stands above its own list."""
    groups = "Soup\n\n1 lb. of carrots, peeled\n\n½ tsp ground cumin\n\nTopping\n\n2 tbsp yogurt\n\n1 tsp honey"
    read_as = body(f"A Warm Bowl\n\n{PROSE}\n\nHere is the short list.\n\nIngredients\n\n{groups}")
    assert "- 1 lb. of carrots, peeled\n- ½ tsp ground cumin" in read_as
    assert re.search(r"^(?:#+ |\*\*)Topping", read_as, re.MULTILINE)


def test_numbered_headings_with_lists_between() -> None:
    """They are one series, and stand on one level."""
    parts = [
        f"{number}. {name}\n{PROSE} They may show:\nTrouble with tasks\nTears over nothing\nA short temper\n{MORE}"
        for number, name in enumerate(("A Long Day", "Too Little Food (More Common Than You Think)", "Noise"), start=1)
    ]
    levels = re.findall(r"^(#+) \d\.", body("Why Evenings Are Hard\n" + PROSE + "\n" + "\n".join(parts)), re.MULTILINE)
    assert len(levels) == 3
    assert len(set(levels)) == 1


def test_pairs_are_read_alike() -> None:
    """Numbers are kept, and what is a heading once is one each time."""
    first = f"1. Myth: It can stop your heart.\n\nTruth: {MORE}"
    text = f"Two Myths\n\n{PROSE}\n\n{first}\n\n2. Myth: You will faint.\n\nTruth: {PROSE}"
    found = [line for line in body(text).replace("\\", "").split("\n") if "Myth:" in line]
    assert [re.sub(r"\d.*", "", line) for line in found] in ([""] * 2, ["## "] * 2, ["### "] * 2)
    assert [re.search(r"\d\.", line) is not None for line in found] == [True, True]


def test_names_above_what_is_said() -> None:
    """In an interview they are set bold, and what is short below them is no heading."""
    turns = "\n\n".join(
        f"Harbor:\n{asks}\n\nRuth:\n{says}"
        for asks, says in (("Is it hard?", "The coffee."), ("Will you stay?", PROSE))
    )
    assert outline(f"A Talk\n\n{PROSE}\n\n{turns}") == ["**Harbor**", "**Ruth**"] * 2


def test_notes_are_no_headings() -> None:
    """However short one is."""
    notes = f"[1] and if you have none, borrow some. {MORE}\n[2] see: Winter Hours — SleepWell\n[3] https://a.example/b"
    read_as = body(f"A Title\n{PROSE}[1]\nWhat Helps at Night\n{MORE}[2]\nNotes:\n{notes}")
    assert re.findall(r"^#+ .*\[.*", read_as, re.MULTILINE) == []
    assert "## What Helps at Night" in read_as


def test_a_menu_that_nobody_knows() -> None:
    """Its entries go with those that stand among them, and none becomes the title or the author."""
    menu = "Home\nWhat We Do\nNews\nGet Involved\nDONATE NOW\n← Back to news"
    post = read(f"{menu}\nSleeping Well in Winter\nMay 31, 2024\n{PROSE}\n{MORE}\nRecent Posts\nPatience at Home").post
    assert (post.title, post.author, post.body) == ("Sleeping Well in Winter", "", f"{PROSE}\n\n{MORE}")


EXPORT = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Harbor</title>{}</channel></rss>"""
ITEM = """<item><title>{}</title><link>https://clinic.example/a</link><content:encoded><![CDATA[<p>{}</p>]]>
</content:encoded><wp:post_type>{}</wp:post_type><wp:status>{}</wp:status></item>"""


def test_export_of_wordpress() -> None:
    """It holds more than posts, and posts that nobody may read yet."""
    kinds = [("Logo", "attachment", "inherit"), ("Fees", "page", "publish"), ("Not Yet", "post", "draft")]
    items = [ITEM.format(title, PROSE, kind, status) for title, kind, status in [*kinds, ("Sleep", "post", "publish")]]
    source = Source(data=EXPORT.format("".join(items)).encode(), name="export.xml", modified=NOON)
    assert [entry.title for entry in list_feed(source, CLINIC)] == ["Sleep"]


def test_feed_that_has_only_the_beginning() -> None:
    """It says so, and where the rest is."""
    item = f"<item><title>Sleep</title><link>https://clinic.example/a</link><description>{PROSE[:40]}...</description></item>"
    data = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Harbor</title>{item}</channel></rss>'.encode()
    source = Source(data=data, name="feed.xml")
    reading = read_entry(list_feed(source, CLINIC)[0], source, CLINIC)
    assert [note for note in reading.notes if "only the beginning" in note and "https://clinic.example/a" in note]


def test_page_that_was_clipped_as_markdown() -> None:
    """The cards and the comments below the post go; what its author wrote stays."""
    cards = "[![Patience](https://a.example/a.png)](https://a.example/b)\n\n## Comments\n\n* * *\n\nWrite a comment..."
    source = Source(data=f"# Sleep\n\n{PROSE}\n\n## What Helps\n\n{MORE}\n\n{cards}\n".encode(), name="post.md")
    assert read_post(source, CLINIC).post.body == f"{PROSE}\n\n## What Helps\n\n{MORE}"


def test_note_that_is_only_a_link() -> None:
    """It is the author's source, and no row of links."""
    note = "<p><a href='#r2'>[2]</a> <a href='https://sleep.example/hours'>https://sleep.example/hours</a></p>"
    page = f"<html><body><article><h1>Sleep</h1><p>{PROSE}</p><p>{MORE}</p><p>Notes:</p>{note}</article></body></html>"
    assert "https://sleep.example/hours" in read_post(Source(data=page.encode(), name="a.html"), CLINIC).post.body


def test_a_title_stands_above_the_first_sentence() -> None:
    """In a text that nothing of a page surrounds: a line that looks more like a title may be a heading below it."""
    reading = read("On Rest and More\nRest rest rest 1.\nRest Rest Rest\nSteady Steady\nRest rest rest rest rest 2.")
    assert reading.post.title == "On Rest and More"
