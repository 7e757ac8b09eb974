"""Checks of the words themselves: subject, preheader, left-overs, repetitions, the clinic's own name."""

import difflib
import re
from collections.abc import Iterator
from urllib.parse import unquote

from newsletter.checks.draft import Draft
from newsletter.checks.fix import Replace, SetKey
from newsletter.checks.mail import shortened, squeeze
from newsletter.checks.patterns import any_of
from newsletter.checks.rule import Fault

LONGEST_SUBJECT = 60  # characters; phones show about 40, desktops about 60

_FIELD = (  # what other tools call a subscriber's data
    r"(?i:(?:(?:subscriber|contact|recipient|customer|client|patient|member|user)[._ -]?)?"
    r"(?:(?:first|last|full|given|family|middle|nick|user|company|clinic|business|practice|sender|your)?[._ -]?name"
    r"|[fl][._ -]?name|e-?mail(?:[._ -]?address)?|address|phone|city|company|date|title|salutation|greeting))"
)
_LEFT_OVER = re.compile(
    r"\b(?:TK|TKTK|TODO|FIXME|XXX+|TBD|TBC)\b"
    r"|(?i:\blorem ipsum\b|\bdolor sit amet\b)"
    r"|(?i:\[(?:insert|add|your|name|date|link|image|photo|tbd|todo|xx+|\.\.\.|…)[^\]\n]{0,40}\])"
    r"|(?i:\b(?:your|insert|add|type|enter) (?:own |your )?"
    r"(?:text|content|copy|name|title|headline|heading|subject|photo|image|logo|link|caption) (?:goes )?here\b)"
    r"|(?i:\b(?:headline|heading|title|text|copy|content|caption|image|photo) goes here\b|\bclick (?:here )?to edit\b)"
    r"|(?i:\bclick (?:here )?to add (?:your )?(?:own )?(?:text|title)\b|\bplaceholder (?:text|image|title)\b)"
    r"|\b[XM]{2}/[XD]{2}/(?:[XY]{2}){1,2}\b|\(?\b(?:xxx|XXX|000)\)?[ -](?:xxx|XXX|000)-(?:xxxx|XXXX|0000)\b"
    r"|\b(?:www\.)?your-?(?:site|website|domain|clinic|company|practice)(?:name)?\.(?:com|org|net)\b"
    rf"|\[\[?\s*{_FIELD}\s*(?:(?:,|\||\bor\b|\bOR\b)[^\]\n]{{0,40}})?\]\]?"
    rf"|«\s*{_FIELD}\s*»|‹\s*{_FIELD}\s*›|<<\s*[^<>\n]{{1,40}}>>|<\s*{_FIELD}\s*>"
    r"|(?<![\w{])[$#%]?\{[$!%]?[A-Za-z_][\w.:-]*(?:\s*[|,][^{}\n]{0,40})?[%]?\}(?!\})"
    rf"|\{{\s*{_FIELD}\s*\}}|\[%[^\]\n]{{1,40}}%\]|<%[^>\n]{{1,40}}%>|\{{%[^}}\n]{{1,40}}%\}}"
    r"|(?<![\w%])%{1,2}=?[A-Za-z][\w.@()|= -]{0,38}?[\w)]=?%{1,2}(?!\w)"
    r"|\*?\|[A-Z][A-Z0-9_]{2,}(?::[^|\n]{0,30})?\|\*?|(?<![\w#])#{1,2}[A-Z][A-Z_]{3,}#{1,2}(?!\w)|@@\w+@@",
)
_ADDRESS = r"https?:|www\.|mailto:|tel:|file:"
_ATTACHED = any_of(
    r"\b(?:see|find|open|read|in) (?:the |our )?(?:attached|attachment)\b",
    r"\bI(?:'ve| have) attached\b",
    r"\b(?:is|are|please find) attached\b(?! to\b)",
    r"\battached (?:is|are|you)\b",
)
_PHONE = re.compile(r"(?<![\d/.=-])(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]\d{4}(?!\d)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NEAR = 0.88  # how alike two names must be for one to be taken for the other, misspelled
_SHORT_REPEAT = 40  # characters; shorter paragraphs may well be said twice


def subject_length(draft: Draft) -> Iterator[Fault]:
    """The subject is longer than inboxes show.

    Guideline: Mailchimp, "Best practices for email subject lines": keep subject lines short.
    """
    if len(draft.subject) > LONGEST_SUBJECT:
        yield Fault(
            draft.key_place("subject"),
            f"The subject has {len(draft.subject)} characters; a phone shows about 40, a desktop about 60.",
            "Put the main point into the first 40 characters, and the rest into the preview text.",
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
    """There is no preview text.

    Guideline: Litmus, "The ultimate guide to preview text": write it, or the inbox fills it with stray words.
    """
    if not draft.message.preheader.strip():
        yield Fault(
            draft.key_place("preheader"),
            "Without preview text, inboxes show the first words of the mail after the subject.",
            "Add some of 40 to 90 characters below the subject: preheader: What is in it for the reader",
            field="preheader",
            fix=SetKey(label="Add it", key="preheader", ask="Preview text"),
        )


def preheader_length(draft: Draft) -> Iterator[Fault]:
    """The preview text is longer than inboxes show.

    Guideline: Litmus, "The ultimate guide to preview text": keep it below 90 characters or so.
    """
    length = len(draft.message.preheader)
    if length > 130:
        yield Fault(
            draft.key_place("preheader"),
            f"The preview text has {length} characters; inboxes show about 90 of them at most.",
            "Shorten it.",
        )


def preheader_repeated(draft: Draft) -> Iterator[Fault]:
    """The preview text says the subject again.

    Guideline: Litmus, "The ultimate guide to preview text": complement the subject, do not repeat it.
    """
    subject, preheader = (_bare(text) for text in (draft.subject, draft.message.preheader))
    if preheader and difflib.SequenceMatcher(None, subject, preheader).ratio() > 0.85:
        yield Fault(
            draft.key_place("preheader"),
            "The inbox shows the same words twice, next to each other.",
            "Let the preview text continue where the subject ends.",
        )


def left_over(draft: Draft) -> Iterator[Fault]:
    """Something was left to be filled in: TK, lorem ipsum, [insert date], or another tool's {first_name}.

    Guideline: house rule; a reader should never meet the workshop.
    """
    texts = [(draft.subject, draft.key_place("subject")), (draft.message.preheader, draft.key_place("preheader"))]
    texts += [(piece.marked, piece.where) for piece in draft.pieces]
    texts += [(unquote(link.href), link.where) for piece in draft.pieces for link in piece.links]
    texts += [(picture.alt, picture.where) for picture in draft.writing.pictures]
    for text, where in texts:
        for found in _LEFT_OVER.finditer(text):
            yield Fault(
                where,
                f"Readers would see “{found[0]}”.",
                'Fill it in, or remove it. A merge field for the name: {{ first_name or "reader" }}',
            )


def box_unfinished(draft: Draft) -> Iterator[Fault]:
    """Something that was inserted is not filled in: an event without a date, a button that leads nowhere, an empty box.

    Guideline: house rule; a reader should never meet the workshop.
    """
    for blank in draft.writing.blanks:
        kind, field, text = blank.said.kind, blank.said.field, blank.said.text
        says = f"still says “{shortened(squeeze(text), 40)}”" if text.strip() else "is empty"
        yield Fault(blank.where, f"{kind.name}: “{field.label}” {says}.", field.advice, field.name)


_RAW = (
    (r"!?\[[^\]\n]*\]\([^)\n]*\)?", "write its address without spaces (%20 stands for one), with https:// or mailto:"),
    (rf"\[[^\]\n]+\]\s+\((?:{_ADDRESS})[^)\n]*\)", "take out the space between the brackets"),
    (rf"\([^)\n]+\)\s?\[(?:{_ADDRESS})[^\]\n]*\]", "put the words into [ ] and the address into ( )"),
    (r"\[[^\]\n]+\]\[[^\]\n]*\]", "write it so: [words](https://…)"),
    (r"\[\^[^\]\s]+\]", "write its note at the end of the post: [^1]: Source"),
    (r"(?<![\w*])\*\*[^*\n]+\*\*(?!\*)", "take out the spaces between the stars and the words"),
    (r"(?<![\w_])__[^_\n]+__(?![\w_])", "take out the spaces between the lines and the words"),
    (r"~~[^~\n]+~~", "take out the spaces between the waves and the words"),
    (r"(?m:^#{2,6}[^\s#].*)", "put a space behind the #"),
    (r"\{[.#][\w-]+\}|\{width=[^}\n]*\}", "put it right behind the link or picture, without a space"),
    (r"(?m:^\|.*\|\s*$)|\|\s*:?-{3,}:?\s*\|", "give the table a first row, and below it a row of |---|"),
)


def markdown_raw(draft: Draft) -> Iterator[Fault]:
    """Something was meant as a link, bold words or another mark, and is not one.

    Guideline: CommonMark (https://spec.commonmark.org): what does not parse is shown as it was typed.
    """
    for piece in draft.pieces:
        if piece.kind == "title":
            continue
        for pattern, remedy in _RAW:
            for found in re.finditer(pattern, piece.marked):
                yield Fault(
                    piece.where,
                    f"Readers would see “{shortened(squeeze(found[0]), 80)}” with its marks.",
                    f"To make it work, {remedy}.",
                )


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
            meaning = f"“{found}” is almost the clinic's name, but not quite."
            fix = Replace(label=f"Write {name}", old=found, new=name)
            yield Fault(piece.where, meaning, f"Write: {name}", fix=fix)


def clinic_phone(draft: Draft) -> Iterator[Fault]:
    """A phone number differs from the clinic's by a digit or two.

    Guideline: Google, "Guidelines for representing your business": a number that reaches you directly.
    """
    phone = draft.settings.clinic.phone
    own = _digits(phone)
    for piece in draft.pieces:
        for found in _PHONE.findall(piece.text):
            wrong = sum(mine != theirs for mine, theirs in zip(own, _digits(found), strict=False))
            if len(_digits(found)) == len(own) and 0 < wrong <= 2:
                yield Fault(
                    piece.where,
                    f"{found} is almost the clinic's number, but not quite: readers would call a stranger.",
                    f"Write: {phone}",
                    fix=Replace(label=f"Write {phone}", old=found, new=phone),
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
