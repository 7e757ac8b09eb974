"""Checks of the words themselves: subject, preheader, left-overs, repetitions, the clinic's own name."""

import difflib
import re
from collections.abc import Iterator

from newsletter.checks.draft import Draft
from newsletter.checks.mail import squeeze
from newsletter.checks.patterns import any_of
from newsletter.checks.rule import Fault

LONGEST_SUBJECT = 60  # characters; phones show about 40, desktops about 60

_LEFT_OVER = re.compile(
    r"\b(?:TK|TKTK|TODO|FIXME|XXX+|TBD|TBC)\b"
    r"|(?i:\blorem ipsum\b)"
    r"|(?i:\[(?:insert|add|your|name|date|link|image|photo|tbd|todo|xx+|\.\.\.|…)[^\]\n]{0,40}\])"
    r"|(?i:\b(?:your|insert) (?:text|name|title|headline|subject|photo) here\b)"
    r"|%%?\w+%%?(?=\s|$)|\|[A-Z]{3,}\||<<\w+>>",
)
_ATTACHED = any_of(
    r"\b(?:see|find|open|read|in) (?:the |our )?(?:attached|attachment)\b",
    r"\bI(?:'ve| have) attached\b",
    r"\b(?:is|are|please find) attached\b(?! to\b)",
    r"\battached (?:is|are|you)\b",
)
_PHONE = re.compile(r"(?<![\d/.=-])(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]\d{4}(?!\d)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NEAR = 0.88  # how alike two names must be for one to be taken for the other, misspelt
_SHORT_REPEAT = 40  # characters; shorter paragraphs may well be said twice


def subject_length(draft: Draft) -> Iterator[Fault]:
    """The subject is longer than inboxes show.

    Guideline: Mailchimp, "Best practices for email subject lines": keep subject lines short.
    """
    if len(draft.subject) > LONGEST_SUBJECT:
        yield Fault(
            draft.key_place("subject"),
            f"The subject has {len(draft.subject)} characters; a phone shows about 40, a desktop about 60.",
            "Put the main point into the first 40 characters, and the rest into the preheader.",
        )


def subject_shouting(draft: Draft) -> Iterator[Fault]:
    """The subject shouts: capitals, or rows of exclamation marks.

    Guideline: Intuit, "Content in email": no excessive punctuation, no words in capitals.
    """
    capitals = [len(word) for word in _WORD.findall(draft.subject) if word.isupper()]
    no_abbreviation = any(length > 5 for length in capitals) or sum(length > 3 for length in capitals) > 2
    if no_abbreviation or re.search(r"[!?]{2,}|!.*!", draft.subject):
        yield Fault(
            draft.key_place("subject"),
            "The subject looks like shouting, which spam filters punish.",
            "Capitalize as in a sentence, and use at most one mark at the end.",
        )


def preheader_missing(draft: Draft) -> Iterator[Fault]:
    """There is no preheader.

    Guideline: Litmus, "The ultimate guide to preview text": write it, or the inbox fills it with stray words.
    """
    if not draft.message.preheader.strip():
        yield Fault(
            draft.key_place("preheader"),
            "Without a preheader, inboxes show the first words of the mail after the subject.",
            "Add one of 40 to 90 characters below the subject: preheader: What is in it for the reader",
        )


def preheader_length(draft: Draft) -> Iterator[Fault]:
    """The preheader is longer than inboxes show.

    Guideline: Litmus, "The ultimate guide to preview text": keep it below 90 characters or so.
    """
    length = len(draft.message.preheader)
    if length > 130:
        yield Fault(
            draft.key_place("preheader"),
            f"The preheader has {length} characters; inboxes show about 90 of them at most.",
            "Shorten it.",
        )


def preheader_repeated(draft: Draft) -> Iterator[Fault]:
    """The preheader says the subject again.

    Guideline: Litmus, "The ultimate guide to preview text": complement the subject, do not repeat it.
    """
    subject, preheader = (_bare(text) for text in (draft.subject, draft.message.preheader))
    if preheader and difflib.SequenceMatcher(None, subject, preheader).ratio() > 0.85:
        yield Fault(
            draft.key_place("preheader"),
            "The inbox shows the same words twice, next to each other.",
            "Let the preheader continue where the subject ends.",
        )


def left_over(draft: Draft) -> Iterator[Fault]:
    """Something was left to be filled in: TK, lorem ipsum, [insert date].

    Guideline: house rule; a reader should never meet the workshop.
    """
    texts = [(draft.subject, draft.key_place("subject")), (draft.message.preheader, draft.key_place("preheader"))]
    for text, where in [*texts, *((piece.text, piece.where) for piece in draft.pieces)]:
        for found in _LEFT_OVER.finditer(text):
            yield Fault(where, f"Readers would see “{found[0]}”.", "Fill it in, or remove it.")


def attachment_missing(draft: Draft) -> Iterator[Fault]:
    """The text mentions an attachment, but there is none.

    Guideline: house rule; what the text promises must be there.
    """
    if draft.message.attachments:
        return
    for piece in draft.pieces:
        if _ATTACHED.search(piece.text):
            yield Fault(
                piece.where,
                "The text mentions an attachment, but this mail has none.",
                "Put the file on your website and link to it.",
            )


def paragraph_repeated(draft: Draft) -> Iterator[Fault]:
    """A paragraph appears twice.

    Guideline: plainlanguage.gov, "Be concise": say it once.
    """
    seen: dict[str, str] = {}
    for piece in draft.pieces:
        bare = _bare(piece.text)
        if len(bare) < _SHORT_REPEAT:
            continue
        if bare in seen:
            yield Fault(piece.where, f"The same words are already at {seen[bare]}.", "Keep them in one place.")
        seen.setdefault(bare, piece.where)


def clinic_name(draft: Draft) -> Iterator[Fault]:
    """The clinic's own name is misspelled.

    Guideline: Google, "Guidelines for representing your business": the name as it is known in the world.
    """
    name = draft.settings.clinic.name
    words = len(name.split())
    if words < 2:  # a single word has too many innocent neighbours
        return
    for piece in draft.pieces:
        for found in _near_names(piece.text, name, words):
            yield Fault(piece.where, f"“{found}” is almost the clinic's name, but not quite.", f"Write: {name}")


def clinic_phone(draft: Draft) -> Iterator[Fault]:
    """A phone number differs from the clinic's by a digit or two.

    Guideline: Google, "Guidelines for representing your business": a number that reaches you directly.
    """
    own = _digits(draft.settings.clinic.phone)
    for piece in draft.pieces:
        for found in _PHONE.findall(piece.text):
            wrong = sum(mine != theirs for mine, theirs in zip(own, _digits(found), strict=False))
            if len(_digits(found)) == len(own) and 0 < wrong <= 2:
                yield Fault(
                    piece.where,
                    f"{found} is almost the clinic's number, but not quite: readers would call a stranger.",
                    f"Write: {draft.settings.clinic.phone}",
                )


def _near_names(text: str, name: str, words: int) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(b=name.casefold())
    found = [match.span() for match in _WORD.finditer(text)]
    for first in range(len(found) - words + 1):
        near = text[found[first][0] : found[first + words - 1][1]]
        matcher.set_seq1(near.casefold())
        quickly = near[:1].isupper() and matcher.real_quick_ratio() > _NEAR and matcher.quick_ratio() > _NEAR
        if quickly and _NEAR < matcher.ratio() < 1:
            yield near


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)[-10:]


def _bare(text: str) -> str:
    return squeeze(re.sub(r"[^\w\s]", "", text)).casefold()
