"""Dates as blogs print them: on a line of their own, absolute or counted from now."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from dateutil import parser

from newsletter.posts.words import openings

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]{0,6}\.?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_TIME = r"(?:,?\s*(?:at\s+)?\d{1,2}:\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?\s*(?:utc|gmt|[ecmp][sd]?t)?)?"
_LABEL = re.compile(
    rf"(?:{openings('late')}|{openings('on')}|(?:first\s+)?written|date|fecha|data|datum)(?:\s*:|\s+(?:on|at|el|en|em|le|am)\b)*\s*",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    rf"{_WEEKDAY}(?:{_MONTH}\s+{_DAY}(?:,?\s+{_YEAR})?|{_DAY}\.?\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?"
    rf"|{_YEAR}-\d\d?-\d\d?(?:T[\d:.]+Z?)?|\d{{1,2}}/\d{{1,2}}/(?:{_YEAR}|\d\d)"
    rf"|\d{{1,2}}\.\d{{1,2}}\.{_YEAR}){_TIME}",
    re.IGNORECASE,
)
_MONTH_ONLY = re.compile(rf"(?:{_MONTH}|winter|spring|summer|fall|autumn),?\s+{_YEAR}", re.IGNORECASE)
_RELATIVE = re.compile(
    r"(?:about\s+)?(?P<count>\d{1,3}|an?|one|a\s+few)\s*"
    r"(?P<unit>s|sec|second|m|min|minute|h|hr|hour|d|day|w|wk|week|mo|month|y|yr|year)s?\.?\s+ago",
    re.IGNORECASE,
)
IN_TEXT = (
    rf"(?i:{_ABSOLUTE.pattern}|{_MONTH_ONLY.pattern}"
    r"|\b\d{1,2}\.? (?:de )?[^\W\d_]{3,10}\.?,? (?:del? )?(?:19|20)\d\d\b)"
)
"""A day inside a line."""
_BY_WORD = {"just now": 0, "today": 0, "yesterday": 1}
_WORD_AND_TIME = re.compile(rf"(?P<word>{'|'.join(_BY_WORD)}){_TIME}", re.IGNORECASE)
_HOURS = {"s": 1 / 3600, "m": 1 / 60, "h": 1.0, "d": 24.0}  # longer units do not tell the day


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line that is only a date.

    Attributes:
        day: the day it names, when that can be known.
        published: whether it is the day of publishing; False for "Updated: …".
    """

    day: dt.date | None
    published: bool = True


def read_date_line(text: str, now: dt.datetime | None) -> DateLine | None:
    """Return what `text` says if it is nothing but a date; else None.

    Args:
        text: one line.
        now: when the page was saved, in the clinic's zone; "11 hours ago" is counted from
            it, and a date without its year is the last such day before it. Without it
            neither can be known.
    """
    label = _LABEL.match(text.strip())
    rest = text.strip()[label.end() :] if label else text.strip()
    said = (label and label.lastgroup) or "on_en"
    published = not said.startswith("late")
    rest = rest.strip(" \t.,;:")
    if abroad := _ABROAD.fullmatch(_plain(rest)):
        return _read_abroad(abroad, now, published=published)
    if _ABSOLUTE.fullmatch(rest):
        return DateLine(_absolute(rest, now, dayfirst="." in rest or not said.endswith("_en")), published)
    if _MONTH_ONLY.fullmatch(rest) or _MONTH_ABROAD.fullmatch(_plain(rest)):
        return DateLine(None, published)
    return _relative(rest, now, published=published)


def _read_abroad(match: re.Match[str], now: dt.datetime | None, *, published: bool) -> DateLine | None:
    """Return what a day in another language says: "31 de mayo de 2024", "4 mars 2025", "19 de fev."."""
    month = _MONTH_NUMBERS.get(match["month"][:4]) or _MONTH_NUMBERS.get(match["month"][:3])
    if month is None:
        return None
    if match["year"]:
        return DateLine(_day_of(match["year"], str(month), match["day"]), published)
    day = _day_of("2000", str(month), match["day"])
    return DateLine(_last_such_day(day, now.date()) if day and now else None, published)


def _plain(text: str) -> str:
    """Return a text in small letters and without accents."""
    return "".join(each for each in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(each))


def _relative(text: str, now: dt.datetime | None, *, published: bool) -> DateLine | None:
    if said := _WORD_AND_TIME.fullmatch(text):
        days = _BY_WORD[said["word"].lower()]
        return DateLine(now.date() - dt.timedelta(days=days) if now else None, published)
    match = _RELATIVE.fullmatch(text)
    if match is None:
        return None
    unit = "mo" if match["unit"].lower().startswith("mo") else match["unit"].lower()[0]
    count = 1 if match["count"][0].lower() in "ao" else int(match["count"])
    vague = match["count"].lower().endswith("few") or unit not in _HOURS
    if now is None or vague:
        return DateLine(None, published)
    return DateLine((now - dt.timedelta(hours=count * _HOURS[unit])).date(), published)


def _absolute(text: str, now: dt.datetime | None, *, dayfirst: bool) -> dt.date | None:
    has_year = re.search(_YEAR, text) or re.search(r"/\d\d$", text)
    if not has_year and now is None:
        return None
    # A leap year, so that 29 February can be read before its year is known.
    default = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a day, not a moment
    try:
        day = parser.parse(re.sub(r"\bof\b", " ", text), default=default, dayfirst=dayfirst, ignoretz=True).date()
    except (ValueError, ArithmeticError):
        return None
    return day if has_year or now is None else _last_such_day(day, now.date())


def _last_such_day(day: dt.date, latest: dt.date) -> dt.date | None:
    for year in range(latest.year, latest.year - 5, -1):
        try:
            found = day.replace(year=year)
        except ValueError:  # 29 February, and no leap year
            continue
        if found <= latest:
            return found
    return None


_MONTHS = """
1=jan,ene,gen 2=feb,fev 3=mar,maa,mrt 4=apr,abr,avr 5=may,mai,mag,mei 6=jun,juin,giu 7=jul,juil,lug 8=aug,ago,aou
9=sep,set 10=oct,okt,out,ott 11=nov 12=dec,dic,dez
"""
_MONTH_NUMBERS = {
    name: int(number)
    for number, _, names in (row.partition("=") for row in _MONTHS.split())
    for name in names.split(",")
}
_NAMES = (
    r"(?:ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|may(?:o)?|jun(?:io)?|jul(?:io)?|ago(?:sto)?|sept?(?:iembre)?"
    r"|oct(?:ubre)?|nov(?:iembre)?|dic(?:iembre)?"
    r"|jan(?:eiro)?|fev(?:ereiro)?|marco|mai(?:o)?|junho|julho|set(?:embro)?|out(?:ubro)?|novembro|dez(?:embro)?"
    r"|janv(?:ier)?|fevr(?:ier)?|mars|avr(?:il)?|juin|juil(?:let)?|aout|septembre|octobre|novembre|dec(?:embre)?"
    r"|januar|februar|marz|april|juni|juli|august|september|oktober|november|dezember)"
)
_ABROAD = re.compile(
    r"(?:(?:lun|mar|mie|mier|jue|vie|sab|dom|seg|ter|qua|qui|sex|jeu|ven|sam|dim|mon|die|mit|don|fre|son)"
    r"[\w-]*\.?,? )?"
    rf"(?P<day>\d{{1,2}})(?:\.|er|º)?[ -](?:de )?(?P<month>{_NAMES})\.?(?:,?[ -](?:de[l]? )?(?P<year>(?:19|20)\d\d))?"
)
_MONTH_ABROAD = re.compile(rf"{_NAMES}\.?,? (?:de[l]? )?{_YEAR}")
_DAY_OF_MAIL = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+|of\s+)?(?P<month>[a-z]{3,10})\.?,?\s+(?:de[l]?\s+)?"
    r"(?P<year>(?:19|20)\d\d)"
    r"|(?P<month2>[a-z]{3,10})\.?\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year2>(?:19|20)\d\d)"
)
_NUMBERS_OF_MAIL = re.compile(
    r"(?P<one>\d{1,2})(?P<sign>[./-])(?P<two>\d{1,2})[./-](?P<year>(?:19|20)\d\d)|(?P<iso>\d{4}-\d\d-\d\d)"
)


def read_mail_day(text: str, now: dt.datetime | None, *, dayfirst: bool = False) -> dt.date | None:
    """Return the day in what a mail program writes of a mail that it passes on, in the languages that we know.

    Args:
        text: the day, with its time and zone, and perhaps more.
        now: as for `read_date_line`.
        dayfirst: whether "5/6/2026" is in June.
    """
    known = read_date_line(text, now)
    if known is not None and known.day is not None and not (dayfirst and "/" in text):
        return known.day
    plain = _plain(text)
    for match in _DAY_OF_MAIL.finditer(plain):
        name = match["month"] or match["month2"]
        number = _MONTH_NUMBERS.get(name[:4]) or _MONTH_NUMBERS.get(name[:3])
        if number:
            return _day_of(match["year"] or match["year2"], str(number), match["day"] or match["day2"])
    numbers = _NUMBERS_OF_MAIL.search(plain)
    if numbers is None:
        return None
    if numbers["iso"]:
        year, month, day = numbers["iso"].split("-")
        return _day_of(year, month, day)
    first = dayfirst or numbers["sign"] == "." or int(numbers["one"]) > 12
    day, month = (numbers["one"], numbers["two"]) if first else (numbers["two"], numbers["one"])
    return _day_of(numbers["year"], month, day)


def _day_of(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def read_moment(text: str) -> dt.datetime | None:
    """Return the moment that a machine has written down; None when it is none."""
    try:
        return parser.parse(text.strip()[:_LONGEST_MOMENT])
    except (ValueError, ArithmeticError, TypeError, AttributeError, IndexError):  # dateutil lets all of them through
        return None


def day_in(zone: dt.tzinfo, moment: dt.datetime) -> dt.date | None:
    """Return the day that a moment falls on in `zone`; None where the calendar ends, or its offset is none."""
    try:
        return moment.astimezone(zone).date() if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):
        return None


_LONGEST_MOMENT = 60
