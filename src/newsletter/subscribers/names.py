"""Names and languages: cleaned of what no name holds, and split where one cell holds both."""

import functools
import re
import unicodedata

_LONGEST = 200
_LONGEST_CELL = 2_000  # marks piled up on one letter take time that grows with the square of their number
_PHONE = re.compile(r"[\d\s()+./x-]{5,}", re.IGNORECASE)
_NEVER_MEANT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb\ufffd]+")
_HONORIFIC = re.compile(r"(?:mrs?|ms|miss|mx|dr|prof|rev|sr|sra|srta|herr|frau|m|mme|mlle)\.?\s+(?=\S)", re.IGNORECASE)
_CREDENTIALS = re.compile(  # only after a comma: Do, Ma and Pa are surnames too
    r"(?:,\s*(?:m\.?d|ph\.?d|psy\.?d|ed\.?d|li?csw|lmhc|lmft|lpc|r\.?n|n\.?p|pmhnp|aprn|pa-c|jr|sr|i{2,3}|iv|esq|msw"
    r"|mba|mph)\b\.?(?:-bc)?)+$",
    re.IGNORECASE,
)


def normal(text: str) -> str:
    """Return words as they are compared: no case, no accents, single spaces for all signs."""
    folded = unicodedata.normalize("NFKD", text[:_LONGEST_CELL]).casefold()
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


def clean_name(text: str) -> str:
    """Return a name without control and invisible characters, in NFC, at most 200 long."""
    if text.isascii() and text.isprintable():
        return text.strip()[:_LONGEST].rstrip()
    visible = _INVISIBLE.sub("", _NEVER_MEANT.sub(" ", text[:_LONGEST_CELL]))
    return " ".join(unicodedata.normalize("NFC", visible).split())[:_LONGEST].rstrip()


def split_name(text: str) -> tuple[str, str]:
    """Return first and last name out of one cell: ``Ana Lima``, ``Lima, Ana``, ``Dr. Ana Lima, MD``.

    A telephone number is none: address books hold it under "Contact".
    """
    if _PHONE.fullmatch(text.strip()):
        return "", ""
    name = _CREDENTIALS.sub("", clean_name(text).strip("\"'"))
    last, comma, first = name.partition(",")
    if comma and first.strip() and last.strip():
        return _HONORIFIC.sub("", first.partition(",")[0].strip(), count=1), last.strip()
    plain = _HONORIFIC.sub("", name.replace(",", " ").strip(), count=1) if " " in name.strip() else name.strip()
    first, _, last = plain.partition(" ")
    return first, last.strip()


_TAG = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[.@].*)?\s*")
_LANGUAGES = {
    name: code
    for code, names in {
        "ar": "arabic; العربية; ara",
        "de": "german; deutsch; deu; ger",
        "el": "greek; ελληνικα; ell; gre",
        "en": "english; eng; american english; british english; us english; ingles; anglais; englisch",
        "es": "spanish; espanol; castellano; spa; espagnol; spanisch",
        "fr": "french; francais; fra; fre; frances; franzosisch",
        "he": "hebrew; עברית; heb",
        "hi": "hindi; हिन्दी; hin",
        "ht": "haitian creole; haitian; creole; kreyol; kreyol ayisyen; hat",
        "it": "italian; italiano; ita",
        "ja": "japanese; 日本語; jpn",
        "km": "khmer; cambodian; khm",
        "ko": "korean; 한국어; kor",
        "nl": "dutch; nederlands; nld; dut",
        "pl": "polish; polski; pol",
        "pt": "portuguese; portugues; brazilian portuguese; por",
        "ru": "russian; русский; русскии; rus",
        "so": "somali; soomaali; som",
        "tl": "tagalog; filipino; tgl",
        "tr": "turkish; turkce; tur",
        "uk": "ukrainian; українська; ukr",
        "ur": "urdu; اردو; urd",
        "vi": "vietnamese; tieng viet; vie",
        "zh": "chinese; mandarin; cantonese; 中文; 汉语; 漢語; zho; chi",
    }.items()
    for name in map(normal, names.split(";"))
}


@functools.lru_cache(maxsize=1_000)
def clean_language(cell: str) -> str:
    """Return a language as a tag of BCP 47 (``en``, ``pt-BR``, ``zh-Hant``), or nothing if it is none.

    A language's name will do, in English or its own.
    """
    if named := _LANGUAGES.get(normal(cell)):
        return named
    match = _TAG.fullmatch(cell)
    if match is None:
        return ""
    language, script, region = match.groups(default="")
    return "-".join(filter(None, (language.lower(), script.title(), region.upper())))
