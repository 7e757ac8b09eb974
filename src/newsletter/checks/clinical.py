"""Checks of what a clinic owes its readers: sources, safety, respect."""

import re
from collections.abc import Iterator

from newsletter.checks.draft import Draft
from newsletter.checks.fix import Append, SetKey
from newsletter.checks.mail import shortened, squeeze
from newsletter.checks.patterns import any_of
from newsletter.checks.prose import Piece
from newsletter.checks.reading import sentences_of
from newsletter.checks.rule import Fault
from newsletter.checks.words import ADVICE

_SHOWS = r"(?:show|suggest|find|found|indicate|demonstrate|confirm|reveal|link|report|prove|support|point)\w*"
_RESEARCH = r"(?:research(?:ers)?|stud(?:y|ies)|trials?|scientists?|evidence|data|surveys?|findings|literature|experts)"
_MANY = r"(?:a|one|another|recent|several|many|numerous|multiple|large)"
_CLAIM = any_of(
    rf"\b(?:{_RESEARCH}|meta-?analys[ei]s|doctors|reviews?)\b(?:\s+\w+){{0,6}}?\s+{_SHOWS}\b",
    r"\b(?:according to|(?:based|backed|supported) (?:on|by)) (?:\w+ ){0,3}"
    r"(?:research|stud(?:y|ies)|data|evidence|science)\b",
    rf"\b{_MANY} (?:\w+ ){{0,3}}(?:study|studies|meta-analys[ei]s)\b",
    r"\b(?:published|appeared) (?:in|by)\b[^.]*\b(?:journal|lancet|jama|nature|bmj|psychiatry|medicine|review)\b",
    r"\bjournal of [a-z]",
    r"\b(?:scientifically|research[- ]backed)\b",
)
_FIGURE = any_of(
    r"\b(?!100\b)\d+(?:\.\d+)?\s?(?:%|percent\b|per cent\b)(?! off\b)",
    r"\b(?:one|two|three|four|\d+) (?:in|out of)(?: every)? (?:three|four|five|six|seven|eight|nine|ten|\d+)\b",
    r"\b(?:twice|two times|three times|\d+(?:\.\d+)? times) (?:as|more|less|higher|lower)\b",
)
_LOOKS_BACK = re.compile(r"(?:such|these|those|this|the same)\b", re.IGNORECASE)

_CRISIS = any_of(
    r"\bsuicid\w*",
    r"\bself-?(?:harm|injur)\w*",
    r"\boverdos\w+",
    r"\bkill(?:ing)? (?:yourself|themsel\w+|himself|herself|myself)\b",
    r"\b(?:hurt|harm)(?:ing)? (?:yourself|themsel\w+|myself)\b",
    r"\bend(?:ing)? (?:your|their|his|her|my|one's) (?:own )?life\b",
    r"\bwant(?:s|ing)? to die\b",
    r"\bmental health crisis\b",
)
_CRISIS_CONTACT = re.compile(r"\b988\b|\b741741\b|\b1-800-273-8255\b")

_MEDICINE = (
    r"(?:medications?|medicines?|meds|pills?|tablets?|anti-?depressants?|dos(?:e|es|age)|prescriptions?|ssris?"
    r"|snris?|lithium|mood stabilizers?|antipsychotics?|stimulants?|benzodiazepines?|treatment)"
)
_STOP = (
    r"(?:stop|quit|skip|discontinue|come off|get off|go off|wean (?:yourself )?off|taper(?: off)?|reduce|lower|double"
    r"|increase|cut(?: back| down)?(?: on)?|halve|switch|change|replace|throw (?:away|out)|ditch|drop)"
)
_CHANGE = any_of(
    rf"\b{_STOP}(?: taking| using)? (?:your|the|any|all|all of your|all your|this|these) (?:\w+ )?{_MEDICINE}\b",
    r"\byou (?:can|could|may|might|should|won't|do not|don't|no longer|will not) (?:\w+ )?(?:need|stop|quit|skip|avoid)"
    rf"(?: taking| using)? (?:your |the |any )?(?:\w+ )?{_MEDICINE}\b",
    rf"\b(?:instead of|rather than|alternative to) (?:taking )?(?:your )?{_MEDICINE}\b",
)
_CAREFUL = any_of(
    r"\b(?:do not|don't|never|unless|before you|dangerous|unsafe|not safe|together with|consult|check with)\b",
    r"\bwithout (?:talking|speaking|asking|first|a word)\b",
    r"\b(?:talk|speak) (?:to|with)\b",
    r"\bask (?:your|us|a)\b",
    r"\bunder (?:the )?(?:care|supervision|guidance)\b",
    r"\byour (?:doctor|prescriber|clinician|psychiatrist|provider)\b",
    r"\bwhy (?:people|some)\b",
)
_DISCLAIMER = any_of(
    r"\bnot (?:a )?(?:substitute|replacement)\b",
    r"\bno (?:substitute|replacement) for\b",
    r"\bnot (?:intended|meant) (?:as|to)\b",
    r"\b(?:not|no) medical advice\b",
    r"\b(?:do(?:es)? not|cannot) replace\b",
    r"\b(?:informational|educational) purposes\b",
    r"\bgeneral information\b",
)
_PROMISE = any_of(
    r"\b(?:cures?|cured|guarantee[ds]?|miracles?|miraculous)\b",
    r"\b100 ?% (?:effective|safe|success\w*)",
    r"\b(?:clinically|scientifically) proven\b",
    r"\b(?:no|without|zero) side[- ]effects\b",
    r"\b(?:instant|permanent)(?:ly)? (?:relief|cure|reliev\w+|heal\w*)\b",
    r"\b(?:nature's|natural) (?:\w+ )?(?:anti-?depressants?|cures?|prozac|xanax|medicines?)\b",
    r"\bcompletely (?:safe|harmless)\b",
    r"\bbetter than (?:medication|pills|antidepressants|therapy)\b",
)
_DENIED = any_of(r"\b(?:no|not|none|never|nobody|nothing|hardly|cannot|can't|isn't|doesn't|won't|neither|nor)\b")
_CREDENTIALS = any_of(
    r"\b(?:M\.?D|D\.?O|Ph\.?D|Psy\.?D|Pharm\.?D|Ed\.?D)\b",
    r"\b(?:NP|PMHNP|APRN|DNP|FNP|CNP|CRNP|RN|BSN|MSN|PA-C|PA|LCSW|LICSW|LMSW|LMHC|LMFT|LPC|LCPC|MSW|MPH|RDN?|BCBA)\b",
    r"\bDr\.? ",
    r"\b(?:psychiatr|psycholog|psychother|therap|counsel|physician|doctor|dietitian|nurse|clinician|social worker)\w*",
    r"\b(?:writer|journalist|editor|coordinator|manager|intern|student|staff|team)\b",
)

_GENERAL = "This is general information. It does not replace the advice of your own clinician."
_CRISIS_BOX = "::: crisis If you need help now\n:::"


def claim_uncited(draft: Draft) -> Iterator[Fault]:
    """A claim based on research or a number has no source.

    Guideline: JAMA benchmarks (Silberg and others, 1997): attribution; FTC, "Health Products Compliance
    Guidance" (2022): claims need evidence that can be named.
    """
    sourced = -2  # the post whose last paragraph named a source
    for piece in draft.pieces:
        if piece.kind not in {"paragraph", "cell"}:
            continue
        if piece.cited or _has_source(piece):
            sourced = piece.post
            continue
        claim = _first_claim(piece, goes_on=sourced == piece.post)
        if claim:
            yield Fault(
                piece.where,
                f"This claim has no source that readers can check: “{claim}”",
                "Link to the study, add a footnote[^1], or present it as your own experience.",
            )


def words_stigma(draft: Draft) -> Iterator[Fault]:
    """A word can keep people from seeking care, according to research.

    Guideline: NIDA, "Words Matter"; reportingonsuicide.org; APA, "Inclusive Language Guide".
    """
    texts = [(draft.subject, draft.key_place("subject")), (draft.message.preheader, draft.key_place("preheader"))]
    for text, where in [*texts, *((piece.text, piece.where) for piece in draft.pieces)]:
        for advice in ADVICE:
            found = advice.pattern.search(text)
            if found:
                yield Fault(
                    where,
                    f"“{found[0]}” can hurt readers who are affected ({advice.source}).",
                    f"Better: {advice.better}.",
                )


def crisis_contact(draft: Draft) -> Iterator[Fault]:
    """The issue speaks of suicide, self-harm or overdose, and names nobody to call.

    Guideline: reportingonsuicide.org and WHO, "Preventing suicide: a resource for media professionals" (2023).
    """
    if _CRISIS_CONTACT.search(draft.message.text):
        return
    first = next((piece for piece in draft.pieces if _CRISIS.search(piece.text)), None)
    if first:
        yield Fault(
            first.where,
            "A reader in danger may be reading this, and there is no number to call.",
            f"Add a crisis box, which shows the 988 lifeline and the clinic's number:\n{_CRISIS_BOX}",
            fix=Append(label="Add the box at the end", block=_CRISIS_BOX),
        )


def medication_change(draft: Draft) -> Iterator[Fault]:
    """The text can be read as advice to stop or change a medicine.

    Guideline: FDA, Medication Guides for antidepressants: do not stop without talking to a healthcare provider.
    """
    for piece in draft.pieces:
        for sentence in sentences_of(piece.text):
            advice = _CHANGE.search(sentence)
            if advice and not _CAREFUL.search(sentence):
                yield Fault(
                    piece.where,
                    f"“{advice[0]}” sounds like advice to change a treatment alone, which can be dangerous.",
                    "Say that the prescriber has to be involved, or leave it out.",
                )


def promise(draft: Draft) -> Iterator[Fault]:
    """The text promises a cure, or compares something to a medicine.

    Guideline: FTC, "Health Products Compliance Guidance" (2022); NCCIH: "natural" does not mean safe or effective.
    """
    for piece in draft.pieces:
        for sentence in sentences_of(piece.text):
            found = _PROMISE.search(sentence)
            if found and not _DENIED.search(sentence[: found.start()].rpartition(",")[2]):
                yield Fault(
                    piece.where,
                    f"“{found[0]}” promises too much, and may keep a reader from treatment.",
                    "Say what it can do, for whom, and that it is one part of care.",
                )


def disclaimer(draft: Draft) -> Iterator[Fault]:
    """Nothing says that the issue is not medical advice.

    Guideline: AMA Code of Medical Ethics, Opinion 8.12: general advice in media, care from a physician.
    """
    if not _DISCLAIMER.search(squeeze(draft.message.text)):
        yield Fault(
            draft.key_place("subject"),
            "Readers may take general information as advice for themselves.",
            f"Add a line, such as: {_GENERAL}",
            fix=Append(label="Add this line to the letter", block=_GENERAL),
        )


def author_missing(draft: Draft) -> Iterator[Fault]:
    """A post does not say who wrote it.

    Guideline: JAMA benchmarks (Silberg and others, 1997): authorship.
    """
    for post in draft.issue.posts:
        if not post.post.author:
            yield Fault(
                draft.key_place("title", post),
                "Readers cannot judge whose advice this is.",
                "Add the author to the front matter: author: Ana Ruiz, LCSW",
                field="author",
                fix=SetKey(label="Add the author", key="author", ask="Author, with credentials"),
            )


def author_credentials(draft: Draft) -> Iterator[Fault]:
    """A post does not give its author's profession.

    Guideline: JAMA benchmarks (Silberg and others, 1997): authors with their credentials.
    """
    for post in draft.issue.posts:
        author = post.post
        if author.author and not _CREDENTIALS.search(f"{author.author} {author.author_bio}"):
            yield Fault(
                draft.key_place("author", post),
                f"The post names {author.author}, but not their profession.",
                "Add the credentials to the name, or a line: author_bio: Psychiatric nurse practitioner here",
                fix=SetKey(label="Add them", key="author", ask="Credentials", value=f"{author.author}, {{}}"),
            )


def review_due(draft: Draft) -> Iterator[Fault]:
    """A post's review date has passed.

    Guideline: JAMA benchmarks (Silberg and others, 1997): currency.
    """
    for post in draft.issue.posts:
        if post.post.review_by and post.post.review_by < draft.today:
            yield Fault(
                draft.key_place("review_by", post),
                f"This post was due for review on {post.post.review_by}.",
                "Review it, fix what has changed, and set the next review date.",
            )


def _first_claim(piece: Piece, *, goes_on: bool) -> str:
    """Return the first sentence that claims; "such studies show" may lean on a source just named."""
    for sentence in sentences_of(piece.text):
        claims = _CLAIM.search(sentence) or _FIGURE.search(sentence)
        if claims and not (goes_on and _LOOKS_BACK.match(sentence)):
            return shortened(sentence)
    return ""


def _has_source(piece: Piece) -> bool:
    return any(link.href.startswith(("https:", "http:")) for link in piece.links)
