"""Names and languages: cleaned of what no name holds, and split where one cell holds both."""

import functools
import re
import unicodedata

_LONGEST = 200
_NEVER_MEANT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb\ufffd]+")
_HONORIFIC = re.compile(r"(?:mrs?|ms|miss|mx|dr|prof|rev|sr|sra|srta|herr|frau|m|mme|mlle)\.?\s+(?=\S)", re.IGNORECASE)
_CREDENTIALS = re.compile(  # only after a comma: Do, Ma and Pa are surnames too
    r"(?:,\s*(?:m\.?d|ph\.?d|psy\.?d|ed\.?d|li?csw|lmhc|lmft|lpc|r\.?n|n\.?p|pmhnp|aprn|pa-c|jr|sr|i{2,3}|iv|esq|msw"
    r"|mba|mph)\b\.?(?:-bc)?)+$",
    re.IGNORECASE,
)


def clean_name(text: str) -> str:
    """Return a name without control and invisible characters, in NFC, at most 200 long."""
    if text.isascii() and text.isprintable():
        return text.strip()[:_LONGEST].rstrip()
    visible = _INVISIBLE.sub("", _NEVER_MEANT.sub(" ", text))
    return " ".join(unicodedata.normalize("NFC", visible).split())[:_LONGEST].rstrip()


def split_name(text: str) -> tuple[str, str]:
    """Return first and last name out of one cell: ``Ana Lima``, ``Lima, Ana``, ``Dr. Ana Lima, MD``."""
    name = _CREDENTIALS.sub("", clean_name(text).strip("\"'"))
    last, comma, first = name.partition(",")
    if comma and first.strip() and last.strip():
        return _HONORIFIC.sub("", first.partition(",")[0].strip(), count=1), last.strip()
    plain = _HONORIFIC.sub("", name.replace(",", " ").strip(), count=1) if " " in name.strip() else name.strip()
    first, _, last = plain.partition(" ")
    return first, last.strip()


@functools.lru_cache(maxsize=1_000)
def clean_language(cell: str) -> str:
    """Return a language as a tag of BCP 47 (``en``, ``pt-BR``), or nothing if it is none."""
    match = re.fullmatch(r"\s*([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?(?:[.@].*)?\s*", cell)
    if match is None:
        return ""
    return match[1].lower() + (f"-{match[2].upper()}" if match[2] else "")
