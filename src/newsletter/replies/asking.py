"""Whether a person asks to unsubscribe, or says yes, in a language of which there is a file in ``words/``.

Only what is plainly a request counts: it is made in the first sentences, for oneself, and nothing says the
opposite. Anything else is for a person to read. Words are compared as `newsletter.replies.mail.plain` writes
them: lower case, no accents.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from newsletter.replies.mail import ReceivedMail, plain

_SENTENCES = 4
_REPLY = re.compile(r"(?:re|res|rif|aw|sv|antw|r|fwd?|fw|rv|tr|enc|wg|i)\s*(?:\[\d+\])?\s*:")


class _Words(NamedTuple):
    """What people say, in all languages."""

    greeting: re.Pattern[str]
    polite: re.Pattern[str]
    bare: re.Pattern[str]
    request: re.Pattern[str]
    opposite: re.Pattern[str]
    agreement: re.Pattern[str]


def asks_to_unsubscribe(mail: ReceivedMail) -> bool:
    """Whether the mail's own words are plainly a request of its sender to get no more newsletters.

    A subject counts only where it is the sender's own, and not an issue's that they reply to or pass on.
    """
    words, written, subject = _words(), mail.written, plain(mail.subject)
    own = "" if _REPLY.match(subject) else subject
    if any(words.opposite.search(text) for text in (plain(written), own)):
        return False
    return any(_is_request(text, words) for text in (own, *_first_sentences(written, words)))


def says_yes(mail: ReceivedMail) -> bool:
    """Whether the answer to a mail that asks for a yes plainly gives one: it begins with it, or says nothing at all."""
    if mail.is_silent:
        return True
    words, written = _words(), mail.written
    if words.opposite.search(plain(written)) or asks_to_unsubscribe(mail):
        return False
    return any(words.agreement.fullmatch(_bare(text, words)) for text in _first_sentences(written, words)[:2])


def _first_sentences(written: str, words: _Words) -> list[str]:
    """Return the first line and the first sentences after the greeting."""
    text = "\n".join(plain(line) for line in written.splitlines()).strip()
    while (greeting := words.greeting.match(text)) is not None:
        text = text[greeting.end() :].lstrip()
    sentences = re.split(r"[.!?;]+(?:\s|$)|\n\n", text)
    return [" ".join(part.split()) for part in [*text.splitlines()[:1], *sentences[:_SENTENCES]]]


def _is_request(text: str, words: _Words) -> bool:
    return words.bare.fullmatch(_bare(text, words)) is not None or words.request.search(text) is not None


def _bare(text: str, words: _Words) -> str:
    """Return a sentence without what is only polite in it."""
    return " ".join(words.polite.sub(" ", text).split()).strip(" .,!:;\"'*_-")


@cache
def _words() -> _Words:
    folder = files("newsletter.replies") / "words"
    languages = [tomllib.loads(file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")]
    return _Words(
        greeting=re.compile(rf"{_any(_all(languages, 'greetings'))}\b[^,.:!\n]{{0,40}}[,.:!\n]+"),
        polite=re.compile(rf"(?<![\w-]){_any(_all(languages, 'polite'))}(?![\w-])[,!.]*"),
        bare=re.compile(_any(_all(languages, "bare"))),
        request=re.compile(rf"(?<!\w){_any(_all(languages, 'requests'))}"),
        opposite=re.compile(rf"(?<!\w){_any(_all(languages, 'opposite'))}"),
        agreement=re.compile(_any(_all(languages, "agreement"))),
    )


def _all(languages: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    """Return the expressions of all languages, what stands for others filled in."""
    return [_filled(line, language) for language in languages for line in language[name]]


def _filled(line: str, language: Mapping[str, Any]) -> str:
    return re.sub(r"\{(me|list|end)\}", lambda name: str(language[name[1]]), line)


def _any(expressions: Iterable[str]) -> str:
    """Return what matches any of them; longer ones first, so that "thank you" is not left half."""
    return f"(?:{'|'.join(sorted(expressions, key=len, reverse=True))})"
