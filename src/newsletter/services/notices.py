"""The words of the mails that people ask for: to confirm an address, and to open their preferences."""

from newsletter.languages import translations
from newsletter.rendering.notice import Notice
from newsletter.workspace import Clinic


def confirmation(clinic: Clinic, link: str, language: str, *, again: bool = False) -> Notice:
    """Return the mail that asks an address to confirm; nothing that the sender of a form typed is in it."""
    _ = translations(language).ugettext
    names = {"clinic": clinic.name}
    return Notice(
        subject=_("A reminder: please confirm your subscription") if again else _("Please confirm your subscription"),
        title=_("Please confirm your subscription"),
        before=[
            _("Somebody, most likely you, asked to receive the newsletter of %(clinic)s at this address.") % names,
            _("Please confirm by replying to this mail, or with the button: it opens a mail for you to send.")
            if link.startswith("mailto:")
            else _("Please confirm with the button, and then with the button on the page that opens."),
        ],
        label=_("Confirm my subscription"),
        link=link,
        after=[
            _("The button works for 30 days. You can unsubscribe at any time, in every issue."),
            _("If it was not you, do nothing: without your confirmation no newsletter will be sent to you."),
            *([_("We will not remind you again.")] if again else []),
        ],
        why=_("You receive this mail because this address was entered to subscribe to our newsletter."),
        language=language,
    )


def preferences(link: str, language: str) -> Notice:
    """Return the mail with the link to somebody's preferences."""
    _ = translations(language).ugettext
    return Notice(
        subject=_("Your preferences"),
        title=_("Your preferences"),
        before=[_("Here you can change your name, language and topics, take a break, or get a copy of your data.")],
        label=_("Open my preferences"),
        link=link,
        after=[
            _("The button works for 24 hours. Please do not forward this mail: the button opens your personal page."),
        ],
        why=_("You receive this mail because somebody asked for it on a page that only your issues lead to."),
        language=language,
    )
