"""Words that say what a line is about: the topics that blogs of clinics are sorted by, and the offices of people."""

import re

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
_LONGEST_OFFICE = 18


def is_topic(text: str) -> bool:
    """Whether a line is a topic, or several side by side."""
    parts = [part for part in re.split(r"\s*[,|•·/&›»]\s*|\s+and\s+", text.strip(" #|•·")) if part]
    if parts and all(_TOPICS.fullmatch(part) for part in parts):
        return True
    return bool(_TOPICS.fullmatch(text.strip()))


def is_office(text: str) -> bool:
    """Whether a line below a name says what its owner is."""
    line = Block(0, text)
    return line.words <= _LONGEST_OFFICE and not line.is_prose and bool(_OFFICE.search(text))
