"""The foot of somebody's newsletter never goes into a post; what its author says always does."""

import re

import pytest

from newsletter.posts import Reading, Source
from newsletter.posts.markdown import plain_lines
from newsletter.posts.reader import read_post
from tests.posts.test_pasted import CLINIC

FIRST = "Sleep is when the mind sorts the day, and a tired mind sorts badly. Most people notice it first."
LAST = "Start with the hour at which you get up, and keep it the same all week. The rest follows of itself."
BODY = f"{FIRST}\n\n## What Helps at Night\n\n{LAST}"

FEET = {
    "Mailchimp": """
        Copyright © 2026 Harbor, All rights reserved.
        You are receiving this email because you opted in via our website.
        |
        Our mailing address is:
        Harbor
        12 Main Street
        Springfield, MA 01101
        |
        Want to change how you receive these emails?
        You can [update your preferences](https://l.example/p) or [unsubscribe from this list](https://l.example/u).
        |
        This email was sent to [ana@b.example](mailto:ana@b.example)
        [why did I get this?](https://l.example/w)    [unsubscribe from this list](https://l.example/u)
        Harbor · 12 Main Street · Springfield, MA 01101 · USA
    """,
    "Mailchimp, in Spanish": """
        Copyright © 2026 Puerto, Todos los derechos reservados.
        |
        Nuestra dirección de correo es:
        Puerto
        Calle Mayor 12
        28013 Madrid
        |
        ¿Quieres cambiar cómo recibes estos correos?
        Puedes [actualizar tus preferencias](https://l.example/p) o [darte de baja de esta lista](https://l.example/u).
        |
        Este correo electrónico ha sido enviado a ana@b.example
        [¿Por qué he recibido esto?](https://l.example/w)  [cancelar suscripción](https://l.example/u)
    """,
    "Mailchimp, in Spanish, with a country": """
        Copyright © 2026 Puerto, Todos los derechos reservados.
        |
        Nuestra dirección postal es:
        Puerto
        Calle Mayor 12
        28013 Madrid
        España
        |
        ¿Quieres cambiar el modo en que recibes estos correos electrónicos?
        Puedes [actualizar tus preferencias](https://l.example/p) o [cancelar la suscripción a esta lista](https://l.example/u)
        |
        Este correo electrónico fue enviado a ana@b.example
        [¿por qué he recibido este mensaje?](https://l.example/w)  [anular la suscripción a esta lista](https://l.example/u)
        Puerto · Calle Mayor 12 · Madrid 28013 · España
    """,
    "Mailchimp, in French": """
        Copyright © 2026 Port, Tous droits réservés.
        |
        Notre adresse postale est la suivante :
        Port
        12 rue de la Paix
        Paris 75002
        France
        |
        Vous souhaitez modifier la façon dont vous recevez ces e-mails ?
        Vous pouvez [mettre à jour vos préférences](https://l.example/p) ou [vous désinscrire de cette liste](https://l.example/u)
        |
        Cet e-mail a été envoyé à ana@b.example
        [pourquoi ai-je reçu cet e-mail ?](https://l.example/w)  [se désabonner de cette liste](https://l.example/u)
    """,
    "Mailchimp, in Portuguese": """
        Copyright © 2026 Porto, Todos os direitos reservados.
        |
        Nosso endereço de correspondência é:
        Porto
        Rua Augusta 12
        São Paulo, SP 01305-000
        Brasil
        |
        Deseja alterar a forma como recebe estes e-mails?
        Você pode [atualizar suas preferências](https://l.example/p) ou [cancelar sua inscrição nesta lista](https://l.example/u).
        |
        Este e-mail foi enviado para ana@b.example
        [por que recebi isto?](https://l.example/w)  [cancelar inscrição nesta lista](https://l.example/u)
    """,
    "Brevo, in Spanish": """
        Este mensaje ha sido enviado a ana@b.example
        Lo recibes porque te has suscrito a nuestro boletín.
        |
        [Darse de baja](https://l.example/u)
        |
        Puerto, Calle Mayor 12, 28013 Madrid
    """,
    "MailerLite": """
        Harbor Clinic
        12 Main Street, Springfield
        United States
        |
        You received this email because you signed up on our website or made a purchase from us.
        |
        [Unsubscribe](https://l.example/u)
        |
        Sent with MailerLite
    """,
    "an address in four lines": """
        Harbor Clinic
        12 Main Street
        Springfield
        United States
        You received this email because you signed up on our website.
        [Unsubscribe](https://l.example/u)
    """,
    "Constant Contact": """
        Harbor | 12 Main Street | Springfield, MA 01101 US
        |
        [Unsubscribe](https://l.example/1) | [Update Profile](https://l.example/2) | [Data Notice](https://l.example/3)
        |
        [Try email marketing for free today!](https://l.example/4)
    """,
    "SendGrid": """
        Harbor
        12 Main Street, Springfield, MA 01101
        |
        [Unsubscribe](https://u1.ct.example/wf/a) - [Unsubscribe Preferences](https://u1.ct.example/asm/b)
    """,
    "Substack": """
        © 2026 Ruth Vale
        548 Market Street PMB 72296, San Francisco, CA 94104
        [Unsubscribe](https://h.example/action/disable_email)
    """,
    "Brevo, in French": """
        Cet e-mail a été envoyé à ana@b.example
        Vous avez reçu cet e-mail car vous vous êtes inscrit sur Harbor.
        |
        [Se désabonner](https://l.example/u)
        |
        © 2026 Harbor
        12 rue de la Paix, 75002 Paris
    """,
    "Brevo, in Portuguese": """
        Este e-mail foi enviado para ana@b.example
        Você recebeu este e-mail porque se inscreveu na nossa lista.
        |
        [Cancelar inscrição](https://l.example/u)
    """,
    "Campaign Monitor": """
        You're receiving this newsletter because you signed up at harbor.example.
        |
        [Edit your subscription](https://l.example/e)    [Unsubscribe](https://l.example/u)
    """,
    "HubSpot": """
        Harbor Clinic, 12 Main Street, Springfield, MA 01101, United States
        [Unsubscribe](https://l.example/u)  [Manage preferences](https://l.example/p)
    """,
    "Ghost": """
        You're receiving this email because you are a free subscriber to Harbor.
        [Manage subscription](https://h.example/#/portal/account)
        |
        Harbor © 2026 – [Unsubscribe](https://h.example/unsubscribe/?uuid=1)
        |
        [Powered by Ghost](https://ghost.org)
    """,
    "Buttondown": """
        You just read issue #12 of Harbor. You can also browse the [full archives of this newsletter](https://h.example/archive).
        |
        You're receiving this because you subscribed to Harbor.
        [Unsubscribe](https://h.example/unsubscribe/1)
        |
        Powered by [Buttondown](https://b.example), the easiest way to start and grow your newsletter.
    """,
    "MailPoet": """
        [Unsubscribe](https://l.example/u) | [Manage your subscription](https://l.example/m)
        12 Main Street, Springfield, MA 01101
    """,
    "ActiveCampaign": """
        Sent to: ana@b.example
        |
        [Unsubscribe](https://l.example/u)
        |
        Harbor, 12 Main Street, Springfield, MA 01101, United States
        |
        [Email Marketing by ActiveCampaign](https://l.example/a)
    """,
    "Kit": """
        You can [unsubscribe](https://l.example/u) or [change your preferences](https://l.example/p) at any time.
        600 1st Ave, Ste 330, Seattle, WA 98104
    """,
    "beehiiv": """
        Update your email preferences or unsubscribe [here](https://l.example/unsubscribe)
        |
        © 2026 Harbor
        228 Park Ave S, #29976, New York, New York 10003, United States
        |
        [Powered by beehiiv](https://l.example/b)
    """,
    "Klaviyo": """
        No longer want to receive these emails? [Unsubscribe](https://l.example/u).
        Harbor 12 Main Street Springfield, MA 01101
    """,
    "MailerLite, in German": """
        Sie erhalten diese E-Mail, weil Sie sich auf unserer Website angemeldet haben.
        [Newsletter abbestellen](https://l.example/u)
        Hafen, Hauptstraße 12, 10115 Berlin
    """,
    "AWeber": """
        12 Main Street, Springfield, MA 01101, USA
        |
        [Unsubscribe](https://l.example/z/r) | [Change Subscriber Options](https://l.example/z/o)
    """,
    "Zoho": """
        This email was sent by ruth@harbor.example to ana@b.example
        Not interested? [Unsubscribe](https://l.example/u) | [Manage Preference](https://l.example/m) | [Update profile](https://l.example/p)
        Harbor | 12 Main Street, Springfield, MA 01101
    """,
    "GovDelivery": """
        SUBSCRIBER SERVICES:
        [Manage Preferences](https://l.example/m)  |  [Unsubscribe](https://l.example/u)  |  [Help](https://l.example/h)
        |
        This email was sent to ana@b.example using GovDelivery Communications Cloud on behalf of: Harbor · Springfield
    """,
    "a list manager": """
        _______________________________________________
        Harbor mailing list
        [Harbor@lists.example](mailto:Harbor@lists.example)
        [https://lists.example/mailman/listinfo/harbor](https://lists.example/mailman/listinfo/harbor)
        To unsubscribe send an email to harbor-leave@lists.example
    """,
    "Google Groups": """
        You received this message because you are subscribed to the Google Groups "Harbor" group.
        To unsubscribe from this group and stop receiving emails from it, email harbor+unsubscribe@googlegroups.com.
        To view this discussion visit https://groups.google.com/d/msgid/harbor/1.
    """,
    "Emma": """
        Harbor | 12 Main Street | Springfield | MA | 01101
        |
        [Manage](https://l.example/unsub/1) your preferences | [Opt out](https://l.example/optout) by TrueRemove
        |
        Got this as a forward? [Sign up](https://l.example/s) to receive our future emails.
    """,
    "Kit, with a word on address books": """
        To make sure you keep getting these emails, please add r@h.example to your address book or whitelist us.
        |
        Want out of the loop? [Unsubscribe](https://l.example/u). To update your profile, [click here](https://l.example/p).
        |
        12 Main Street, Springfield, MA 01101
    """,
    "Constant Contact, as it was": """
        This email was sent to ana@b.example by ruth@h.example | Rapid removal with [SafeUnsubscribe](https://l.example/2)
        Harbor | 12 Main Street | Springfield | MA | 01101
    """,
    "a German one": """
        Hafen GmbH
        Hauptstraße 12
        10115 Berlin
        |
        Sie möchten keine weiteren E-Mails erhalten? [Hier abmelden](https://l.example/u)
        |
        Impressum | Datenschutz
    """,
    "a Portuguese one": """
        Caso não queira mais receber estes e-mails, [cancele sua inscrição](https://l.example/1).
        Harbor, Rua das Flores 12, 01234-000 São Paulo
    """,
    "a small one": """
        If you no longer wish to receive these emails, click [here](https://l.example/u).
    """,
    "a Spanish one": """
        Si no deseas seguir recibiendo este boletín, haz clic [aquí](https://l.example/baja).
        Avenida de la Luz 5, 41001 Sevilla
    """,
}


def lines_of(foot: str) -> list[list[str]]:
    """The lines of a foot, in groups."""
    lines = [line.strip() for line in foot.strip().splitlines()]
    groups: list[list[str]] = [[]]
    for line in lines:
        if line == "|":
            groups.append([])
        else:
            groups[-1].append(line)
    return groups


LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")


def as_text(foot: str, link: str) -> bytes:
    groups = ["\n".join(LINK.sub(link, line) for line in group) for group in lines_of(foot)]
    return "\n\n".join(["Sleeping Well in Winter", FIRST, "What Helps at Night", LAST, *groups]).encode()


def as_html(foot: str, group: str, line: str) -> bytes:
    shown = [[LINK.sub(r'<a href="\2">\1</a>', each) for each in some] for some in lines_of(foot)]
    groups = "".join(group.format(line.join(some)) for some in shown)
    page = f"<h1>Sleeping Well in Winter</h1><p>{FIRST}</p><h2>What Helps at Night</h2><p>{LAST}</p>{groups}"
    return f"<html><body>{page}</body></html>".encode()


FORMS = {
    "plain text": lambda foot: as_text(foot, r"\1"),
    "text with addresses": lambda foot: as_text(foot, r"\1 (\2)"),
    "text of a mail": lambda foot: as_text(foot, r"\1 <\2>"),
    "HTML": lambda foot: as_html(foot, "<p>{}</p>", "<br>"),
    "HTML of many blocks": lambda foot: as_html(foot, "<div><p>{}</p></div>", "</p><p>"),
    "HTML of tables": lambda foot: as_html(foot, "<table><tr><td>{}</td></tr></table>", "<br/>\n"),
}


def read(data: bytes, name: str = "post") -> Reading:
    return read_post(Source(data=data, name=name), CLINIC)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sender", FEET)
def test_foot_is_left_out(sender: str, form: str) -> None:
    """Whoever made it, and in whichever form it comes: all of it is gone, and told."""
    reading = read(FORMS[form](FEET[sender]))
    assert reading.post.body == BODY
    said = " ".join(each.text for each in reading.dropped)
    words = set(re.findall(r"\w{4,}", LINK.sub(r"\1", FEET[sender])))
    assert words <= set(re.findall(r"\w{4,}", said))


@pytest.mark.parametrize(
    "line",
    [
        "This message was sent to ana@b.example",
        "Este mensaje ha sido enviado a ana@b.example",
        "Este mensaje se envió y fue remitido a: ana@b.example",
        "Ce message a été envoyé à ana@b.example",
        "Cette lettre a été adressée à ana@b.example",
        "Esta mensagem foi enviada para ana@b.example",
        "Diese Nachricht wurde an ana@b.example gesendet.",
        "Diese E-Mail wurde an ana@b.example verschickt",
        "Questo messaggio è stato inviato a ana@b.example",
        "Dit bericht is verzonden aan ana@b.example",
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_whom_it_was_sent_to(line: str, form: str) -> None:
    """A reader's address is never shown to others, in whichever language it stands there, even alone."""
    reading = read(FORMS[form](line))
    assert reading.post.body == BODY
    assert any("ana@b.example" in each.text for each in reading.dropped)


OWN = [
    "Nuestra dirección es fácil de recordar, y nuestra puerta está abierta.",
    "This message came from a reader, and an answer was sent to her from hello@clinic.example.",
    "In the United States one in three adults sleeps too little.",
    "Unsubscribe from newsletters that make you anxious.",
    "If the news wears you down, unsubscribe from a few newsletters and see how the evening feels.",
    "If you do not hear from us by Friday, visit our website or call.",
    "If you don't get better in two weeks, call us and we will find a time.",
    "If you opt out of the study, you can still visit us as before.",
    "Si necesita darse de baja por ansiedad, hable con nosotros antes.",
    "How did you sleep? Tell us in a reply to this email.",
    "You've got this. Keep going, and reply to this email if you want to tell us how it went.",
    "The message was sent to her brain long before she knew it.",
    "This message is sent by your body to the brain, again and again.",
    "Questions can be sent to hello@clinic.example at any time.",
    "If you are subscribed to our calendar, the dates are in it already.",
    "You are getting these messages from your body all day long.",
    "The mural was created with Emma, our art therapist.",
    "Share this with a friend who might need it.",
    "Change your phone's settings at night, and manage your notifications by day.",
    "¿Ha recibido este mensaje de su cuerpo?",
    "In Portland the clinic sends its letters to 12 Main Street, Springfield, as it always did.",
    "We keep your privacy, and share nothing with anybody.",
    "Reply to this email and tell us what helps you sleep.",
    "Reach the Springfield Warmline at 555-010-2222, day or night.",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sentence", OWN)
@pytest.mark.parametrize("sender", ["Constant Contact", "a small one"])
def test_last_sentence_of_the_author_stays(sentence: str, form: str, sender: str) -> None:
    """Right above a foot, and without one."""
    last = f"{LAST}\n\n{sentence}".encode() if "text" in form else f"{LAST}</p><p>{sentence}".encode()
    reading = read(FORMS[form](FEET[sender]).replace(LAST.encode(), last))
    assert [sentence, reading.post.body.count("[")] == [_plain(reading).splitlines()[-1], 0]
    alone = read(f"Sleeping Well in Winter\n\n{FIRST}\n\n{LAST}\n\n{sentence}\n".encode())
    assert sentence == _plain(alone).splitlines()[-1]


def _plain(reading: Reading) -> str:
    return "\n".join(plain_lines(reading.post.body))


@pytest.mark.parametrize("mark", ["- ", "• ", "1. "])
def test_list_at_the_end_stays(mark: str) -> None:
    """Its entries may speak of settings and newsletters."""
    entries = [
        "Unsubscribe from news that stresses you",
        "Manage your email preferences",
        "Stop getting alerts at night",
    ]
    text = f"Sleeping Well in Winter\n\n{FIRST}\n\n{LAST} Three things:\n\n" + "\n".join(
        mark + each for each in entries
    )
    assert all(entry in _plain(read(text.encode())) for entry in entries)
    items = "".join(f"<li>{entry}</li>" for entry in entries)
    page = f"<h1>Sleeping Well in Winter</h1><p>{FIRST}</p><p>{LAST} Three things:</p><ul>{items}</ul>"
    assert all(entry in _plain(read(page.encode())) for entry in entries)


@pytest.mark.parametrize(
    "line", ["In a crisis, call or text 988.", "Suicide & Crisis Lifeline: 988", "Crisis line 555-010-9900"]
)
@pytest.mark.parametrize("form", FORMS)
def test_help_in_a_crisis_stays(line: str, form: str) -> None:
    """Wherever it stands, also in the middle of a foot."""
    foot = f"© 2026 Harbor\n{line}\n[Unsubscribe](https://l.example/u)"
    assert line.partition(",")[0] in _plain(read(FORMS[form](foot)))


def test_foot_in_a_mail_that_is_read_from_its_file() -> None:
    """It takes its badge with it, and its receiver's address."""
    shown = as_html(FEET["Mailchimp"], "<table><tr><td>{}</td></tr></table>", "<br>").decode()
    badge = '<a href="https://l.example/m"><img src="https://l.example/MC.png" alt="Powered by Mailchimp"></a>'
    head = "From: Harbor <team@h.example>\nTo: ana@b.example\nSubject: Sleeping Well in Winter\nMIME-Version: 1.0\n"
    mail = f"{head}Content-Type: text/html; charset=utf-8\n\n{shown.replace('</body>', badge + '</body>')}"
    reading = read(mail.encode(), "post.eml")
    assert reading.post.body == BODY
    assert any("ana@b.example" in each.text for each in reading.dropped)


def test_markdown_with_a_foot() -> None:
    """A newsletter that somebody saved as Markdown."""
    text = f"# Sleeping Well in Winter\n\n{FIRST}\n\n## What Helps at Night\n\n{LAST}\n\n---\n\n"
    foot = "This email was sent to ana@b.example\n\n[Unsubscribe](https://l.example/u) | [Preferences](https://l.example/p)\n"
    reading = read((text + foot).encode(), "post.md")
    assert reading.post.body == BODY
    assert len(reading.dropped) >= 2


@pytest.mark.parametrize("group", ["<p>{}</p>", "<div>{}</div>"])
def test_sentence_in_one_paragraph_with_a_way_out(group: str) -> None:
    """The author's words stay, but nobody's subscription hangs on them."""
    foot = "See you next month, and sleep well! To unsubscribe, click [here](https://l.example/unsubscribe/1)."
    reading = read(as_html(foot, group, "<br>"))
    assert "See you next month, and sleep well!" in reading.post.body
    assert "l.example" not in reading.post.body
    assert any("subscription" in each.reason for each in reading.dropped)
