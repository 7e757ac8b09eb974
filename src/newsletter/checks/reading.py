"""How hard a text is to read: the Flesch-Kincaid grade (Kincaid and others, 1975).

The grade is the number of school years in the United States after which the text reads
easily: 0.39 × words a sentence + 11.8 × syllables a word − 15.59.
"""

import re
from collections.abc import Iterable

_SENTENCE = re.compile(r"[^.!?]+(?:[.!?]+(?=\s|$)|[.!?]+(?=\S)[^.!?]*)*[.!?]*")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]e|[^aeiouytd]ed|[^aeiouycgsxz]es|que|gue)$")
_SPLIT_VOWELS = re.compile(r"i[aou](?!us|n$|ns$|l|nt)|eo(?!u)|ua(?!r)|[aeouy]ing|uou|(?<![cgst])io(?!n)|ism$")


def grade(sentences: Iterable[str]) -> float:
    """Return the grade of some sentences; 0 for no words."""
    counted = [(len(words), sum(map(syllables, words))) for text in sentences if (words := _WORD.findall(text))]
    total = sum(count for count, _ in counted)
    if not total:
        return 0.0
    return 0.39 * total / len(counted) + 11.8 * sum(count for _, count in counted) / total - 15.59


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a paragraph."""
    return [found.strip() for found in _SENTENCE.findall(text) if _WORD.search(found)]


def syllables(word: str) -> int:
    """Return about how many syllables an English word has: its groups of vowels, with the usual corrections."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    count = len(_VOWELS.findall(letters)) + len(_SPLIT_VOWELS.findall(letters))
    if _SILENT.search(letters) and not letters.endswith(("le", "les")):
        count -= 1
    return max(count, 1)
