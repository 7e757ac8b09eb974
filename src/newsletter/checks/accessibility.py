"""Checks for readers who see, hear or read differently."""

import re
from collections import Counter
from collections.abc import Iterator

from newsletter.checks.draft import Draft
from newsletter.checks.drawing import drawn_texts
from newsletter.checks.mail import shortened, squeeze
from newsletter.checks.reading import grade, sentences_of
from newsletter.checks.rule import Fault

HIGHEST_GRADE = 8.0
SMALLEST_TEXT = 16.0  # CSS pixels
_FEWEST_WORDS = 100  # below this the grade says little
_FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|gif|webp)|(?:IMG|DSC|image|photo|screenshot)[\s_-]*\d*", re.IGNORECASE)
_SAID_ANYWAY = re.compile(r"(?:an? )?(?:image|picture|photo|photograph|graphic|icon) (?:of|showing)\b", re.IGNORECASE)


def alt_missing(draft: Draft) -> Iterator[Fault]:
    """A picture has no description.

    Guideline: WCAG 2.2, 1.1.1 Non-text Content.
    """
    for picture in draft.writing.pictures:
        if not picture.alt.strip():
            yield Fault(
                picture.where,
                "Readers who cannot see this picture, or block pictures, miss what it shows.",
                f"Describe it between the brackets: ![Two people on a bench]({picture.src})",
            )


def alt_poor(draft: Draft) -> Iterator[Fault]:
    """A picture's description does not describe: a file's name, or "image of".

    Guideline: WCAG 2.2, 1.1.1 Non-text Content, failure F30; W3C WAI "Images tutorial".
    """
    for picture in draft.writing.pictures:
        alt = picture.alt.strip()
        if _FILE_NAME.fullmatch(alt):
            yield Fault(
                picture.where,
                f"A screen reader says “{alt}”, which describes nothing.",
                "Say what the picture shows, as you would on the phone.",
            )
        elif _SAID_ANYWAY.match(alt):
            yield Fault(
                picture.where,
                "Screen readers already say “image”, so here they say it twice.",
                "Begin with what the picture shows.",
            )


def outline(draft: Draft) -> Iterator[Fault]:
    """The mail has no title, several, or headings that skip a level.

    Guideline: WCAG 2.2, 1.3.1 Info and Relationships; W3C WAI "Headings": do not skip ranks.
    """
    headings = list(draft.mail.root.iter("h1", "h2", "h3", "h4", "h5", "h6"))
    levels = [int(heading.tag[1]) for heading in headings]
    where = f"theme {draft.settings.theme.name}"
    if levels.count(1) != 1:
        yield Fault(
            where,
            f"The mail has {levels.count(1)} titles (h1); there should be one.",
            "Let the layout write the issue's or the only post's title as h1, and nothing else.",
        )
    for heading, level, above in zip(headings[1:], levels[1:], levels, strict=False):
        if level > above + 1:
            yield Fault(
                where,
                f"“{squeeze(heading.text_content())}” is a heading of level {level} right below one of level {above}: "
                "a level is skipped.",
                f"Make the theme write it as h{above + 1}.",
            )


def heading_empty(draft: Draft) -> Iterator[Fault]:
    """A heading has no text.

    Guideline: WCAG 2.2, 2.4.6 Headings and Labels.
    """
    for piece in draft.pieces:
        if piece.kind == "heading" and not piece.text:
            yield Fault(piece.where, "A screen reader announces this heading, and then there is nothing.", "Remove it.")


def table_header(draft: Draft) -> Iterator[Fault]:
    """A column of a table has no heading.

    Guideline: WCAG 2.2, 1.3.1 Info and Relationships, technique H51.
    """
    empty = Counter(piece.where for piece in draft.pieces if piece.kind == "header" and not piece.text)
    for where, columns in empty.items():
        if columns > 1:  # one empty corner is common and harmless
            yield Fault(
                where,
                "A screen reader cannot say which column a value belongs to.",
                "Name each column in the table's first row.",
            )


def capitals(draft: Draft) -> Iterator[Fault]:
    """A passage is written in capitals.

    Guideline: W3C WAI, "Writing for Web Accessibility"; British Dyslexia Association, Style Guide: no block capitals.
    """
    for piece in draft.pieces:
        words = re.findall(r"[^\W\d_]{2,}", piece.text)
        if len(words) >= 4 and sum(word.isupper() for word in words) > 0.8 * len(words):
            yield Fault(
                piece.where,
                "Capitals are slow to read, and some screen readers spell them letter by letter.",
                "Write it as a sentence; use **bold** for emphasis.",
            )


def contrast_low(draft: Draft) -> Iterator[Fault]:
    """Text is hard to tell from what is behind it.

    Guideline: WCAG 2.2, 1.4.3 Contrast (Minimum).
    """
    for drawn in drawn_texts(draft.mail):
        if drawn.contrast < drawn.contrast_wanted:
            yield Fault(
                f"theme {draft.settings.theme.name}",
                f"“{drawn.text}” has a contrast of {drawn.contrast:.1f} : 1; most people need "
                f"{drawn.contrast_wanted} : 1.",
                "Choose a darker or lighter color in the theme.",
            )


def text_small(draft: Draft) -> Iterator[Fault]:
    """Text is smaller than it should be on a phone.

    Guideline: Apple, "Human Interface Guidelines", typography: 17 points for body text, legible without zooming.
    """
    small = [drawn for drawn in drawn_texts(draft.mail) if drawn.size < SMALLEST_TEXT]
    if small:
        yield Fault(
            f"theme {draft.settings.theme.name}",
            f"“{small[0].text}” has {small[0].size:.0f} pixels; many readers must zoom in to read it.",
            f"Set it in {SMALLEST_TEXT:.0f} pixels or more.",
        )


def language_missing(draft: Draft) -> Iterator[Fault]:
    """The mail does not declare its language.

    Guideline: WCAG 2.2, 3.1.1 Language of Page.
    """
    if draft.mail.root.get("lang", "") in {"", "und"}:
        yield Fault(
            f"theme {draft.settings.theme.name}",
            "A screen reader may read the mail with the pronunciation of another language.",
            'Set it in the layout: <mjml lang="…">',
        )


def reading_level(draft: Draft) -> Iterator[Fault]:
    """The writing is harder than most readers find easy.

    Guideline: MedlinePlus, "How to write easy-to-read health materials": aim for grade 7 or 8.
    """
    spoken = [
        (sentence, piece.where)
        for piece in draft.pieces
        if piece.kind == "paragraph"
        for sentence in sentences_of(piece.text)
    ]
    level = grade(sentence for sentence, _ in spoken)
    if level <= HIGHEST_GRADE or sum(len(sentence.split()) for sentence, _ in spoken) < _FEWEST_WORDS:
        return
    hardest = sorted(spoken, key=lambda pair: grade([pair[0]]), reverse=True)[:3]
    listed = "\n".join(f"“{shortened(sentence)}” ({where.rpartition('/')[2]})" for sentence, where in hardest)
    yield Fault(
        hardest[0][1],
        f"The issue reads at grade {level:.0f}; grade {HIGHEST_GRADE:.0f} suits most adults.",
        f"Split the hardest sentences, and use shorter words:\n{listed}",
    )
