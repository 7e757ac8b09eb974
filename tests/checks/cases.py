"""For each check: what it must find, and what is near and must be left alone."""

import io
from dataclasses import replace

from PIL import Image

from newsletter.message import UNSUBSCRIBE_PLACEHOLDER, InlineImage, Message
from newsletter.rendering.boxes import template
from tests.checks.samples import DISCLAIMER, FINE_POST, Case, Sample


def inserted(kind: str) -> str:
    """Return a box as the Markdown editor inserts it."""
    return template(kind).replace("‹", "").replace("›", "")


FOREIGN_TAGS = (
    *("{first_name}", "{FirstName}", "{$name}", "${first_name}", "{!Contact.FirstName}", "{FIRST_NAME|Friend}"),
    *("[First Name]", "[FNAME]", "[[first_name]]", "[firstname,fallback=you]", "[Subscriber Name]", "[% name %]"),
    *("%FIRSTNAME%", "%%first_name%%", "%recipient.first_name%", "%First Name%", "%%=v(@name)=%%"),
    *("<<First Name>>", "<<FirstName>>", "<First Name>", "«First_Name»", "#FIRSTNAME#", "##FIRST_NAME##"),
    *("*|FNAME|*", "*|FNAME:Friend|*", "|FNAME|", "@@first_name@@", "<%= name %>", "{% name %}"),
)
"""How other tools write what is filled in for each reader."""

WRAPPED = (
    "https://www.google.com/url?q=https://www.example.org/a&sa=D",
    "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.org%2Fa&data=05%7C01",
    "https://urldefense.com/v3/__https://www.example.org/a__;!!ABC!xyz$",
    "https://urldefense.proofpoint.com/v2/url?u=https-3A__www.example.org_a&d=x",
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.example.org%2Fa&h=AT0",
    "https://l.instagram.com/?u=https%3A%2F%2Fwww.example.org%2Fa&e=AT0",
    "https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Fwww.example.org%2Fa",
    "https://www.youtube.com/redirect?event=x&q=https%3A%2F%2Fwww.example.org%2Fa",
    "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fwww.example.org%2fa&c=E",
    "https://secure-web.cisco.com/1abc/https%3A%2F%2Fwww.example.org%2Fa",
)
"""The same address in wrappers that tell it."""

COUNTED = (
    "https://elm.us1.list-manage.com/track/click?u=abc&id=def&e=012",
    "https://u12.ct.sendgrid.net/ls/click?upn=abc",
    "https://mandrillapp.com/track/click/1/example.org?p=abc",
    "https://substack.com/redirect/abc?j=def",
    "https://urldefense.com/v3/__https://www.example.org/a*b__;Kg!!ABC!xyz$",
    "https://protect-us.mimecast.com/s/abc",
)
"""Addresses that only the one who counts can tell."""

LONG = "A walk at noon is a good thing on a grey day, and better still with a friend. " * 3


def photograph(tags: dict[int, object] | None = None) -> bytes:
    """Return a small photograph with some Exif tags."""
    exif = Image.Exif()
    for tag, value in (tags or {}).items():
        exif[tag] = value
    target = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(target, "JPEG", exif=exif)
    return target.getvalue()


def drawing(kind: str) -> bytes:
    """Return a small picture as a file of some kind."""
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(target, kind)
    return target.getvalue()


def with_picture(data: bytes) -> Sample:
    """Return a sample whose message carries `data` as it is."""
    picture = InlineImage("window", "window.jpg", "image/jpeg", data)
    return Sample(alter=lambda message: replace(message, images=(picture,)))


def with_html(old: str, new: str, count: int = 1) -> Sample:
    """Return a sample in whose HTML `old` is replaced."""

    def alter(message: Message) -> Message:
        assert old in message.html
        return replace(message, html=message.html.replace(old, new, count))

    return Sample(alter=alter)


def with_body(html: str) -> Sample:
    """Return a sample with more at the end of its HTML."""
    return with_html("</body>", f"{html}</body>")


def with_size(kilobytes: int) -> Sample:
    """Return a sample whose HTML is so large."""

    def alter(message: Message) -> Message:
        missing = kilobytes * 1024 - len(message.html.encode())
        return replace(message, html=message.html.replace("</body>", f"<p>{'x' * (missing - 7)}</p></body>"))

    return Sample(alter=alter)


CONTENT = [
    Case(
        "subject-length",
        [Sample(subject="Light in winter and five more things that are worth knowing now")],
        [Sample(subject="Light in winter and five more things worth knowing right now"), Sample(subject="x" * 60)],
    ),
    Case(
        "subject-shouting",
        [Sample(subject="OPEN YOUR WINDOWS today"), Sample(subject="Light at last!!"), Sample(subject="Oh! Light!")],
        [
            Sample(subject="What ADHD means in winter"),
            Sample(subject="Light at last!"),
            Sample(subject="PTSD and sleep"),
        ],
    ),
    Case("preheader-missing", [Sample(preheader="")], [Sample(preheader="Five ways")]),
    Case("preheader-length", [Sample(preheader="word " * 30)], [Sample(preheader="word " * 18)]),
    Case(
        "preheader-repeated",
        [Sample(preheader="Light in winter."), Sample(preheader="light, in winter")],
        [Sample(preheader="Light when the days are short")],
    ),
    Case(
        "left-over",
        [
            "The talk is on TK at noon.",
            "Lorem ipsum dolor sit amet.",
            "Join us on [insert date] at noon.",
            "Dear *|FNAME|*, welcome.",
            Sample(subject="TODO a good subject"),
            Sample(preheader="Your text here"),
            *(f"Dear {tag}, welcome." for tag in FOREIGN_TAGS),
            Sample(subject="{first_name}, light in winter"),
            "See [our page](https://example.org/?name=%25FIRSTNAME%25).",
            "![[First Name]](https://example.org/a.jpg)",
            "Add your text here, then go on.",
            "Headline goes here",
            "Call (000) 000-0000 today.",
            "On XX/XX/XXXX we meet.",
            "See www.yourclinic.com for more.",
        ],
        [
            "She said *[sic]* and went.",
            "See [your date](https://example.org/date) here.",
            "He has a to-do list.",
            "Dear {{ first_name or 'reader' }}, welcome.",
            "Write `{first_name}` or `[First Name]` there.",
            "Between 40% of men and 20% of women sleep badly.",
            "Some 40 % sleep badly, others (20 %) well.",
            "Sets are written with braces, such as {1, 2}.",
            "He asked: «¿Su nombre?»",
            "The #MentalHealth week, and room #4 #5.",
            "[Name the feeling](https://example.org/name) first.",
            "Give it a name [and a date] first.",
        ],
    ),
    Case(
        "box-unfinished",
        [
            "::: event What happens\nwhen: 2026-12-12 10:00\n:::",
            "::: event\nwhen: 2026-12-12 10:00\n:::",
            *(
                f"::: event Walk\n{when}\nwhere: Park\n:::"
                for when in ("when:", "when: 2026-12-12", "when: 10:00 - 11:00")
            ),
            "::: event Walk\nwhere: Park\n:::",
            "::: event Walk\nwhen: 2026-12-12 10:00\n\nwhat to  expect.\n:::",
            *(
                f"::: teaser {title}\nRead it.\n:::"
                for title in ("[]()", "[Sleep]()", "[](https://example.org)", "[Sleep](https://)")
            ),
            "::: note Good to know\n:::",
            "::: note Good to know\n\nWhat stands out.\n:::",
            *(
                f"[{words}]({link}){{.button}}"
                for words, link in (("Book", ""), ("", "https://example.org"), ("Book", "https://"))
            ),
            "See this:\n[Book](){.button}",
            "- One\n\n  >",
            ">",
            "| | |\n|-|-|\n| | |",
            Sample(letter="::: event Walk\nwhen:\n:::"),
            *(inserted(kind) for kind in ("note", "event", "teaser")),
        ],
        [
            "::: event Walk\nwhen: 2026-12-12 10:00\n:::",
            "::: event What happens now\nwhen: 2026-12-12 10:00 - 11:30\nwhere: Park\n\nBring a friend.\n:::",
            "::: teaser [Sleep in winter](https://example.org)\n\n:::",
            "::: teaser [*Sleep*](https://example.org)\nRead.\n:::",
            "::: note\n![A bench](https://example.org/bench.jpg)\n:::",
            "::: note\n- one\n:::",
            "::: crisis\n:::",
            *(inserted(kind) for kind in ("crisis", "contact")),
            "[Book a visit](https://example.org){.button}",
            "[`Book`](tel:+15085550100){.button}",
            "> Well said.",
            "> ![A bench](https://example.org/bench.jpg)",
            "| | Noon |\n|-|-|\n| Mon | |",
        ],
    ),
    Case(
        "markdown-raw",
        [
            "Space: [our form](https://example.org/intake form 2026.pdf).",
            "Before: [our form] (https://example.org/form).",
            "Swapped: (our form)[https://example.org/form].",
            "Here: [handout](file:///C:/Users/front/Handout.pdf).",
            "Mail: [write](mailto:a@example.org?subject=Hello there).",
            "Stars: ** Important ** words.",
            "Lines: __ Important __ words.",
            "Waves: ~~ gone ~~ words.",
            "A picture: ![A bench](images/a bench.jpg)",
            "Open: [our form](https://example.org/form",
            "Named: [our form][form].",
            "A claim.[^1]",
            "##What helps",
            "[Book](https://example.org/book) {.button}",
            "| Day | Where |\n| Mon | Park |",
        ],
        [
            "[Our form](https://example.org/form) (see below) [and more].",
            "Write `[words](a b)` or `** x **` there.",
            "A choir (ours) [the small one] sings.",
            "Two stars ** in one hotel, and 2 * 3 * 4.",
            "A claim.[^1]\n\n[^1]: https://example.org/source",
            "[Book](https://example.org/book){.button}",
            "#MentalHealth matters.",
            "snake__case__name and a_b_c.",
            "| Day | Where |\n|-----|-------|\n| Mon | Park |",
        ],
    ),
    Case(
        "attachment-missing",
        ["Please see the attached form.", "The form is attached.", "I've attached a form."],
        ["Babies grow attached to a face.", "The garage is attached to the house.", "We talk about attachment styles."],
    ),
    Case(
        "paragraph-repeated",
        [f"{FINE_POST}\n\n{FINE_POST}"],
        [f"{FINE_POST}\n\nSit near a door for a while each evening, then go out.", "Be kind.\n\nBe kind."],
    ),
    Case(
        "clinic-name",
        ["Write to Elm Street Psychatry any day.", "At Elms Street Psychiatry we listen."],
        ["Write to Elm Street Psychiatry any day.", "At ELM STREET PSYCHIATRY we listen.", "Elm Street is long."],
    ),
    Case(
        "clinic-phone",
        ["Call 508-555-0101 any day.", "Call (508) 555-0010 any day."],
        ["Call 508-555-0100 any day.", "Call 1-508-555-0100.", "Call 212-867-5309.", "Call 988 any time."],
    ),
]

LINKS = [
    Case(
        "link-broken",
        [
            "See [our page](http://localhost:8000/x).",
            "See [our page](https://192.168.1.4/x).",
            "See [our page](https://example/x).",
            "[Write](mailto:nobody).",
        ],
        ["See [our page](https://example.org).", "[Write](mailto:hello@example.org).", "[Call](tel:+15085550100)."],
    ),
    Case(
        "link-empty",
        ["See [](https://example.org/visit)."],
        ["[![A bench](https://example.org/bench.jpg)](https://example.org/visit)", "[a](https://example.org)"],
    ),
    Case(
        "link-disguised",
        ["See [example.com](https://evil.example.org/x).", "See [https://example.com/a](https://example.org/a)."],
        [
            "See [example.org](https://www.example.org/x).",
            "See [www.example.org](https://news.example.org/x).",
            "See https://example.org/x.",
            "See [e.g. this page](https://example.org/x).",
        ],
    ),
    Case(
        "link-insecure",
        ["See [our page](http://example.org).", Sample(front="author: Ida Holm, MD\nlink: http://example.org/a")],
        ["See [our page](https://example.org).", Sample(front="author: Ida Holm, MD\nlink: https://example.org/a")],
    ),
    Case(
        "link-vague",
        [
            "[Click here](https://example.org).",
            "For more, [click here to book](https://example.org).",
            "[Read more …](https://example.org)",
        ],
        ["[Read more about sleep](https://example.org).", "[Here is our list of groups](https://example.org)."],
    ),
    Case(
        "link-shortened",
        ["See [the form](https://bit.ly/3abc).", "See [the form](https://www.tinyurl.com/x)."],
        ["See [the form](https://example.org/bit.ly).", "See [the form](https://rabbit.ly.example.org/)."],
    ),
    Case(
        "link-wrapped",
        [f"See [the page]({address})." for address in (*WRAPPED, *COUNTED)],
        [
            "See [the page](https://example.org/url?q=https://example.org/a).",
            "See [the page](https://www.google.com/search?q=light).",
            "See [the page](https://www.facebook.com/elmstreet).",
            "See [the page](https://mailchi.mp/elmstreet/light).",
        ],
    ),
    Case(
        "link-ambiguous",
        ["[The form](https://example.org/a) or [the form](https://example.org/b)."],
        ["[The form](https://example.org/a) or again [the form](https://example.org/a)."],
    ),
    Case(
        "link-typed",
        ["See https://example.org/a/very/long/way/to/one/page today."],
        ["See https://example.org today.", "See [one page](https://example.org/a/very/long/way/to/one/page)."],
    ),
]

DATES = [
    Case(
        "weekday-wrong",
        ["We meet on Tuesday, December 2, 2026.", "We meet on Monday, Dec. 2.", "Come on Sat the January 1, 2027."],
        [
            "We meet on Wednesday, December 2, 2026.",
            "We meet on Wed, Dec 2nd.",
            "Monday, or December 2.",
            "On Sunday, May flies are out.",
        ],
    ),
    Case(
        "date-past",
        ["Join us on November 20.", "Sign up by October 1, 2026.", "The workshop is on Nov. 24, 2026."],
        [
            "Join us on November 25.",
            "Join us on December 2.",
            "The house was built on May 3, 1910.",
            "Join us! Ida came on May 3, 2020.",
        ],
    ),
]

ACCESSIBILITY = [
    Case(
        "alt-missing",
        ["![](https://example.org/bench.jpg)", Sample(front="author: Ida Holm, MD\nimage: https://example.org/a.jpg")],
        ["![A bench in the snow](https://example.org/bench.jpg)"],
    ),
    Case(
        "alt-poor",
        [
            "![IMG_2034](https://example.org/a.jpg)",
            "![bench.jpg](https://example.org/a.jpg)",
            "![Photo of a bench](https://example.org/a.jpg)",
        ],
        [
            "![A photographer at work](https://example.org/a.jpg)",
            "![Two people in an image archive](https://example.org/a.jpg)",
        ],
    ),
    Case(
        "outline",
        [with_body("<h5>deep</h5>"), with_body("<h1>second title</h1>")],
        ["## Morning\n\nA.\n\n##### Noon\n\nB.", with_body("<h3>below the contact's h2</h3>")],
    ),
    Case("heading-empty", ["##\n\nMorning."], ["## Morning\n\nA."]),
    Case(
        "table-header",
        ["| | | |\n|-|-|-|\n| a | b | c |"],
        ["| | Morning | Noon |\n|-|-|-|\n| a | b | c |"],
    ),
    Case(
        "capitals",
        ["PLEASE DO NOT CALL AFTER NOON."],
        ["Both ADHD and OCD are common.", "NASA, NOAA, WHO and CDC all agree with the plain advice given here."],
    ),
    Case(
        "contrast-low",
        [
            with_body('<p style="color:#999999">hard to see</p>'),
            with_body('<p style="color:#777777;font-size:20px">faint</p>'),
        ],
        [
            with_body('<p style="color:#767676;background:#fff">can be seen</p>'),
            with_body('<p style="color:#949494;background-color:#FFFFFF;font-size:24px">large</p>'),
            with_body('<p style="color:#ffffff;background-color:#1f5b56">inverted</p>'),
            with_body('<p style="display:none;color:#fff">hidden</p>'),
        ],
    ),
    Case(
        "text-small",
        [with_body('<p style="font-size:13px">small</p>'), with_body('<div style="font-size:75%">small</div>')],
        [
            with_body('<p style="font-size:12pt">large</p>'),
            with_body('<p style="font-size:9px;display:none">x</p>'),
        ],
    ),
    Case("language-missing", [with_html('lang="en"', 'lang="und"', 9)], [Sample(language="de")]),
    Case(
        "reading-level",
        ["Interdisciplinary psychopharmacological consultation facilitates comprehensive individualisation. " * 15],
        [LONG * 4, "Interdisciplinary psychopharmacological consultation facilitates individualisation."],
    ),
]

COMPATIBILITY = [
    Case(
        "style-unsupported",
        [
            with_body('<div style="display: grid">x</div>'),
            with_body('<p style="position:absolute">x</p>'),
            with_body("<style>p::before{content:1}</style>"),
        ],
        [
            with_body('<div style="display: block; border-radius: 4px">x</div>'),
            with_body("<style>a:hover{color:#123456}</style>"),
        ],
    ),
    Case(
        "loaded-style",
        [
            with_body('<link rel="stylesheet" href="https://example.org/a.css">'),
            with_body("<style>@import url(https://example.org/a.css);</style>"),
            with_body('<p style="background-image:url(https://example.org/a.png)">x</p>'),
            with_body('<table background="https://example.org/a.png"></table>'),
        ],
        [with_body('<link rel="icon" href="https://example.org/a.png">'), with_body('<p style="color:#123456">x</p>')],
    ),
    Case(
        "picture-size",
        [with_body('<img src="cid:a" alt="A bench">'), with_body('<img src="cid:a" alt="A bench" width="100%">')],
        [with_body('<img src="cid:a" alt="A bench" width="300">'), "![A bench](https://example.org/a.jpg)"],
    ),
    Case(
        "html-dropped",
        [
            "<video src='https://example.org/a.mp4'></video>",
            "Press <button>go</button>.",
            "<iframe src='https://example.org'></iframe>",
        ],
        ["Press <kbd>Enter</kbd>.", "Water is H<sub>2</sub>O, and 1 < 2."],
    ),
    Case(
        "picture-kind",
        [
            "![A bench](https://example.org/a.webp)",
            "![A bench](https://example.org/a.svg?x=1)",
            "![A bench](https://example.org/a.HEIC)",
        ],
        [
            "![A bench](https://example.org/a.jpg)",
            "![A bench](https://example.org/webp.png)",
            Sample(post="![A bench](images/bench.webp)", pictures={"bench.webp": drawing("WEBP")}),
            Sample(post="![A bench](images/bench.bmp)", pictures={"bench.bmp": drawing("BMP")}),
            "![A bench](https://example.org/a)",
        ],
    ),
]

FREE_SENDER = {'from_email = "newsletter@elmstreet.example.org"': 'from_email = "elmstreet@gmail.com"'}
OTHER_SENDER = {'from_email = "newsletter@elmstreet.example.org"': 'from_email = "elm@mailer.example.com"'}
SUB_SENDER = {'from_email = "newsletter@elmstreet.example.org"': 'from_email = "elm@news.elmstreet.example.org"'}
PLACEHOLDER = {"12 Elm Street, Springfield, MA 01101": "PLACEHOLDER: your street address"}

DELIVERABILITY = [
    Case("size-clipped", [with_size(103)], [with_size(102), Sample()]),
    Case("size-near", [with_size(91), with_size(102)], [with_size(90), with_size(103)]),
    Case(
        "mostly-pictures",
        ["![A bench in the snow](https://example.org/a.jpg)"],
        [f"![A bench in the snow](https://example.org/a.jpg)\n\n{LONG}"],
    ),
    Case(
        "unsubscribe-missing",
        [with_html(UNSUBSCRIBE_PLACEHOLDER, "https://example.org", 9)],
        [Sample()],
    ),
    Case(
        "unsubscribe-foreign",
        [
            "[unsubscribe from this list](http://l.example/u)",
            "Read it, or [update your preferences](https://l.example/p).",
            "[Darse de baja](https://l.example/1)",
            "[Here](https://x.us1.list-manage.com/unsubscribe?u=1)",
            "Write to [the list](mailto:club-leave@lists.example.org).",
            "This email was sent to ana@b.example.org",
            "Este correo ha sido enviado a ana@b.example.org",
        ],
        [
            "Unsubscribe from newsletters that make you anxious.",
            "[How we chose](https://example.org/preferences-in-care) the hours.",
            "You are receiving this newsletter because you asked for it.",
            "[A longer piece on why you might unsubscribe from all the news](https://example.org/a)",
            "Questions can be sent to hello@elmstreet.example.org at any time.",
        ],
    ),
    Case(
        "address-missing",
        [Sample(alter=lambda message: replace(message, text=message.text.replace("12 Elm Street", "")))],
        [Sample()],
    ),
    Case("address-placeholder", [Sample(settings=PLACEHOLDER)], [Sample()]),
    Case("sender-free-mail", [Sample(settings=FREE_SENDER)], [Sample(), Sample(settings=OTHER_SENDER)]),
    Case(
        "sender-domain",
        [Sample(settings=OTHER_SENDER)],
        [Sample(), Sample(settings=SUB_SENDER), Sample(settings=FREE_SENDER)],
    ),
    Case(
        "spam-words",
        [
            "Act now to get a place.",
            "The group is FREE!",
            "So good!!!",
            Sample(subject="A risk-free start"),
            "Save $$$ today.",
        ],
        ["The group is free of charge.", "Feel free to call.", "Smoke-free rooms.", "Act kindly now and then."],
    ),
    Case(
        "false-reply",
        [Sample(subject="Re: your visit"), Sample(subject="FWD: light")],
        [Sample(subject="Rethinking winter"), Sample(subject="Reading: five books")],
    ),
    Case(
        "text-part-thin",
        [Sample(alter=lambda message: replace(message, text="Read it in a browser."))],
        [Sample(), Sample(post=LONG * 9, front="author: Ida Holm, MD\nteaser: Soon.\nlink: https://example.org/a")],
    ),
]

PRIVACY = [
    Case(
        "tracking-pixel",
        [
            "![x](https://www.facebook.com/tr?id=1)",
            "![x](https://example.org/open.gif?u=1)",
            with_body('<img src="https://example.org/a.gif" width="1" height="1">'),
        ],
        ["![An open door](https://example.org/open-door.gif)", "![A track](https://example.org/tracks/a.jpg)"],
    ),
    Case(
        "tracking-parameters",
        [
            "See [it](https://example.org/?utm_source=mail).",
            "See [it](https://example.org/?a=1&fbclid=x).",
            "See [it](https://example.org/?email=ana%40example.com).",
            "See [it](https://example.org/?for=ana%40example.com&page=2).",
            "See [it](https://example.org/?subscriber_id=77).",
            "See [it](https://youtu.be/abc?si=77).",
        ],
        [
            "See [it](https://example.org/?page=2).",
            "See [it](https://example.org/utm_source).",
            "[Write](mailto:a@example.org?cc=b@example.org).",
            "See [it](https://example.org/?contact=&size=2).",
        ],
    ),
    Case(
        "subject-reveals",
        [
            Sample(subject="{{ first_name or 'Hello' }}, about your anxiety"),
            Sample(subject="For {{ full_name }}", preheader="Living with depression"),
        ],
        [Sample(subject="{{ first_name or 'Hello' }}, light in winter"), Sample(subject="About anxiety")],
    ),
    Case(
        "subject-condition",
        [Sample(subject="Living with depression"), Sample(preheader="What ADHD medication does")],
        [Sample(subject="Living with little light"), Sample(preheader="A therapeutic garden")],
    ),
    Case(
        "merge-tag-in-link",
        [with_body('<a href="https://example.org/?name=-merge-html-1-">it</a>')],
        ["Dear {{ first_name or 'reader' }}, see [it](https://example.org/)."],
    ),
    Case("merge-tag-email", ["You are {{ email }} to us."], ["You are {{ first_name or 'a friend' }} to us."]),
    Case(
        "image-location",
        [with_picture(photograph({0x8825: {1: "N", 2: (42.0, 1.0, 2.0)}}))],
        [with_picture(photograph()), with_picture(photograph({0x010F: "Camera"}))],
    ),
    Case(
        "image-details",
        [with_picture(photograph({0x010F: "Camera"})), with_picture(photograph({0x9003: "2026:11:20 10:00:00"}))],
        [with_picture(photograph()), with_picture(photograph({0x0112: 1}))],
    ),
    Case(
        "shared-document",
        ["See [it](https://docs.google.com/document/d/abc/edit).", "See [it](https://1drv.ms/w/abc)."],
        ["See [it](https://docs.google.com/document/d/e/abc/pub).", "See [it](https://example.org/edit)."],
    ),
]

CLINICAL = [
    Case(
        "claim-uncited",
        [
            "Research shows that light lifts the mood.",
            "Studies have found that walking helps.",
            "A recent study followed ten towns.",
            "It lowers the risk by 40%.",
            "One in five adults sleeps badly.",
            "Light works twice as fast as darkness.",
            "According to new research, naps help.",
            "This appeared in the Lancet Psychiatry.",
            "Good news.\n\nScientists at three schools report that naps help.",
        ],
        [
            "[Research](https://example.org/study) shows that light lifts the mood.",
            "Research shows that light helps.[^1]\n\n[^1]: https://example.org/study",
            "A review names [148 studies](https://example.org/review).\n\nSuch studies show a link and no recipe.",
            "We study together on Fridays.",
            "Her studies are going well.",
            "We are 100% sure that you are welcome.",
            "Take part in our survey.",
            "I find the evidence in the garden.",
        ],
    ),
    Case(
        "words-stigma",
        [
            "He committed suicide in spring.",
            "An addict can recover.",
            "It helps the mentally ill.",
            "She suffers from depression.",
            "He is bipolar.",
            "That is crazy.",
            "A schizophrenic needs care.",
            "Help against substance abuse.",
            "She got clean from heroin.",
            Sample(subject="A junkie speaks"),
            "He is confined to a wheelchair.",
        ],
        [
            "He died by suicide in spring.",
            "Some games are addictive.",
            "He has bipolar disorder.",
            "She lives with depression.",
            "The bipolar disorder group meets here.",
            "She suffers from a lack of light.",
            "Keep a clean desk.",
            "Alcoholics Anonymous meets here.",
            "He took the patient's hand.",
        ],
    ),
    Case(
        "crisis-contact",
        [
            "Some think of suicide in winter.",
            "Some harm themselves, and self-harm is a sign of need.",
            "An overdose can kill.",
        ],
        [
            "Some think of suicide in winter. Call or text 988.",
            "A crisis of trust.\n\nSelf-care helps.",
            "Some feel low.",
        ],
    ),
    Case(
        "medication-change",
        [
            "Stop taking your medication when you feel better.",
            "With light, you can skip the pills.",
            "Try a walk instead of medication.",
            "You won't need your antidepressants.",
            "Lower your dose in summer.",
        ],
        [
            "Do not stop taking your medication.",
            "Talk to your prescriber before you lower your dose.",
            "Some people stop taking their medication too soon.",
            "We can change your appointment.",
            "Light works together with medication.",
        ],
    ),
    Case(
        "promise",
        [
            "Light cures low moods.",
            "We guarantee relief.",
            "It is nature's antidepressant.",
            "Clinically proven help.",
            "It has no side effects.",
        ],
        [
            "There is no cure for winter.",
            "Light does not cure, it helps.",
            "We cannot guarantee a place.",
            "The side effects are mild.",
            "Curious? Come by.",
        ],
    ),
    Case(
        "disclaimer",
        [Sample(letter="Dear reader,")],
        [Sample(letter=DISCLAIMER), Sample(letter="This is not medical advice.")],
    ),
    Case("author-missing", [Sample(front="date: 2026-11-20")], [Sample()]),
    Case(
        "author-credentials",
        [Sample(front="author: Ida Holm"), Sample(front="author: Ida Holm\nauthor_bio: Likes long walks")],
        [
            Sample(front="author: Ida Holm, MD"),
            Sample(front="author: Dr. Ida Holm"),
            Sample(front="author: Ida Holm\nauthor_bio: Nurse practitioner here"),
        ],
    ),
    Case(
        "review-due",
        [Sample(front="author: Ida Holm, MD\nreview_by: 2026-11-24")],
        [
            Sample(front="author: Ida Holm, MD\nreview_by: 2026-11-25"),
            Sample(front="author: Ida Holm, MD\ndate: 2020-01-01"),
        ],
    ),
]

CASES = [*CONTENT, *LINKS, *DATES, *ACCESSIBILITY, *COMPATIBILITY, *DELIVERABILITY, *PRIVACY, *CLINICAL]
