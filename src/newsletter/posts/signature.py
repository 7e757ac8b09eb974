"""The end of a mail: its signature, and what the office adds to every mail."""

import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.posts.block import MARKED, Block
from newsletter.posts.contacts import is_contact
from newsletter.posts.foot import find_foot
from newsletter.posts.forwarded import ForwardedHeader, read_header
from newsletter.posts.meta import has_degree, is_name, is_office, says_something
from newsletter.posts.words import is_boilerplate, listed

_LONGEST = 10
_REACHES = re.compile(r"\b988\b|\b911\b|lifeline|hotline|helpline|warmline|crisis", re.IGNORECASE)
_SIGN_OFF = re.compile(listed("mail", "sign_off"), re.IGNORECASE)
_REACH = re.compile(
    r"\+\d[\d\s().-]{6,}\d|\(\d{2,4}\) ?\d{3,5}[-. ]\d{4}\b"
    r"|\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b|\b\d{2,4}(?:[ .]\d{2,3}){2,4}\b"
    r"|\b(?:t|tel|tél|phone|mobile|cell|fax|m|o|d|c|p)\b\.?\s*:?\s*[+(]?\d|[\w.+-]+@[\w-]+\.\w|https?://|\bwww\."
    r"|^(?:[\w-]+\.)+(?:com|org|net|health|care|clinic|us|co|io|info|example|edu|gov|es|fr|de|br|pt)(?:/\S*)?$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:please )?(?:call|text|phone|visit|join|come|write|reach|contact|find|ask|see|read|learn)\b"
    r"|(?:ll[áa]m|escr[íi]b|visit|lig|escrev|appel|[ée]criv|ruf)\w+ ",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"\W*(?:confidentiality|privileged|notice|disclaimer|hipaa|42 cfr part 2|federal law|(?:important|legal) notice"
    r"|(?:please note:? )?(?:this|the contents of this)"
    r" (?:e-?mail|message|communication|transmission|electronic)|the information (?:contained )?in this"
    r"|if you (?:are not the (?:intended|named)|(?:have )?received this)|e-?mail is not|aviso|confidencialidad"
    r"|este (?:mensaje|correo|e-?mail)"
    r"|la informaci[óo]n contenida|ce (?:message|courriel|mail)|cet e-?mail|esta mensagem|diese (?:e-?mail"
    r"|nachricht)|please consider the env)"
    r"(?=.*\b(?:confiden\w+|privileged|intended (?:only|solely|recipient|for)|recipient|vertraulich\w*"
    r"|destinat[aá]ri\w+"
    r"|destinataires?|empf[äa]nger|hipaa|protected health|unauthorized|not (?:a )?secure|printing)\b)",
    re.IGNORECASE | re.DOTALL,
)
_OF_THIS_MAIL = re.compile(listed("mail", "of_this_mail"), re.IGNORECASE)
_PARTS = re.compile(r"\s*[|·•]\s*|\s+[–—-]\s+|,\s*")
_MOST_IN_NAME = 5
_WORDS = 14
"""In a line of a signature; what has more is somebody's sentence."""
_SIGNATURE = "the mail's signature"
_OFFICES = "what an office lets each of its mails say"


def find_signature(lines: Sequence[Block], senders: Sequence[str] = (), *, mailed: bool = False) -> dict[int, str]:
    """Return the lines of the signature at the end of a text, with what an office puts below it.

    Behind two dashes it begins for certain (see RFC 3676, section 4.3; what is pasted has
    often lost the space behind them), unless a sentence or a crisis line there says that they
    only part the text. Without them it is one only in a mail: below a word of parting, or
    below the sender's own name, and only with what their office is or how to reach them.

    Args:
        lines: the text, without what is known not to belong to it.
        senders: the names of who wrote the mail, as far as they are known.
        mailed: whether it is a mail.
    """
    found = _behind_dashes(lines)
    if found:
        return found
    end, notices = len(lines), dict[int, str]()
    while end:
        start = _notice_above(lines, end, mailed=mailed)
        if start == end and not is_boilerplate(lines[end - 1].text):
            break
        notices |= {line.number: _OFFICES for line in lines[start:end]}
        end = min(start, end - 1)
    if not end:
        notices = {}
    if not mailed:
        return notices
    start = end
    while start and end - start < _LONGEST and _may_sign(lines[start - 1]):
        start -= 1
    return notices | {line.number: _SIGNATURE for line in _signed(lines[start:end], senders, all_of_it=start == 0)}


def _notice_above(lines: Sequence[Block], end: int, *, mailed: bool) -> int:
    """Return where the notice begins that ends before `end`, which may be parted into lines; `end` if there is none."""
    for start in range(end - 1, max(end - _LONGEST, 0) - 1, -1):
        if start < end - 1 and lines[start + 1].number != lines[start].number + 1:
            break
        if _is_notice(" ".join(line.text for line in lines[start:end]), mailed=mailed):
            return start
    return end


def _is_notice(text: str, *, mailed: bool) -> bool:
    """Whether a line is what an office lets its mails say; in a text that is no mail, one that speaks of the mail."""
    return _NOTICE.match(text) is not None and (mailed or _OF_THIS_MAIL.search(text) is not None)


def find_contacts_of_writer(lines: Sequence[Block]) -> dict[int, str]:
    """Return the last lines of a text that is no mail: what its writer is, and how to reach them.

    They are certain only below a word of parting and a name, in one block with it. Both stay,
    for nothing else may tell who wrote the text; and so does what asks readers to call.
    """
    start = len(lines)
    while start and len(lines) - start < _LONGEST and _may_sign(lines[start - 1]):
        start -= 1
    tail = lines[start:]
    partings = [place for place, line in enumerate(tail) if _SIGN_OFF.fullmatch(line.text.rstrip(".!,– "))]
    if not partings:
        return {}
    after = partings[-1] + 1
    name = next((place for place in range(after, min(after + 2, len(tail))) if _is_name(tail[place].text)), len(tail))
    below = tail[name + 1 :]
    if after < name < len(tail):  # "Ruth" stands there first, and below it the whole name
        said_twice = _words(tail[after].text) <= _words(tail[name].text)
        below = [replace(tail[name], gap=0), *below] if said_twice else []
    reached = any(_REACH.search(line.text) for line in below)
    if not reached or any(line.gap or _ASKS.match(line.text) for line in below):
        return {}
    return {line.number: _SIGNATURE for line in below}


def _behind_dashes(lines: Sequence[Block]) -> dict[int, str]:
    marks = [place for place, line in enumerate(lines) if line.text == "--"]
    tail = lines[marks[-1] :] if marks and marks[-1] else []
    if not 1 < len(tail) <= _LONGEST or any(line.ends_sentence or _REACHES.search(line.text) for line in tail[1:]):
        return {}
    return {line.number: _SIGNATURE for line in tail}


def _may_sign(line: Block) -> bool:
    """Whether a line can stand in a signature: a short one that is no sentence, no entry and no help in a crisis."""
    motto = line.text[:1] in "\"“«'‘" and line.text[-1:] in "\"”»'’"
    short = line.words <= _WORDS or bool(_REACH.search(line.text) and not line.is_prose)
    sentence = line.ends_sentence and line.words > 2 and not (motto or _parts(line))
    return short and not sentence and not MARKED.match(line.text) and not _REACHES.search(line.text)


def _parts(line: Block) -> bool:
    """Whether a line is a word of parting: a known one, or a few words and a comma."""
    few = line.text.endswith(",") and line.words <= _MOST_IN_NAME
    return few or bool(_SIGN_OFF.fullmatch(line.text.rstrip(".!,– ")))


def _signed(tail: Sequence[Block], senders: Sequence[str], *, all_of_it: bool) -> Sequence[Block]:
    """Return the signature in the last lines of a mail; the author's own parting above it stays when a name ends it."""
    partings = [place for place, line in enumerate(tail) if _parts(line)]
    after = partings[-1] + 1 if partings else 0
    own = [place for place in range(after, len(tail)) if _is_of_sender(tail[place].text, senders)]
    if partings:  # "Ruth" may stand there first, and below it the whole name
        own += [place for place in range(after, min(after + 2, len(tail))) if _is_name(tail[place].text)][:1]
    for place in sorted(own):
        if _says_who(tail[place:]):
            start = partings[-1] if partings and place == after else place
            return () if all_of_it and start == 0 else tail[start:]
    return ()


def _says_who(lines: Sequence[Block]) -> bool:
    """Whether lines that begin with a name tell what its owner is, or how to reach them."""
    rest = [*_PARTS.split(lines[0].text)[1:], *(line.text for line in lines[1:])]
    reached = any(_REACH.search(each) or is_contact(each) for each in rest)
    return reached or any(is_office(line.text) for line in lines[1:])


def _is_of_sender(text: str, senders: Sequence[str]) -> bool:
    words = _words(_PARTS.split(text)[0])
    names = [_words(_PARTS.split(sender)[0]) for sender in senders]
    return len(words) <= _MOST_IN_NAME and any(len(name) > 1 and name <= words for name in names)


def _is_name(text: str) -> bool:
    first = _PARTS.split(text)[0]
    return len(first.split()) <= _MOST_IN_NAME and (is_name(first) or has_degree(text)) and not says_something(first)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))


def find_endings(lines: Sequence[Block], sender: str = "", header: ForwardedHeader | None = None) -> dict[int, str]:
    """Return the lines of both, with the reason.

    Args:
        lines: the text.
        sender: the name of who sent it, if it is a mail.
        header: what the lines above the text tell; it is read anew where it is not known.
    """
    told = header or read_header(lines, None)
    found = find_foot(lines)
    rest = [line for line in lines if line.number not in found and line.number not in told.boilerplate]
    mailed = bool(told.author or sender)
    signature = find_signature(rest, (told.author, sender), mailed=mailed)
    if not (signature or mailed) and all(line.links is None for line in lines):
        signature = find_contacts_of_writer(rest)
    return found | signature
