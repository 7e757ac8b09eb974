"""The head of an article: who wrote it and when, however the page says it."""

import datetime as dt

import pytest

from tests.posts.test_pasted import PROSE, read


@pytest.mark.parametrize(
    ("head", "author", "date"),
    [
        ("Winter Light\nPosted by Kim Vale on 11/3/2026 in Events", "Kim Vale", dt.date(2026, 11, 3)),
        ("Winter Light\nPosted on November 3, 2026 by Kim Vale in Sleep, Rest", "Kim Vale", dt.date(2026, 11, 3)),
        ("Winter Light\nby Kim Vale", "Kim Vale", None),
        ("Kim Vale\nYesterday at 4:12 PM ·\n\nWinter Light", "Kim Vale", dt.date(2026, 11, 19)),
        ("Kim Vale, LICSW\n\nWinter Light", "Kim Vale, LICSW", None),
        ("Winter Light\nKim Vale\nKim Vale\n\nFollow\n4 min read\n·\nNov 3, 2026", "Kim Vale", dt.date(2026, 11, 3)),
    ],
)
def test_author_and_date(head: str, author: str, date: dt.date | None) -> None:
    """They become facts of the post, and nothing of them is left in its text."""
    post = read(f"{head}\n\n{PROSE}\n\n{PROSE}").post
    assert (post.title, post.author, post.date, post.body) == ("Winter Light", author, date, f"{PROSE}\n\n{PROSE}")


@pytest.mark.parametrize(
    "html",
    [
        "<p>Winter Light<br>By Kim Vale<br>November 3, 2026</p><p>{prose}</p>",
        "<p><b>Winter Light</b><br>By Kim Vale<br>November 3, 2026</p><p>{prose}</p>",
        "<h1>Winter Light</h1><p>By Kim Vale<br>November 3, 2026<br>{prose}</p>",
        "<html><title>Winter Light</title><body><h1>Winter Light</h1><p>By Kim Vale<br>Nov 3, 2026</p><p>{prose}</p>",
    ],
)
def test_a_head_parted_by_line_breaks(html: str) -> None:
    """The lines of one paragraph are what lines of their own are."""
    post = read(html.format(prose=PROSE)).post
    told = (post.title, post.author, post.date, post.body)
    assert told == ("Winter Light", "Kim Vale", dt.date(2026, 11, 3), PROSE)


@pytest.mark.parametrize(
    ("line", "author", "date"),
    [
        ("Por Marina Lobo", "Marina Lobo", None),
        ("Por Marina Lobo — 19 de fev. de 2026", "Marina Lobo", dt.date(2026, 2, 19)),
        ("Publicado em 05/08/2025 por Marina Lobo", "Marina Lobo", dt.date(2025, 8, 5)),
        ("24 de agosto de 2025 por Marina", "Marina", dt.date(2025, 8, 24)),
        ("Publicado el 8/3/2026", "", dt.date(2026, 3, 8)),
        ("Publicado: 15-ene-2026", "", dt.date(2026, 1, 15)),
        ("quinta-feira, 12 de junho de 2025", "", dt.date(2025, 6, 12)),
        ("Publié le 14 novembre 2025 par Dr Anne Petit", "Dr Anne Petit", dt.date(2025, 11, 14)),
        ("Propos recueillis par Anne Petit, le 18/11/2025", "Anne Petit", dt.date(2025, 11, 18)),
        ("Mis en ligne le jeudi 22 janvier 2026", "", dt.date(2026, 1, 22)),
        ("Von Jonas Adler, am 4.6.2026", "Jonas Adler", dt.date(2026, 6, 4)),
        ("Posted on 4/6/2026 by Kim Vale", "Kim Vale", dt.date(2026, 4, 6)),
        ("Por admin", "", None),
        ("Octubre de 2025", "", None),
    ],
)
def test_bylines_in_other_languages(line: str, author: str, date: dt.date | None) -> None:
    """The day stands before the month where a line is not in English."""
    post = read(f"A Linha\n{line}\n\n{PROSE}\n\n{PROSE}").post
    assert (post.title, post.author, post.date, post.body) == ("A Linha", author, date, f"{PROSE}\n\n{PROSE}")


def test_author_again_at_the_end() -> None:
    """The line "Written by …" and the name above it go; a name that signs the post stays."""
    head = f"Winter Light\nBy Kim Vale\n\n{PROSE}\n\n{PROSE}"
    assert read(f"{head}\n\nKim Vale\nWritten by Kim Vale\n210 followers").post.body == f"{PROSE}\n\n{PROSE}"
    assert read(f"{head}\n\nWarmly,\n\nKim Vale").post.body.endswith("Warmly,  \nKim Vale")


def test_byline_in_a_wrapped_text() -> None:
    """A byline is no end of the title, though it begins small."""
    wrapped = (
        "The light goes early now, and many of us in this valley\n"
        "feel it in the body long before we think of it. A lamp\n"
        "helps in the morning, and so does a walk at noon with a\n"
        "friend who has the time for it, or with nobody at all."
    )
    post = read(f"Winter Light\nby Kim Vale\n\n{wrapped}").post
    assert (post.title, post.author, post.body.count("\n")) == ("Winter Light", "Kim Vale", 0)


@pytest.mark.parametrize(
    ("head", "title", "author"),
    [
        (
            "Healing After Loss\nBy Emily Cabrera, PMHNP-BC\nNovember 3, 2026\nA candle on a table",
            "Healing After Loss",
            "Emily Cabrera, PMHNP-BC",
        ),
        ("Winter Blues\n3 min read\nHow to feel better when the days are short", "Winter Blues", ""),
        (
            "Healing After Loss\nNovember 3, 2026\n3 min read\nEmily Cabrera, PMHNP-BC",
            "Healing After Loss",
            "Emily Cabrera, PMHNP-BC",
        ),
        ("Self Care Sunday\n2 days ago\n3 min read\nWhy rest matters", "Self Care Sunday", ""),
        ("Healing After Loss\nby emily cabrera, pmhnp-bc", "Healing After Loss", "emily cabrera, pmhnp-bc"),
        ("Emily Cabrera\nNov 3\n3 min read\nHealing After Loss", "Healing After Loss", "Emily Cabrera"),
        ("Rose Hartley, MD\nHealing After Loss\nNov 3, 2026", "Healing After Loss", "Rose Hartley, MD"),
    ],
)
def test_a_title_that_looks_like_a_name(head: str, title: str, author: str) -> None:
    """A degree tells a name more surely than a date beside it; words that mean something are a title."""
    post = read(f"{head}\n{PROSE}\n{PROSE}").post
    assert (post.title, post.author) == (title, author)


def test_row_of_facts_and_counts() -> None:
    """A date is found among counts, and the row is gone."""
    post = read(f"Winter Light\nNov 3, 2026 · 4 min read · 12 views · 0 comments\n{PROSE}").post
    assert (post.date, post.body) == (dt.date(2026, 11, 3), PROSE)


def test_sure_title_is_no_name() -> None:
    """Who gives the title says so, and then no name is seen in it."""
    text = f"Kim Vale\nNov 3, 2026\nA Second Line\n{PROSE}"
    assert read(text).post.author == "Kim Vale"
    assert (read(text, title="Kim Vale").post.title, read(text, title="Kim Vale").post.author) == ("Kim Vale", "")


def test_what_a_picture_shows_is_no_heading() -> None:
    """The words for a picture, which stand between the head and the text, are only text."""
    body = read(f"Winter Light\nBy Kim Vale\nNovember 3, 2026\nA candle on a table\n{PROSE}").post.body
    assert body == f"A candle on a table\n\n{PROSE}"


def test_a_table_of_notes_tells_who_and_when() -> None:
    """Copied from a program for notes, each word and what it says stand on a line of their own."""
    prose = "A walk at noon helps more than it seems, and it costs nothing at all."
    post = read(f"Rest in Winter\nAuthor\nKim Vale\nDate\nMay 3, 2026\nStatus\nDraft\n\n{prose}\n\n{prose}\n").post
    assert (post.title, post.author, str(post.date)) == ("Rest in Winter", "Kim Vale", "2026-05-03")
    assert post.body == f"{prose}\n\n{prose}"
