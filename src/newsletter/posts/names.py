"""People's names: told from titles, which are written like them, by the words they are made of."""

import re

_NAME = re.compile(
    r"(?:(?:Dr|Mr|Mrs|Ms|Prof)\.?\s+)?[A-Z][\w.'’-]*"
    r"(?:\s+(?:(?:de|da|del|di|van|von|der|la|le|bin|al)\s+)*[A-Z][\w.'’-]*){1,3}"
)
_CREDENTIALS = re.compile(r"(?:\s*,\s*|\s+)(?:[A-Z][A-Za-z.]{0,6}[A-Z.](?:-[A-Z]{1,4})*)(?=\s*(?:,|$|\s[A-Z.-]+))")
_DEGREE = re.compile(
    r"(?:,\s*|\s)(?:M\.?D|D\.?O|Ph\.?D|Psy\.?D|Ed\.?D|Pharm\.?D|[BM]\.?S\.?N|D\.?N\.?P|L\.?I?\.?C\.?S\.?W|L\.?M\.?H\.?C|"
    r"L\.?M\.?F\.?T|L\.?P\.?C\.?C?|M\.?S\.?W|M\.?P\.?H|R\.?N|N\.?P|APRN|ARNP|CRNP|CNP|CNS|[FP]NP|PMHNP|PA-C|BCBA|CADC|RD|"
    r"LDN|OTR|FAPA|FAAP)(?:[-/][A-Z]{1,4})?\.?$|^Dr\.? ",
)
_AFTER_COMMA = re.compile(r",\s*[A-Z][A-Za-z.]{0,6}[A-Z.](?:-[A-Z]{1,4})*$")
_ADDRESS = re.compile(r"\s?[<(\[][^\s@<>()\[\]]{1,64}@[^\s<>()\[\]]{1,100}[>)\]]")
_LONGEST = 120
LEAD = re.compile(r"^[\s•·*–—|-]+")
_JOINS = re.compile(
    r"\b(?:an?|the|and|or|but|not|no|of|for|from|in|into|on|to|with|without|at|as|after|before|during|through|over|under|"
    r"between|beyond|about|against|when|why|how|what|where|who|which|while|if|is|are|was|be|do|does|don.t|can|your|you|"
    r"my|our|we|i|me|us|it|its|their|them|they|this|that|these|those|his|her|every|all|more|less|than|too|so|just|"
    r"yourself|ourselves|one|two|three|four|five|six|seven|ten)\b",
    re.IGNORECASE,
)
_OF_TITLES = re.compile(
    r"\b(?:\w+(?:ing|ness|tion|sion|ment|ity|ful|less|ship|ism|ology|therapy|iety|ional|ety)s?(?<!\bfleming)|"
    r"winter|spring|summer|autumn|fall|(?:sun|mon|tues|wednes|thurs|fri|satur)day|morning|evening|night|day|days|week|"
    r"month|year|season|seasonal|holidays?|christmas|thanksgiving|halloween|easter|january|february|march|july|"
    r"september|october|november|december|self|care|mental|health|healthy|mind|body|brain|heart|soul|life|lives|"
    r"love|grief|loss|stress|panic|worry|fear|anger|rage|shame|guilt|sorrow|tears|mood|blues|sleep|rest|dreams?|rem|"
    r"adhd|ocd|ptsd|bipolar|trauma|pain|chronic|autis\w+|drugs?|alcohol|therapist|trust|courage|truth|change|"
    r"help|hope for|support|calm|quiet|silence|peace|peaceful|balance|boundar\w+|habits?|routines?|steps?|ways?|tips?|"
    r"signs?|guide|facts?|myths?|reasons?|questions?|answers?|lessons?|stories|story|notes?|letters?|news|updates?|"
    r"meet|new|old|good|better|best|bad|big|little|small|slow|deep|dark|light|lights|lamp|sun|sunshine|rain|snow|cold|"
    r"warm|hot|water|garden|walk|walks|run|food|eat|meals?|kitchen|table|coffee|tea|home|house|room|school|office|"
    r"work|job|money|phone|screen|screens|media|social|digital|time|times|moments?|minutes?|hours?|now|today|tomorrow|"
    r"first|second|last|next|back|out|up|down|away|kids?|child|children|teens?|mothers?|mom|dad|fathers?|parents?|"
    r"families|family|couples?|friends?|people|women|men|women.s|men.s|group|community|caregivers?|caregiver|seniors?|"
    r"medications?|medicine|pills?|anxious|depress\w+|lonely|alone|together|strong|brave|tired|burnout|burned|"
    r"overwhelm\w*|resilien\w+|gratitude|patience|practices?|skills?|tools?|power|energy|breath|breathe|begin|start|"
    r"stop|let|make|take|find|know|learn|talk|feel|feels|know|know|say|saying|ask|give|keep|get|go|come|stay|live|"
    r"beginner.s|complete|simple|gentle|hidden|invisible|silent|great|real|true|inner|open|safe|free|clear|clinic|"
    r"psychiatry|psychology|counsel\w+|services?|blog|journal|newsletter|club|project|center|elements?|weight)\b",
    re.IGNORECASE,
)


def is_name(text: str) -> bool:
    """Whether `text` is written as a person's name is, perhaps with degrees behind it."""
    if len(text) > _LONGEST:
        return False
    plain = without_address(LEAD.sub("", text))
    return any(_NAME.fullmatch(form) for form in (without_credentials(plain), plain))


def is_said_name(text: str) -> bool:
    """Whether `text` behind "by" is a name, or two; there it may be written small."""
    names = re.split(r"\s+(?:and|&)\s+", without_address(text))
    return all(is_name(name if name != name.lower() else _in_capitals(name)) for name in names) and not any(
        _JOINS.search(name) for name in names
    )


def says_something(text: str) -> bool:
    """Whether words of `text` have a meaning, so that it is rather a title than a name."""
    plain = without_credentials(without_address(text))
    return bool(_JOINS.search(plain) or _OF_TITLES.search(plain))


def has_degree(text: str) -> bool:
    """Whether a title or a degree stands with the name; "Dr. Hale Is Retiring" says something of its owner."""
    degree = _DEGREE.search(text)
    titled = degree is not None and (degree.start() > 0 or not _JOINS.search(text))
    return titled or bool(_AFTER_COMMA.search(text))


def without_credentials(text: str) -> str:
    """Return a name without the degrees behind it."""
    return _CREDENTIALS.sub("", text).strip(" ,")


def without_address(text: str) -> str:
    """Return a name without the e-mail address in brackets behind it."""
    return _ADDRESS.sub("", text)


def _in_capitals(text: str) -> str:
    """Return a name that was written small as it is usually written, its degrees in capitals."""
    name, comma, degrees = text.partition(",")
    return name.title() + comma + degrees.upper()
