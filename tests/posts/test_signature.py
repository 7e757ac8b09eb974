"""Signatures without two dashes: out of the post when it is certain that they are some, and told."""

import textwrap

import pytest

from newsletter.posts import Reading, Source
from newsletter.posts.markdown import plain_lines
from newsletter.posts.reader import read_post
from tests.posts.test_pasted import CLINIC

FIRST = "Sleep is when the mind sorts the day, and a tired mind sorts badly. Most people notice it in their patience."
LAST = "Start with the hour at which you get up, and keep it the same all week. The rest follows more easily."

SIGNATURES = {
    "as the office has it": (
        "Best,\n\nRuth Vale, LCSW\nPractice Manager\nHarbor Clinic | 12 Main St | 555-010-7788\nwww.clinic.example"
    ),
    "another parting": "Warm regards,\nRuth Vale\nTherapist\n(555) 010-7788",
    "without a parting": "Ruth Vale, LCSW\nPractice Manager\nHarbor Clinic\nruth@clinic.example",
    "in one line": "Thanks!\n\nRuth Vale, LCSW | Practice Manager | 555.010.7788",
    "her first name above it": "Ruth Vale, LCSW (she/her)\nHarbor Clinic\nt: 555-010-7788\nhttps://clinic.example/book",
    "Dr.": "Sincerely,\nDr. Ruth Vale\nMedical Director\n12 Main Street, Springfield, MA 01101",
    "in Spanish": "Un cordial saludo,\n\nRuth Vale\nPsicóloga\nTel. 600 123 456\nwww.clinic.example",
    "a parting that nobody knows": "Sleep tight and dream,\n\nRuth Vale\nCoordinator\nwww.clinic.example",
    "in French": "Bien cordialement,\n\nRuth Vale\nDirectrice\n+33 1 23 45 67 89",
    "in Portuguese": "Abraços,\nRuth Vale\nDiretora\n+55 11 91234-5678",
    "in German": "Mit freundlichen Grüßen\nRuth Vale\nPraxisleitung\nTel.: 030 123 456",
    "with a motto": 'Best,\nRuth Vale\nCoordinator\n555-010-7788\n"Rest is not idleness."',
    "with a notice": (
        "Best,\nRuth Vale, LCSW\nPractice Manager\n555-010-7788\n\n"
        "CONFIDENTIALITY NOTICE: This e-mail and any "
        "files sent with it are confidential and intended only for the person to whom they are addressed. If "
        "you are not the intended "
        "recipient, please delete it and tell us, for the information in it may be protected health information."
    ),
    "with a telephone's words": "Best,\nRuth Vale\nPractice Manager\n555-010-7788\n\nSent from my iPhone",
}

HEAD = "From: Ruth Vale <ruth@clinic.example>\n"
PASTED = HEAD + "Sent: Wednesday, October 28, 2026 3:14 PM\nTo: desk@clinic.example\nSubject: Sleeping Well in Winter\n"
FILE = HEAD + (
    "To: desk@clinic.example\nSubject: Sleeping Well in Winter\nDate: Wed, 28 Oct 2026 15:14:00 -0400\n"
    "MIME-Version: 1.0\nContent-Type: text/{}; charset=utf-8\n\n"
)


def pasted(end: str) -> bytes:
    return f"{PASTED}\n{FIRST}\n\n{LAST}\n\n{end}\n".encode()


def text_of_mail(end: str) -> bytes:
    return f"{FILE.format('plain')}{FIRST}\n\n{LAST}\n\n{end}\n".encode()


def html_of_lines(end: str) -> bytes:
    groups = "".join(f"<p>{'<br>'.join(group.splitlines())}</p>" for group in end.split("\n\n"))
    return f"{FILE.format('html')}<html><body><p>{FIRST}</p><p>{LAST}</p>{groups}</body></html>".encode()


def html_of_blocks(end: str) -> bytes:
    blocks = "".join(f"<div>{line or '<br>'}</div>" for line in end.split("\n"))
    return (
        f"{FILE.format('html')}<div dir='ltr'><div>{FIRST}</div><div><br></div><div>{LAST}</div>{blocks}</div>".encode()
    )


def html_of_table(end: str) -> bytes:
    lines = [line for line in end.split("\n") if line]
    rows = "".join(f"<tr><td>{line}</td></tr>" for line in lines)
    return f"{FILE.format('html')}<p>{FIRST}</p><p>{LAST}</p><table>{rows}</table>".encode()


FORMS = [pasted, text_of_mail, html_of_lines, html_of_blocks, html_of_table]


def read(data: bytes) -> Reading:
    return read_post(Source(data=data, name="post.eml"), CLINIC)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", SIGNATURES)
def test_signature_is_left_out(kind: str, form: object) -> None:
    """All of it, whatever the mail is made of; the closing sentence stays."""
    assert callable(form)
    reading = read(form(SIGNATURES[kind]))
    assert plain_lines(reading.post.body) == [FIRST, LAST]
    told = {each.text for each in reading.dropped}
    assert {line for line in SIGNATURES[kind].splitlines() if line} <= told
    assert reading.post.author == "Ruth Vale"


@pytest.mark.parametrize("form", FORMS)
def test_parting_of_the_author_stays(form: object) -> None:
    """Her first name below it is the letter's end; what stands below that is what the program adds."""
    assert callable(form)
    reading = read(form("Warmly,\nRuth\n\nRuth Vale, LCSW\nPractice Manager\n555-010-7788"))
    shown = plain_lines(reading.post.body)
    assert shown[:2] == [FIRST, LAST]
    assert " ".join(shown[2:]) == "Warmly, Ruth"


ENDINGS = [
    "Warmly,\nRuth",
    "See you in May,\nRuth Vale",
    "Thank you for reading, and sleep well.",
    "Where to call:\n\nSpringfield Warmline\n555-010-2222\n\nHolyoke Sleep Clinic\n555-010-3333",
    "In a crisis, call or text 988.",
    "- Ida Holm, LCSW, 555-010-2222\n- Kim Roe, PhD, 555-010-3333",
    "If you are not sure whether something is confidential, ask us.",
    "Jane Doe, LCSW\nSpringfield Counseling\n555-010-2222",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_no_signature_stays(ending: str, form: object) -> None:
    """Partings, referrals and lists of numbers are the author's."""
    assert callable(form)
    shown = " ".join(" ".join(plain_lines(read(form(ending)).post.body)).split())
    for line in ending.removeprefix("- ").splitlines():
        assert line.removeprefix("- ") in shown


def test_author_of_an_article_keeps_their_name_below_it() -> None:
    """What is no mail has no signature: there it is a byline."""
    end = "Ruth Vale, LCSW\nPractice Manager\nHarbor Clinic | 555-010-7788"
    reading = read_post(Source(data=f"Sleeping Well\n\n{FIRST}\n\n{LAST}\n\n{end}\n".encode(), name="post.txt"), CLINIC)
    assert "555-010-7788" in reading.post.body


TAGLINES = [
    "Sent from my iPhone",
    "Sent from my Galaxy Tab S9",
    "Sent from my OnePlus",
    "Sent from Yahoo Mail for iPhone",
    "Sent from Outlook for Android",
    "Sent from Mail for Windows 11",
    "Get Outlook for iOS",
    "Enviado desde mi iPhone",
    "Enviado desde mi Samsung Galaxy",
    "Enviado desde Yahoo Mail para Android",
    "Obtener Outlook para Android",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon appareil Xiaomi",
    "Obtenir Outlook pour iOS",
    "Envoyé à partir de Yahoo Mail pour Android",
    "Enviado do meu iPad",
    "Enviado pelo meu Motorola",
    "Obter o Outlook para iOS",
    "Enviado via iPhone",
    "Von meinem iPhone gesendet",
    "Von meinem Fairphone gesendet",
    "Gesendet von Mail für Windows",
    "Outlook für Android herunterladen",
    "Inviato dal mio iPhone",
]


@pytest.mark.parametrize("line", TAGLINES)
def test_words_of_a_telephone_or_a_program(line: str) -> None:
    """They are left out and told, in a mail, in a file of text, and in a page."""
    text = f"Sleeping Well in Winter\n\n{FIRST}\n\n{LAST}\n\n{line}\n".encode()
    pasted_text = read_post(Source(data=text, name="post.txt"), CLINIC)
    for reading in (pasted_text, read(text_of_mail(line)), read(html_of_blocks(line))):
        assert plain_lines(reading.post.body) == [FIRST, LAST]
        assert line in {each.text for each in reading.dropped}


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my heart to yours",
        "Sent from my kitchen table, with tea",
        "Enviado desde mi corazón",
        "Envoyé de mon cœur au vôtre",
        "Enviado do meu coração",
        "It was sent from my phone, and I did not know it.",
        "My alarm is sent from my phone to my watch at night",
    ],
)
def test_words_that_only_sound_like_those(line: str) -> None:
    """An author's last line stays."""
    assert line in " ".join(plain_lines(read(text_of_mail(line)).post.body))


WRITERS = [
    ("Warmly,\n\nDr. Ruth Vale, PsyD", "Clinical Director, Harbor Clinic\nT: 555.010.7788\nE: ruth@clinic.example"),
    ("Best,\nRuth", "Ruth Vale\nPractice Manager\nMobile: +1 555 010 7788\nBook a time: https://calendly.com/r"),
    ("Saludos cordiales,\nRuth Vale", "Psicóloga\nTel. +34 600 123 456"),
    ("Un abrazo,\n\nRuth Vale", "Psicóloga\nwww.clinic.example"),
    ("Atenciosamente,\n\nRuth Vale", "Psicóloga\n(11) 91234-5678"),
    ("Bien à vous,\n\nRuth Vale", "Psychologue\n06 12 34 56 78"),
]


@pytest.mark.parametrize(("parting", "contacts"), WRITERS)
def test_contacts_of_who_wrote_a_text(parting: str, contacts: str) -> None:
    """In a file of text the parting and the name stay, and what stands below them goes and is told."""
    blank = "\n\n" if contacts.startswith("Ruth") else "\n"
    text = f"Sleeping Well in Winter\n\n{FIRST}\n\n{LAST}\n\n{parting}{blank}{contacts}\n"
    reading = read_post(Source(data=text.encode(), name="post.txt"), CLINIC)
    assert " ".join(plain_lines(reading.post.body)) == " ".join(f"{FIRST} {LAST} {parting}".split())
    assert set(contacts.splitlines()) <= {each.text for each in reading.dropped}


@pytest.mark.parametrize(
    "end",
    [
        "Warmly,\nRuth Vale\n\nCall us at 555-010-7788",
        "Warmly,\nRuth Vale\nCall us at 555-010-7788",
        "Warmly,\nRuth Vale\n988 Lifeline: call or text 988",
        "Warmly,\nRuth Vale\nHarbor Clinic",
        "Ruth Vale, LMFT\nLicensed Marriage and Family Therapist #12345\nCell 555-010-7788",
        "Ruth Vale, LCSW, sees families in Springfield.\nruth@clinic.example",
        "(11) 91234-5678",
    ],
)
def test_end_of_a_text_that_stays(end: str) -> None:
    """Calls, help and an author's own name are no signature; none of them is a heading or a list."""
    text = f"Sleeping Well in Winter\n\n{FIRST}\n\n{LAST}\n\n{end}\n"
    body = read_post(Source(data=text.encode(), name="post.txt"), CLINIC).post.body
    assert "#" not in body.replace("#12345", "")
    shown = " ".join(" ".join(plain_lines(body)).split())
    assert shown == " ".join(f"{FIRST} {LAST} {end}".split())
    assert not body.splitlines()[-1].startswith("11.")


ALONE = [
    "CONFIDENTIALITY NOTICE: This email message is for the sole use of the intended recipient.",
    "The information in this message may be privileged and confidential. If you are not the recipient, delete it.",
    "This communication may contain protected health information; unauthorized use is prohibited.",
    "42 CFR Part 2 prohibits unauthorized disclosure of these records.",
    "Este mensaje es confidencial y está dirigido únicamente a su destinatario.",
    "Esta mensagem é confidencial e destina-se apenas ao destinatário.",
    "Ce message est confidentiel et destiné uniquement à son destinataire.",
    "Diese E-Mail enthält vertrauliche Informationen für den Empfänger.",
]


@pytest.mark.parametrize("notice", ALONE)
@pytest.mark.parametrize("wrapped", [False, True])
def test_notice_of_a_mail_that_was_saved_as_text(notice: str, *, wrapped: bool) -> None:
    """Nothing else tells that it was a mail; it is left out and listed all the same."""
    shown = textwrap.fill(notice, 60) if wrapped else notice
    data = f"Winter Light\n\n{FIRST}\n\n{LAST}\n\n{shown}\n".encode()
    reading = read_post(Source(data=data, name="post.txt"), CLINIC)
    assert plain_lines(reading.post.body) == [FIRST, LAST]
    assert notice.partition(" ")[0] in " ".join(each.text for each in reading.dropped)


@pytest.mark.parametrize(
    "end",
    [
        "HIPAA protects health information; ask us for our notice.",
        "Notice: what you tell us is confidential.",
        "This evening is confidential for all who come.",
        "Privileged talk between two people is not for the record.",
    ],
)
def test_last_words_about_confidence_stay(end: str) -> None:
    """They are the author's, where they do not speak of the mail itself."""
    reading = read_post(Source(data=f"Winter Light\n\n{FIRST}\n\n{LAST}\n\n{end}\n".encode(), name="post.txt"), CLINIC)
    assert plain_lines(reading.post.body)[-1] == end
