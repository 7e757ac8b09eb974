"""Labels around a title: the topic and the column above it, the author's office below the name.

They are told from titles by what they say (topics that blogs of clinics are sorted by, the
words of an office) and by where they stand; a label is never the only line above the text.
"""

import re
from collections.abc import Sequence

from newsletter.posts.block import Block

_TOPICS = re.compile(
    r"(?:adhd|addiction|adults?|aging|announcements?|anxiety|autism|bipolar(?: disorder)?|body image|burnout|"
    r"caregiv(?:ing|ers?)|"
    r"child(?:ren)?|childhood|clinic news|community|coping(?: skills)?|couples|culture|depression|diet|"
    r"eating(?: disorders)?|"
    r"education|emotions?|essays?|events?|exercise|families|family|featured|feelings|fitness|food|"
    r"for (?:families|parents|patients)|"
    r"from (?:the|our) (?:clinic|clinicians|blog|team)|general|grief|guest (?:posts?|column)|habits|healing|"
    r"health(?: tips)?|"
    r"healthy living|holidays?|insomnia|kids|lifestyle|loneliness|loss|marriage|medications?|meditation|men.s health|"
    r"mental (?:health|wellness)|mind(?: & | and )body|mindfulness|mood|motherhood|movement|news(?: & |"
    r" and )?(?:updates|events)?|"
    r"nutrition|ocd|opinion|our (?:blog|stories)|panic|parent(?:ing|s|hood)|patient (?:education|stories)|perinatal|"
    r"postpartum|pregnancy|psychiatry|psychology|ptsd|q ?& ?a|recipes?|recovery|relationships?|research|"
    r"resilience|resources?|"
    r"rest|school|seasonal|self[- ](?:care|esteem|help|compassion)|seniors?|skills|sleep(?: health)?|spirituality|"
    r"stigma|stories|stress(?: management)?|students|substance use|teens?|teenagers?|therapy|tips|trauma|"
    r"treatments?|uncategorized|updates?|wellbeing|well-being|wellness|women.s health|work(?: & life|place)?|"
    r"work-life balance|youth|"
    r"salud(?: mental)?|ansiedad|depresión|familia|bienestar|noticias)",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(?:therapists?|psychotherapist|psychologist|psychiatrist|psychiatric|nurse|practitioner|counsell?or|"
    r"social worker|coach"
    r"|founder|co-founder|director|owner|writer|editor|clinician|licensed|certified|specialist|diet(?:itian|"
    r"ician)|nutritionist"
    r"|pharmacist|physician|doctor|professor|manager|physiotherapist|physical therapist|intern|contributor|"
    r"staff|speaker"
    r"|educator|teacher|consultant|assistant|coordinator|chaplain|neurologist|pediatrician|researcher|student|resident"
    r"|midwife|doula|president|partner|advocate|supervisor|fellow|lcsw|lmft|lmhc|pmhnp|rn|md|phd|psyd|expert|"
    r"columnist)\b",
    re.IGNORECASE,
)
_ROW = re.compile(r"\s*(?:[|•·/›»]|\s[–—]\s)\s*")
_LONGEST_LABEL, _LONGEST_OFFICE = 3, 18
_SITE_WORDS = r"(?:\W+(?:the )?(?:blog|journal|news|newsletter|notes|articles|magazine|stories|website))*"
_FEWEST_IN_TITLE = 3
_LONGEST_SITE = 6
_FEWEST_IN_MENU, _LONGEST_IN_MENU = 2, 2
_NAVIGATES = re.compile(
    r"(?:subscribe|sign (?:in|up)|log ?in|home|about(?: us)?|blog|menu|search|contact(?: us)?|posts|open menu"
    r"|skip to .*|open in app|get (?:the )?app|newsletter|archives?)(?: .{0,20})?",
    re.IGNORECASE,
)


def is_topic(text: str) -> bool:
    """Whether a line is a topic, or several side by side."""
    parts = [part for part in re.split(r"\s*[,|•·/&›»]\s*|\s+and\s+", text.strip(" #|•·")) if part]
    if parts and all(_TOPICS.fullmatch(part) for part in parts):
        return True
    return bool(_TOPICS.fullmatch(text.strip()))


def is_site(text: str, site: str) -> bool:
    """Whether a line is only the website's name, perhaps with "Blog" behind it."""
    return bool(site) and bool(re.fullmatch(rf"(?:the )?{re.escape(site)}{_SITE_WORDS}", text.strip(), re.IGNORECASE))


def find_site_names(titles: Sequence[Block], known: Sequence[Block]) -> dict[int, str]:
    """Return the names and mottoes above the title: what the page offers to do stands between them and it.

    Args:
        titles: the lines before the text that could be the title, in order.
        known: the lines of the page that are furniture.
    """
    found: dict[int, str] = {}
    for place, line in enumerate(titles[:-1]):
        title = titles[place + 1]
        between = [each for each in known if line.number < each.number < title.number]
        parted = any(_NAVIGATES.fullmatch(each.text.strip(" |·•")) for each in between)
        others = [each for each in titles[place + 1 :] if each.words >= _FEWEST_IN_TITLE]
        if line.words > _LONGEST_SITE or line.text.endswith(("?", "!", ".")) or not (others and parted):
            continue
        found |= {each.number: "the website's name" for each in titles[: place + 1]}
    return found


def is_office(text: str) -> bool:
    """Whether a line below a name says what its owner is."""
    line = Block(0, text)
    return line.words <= _LONGEST_OFFICE and not line.is_prose and bool(_OFFICE.search(text))


def find_labels(titles: Sequence[Block], below: Block | None) -> dict[int, str]:
    """Return the lines that stand above the title as labels.

    Args:
        titles: the lines before the text that could be the title, in order.
        below: the first of the lines that tell who wrote it and when, if there is one.
    """
    above = [line for line in titles if below is None or line.number < below.number]
    found: dict[int, str] = {}
    for place, line in enumerate(above[:-1]):
        title = next((other for other in above[place + 1 :] if other.words >= _FEWEST_IN_TITLE), None)
        if title is None or not (is_topic(line.text) or _is_row(line.text)):
            break
        found[line.number] = "a label above the title"
    return found or _column(above, below) or _menu(above, below)


def _is_row(text: str) -> bool:
    """Whether a line is a row of short names, as of topics that no list could foresee."""
    parts = _ROW.split(text)
    return len(parts) > 1 and all(part and len(part.split()) <= _LONGEST_LABEL - 1 for part in parts)


def _column(above: Sequence[Block], below: Block | None) -> dict[int, str]:
    """Return a column's name, which stands stacked upon a topic, and that upon the title."""
    topics = [place for place, line in enumerate(above[:-1]) if is_topic(line.text)]
    if below is None or not topics or any(line.gap for line in above[1 : topics[-1] + 2]):
        return {}
    if above[topics[-1] + 1].words < _FEWEST_IN_TITLE:
        return {}
    return {line.number: "a label above the title" for line in above[: topics[-1] + 1]}


def _menu(above: Sequence[Block], below: Block | None) -> dict[int, str]:
    """Return the words that stand stacked upon a title, which the byline follows at once: what a menu offers."""
    words = above[:-1]
    if below is None or len(words) < _FEWEST_IN_MENU or above[-1].words < _FEWEST_IN_TITLE:
        return {}
    if any(line.gap for line in (*above[1:], below)):
        return {}
    alike = all(line.words <= _LONGEST_IN_MENU and line.text[-1].isalnum() for line in words)
    return {line.number: "a menu above the title" for line in words} if alike else {}
