"""A post in each of the forms in which staff have posts: for tests and benchmarks that need any number of them."""

from collections.abc import Callable, Sequence
from email.message import EmailMessage
from html import escape
from typing import Literal

from tests.posts.word_file import word_file

Part = tuple[Literal["heading", "paragraph", "bullet"], str]
"""A part of a post; bullets that follow one another are a list."""


def as_pasted(title: str, parts: Sequence[Part]) -> bytes:
    return "\n".join([title, *(f"• {text}" if kind == "bullet" else text for kind, text in parts)]).encode()


def as_markdown(title: str, parts: Sequence[Part]) -> bytes:
    marks = {"heading": "## ", "paragraph": "", "bullet": "- "}
    return "\n\n".join([f"# {title}", *(marks[kind] + text for kind, text in parts)]).encode()


def as_wordpress(title: str, parts: Sequence[Part]) -> bytes:
    body = _html(parts, "<h2 class='wp-block-heading'>{}</h2>", "<p>{}</p>", "<li>{}</li>")
    return f"""<!doctype html><html><head><title>{escape(title)} - Elm Street</title></head>
<body class="single-post">
<header class="site-header"><a href="/">Elm Street</a><nav><ul><li><a href="/blog">Blog</a></li></ul></nav></header>
<main><article class="post hentry"><header class="entry-header">
<h1 class="entry-title">{escape(title)}</h1>
<span class="posted-on"><time datetime="2026-11-05">November 5, 2026</time></span></header>
<div class="entry-content">{body}</div>
<footer class="entry-footer"><span class="cat-links">News</span></footer></article>
<div id="comments"><h2>Leave a Reply</h2><form><textarea></textarea><input type="email"></form></div></main>
<footer class="site-footer"><p>© 2026 Elm Street. All rights reserved.</p></footer></body></html>""".encode()


def as_wix(title: str, parts: Sequence[Part]) -> bytes:
    span = '<span class="a1b2"><span class="c3d4"><span style="color:#222">{}</span></span></span>'
    body = _html(
        parts,
        f'<div id="v"><h2 class="x9">{span}</h2></div>',
        f'<div type="paragraph" class="w-1"><p class="x8">{span}</p></div><div data-hook="rcv-block"></div>',
        f'<li class="x7"><p>{span}</p></li>',
    )
    return f"""<!doctype html><html><head><title>{escape(title)}</title>
<meta property="og:title" content="{escape(title)}"></head><body><div id="SITE_CONTAINER">
<header><nav><a href="/">Home</a></nav></header>
<main><div data-hook="post"><article>
<ul><li><span data-hook="user-name">Kim Vale</span></li><li><span data-hook="time-ago">Nov 5</span></li></ul>
<h1 data-hook="post-title"><span>{escape(title)}</span></h1>
<section data-hook="post-description"><div><div>{body}</div></div></section>
<div data-hook="post-footer"><div data-hook="view-count">41 views</div></div></article></div>
<div data-hook="recent-posts"><h2>Recent Posts</h2><a href="/blog">See All</a></div></main>
<footer><p>© 2026 by Elm Street.</p></footer></div></body></html>""".encode()


def as_feed(title: str, parts: Sequence[Part]) -> bytes:
    body = _html(parts, "<h2>{}</h2>", "<p>{}</p>", "<li>{}</li>")
    return f"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Notes</title>
<item><title>{escape(title)}</title><link>https://example.org/a</link>
<content:encoded><![CDATA[{body}]]></content:encoded></item></channel></rss>""".encode()


def as_mail(title: str, parts: Sequence[Part]) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "Kim Vale <kim@example.org>", title, "<1@example.org>"
    message.set_content("Your program shows no HTML.")
    message.add_alternative(_html(parts, "<h3>{}</h3>", "<div>{}</div>", "<li>{}</li>"), subtype="html")
    return message.as_bytes()


def as_plain_mail(title: str, parts: Sequence[Part]) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "Kim Vale <kim@example.org>", title, "<1@example.org>"
    message.set_content(
        "\n\n".join(f"- {text}" if kind == "bullet" else text for kind, text in parts), cte="quoted-printable"
    )
    return message.as_bytes()


def as_word(title: str, parts: Sequence[Part]) -> bytes:
    styles = {"heading": "heading 1", "paragraph": "", "bullet": "List Bullet"}
    return word_file([("Title", title), *((styles[kind], text) for kind, text in parts)], words_in_run=7)


RENDERINGS: dict[str, Callable[[str, Sequence[Part]], bytes]] = {
    "pasted text": as_pasted,
    "Markdown": as_markdown,
    "page of WordPress": as_wordpress,
    "page of Wix": as_wix,
    "feed": as_feed,
    "mail": as_mail,
    "plain mail": as_plain_mail,
    "Word": as_word,
}


def _html(parts: Sequence[Part], heading: str, paragraph: str, bullet: str) -> str:
    out: list[str] = []
    inside = False
    for kind, text in parts:
        if (kind == "bullet") is not inside:
            out.append("</ul>" if inside else "<ul>")
            inside = not inside
        out.append({"heading": heading, "paragraph": paragraph, "bullet": bullet}[kind].format(escape(text)))
    return "".join([*out, "</ul>" if inside else ""])
