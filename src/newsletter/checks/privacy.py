"""Checks of what the mail would tell others about its readers, or about the clinic."""

import io
import re
from collections.abc import Collection, Iterator
from urllib.parse import parse_qsl, unquote_plus, urlsplit, urlunsplit

from PIL import Image

from newsletter.checks.draft import Draft
from newsletter.checks.fix import Replace
from newsletter.checks.patterns import any_of
from newsletter.checks.rule import Fault
from newsletter.posts.addresses import split_address

_GPS = 0x8825  # the EXIF tag that leads to the place where a photograph was taken
_HARMLESS = {0x0112, 0x011A, 0x011B, 0x0128}  # orientation and resolution
_TRACKERS = any_of(
    r"facebook\.com/tr\b",
    r"google-analytics\.com",
    r"doubleclick\.net",
    r"list-manage\.com/track",
    r"\bmailtrack\b",
    r"/(?:open|track|pixel|beacon|wf/open)(?:\.(?:gif|png|php|aspx))?(?:[/?]|$)",
)
_PARAMETERS = any_of(
    r"utm_\w+",
    r"(?:fb|g|d|msc|tw|y)cl(?:k)?id",
    r"mc_(?:cid|eid)",
    r"_hs(?:enc|mi)|mkt_tok|vero_id|igsh(?:id)?|mibextid|si|wickedid|[wg]braid|s_kwcid|oly_(?:anon|enc)_id|trk|ref_src|_ga",
)
_PERSON = any_of(
    r"e-?mail(?:_?address)?|(?:subscriber|contact|recipient|member|patient)(?:_?(?:id|key|hash|email))?|ss?id_?token"
)
_CONDITION = any_of(
    r"\b(?:adhd|ocd|ptsd|anxi(?:ety|ous)|autis\w*|bipolar|borderline|dementia|depress(?:ion|ed|ive)|insomnia|mani[ac]c?)\b",
    r"\b(?:anorexi\w*|bulimi\w*|eating disorders?|panic|postpartum|psychos[ie]s|psychotic|schizo\w*|trauma\w*)\b",
    r"\b(?:addict\w*|alcohol\w*|drugs?|overdos\w*|relapse|self-harm\w*|suicid\w*)\b",
    r"\b(?:anti-?depress\w*|diagnos\w*|disorders?|medications?|psychiatr\w*|symptoms?|therap(?:y|ies|ists?)|treatments?)\b",
    r"\b(?:mental (?:health|illness)|your (?:condition|illness))\b",
)
_NAME_TAGS = frozenset({"first_name", "last_name", "full_name"})
_SHARED = any_of(
    r"docs\.google\.com/.+/edit",
    r"drive\.google\.com/(?:drive|file)",
    r"dropbox\.com/(?:scl|home|s/)",
    r"onedrive\.live\.com|1drv\.ms|\.sharepoint\.com/",
)


def tracking_pixel(draft: Draft) -> Iterator[Fault]:
    """An invisible picture tells somebody who reads the mail, and when.

    Guideline: HHS OCR, "Use of Online Tracking Technologies by HIPAA Covered Entities" (2022, 2024).
    """
    for picture in draft.writing.pictures:
        if _TRACKERS.search(picture.src):
            yield Fault(
                picture.where,
                "This picture tells its owner who opens the mail. For this list, that is private.",
                "Remove it.",
            )
    for image in draft.mail.elements("img"):
        if {image.get("width"), image.get("height")} & {"0", "1"} and image.get("src", "").startswith("http"):
            yield Fault(
                f"theme {draft.settings.theme.name}",
                "An invisible picture is loaded from the web, which tells who opens the mail.",
                "Remove it from the theme.",
            )


def tracking_parameters(draft: Draft) -> Iterator[Fault]:
    """A link carries parameters that say where a reader came from, or who they are.

    Guideline: HHS OCR, "Use of Online Tracking Technologies by HIPAA Covered Entities" (2022, 2024).
    """
    for piece in draft.pieces:
        for link in piece.links:
            query = parse_qsl(split_address(link.href).query) if not link.href.startswith("mailto:") else []
            names = [name for name, value in query if _PARAMETERS.fullmatch(name) or _names_somebody(name, value)]
            if names:
                yield Fault(
                    link.where,
                    f"The link tells the other site where its visitors come from ({', '.join(names)}).",
                    "Remove these parts of the address. The rest should lead to the same page; try it.",
                    fix=Replace(label="Remove these parts", old=link.href, new=_without(link.href, names)),
                )


def _without(href: str, names: Collection[str]) -> str:
    parts = urlsplit(href)
    kept = [pair for pair in parts.query.split("&") if unquote_plus(pair.partition("=")[0]) not in names]
    return urlunsplit(parts._replace(query="&".join(kept)))


def subject_reveals(draft: Draft) -> Iterator[Fault]:
    """A reader's name and a health topic appear together in the inbox.

    Guideline: HIPAA Privacy Rule, 45 CFR 160.103: a name together with health makes protected information.
    """
    named = any(
        field.tag in _NAME_TAGS and f"-{field.number}-" in draft.message.subject for field in draft.message.fields
    )
    condition = _CONDITION.search(f"{draft.subject} {draft.message.preheader}")
    if named and condition:
        yield Fault(
            draft.key_place("subject"),
            f"Lock screens would show the reader's name next to “{condition[0]}”, for anyone to see.",
            "Remove the name from the subject; greet the reader in the letter.",
        )


def subject_condition(draft: Draft) -> Iterator[Fault]:
    """Subject or preview text names a condition or a treatment.

    Guideline: HIPAA Privacy Rule, 45 CFR 164.502(b), minimum necessary, in spirit.
    """
    for key, text in (("subject", draft.subject), ("preheader", draft.message.preheader)):
        condition = _CONDITION.search(text)
        if condition:
            yield Fault(
                draft.key_place(key),
                f"“{condition[0]}” appears on lock screens, where family and colleagues can read it.",
                "If possible, announce the issue without it. Readers will find it inside.",
            )


def merge_tag_in_link(draft: Draft) -> Iterator[Fault]:
    """Something about the reader is put into a web address.

    Guideline: RFC 6973, 6.1 Data Minimization; W3C TAG, "Good Practices for Capability URLs".
    """
    for element in draft.mail.root.iter():
        for name in ("href", "src"):
            address = element.get(name, "") if isinstance(element.tag, str) else ""
            if re.search(r"-merge-(?:html-)?\d+-", address):
                yield Fault(
                    "message",
                    "The web site behind this link, and others on the way, would learn and log who the reader is.",
                    "Remove the merge tag from the link.",
                )


def merge_tag_email(draft: Draft) -> Iterator[Fault]:
    """The reader's own address is written into the mail.

    Guideline: RFC 6973, 6.1 Data Minimization: a forwarded mail would carry it along.
    """
    if any(field.tag == "email" for field in draft.message.fields):
        yield Fault(
            "message",
            "Whoever forwards this mail reveals their address, and that they are on this list.",
            "Remove {{ email }}; a name is enough for a greeting.",
        )


def image_location(draft: Draft) -> Iterator[Fault]:
    """A photograph in the mail says where it was taken.

    Guideline: RFC 6973, 6.1 Data Minimization; Exif 2.32, GPS attributes.
    """
    for image in draft.message.images:
        if _GPS in _exif(image.data):
            yield Fault(
                image.filename,
                "Whoever saves this picture can see exactly where it was taken.",
                "Save a copy without personal information (file properties, remove personal information).",
            )


def image_details(draft: Draft) -> Iterator[Fault]:
    """A photograph in the mail says with what, when or by whom it was taken.

    Guideline: RFC 6973, 6.1 Data Minimization; Exif 2.32.
    """
    for image in draft.message.images:
        details = _exif(image.data) - _HARMLESS - {_GPS}
        if details:
            yield Fault(
                image.filename,
                "Whoever saves this picture can see what the camera stored in it: time, device, perhaps a name.",
                "Save a copy without personal information (file properties, remove personal information).",
            )


def shared_document(draft: Draft) -> Iterator[Fault]:
    """A link leads to a shared document in its editor.

    Guideline: HHS OCR, "Guidance on HIPAA & Cloud Computing": know who can open what.
    """
    for piece in draft.pieces:
        for link in piece.links:
            if _SHARED.search(link.href):
                yield Fault(
                    link.where,
                    "Readers must ask for access and reveal their name, or they can change the document.",
                    "Put the document on your website, or publish it as a read-only page.",
                )


def _names_somebody(name: str, value: str) -> bool:
    """Whether a parameter of an address tells for whom it was made: everybody would arrive there as that person."""
    return bool(_PERSON.fullmatch(name) and value.strip()) or bool(re.fullmatch(r"[^@\s/]+@[^@\s/]+\.\w{2,}", value))


def _exif(data: bytes) -> set[int]:
    with Image.open(io.BytesIO(data)) as image:
        return set(image.getexif())
