"""All checks, as a table: what findings are called, how much they weigh, and what looks.

What each looks for, and the public guideline that it follows, is in the docstring of the
function that looks; docs/users/checks.md is made from both.
"""

from newsletter.checks import (
    accessibility,
    clinical,
    compatibility,
    content,
    dates,
    deliverability,
    links,
    online,
    privacy,
)
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Rule

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

RULES = (
    # The words
    Rule("subject-length", WARNING, content.subject_length),
    Rule("subject-shouting", WARNING, content.subject_shouting),
    Rule("preheader-missing", WARNING, content.preheader_missing),
    Rule("preheader-length", NOTE, content.preheader_length),
    Rule("preheader-repeated", WARNING, content.preheader_repeated),
    Rule("left-over", ERROR, content.left_over),
    Rule("box-unfinished", ERROR, content.box_unfinished),
    Rule("markdown-raw", ERROR, content.markdown_raw),
    Rule("attachment-missing", WARNING, content.attachment_missing, english=True),
    Rule("paragraph-repeated", WARNING, content.paragraph_repeated),
    Rule("clinic-name", WARNING, content.clinic_name),
    Rule("clinic-phone", WARNING, content.clinic_phone),
    # Links
    Rule("link-broken", ERROR, links.link_broken),
    Rule("link-empty", ERROR, links.link_empty),
    Rule("link-disguised", ERROR, links.link_disguised),
    Rule("link-insecure", WARNING, links.link_insecure),
    Rule("link-vague", WARNING, links.link_vague, english=True),
    Rule("link-shortened", WARNING, links.link_shortened),
    Rule("link-wrapped", WARNING, links.link_wrapped),
    Rule("link-ambiguous", NOTE, links.link_ambiguous),
    Rule("link-typed", NOTE, links.link_typed),
    # Dates
    Rule("weekday-wrong", ERROR, dates.weekday_wrong, english=True),
    Rule("date-past", WARNING, dates.date_past, english=True),
    # Accessibility
    Rule("alt-missing", ERROR, accessibility.alt_missing),
    Rule("alt-poor", WARNING, accessibility.alt_poor),
    Rule("outline", WARNING, accessibility.outline),
    Rule("heading-empty", WARNING, accessibility.heading_empty),
    Rule("table-header", WARNING, accessibility.table_header),
    Rule("capitals", WARNING, accessibility.capitals),
    Rule("contrast-low", ERROR, accessibility.contrast_low),
    Rule("text-small", WARNING, accessibility.text_small),
    Rule("language-missing", ERROR, accessibility.language_missing),
    Rule("reading-level", NOTE, accessibility.reading_level, english=True),
    # Compatibility
    Rule("style-unsupported", WARNING, compatibility.style_unsupported),
    Rule("loaded-style", WARNING, compatibility.loaded_style),
    Rule("picture-size", WARNING, compatibility.picture_size),
    Rule("html-dropped", WARNING, compatibility.html_dropped),
    Rule("picture-kind", WARNING, compatibility.picture_kind),
    # Deliverability
    Rule("size-clipped", ERROR, deliverability.size_clipped),
    Rule("size-near", WARNING, deliverability.size_near),
    Rule("mostly-pictures", WARNING, deliverability.mostly_pictures),
    Rule("unsubscribe-missing", ERROR, deliverability.unsubscribe_missing),
    Rule("unsubscribe-foreign", ERROR, deliverability.unsubscribe_foreign),
    Rule("address-missing", ERROR, deliverability.address_missing),
    Rule("address-placeholder", WARNING, deliverability.address_placeholder),
    Rule("sender-free-mail", ERROR, deliverability.sender_free_mail),
    Rule("sender-domain", NOTE, deliverability.sender_domain),
    Rule("spam-words", WARNING, deliverability.spam_words, english=True),
    Rule("false-reply", ERROR, deliverability.false_reply),
    Rule("text-part-thin", ERROR, deliverability.text_part_thin),
    # Privacy
    Rule("tracking-pixel", ERROR, privacy.tracking_pixel),
    Rule("tracking-parameters", WARNING, privacy.tracking_parameters),
    Rule("subject-reveals", ERROR, privacy.subject_reveals, english=True),
    Rule("subject-condition", NOTE, privacy.subject_condition, english=True),
    Rule("merge-tag-in-link", ERROR, privacy.merge_tag_in_link),
    Rule("merge-tag-email", WARNING, privacy.merge_tag_email),
    Rule("image-location", ERROR, privacy.image_location),
    Rule("image-details", WARNING, privacy.image_details),
    Rule("shared-document", WARNING, privacy.shared_document),
    # Clinical
    Rule("claim-uncited", WARNING, clinical.claim_uncited, english=True),
    Rule("words-stigma", WARNING, clinical.words_stigma, english=True),
    Rule("crisis-contact", ERROR, clinical.crisis_contact, english=True),
    Rule("medication-change", ERROR, clinical.medication_change, english=True),
    Rule("promise", WARNING, clinical.promise, english=True),
    Rule("disclaimer", WARNING, clinical.disclaimer, english=True),
    Rule("author-missing", WARNING, clinical.author_missing),
    Rule("author-credentials", NOTE, clinical.author_credentials, english=True),
    Rule("review-due", WARNING, clinical.review_due),
)

ONLINE = (Rule("link-dead", ERROR, online.link_dead),)
