"""Health information, known by its words: over a column, and in a tag."""

import re
from collections.abc import Collection

from newsletter.errors import SubscriberError
from newsletter.subscribers.names import normal
from newsletter.subscribers.tags import clean_tag

_IN_HEADINGS = re.compile(
    r"""\b(?: diagnos\w* | diagnóst\w* | dx\d* | icd\d* | dsm\d* | medication\w* | medicament\w* | medikament\w*
    | meds? | rx | prescri\w* | dosage | dose | dob | (?:date|day|year)\ of\ birth | birth\ ?(?:date|year|day\ date)
    | geburtsdatum | date\ de\ naissance | fecha\ de\ nacimiento | data\ di\ nascita | data\ de\ nascimento
    | insur\w* | payer | payor | policy\ (?:number|no|id) | member\ id | group\ number | medicare | medicaid | copay
    | mrn | (?:medical\ )?record\ (?:number|no|id) | chart\w* | patient\w* | client\ id | case\ (?:number|no|id)
    | appointment\w* | appt\w* | (?:last|next|first)\ (?:visit|session|seen) | admission\w* | discharge\w*
    | (?:provider|clinical|progress|session|treatment|therapy|medical|intake)\ notes? | treatment\w* | therap\w*
    | visit\ (?:date|type|reason) | reason\ for\ visit | (?:health|medical)\ \w+
    | (?:chief|presenting|main)\ complaints?
    | provider | clinician | psychiatrist | physician | referr\w*\ (?:by|provider|doctor|source) | symptom\w*
    | allerg\w* | condition | disorder\w* | phq\d* | gad\d* | ssn | social\ security\w* | emergency\ contact
    | lab\ results? | cpt\w* | hospital\w* | suicid\w* | substance\w* )\b""",
    re.VERBOSE,
)
_IN_TAGS = re.compile(
    r"""\b(?: diagnos\w* | dx | icd\ ?\d* | dsm\ ?\d* | f\d\d(?:\ \d{1,2})? | (?:in|out)?patients?
    | depress\w* | anxi\w* | bipolar | schizo\w* | psychos[ei]s | psychotic | ptsd | trauma\w* | adhd | autis\w*
    | asperger\w* | ocd | panic | phobia\w* | borderline | bpd | dementia | alzheimer\w* | insomnia | suicid\w*
    | self\ harm | postpartum | (?:eating|mood|anxiety|personality|use)\ disorders? | disorder\w* | anorexi\w*
    | bulimi\w* | addict\w* | alcohol\w* | opioid\w* | substance\w* | sober | rehab\w* | detox\w* | recovery
    | e?s?ketamine | spravato | tms | ect | suboxone | buprenorphine | methadone | naltrexone | vivitrol | lithium
    | clozapine | stimulants? | antidepress\w* | antipsych\w* | medication\w* | meds | rx | prescri\w*
    | iop | php | partial\ hospital\w* | hospital\w* | discharged? | admissions? | medicaid | medicare | insur\w*
    | masshealth | dbt | cbt | emdr | treatment\w* | symptom\w* | hiv | mrn | phq\ ?\d* | gad\ ?\d* )\b""",
    re.VERBOSE,
)

CLINICAL_WARNING = (
    "This list seems to come from patient records. A list drawn from a patient database may not be "
    "handed to a mail provider without a business associate agreement, and SendGrid is not covered for "
    "health information. Build the list from people who asked for the newsletter instead."
)
NEUTRAL_TAGS = "Use neutral tags, such as “evening group” rather than an illness: tags go wherever the list goes."


def is_clinical_heading(heading: str) -> bool:
    """Whether a column under this heading is likely to hold health information."""
    return _IN_HEADINGS.search(normal(heading)) is not None


def is_clinical_tag(tag: str) -> bool:
    """Whether a tag says something of somebody's health, or that they are a patient."""
    return _IN_TAGS.search(normal(tag)) is not None


def ensure_no_clinical_tags(tags: Collection[str], kept: Collection[str] = ()) -> None:
    """Refuse tags that look like health information, but for those that somebody has looked at and keeps.

    Raises:
        SubscriberError: there is one.
    """
    harmless = set(map(clean_tag, kept))
    found = next((tag for tag in tags if is_clinical_tag(tag) and clean_tag(tag) not in harmless), None)
    if found is not None:
        hint = f"{NEUTRAL_TAGS} If this one is harmless, use"
        raise SubscriberError(f"the tag “{found}” looks like health information", hint=hint, command="--keep-tag TAG")
