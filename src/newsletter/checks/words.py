"""Words that guidelines on stigma advise against, and what they advise instead.

The sources: NIDA, "Words Matter" (substance use); reportingonsuicide.org and the WHO's
resource for media professionals (suicide); APA, "Inclusive Language Guide" (mental
illness and disability).
"""

import re
from dataclasses import dataclass

from newsletter.checks.patterns import any_of

NIDA = "NIDA, “Words Matter”"
SUICIDE = "reportingonsuicide.org"
APA = "APA, “Inclusive Language Guide”"


@dataclass(frozen=True, slots=True)
class Advice:
    """A word or phrase, better ones, and who says so."""

    pattern: re.Pattern[str]
    better: str
    source: str


def _rather(better: str, source: str, *phrases: str) -> Advice:
    return Advice(any_of(*(rf"\b(?:{phrase})\b" for phrase in phrases)), better, source)


_ILLNESS = r"(?:depression|anxiety|mental|bipolar|schizophrenia|ptsd|adhd|autism|ocd|dementia|an? \w+ disorder)"

ADVICE = (
    _rather("died by suicide", SUICIDE, r"commit(?:s|ted|ting)? suicide", r"(?:successful|completed) suicides?"),
    _rather("suicide attempt", SUICIDE, r"(?:failed|unsuccessful) (?:suicide(?: attempts?)?|attempts? on \w+ life)"),
    _rather("a rise in suicides", SUICIDE, r"suicide epidemic", r"epidemic of suicides?"),
    _rather("person in recovery", NIDA, r"(?:former|reformed|ex-) ?addicts?"),
    _rather("person with a substance use disorder", NIDA, r"addicts?", r"(?:drug|substance) abusers?"),
    _rather("substance use; alcohol use", NIDA, r"(?:drug|substance|alcohol) abuse"),
    _rather("person who uses drugs", NIDA, r"junkies?", r"druggies?", r"stoners?", r"crackheads?"),
    _rather("person with an alcohol use disorder", NIDA, r"alcoholics?(?! anonymous)", r"alcohol abusers?"),
    _rather("tested negative; tested positive", NIDA, r"(?:clean|dirty) (?:urine|(?:drug )?tests?)"),
    _rather("not using; in recovery", NIDA, r"(?:got|get|stay(?:ed)?|been) clean(?= (?:from|for|since|off)\b)"),
    _rather("people with a mental illness", APA, r"the mentally ill", r"mentally ill (?:people|persons?|patients?)"),
    _rather("person receiving mental health care", APA, r"(?:mental|psych) patients?"),
    _rather("person with schizophrenia", APA, r"(?:an?|the) schizophrenics?(?! \w+ disorder)", r"schizophrenics"),
    _rather(
        "has bipolar disorder, schizophrenia, anorexia …",
        APA,
        r"(?:is|are|was|were|he's|she's) (?:bipolar|schizophrenic|borderline|anorexic|psychotic)(?! disorder)",
    ),
    _rather(
        "person with anorexia, bulimia, depression …",
        APA,
        r"(?:an?|the) (?:anorexic|bulimic|depressive)s?(?= (?:is|who|may)\b)",
    ),
    _rather("bipolar disorder", APA, r"manic[- ]depress(?:ion|ive)"),
    _rather("what is meant, without a word for illness", APA, r"crazy|insane|lunatics?|psychos?|deranged|madhouse"),
    _rather("what is meant, without a word for illness", APA, r"so (?:ocd|bipolar|adhd|schizo)"),
    _rather("has; lives with", APA, rf"suffer(?:s|ed|ing)? from {_ILLNESS}", r"(?:afflicted|stricken) (?:with|by)"),
    _rather("person with", APA, rf"victims? of (?:stroke|{_ILLNESS})"),
    _rather("uses a wheelchair", APA, r"wheelchair[- ]bound", r"confined to a wheelchair"),
    _rather("people with disabilities", APA, r"the (?:disabled|handicapped)", r"handicapped (?:people|persons?)"),
    _rather("person with an intellectual disability", APA, r"retard(?:ed|s)?"),
    _rather("who find it hard to follow the plan", APA, r"non-?compliant (?:patients?|people)"),
    _rather("people without this condition", APA, r"normal people"),
)
