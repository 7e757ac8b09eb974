"""Mails that were passed on: whoever wrote them first is the author, and nothing of the passing on is left."""

import re

import pytest

from newsletter.posts import Reading, Source
from newsletter.posts.markdown import plain_lines
from newsletter.posts.reader import read_post
from tests.posts.test_pasted import CLINIC

FIRST = "Sleep is when the mind sorts the day, and a tired mind sorts badly. Most people notice it in their patience."
LAST = "Start with the hour at which you get up, and keep it the same all week. The rest follows more easily."
BODY = f"{FIRST}\n\n## What Helps at Night\n\n{LAST}"
WRAPPED = f"""{FIRST[:72]}
{FIRST[73:]}

What Helps at Night

{LAST[:71]}
{LAST[72:]}
"""

HEADERS = {
    "Thunderbird, in French": """-------- Message transféré --------
Sujet : \tSleeping Well in Winter
Date : \tSun, 25 Oct 2026 09:12:00 -0400
De : \tRuth Vale <ruth@clinic.example>
Pour : \tdesk@clinic.example
""",
    "Outlook, for somebody else": """________________________________
From: Ruth Vale <ruth@clinic.example> on behalf of Harbor <harbor@clinic.example>
Sent: Sunday, October 25, 2026 9:12 AM
To: desk@clinic.example
Subject: FW: Sleeping Well in Winter
""",
    "Apple": """Begin forwarded message:

From: Ruth Vale <ruth@clinic.example>
Subject: Sleeping Well in Winter
Date: 25 October 2026 at 11:17:21 EEST
To: desk@clinic.example
""",
    "Apple, in Spanish": """Inicio del mensaje reenviado:

De: Ruth Vale <ruth@clinic.example>
Asunto: Sleeping Well in Winter
Fecha: 25 de octubre de 2026, 11:17:21 CET
Para: desk@clinic.example
""",
    "Apple, in French": """Début du message réexpédié :

De: Ruth Vale <ruth@clinic.example>
Objet: Sleeping Well in Winter
Date: 25 octobre 2026 à 11:17:21 UTC+2
À: desk@clinic.example
""",
    "Apple, in German": """Anfang der weitergeleiteten Nachricht:

Von: Ruth Vale <ruth@clinic.example>
Betreff: Sleeping Well in Winter
Datum: 25. Oktober 2026 um 11:17:21 MEZ
An: desk@clinic.example
""",
    "Apple, in Portuguese": """Início da mensagem encaminhada:

De: Ruth Vale <ruth@clinic.example>
Assunto: Sleeping Well in Winter
Data: 25 de outubro de 2026 11:17:21 BRT
Para: desk@clinic.example
""",
    "Gmail": """---------- Forwarded message ---------
From: Ruth Vale <ruth@clinic.example>
Date: Sun, Oct 25, 2026 at 9:12 AM
Subject: Sleeping Well in Winter
To: <desk@clinic.example>
Cc: Ida Holm <ida@clinic.example>,
 Kim Vale <kim@clinic.example>
""",
    "Thunderbird": """-------- Forwarded Message --------
Subject: \tSleeping Well in Winter
Date: \tSun, 25 Oct 2026 09:12:00 -0400
From: \tRuth Vale <ruth@clinic.example>
To: \tdesk@clinic.example
""",
    "Outlook": """-----Original Message-----
From: Ruth Vale <ruth@clinic.example>
Sent: Sunday, October 25, 2026 9:12 AM
To: desk@clinic.example
Subject: Sleeping Well in Winter
""",
    "Outlook, without a word": """________________________________
From: Ruth Vale <ruth@clinic.example>
Sent: Sunday, October 25, 2026 9:12 AM
To: desk@clinic.example
Subject: Sleeping Well in Winter
""",
    "Outlook, in Spanish": """De: Ruth Vale <ruth@clinic.example>
Enviado el: domingo, 25 de octubre de 2026 9:12
Para: desk@clinic.example
Asunto: Sleeping Well in Winter
""",
    "Outlook, with stars": """*From:* Ruth Vale <ruth@clinic.example>
*Sent:* Sunday, October 25, 2026 9:12 AM
*To:* desk@clinic.example
*Subject:* FW: Sleeping Well in Winter
""",
}


def read(text: str, name: str = "post.txt") -> Reading:
    return read_post(Source(data=text.encode(), name=name), CLINIC)


def mailed(body: str, kind: str = "plain", subject: str = "Fwd: For December") -> str:
    head = f"From: Office <office@clinic.example>\nTo: desk@clinic.example\nSubject: {subject}\n"
    head += f"Date: Mon, 26 Oct 2026 09:00:00 -0400\nMIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n"
    return f"{head}\n{body}"


def quoted(text: str, mark: str = "> ") -> str:
    return "".join(f"{mark}{line}".rstrip() + "\n" for line in text.splitlines())


def facts(reading: Reading) -> tuple[str, str, str, str]:
    post = reading.post
    return post.title, post.author, str(post.date), post.body


WANTED = ("Sleeping Well in Winter", "Ruth Vale", "2026-10-25", BODY)


@pytest.mark.parametrize("mark", ["> ", ">", ">> ", "> > "])
@pytest.mark.parametrize("note", ["", "For December, please.\n\n", "For December, please.\n\nThanks,\nOffice\n\n"])
@pytest.mark.parametrize("program", HEADERS)
def test_quoted_mail(program: str, note: str, mark: str) -> None:
    """With its marks taken off and its lines joined, in a file of a mail and pasted."""
    text = note + quoted(f"{HEADERS[program]}\n{WRAPPED}", mark)
    if note or mark == "> ":
        assert facts(read(mailed(text), "post.eml")) == WANTED
    assert facts(read(text)) == WANTED


NOTICE = "This message is confidential and meant for whom it names. Whoever else gets it is asked to delete it."


@pytest.mark.parametrize("mark", ["", "> ", ">> ", ">>"])
@pytest.mark.parametrize(
    "signature", ["Office\n555-0101\n", f"Kim Roe\nHarbor Clinic\n\n{NOTICE}\n{NOTICE}\n{NOTICE}\n"]
)
@pytest.mark.parametrize("program", HEADERS)
def test_signature_above_a_mail(program: str, signature: str, mark: str) -> None:
    """It ends where the mail begins, quoted or not; what stands above is left out and told."""
    text = f"Hi,\nsee below.\n\n-- \n{signature}\n" + quoted(f"{HEADERS[program]}\n{WRAPPED}", mark)
    for reading in (read(mailed(text), "post.eml"), read(text)):
        if mark or not program.startswith("Apple"):  # without marks, broken lines are no mail's for certain
            assert facts(reading)[:3] == WANTED[:3]
        assert plain_lines(reading.post.body)[0].startswith(FIRST[:60])
        assert reading.post.body.endswith(LAST[-20:])
        told = " ".join(each.text for each in reading.dropped)
        assert "see below." in told
        assert all(line in told for line in signature.splitlines())


def test_signature_above_what_is_only_quoted() -> None:
    """The text above it is the post when it is more than a note; what it answers goes with the signature."""
    text = f"{FIRST} {LAST}\n\n{FIRST} {LAST}\n\n-- \nOffice\n\n" + quoted(f"{HEADERS['Gmail']}\nIs it done?\n")
    reading = read(mailed(text, subject="Sleeping Well in Winter"), "post.eml")
    assert plain_lines(reading.post.body) == [f"{FIRST} {LAST}"] * 2
    assert any("Is it done?" in each.text for each in reading.dropped)


@pytest.mark.parametrize("program", HEADERS)
def test_what_is_left_out_is_told(program: str) -> None:
    """Each line of the header, and the note above it."""
    reading = read(mailed("For December, please.\n\n" + quoted(f"{HEADERS[program]}\n{WRAPPED}")), "post.eml")
    told = " ".join(each.text for each in reading.dropped)
    assert "For December, please." in told
    assert all(word in told for word in re.findall(r"\w{3,}", HEADERS[program].replace("FW", "")))


@pytest.mark.parametrize("program", [name for name in HEADERS if name != "Apple"])
def test_mail_that_is_not_quoted(program: str) -> None:
    """Most programs put a header above it, and no marks."""
    text = f"For December, please.\n\n{HEADERS[program]}\n{FIRST}\n\nWhat Helps at Night\n\n{LAST}\n"
    assert facts(read(mailed(text), "post.eml")) == WANTED
    assert facts(read(text)) == WANTED


@pytest.mark.parametrize(
    "line",
    [
        "On Sun, Oct 25, 2026 at 9:12 AM Ruth Vale <ruth@clinic.example> wrote:",
        "On Sunday, October 25, 2026 at 9:12:04 AM EDT, Ruth Vale\n<ruth@clinic.example> wrote:",
        "On Oct 25, 2026, at 9:12 AM, Ruth Vale <ruth@clinic.example> wrote:",
        "El dom, 25 oct 2026 a las 9:12, Ruth Vale (<ruth@clinic.example>) escribió:",
        "Le dim. 25 oct. 2026 à 09:12, Ruth Vale <ruth@clinic.example> a écrit :",
        "Em dom., 25 de out. de 2026 às 09:12, Ruth Vale <ruth@clinic.example> escreveu:",
        "Am 25.10.2026 um 09:12 schrieb Ruth Vale <ruth@clinic.example>:",
    ],
)
def test_answer_that_only_passes_on(line: str) -> None:
    """Somebody answers with a word or two and leaves the post below."""
    text = f"Here it is.\n\n{line}\n{quoted(WRAPPED)}"
    title, author, date, body = facts(read(mailed(text, subject="Re: Sleeping Well in Winter"), "post.eml"))
    assert (title, author, date, body) == WANTED


def test_mail_that_was_passed_on_twice() -> None:
    """The innermost one is the post."""
    inner = quoted(f"{HEADERS['Apple']}\n{WRAPPED}")
    outer = HEADERS["Apple"].replace("Ruth Vale <ruth@", "Kim Vale <kim@").replace("25 October", "26 October")
    assert facts(read(mailed("See below.\n\n" + quoted(f"{outer}\n{inner}")), "post.eml")) == WANTED


def test_what_its_sender_says_below_it() -> None:
    """It is left out and told; the quotation is the post."""
    text = quoted(f"{HEADERS['Apple']}\n{WRAPPED}") + "\nCould this go into December?\nKim\n"
    reading = read(mailed(text), "post.eml")
    assert facts(reading) == WANTED
    assert {"Could this go into December?", "Kim"} <= {each.text for each in reading.dropped}


def test_author_who_quotes() -> None:
    """A quotation inside a text of somebody's own stays one, and so does what stands around it."""
    text = f"Sleeping Well in Winter\n\n{FIRST}\n\n> Rest is not idleness.\n> It is the soil of work.\n\n{LAST}\n"
    body = read(text).post.body
    assert "> Rest is not idleness." in body
    assert body.endswith(LAST)


def html_of(program: str) -> str:
    text = f"<p>{FIRST}</p><h2>What Helps at Night</h2><p>{LAST}</p>"
    rows = [line for line in HEADERS[program].replace("<", "&lt;").replace(">", "&gt;").splitlines() if line]
    lines = "".join(f"<div>{line}</div>" for line in rows)
    return {
        "Apple": f'<div>FYI</div><blockquote type="cite">{lines}<br><div>{text}</div></blockquote>',
        "Gmail": f'<p>FYI</p><div class="gmail_quote"><div class="gmail_attr">{"<br>".join(rows)}</div>{text}</div>',
        "Thunderbird": f'<p>FYI</p><div>{rows[0]}<table class="moz-email-headers-table">'
        + "".join(f"<tr><th>{a}: </th><td>{b}</td></tr>" for a, _, b in (row.partition(":") for row in rows[1:]))
        + f"</table>{text}</div>",
        "Outlook, without a word": f"<p>FYI</p><div><p><b>{'<br>'.join(rows[1:])}</b></p></div>{text}",
    }[program]


@pytest.mark.parametrize("program", ["Apple", "Gmail", "Thunderbird", "Outlook, without a word"])
def test_html_that_was_passed_on(program: str) -> None:
    """The subject of the mail that was passed on counts, not the one around it."""
    assert facts(read(mailed(html_of(program), "html"), "post.eml")) == WANTED


def test_html_answer_that_only_passes_on() -> None:
    """Below a line that says who wrote when."""
    address = "<a href='mailto:ruth@clinic.example'>ruth@clinic.example</a>"
    line = f"On Sun, Oct 25, 2026 at 9:12 AM Ruth Vale &lt;{address}&gt; wrote:"
    text = f"<p>{FIRST}</p><h2>What Helps at Night</h2><p>{LAST}</p>"
    above = f'<div>Here it is.</div><div class="gmail_attr">{line}<br></div>'
    body = f'{above}<blockquote class="gmail_quote">{text}</blockquote>'
    reading = read(mailed(body, "html", "Re: Sleeping Well in Winter"), "post.eml")
    assert facts(reading) == WANTED
    assert plain_lines(reading.post.body)[0] == FIRST
