"""Pages: what is the article's is in the post, and what is not is told, line by line."""

import pytest

from newsletter.errors import SourceError
from newsletter.posts import Reading, Source
from newsletter.posts.markdown import plain_lines
from newsletter.posts.reader import read_post
from tests.posts.corpus_case import SAVED
from tests.posts.test_pasted import CLINIC

ADDRESS = "https://www.example.org/post/alone"
SENTENCES = [f"This is sentence number {number} of a post about the long evenings." for number in range(1, 12)]


def paragraphs(some: list[str]) -> str:
    return "".join(f"<p>{each}</p>" for each in some)


def read(body: str, head: str = "<title>When You Feel Alone</title>", url: str = ADDRESS) -> Reading:
    html = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    return read_post(Source(data=html.encode(), name="page", modified=SAVED, url=url), CLINIC)


def left_out(reading: Reading) -> dict[str, str]:
    return {each.text: each.reason for each in reading.dropped}


@pytest.mark.parametrize(
    "body",
    [
        "<main><h1>{title}</h1><div class='entry-content'>{first}</div><div class='extra'>{second}</div></main>",
        "<h1>{title}</h1><div class='entry-content'>{first}</div><div class='extra'>{second}</div>",
        "<article><div><h1>{title}</h1></div><div class='post-body'>{first}</div><section>{second}</section></article>",
        "<article><h1>{title}</h1><div><div class='post-body'>{first}</div></div><div>{second}</div></article>",
        "<article><h1>{title}</h1>{first}</article><div><div>{second}</div></div>",
    ],
)
def test_article_in_several_elements(body: str) -> None:
    """Prose beside the element that a system marks is the article's, too, and in its order."""
    page = body.format(title="When You Feel Alone", first=paragraphs(SENTENCES[:7]), second=paragraphs(SENTENCES[7:]))
    assert plain_lines(read(page).post.body) == SENTENCES


def test_everything_outside_is_told() -> None:
    """Each line that the page shows around the article is among what was left out, with its place."""
    page = f"""<header><a href="/">Dual Minds</a><nav><ul><li><a href="/a">About</a></li></ul></nav></header>
    <main><article><h1>When You Feel Alone</h1><span data-hook="time-ago">Nov 5</span>
    <section data-hook="post-description">{paragraphs(SENTENCES)}</section>
    <div data-hook="post-footer"><div data-hook="view-count">41 views</div><button>Like this post</button></div>
    </article>
    <div data-hook="related-posts"><h2>Recent Posts</h2><a href="/b">The Quiet Work of Grief</a></div>
    <div class="comments"><p>Thank you for this. I needed it a lot today.</p></div>
    <noscript>Turn on scripts to comment.</noscript></main>
    <footer><p>© 2026 Dual Minds</p></footer><div hidden>Never seen</div><script>run()</script>"""
    reading = read(page)
    assert plain_lines(reading.post.body) == SENTENCES
    assert left_out(reading) == {
        "Dual Minds": "outside the article: the page's head",
        "About": "outside the article: the page's menu",
        "Nov 5": "outside the article: above it",
        "41 views": "outside the article: a count",
        "Like this post": "outside the article: a button",
        "Recent Posts": "outside the article: other posts",
        "The Quiet Work of Grief": "outside the article: other posts",
        "Thank you for this. I needed it a lot today.": "outside the article: the comments",
        "Turn on scripts to comment.": "outside the article: shown only without scripts",
        "© 2026 Dual Minds": "outside the article: the page's foot",
    }


def test_rows_of_other_posts_are_not_brought_in() -> None:
    """Teasers that stand beside the article are left where they are."""
    others = "".join(
        f"<div><h3><a href='/{n}'>Another post</a></h3><p>It begins with a sentence of its own.</p></div>"
        for n in range(3)
    )
    page = f"<main><h1>When You Feel Alone</h1><div class='entry-content'>{paragraphs(SENTENCES)}</div>"
    assert plain_lines(read(f"{page}<div>{others}</div></main>").post.body) == SENTENCES


def article(inner: str) -> str:
    return (
        f"<article><h1>When You Feel Alone</h1>{paragraphs(SENTENCES[:2])}{inner}{paragraphs(SENTENCES[2:])}</article>"
    )


def test_words_of_a_form_stay() -> None:
    """What an author asks in a form is text; its fields are a link to the page; its button is told."""
    reading = read(
        article(
            "<form><p>Over the last two weeks, have you felt down on most days?</p>"
            "<label><input type=radio> Yes</label><label><input type=radio> No</label><button>Send</button></form>"
        )
    )
    lines = plain_lines(reading.post.body)
    assert lines[2:4] == [
        "Over the last two weeks, have you felt down on most days?",
        "Fill in the form on the website",
    ]
    assert f"({ADDRESS})" in reading.post.body
    assert {"Yes", "No", "Send"} <= left_out(reading).keys()
    assert [line for line in lines if line in SENTENCES] == SENTENCES


def test_page_inside_a_form() -> None:
    """Systems that put a form around the whole page do no harm."""
    reading = read(f"<form id=aspnetForm><input type=hidden>{article('')}<input type=text name=q></form>")
    assert [line for line in plain_lines(reading.post.body) if line in SENTENCES] == SENTENCES


def test_form_for_an_address_goes_as_a_whole() -> None:
    """A sign-up form is boilerplate, and told."""
    form = "<form><h3>Stay in touch</h3><p>One letter a month, and never more than that.</p><input type=email>"
    reading = read(article(f"{form}<button>Join</button></form>"))
    assert plain_lines(reading.post.body) == SENTENCES
    assert {"Stay in touch", "One letter a month, and never more than that.", "Join"} <= left_out(reading).keys()


def test_button_that_leads_to_help_stays() -> None:
    """What a button says is told, and in a crisis kept."""
    reading = read(article("<button>Call the crisis line</button><button>Zoom in</button>"))
    assert plain_lines(reading.post.body)[2] == "Call the crisis line"
    assert left_out(reading)["Zoom in"] == "a button or a field"


@pytest.mark.parametrize(
    ("picture", "source"),
    [
        ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/lake.jpg" alt="A lake">', "/lake.jpg"),
        ('<img data-lazy-src="/lake.jpg" alt="A lake">', "/lake.jpg"),
        ('<img src="" srcset="/lake-480.jpg 480w, /lake.jpg 1200w, /lake-2000.jpg 2000w" alt="A lake">', "/lake.jpg"),
        ('<img src="/lake-480.jpg" srcset="/lake-480.jpg 1x, /lake.jpg 2x" alt="A lake">', "/lake.jpg"),
        ('<picture><source srcset="/lake.jpg 800w" type="image/jpeg"><img alt="A lake"></picture>', "/lake.jpg"),
        (
            (
                '<picture><source srcset="/a.avif" type="image/avif"><source srcset="/lake.jpg">'
                '<img alt="A lake"></picture>'
            ),
            "/lake.jpg",
        ),
        ('<img class="lazy" alt="A lake"><noscript><img src="/lake.jpg" alt="A lake"></noscript>', "/lake.jpg"),
        ('<noscript><img src="/lake.jpg" alt="A lake"></noscript>', "/lake.jpg"),
        ('<img src="/blank.gif" data-srcset="/lake.jpg 700w" alt="A lake">', "/lake.jpg"),
    ],
)
def test_picture_that_is_loaded_late(picture: str, source: str) -> None:
    """It has the best address that the page knows, once."""
    body = read(article(f"<figure>{picture}</figure>")).post.body
    assert body.count("![A lake]") == 1
    assert f"![A lake](https://www.example.org{source})" in body


def test_picture_without_an_address() -> None:
    """It never points at the page itself; it is told."""
    reading = read(article('<img src="" alt="A lake">'))
    assert "![" not in reading.post.body
    assert left_out(reading)["A lake"] == "a picture without an address"


def test_picture_above_the_article() -> None:
    """A picture that stands beside the title is the post's, and a face or a logo is not."""
    page = f"""<main><article><img src="/logo.png" alt="Dual"><img src="/ida.jpg" class="avatar" alt="Ida">
    <h1>When You Feel Alone</h1><figure class="post-thumbnail"><img src="/lake.jpg" alt="A lake"></figure>
    <div class="entry-content">{paragraphs(SENTENCES)}</div></article></main>"""
    body = read(page).post.body
    assert body.startswith("![A lake](https://www.example.org/lake.jpg)\n\nThis is sentence")
    assert body.count("![") == 1


@pytest.mark.parametrize(
    ("head", "heading"),
    [
        ('<meta property="og:title" content="Lonely? 5 Ways To Cope | Dual Minds">', '<h1 class="entry-title">{}</h1>'),
        ('<meta property="og:title" content="Lonely? 5 Ways To Cope | Dual Minds">', "<h1>{}</h1>"),
        ("<title>When You Feel Alone - Dual Minds</title>", "<h2>{}</h2>"),
        ("<title>When You Feel Alone | Dual Minds</title>", "<h2 class=entry-title>{}</h2>"),
        ('<meta property="og:title" content="When You Feel Alone | Dual Minds">', ""),
        (
            "<title>When You Feel Alone – Dual Minds</title><meta property='og:site_name' content='Dual Minds'>",
            "",
        ),
    ],
)
@pytest.mark.parametrize("logo", ["", "<h1>Dual Minds</h1>"])
def test_title_is_what_the_page_shows(head: str, heading: str, logo: str) -> None:
    """The heading of the article is its title; the website's name never is, nor behind it."""
    page = f"<div>{logo}</div><article>{heading.format('When You Feel Alone')}{paragraphs(SENTENCES)}</article>"
    reading = read(page, head)
    assert reading.post.title == "When You Feel Alone"
    assert plain_lines(reading.post.body) == SENTENCES


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (
            "<h1>404</h1><p>We are sorry. The page that you looked for has moved, or it was never here at all.</p>",
            "error",
        ),
        (
            "<h1>Oops! That page can’t be found.</h1><p>It looks like nothing was found at this place. Search?</p>",
            "error",
        ),
        (
            "<h2>Welcome back.</h2><p>Sign in to get personalized stories and to follow your favorite authors.</p>",
            "log in",
        ),
        (
            (
                "<article><h1>Sleep</h1><p>This post is for subscribers only, so please log in to read on with us.</p>"
                "<form><input type=email><input type=password><button>Log in</button></form></article>"
            ),
            "log in",
        ),
        (
            (
                "<article><h1>Protected: Sleep</h1><p>This content is password protected. Enter your password.</p>"
                "<form><input type=password></form></article>"
            ),
            "log in",
        ),
        (
            "<h1>Just a moment...</h1><p>Checking that you are human. This may take a few seconds of your time.</p>",
            "check",
        ),
    ],
)
def test_pages_that_are_no_posts(page: str, words: str) -> None:
    """Doors and apologies are refused, and the refusal says what to do."""
    with pytest.raises(SourceError, match=words) as told:
        read(page, "<title>Dual Minds</title>")
    assert told.value.hint


def test_post_whose_heading_is_a_number() -> None:
    """A long post may be called as it likes, and a page may have a small door in its menu."""
    door = "<div class='login'><form><input type=password><button>Sign in</button></form></div>"
    reading = read(
        f"{door}<article><h1>404: Sleep Not Found</h1>{paragraphs(SENTENCES * 2)}</article>", "<title>A</title>"
    )
    assert reading.post.title == "404: Sleep Not Found"


@pytest.mark.parametrize(
    "teaser",
    [
        '<article><h2><a href="/post/{n}">Post {n}</a></h2><p>It begins with a short sentence.</p></article>',
        '<div><a href="/post/{n}"><h3>Post {n}</h3><p>It begins with a short sentence…</p></a></div>',
        (
            '<div class="c"><h3><a href="/post/{n}">Post {n}</a></h3><p>Nov {n}, 2026</p><p>It begins so.</p>'
            '<a href="/post/{n}">Read more</a></div>'
        ),
    ],
)
def test_list_of_posts(teaser: str) -> None:
    """The front page of a blog is no post; the refusal names its feed and some of its posts."""
    page = "<main><h1>Our Blog</h1><div>" + "".join(teaser.format(n=n) for n in range(1, 9)) + "</div></main>"
    head = '<title>Blog</title><link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    with pytest.raises(SourceError, match="list of posts") as told:
        read(page, head, "https://www.example.org/blog")
    assert "https://www.example.org/feed.xml" in told.value.hint
    assert "https://www.example.org/post/1" in told.value.hint


def test_post_that_recommends() -> None:
    """Headings that are links do not make a list of posts when the author says more than they do."""
    things = "".join(
        f"<h2><a href='https://app{n}.example.com/'>App {n}</a></h2>{paragraphs(SENTENCES[n : n + 3])}"
        for n in range(4)
    )
    page = f"<article><h1>Four Apps</h1>{paragraphs(SENTENCES[:3])}{things}</article>"
    assert read(page, "<title>Four Apps</title>").post.body.count("## [App") == 4


def test_short_notice() -> None:
    """Two sentences below a heading are a post."""
    page = (
        "<nav><a href='/'>Home</a></nav><main><h1>We Are Closed on Friday</h1><p>The office is closed this Friday.</p>"
    )
    reading = read(f"{page}<p>We are back on Monday at nine.</p></main>", "<title>We Are Closed on Friday</title>")
    assert plain_lines(reading.post.body) == ["The office is closed this Friday.", "We are back on Monday at nine."]


def test_card_that_is_a_link() -> None:
    """A link around blocks stays the link of its words."""
    card = (
        '<figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="https://example.com/b">'
        '<div class="kg-bookmark-content"><div class="kg-bookmark-title">A study of walks</div>'
        '<div class="kg-bookmark-description">It followed many walkers for a year and a day.</div></div>'
        '<div class="kg-bookmark-thumbnail"><img src="/t.png" alt=""></div></a></figure>'
    )
    body = read(article(card)).post.body
    assert "[A study of walks](https://example.com/b)" in body
    assert "It followed many walkers for a year and a day." in body


def test_list_of_definitions() -> None:
    """A term and its meaning are a named item and its text, without the colon of another Markdown."""
    body = read(
        article("<dl><dt>Dopamine</dt><dd>It makes us want things.</dd><dt>Oxytocin</dt><dd>It ties us.</dd></dl>")
    ).post.body
    assert "**Dopamine**  \nIt makes us want things.\n\n**Oxytocin**  \nIt ties us." in body
    assert "\n:" not in body


@pytest.mark.parametrize(
    "shown",
    [
        '<span data-hook="time-ago">Nov 5</span>',
        '<div class="pencraft post-date">Nov 05, 2026</div>',
        '<time class="dt-published blog-meta-item--date">11/5/26</time>',
        '<h2 class="date-header"><span>Thursday, November 5, 2026</span></h2>',
        "<div>Nov 05, 2026</div>",
    ],
)
def test_date_that_is_only_shown(shown: str) -> None:
    """The day beside the title is known without a word in the page's head."""
    page = f"<main><h1>When You Feel Alone</h1>{shown}<div class='post-body'>{paragraphs(SENTENCES)}</div></main>"
    assert str(read(page).post.date) == "2026-11-05"


def test_saved_picture_beside_the_page() -> None:
    """A picture that the browser saved is preferred to the one on the web."""
    picture = '<img src="page_files/lake.jpg" srcset="https://www.example.org/lake.jpg 1400w" alt="A lake">'
    assert "(page_files/lake.jpg)" in read(article(picture), url="").post.body


def test_a_post_of_a_few_words() -> None:
    """What a known system calls the article is one, if it is at least a sentence."""
    body = '<h1>We Are Closed</h1><div class="post-body"><p>Back Monday.</p></div>'
    html = f"<html><title>We Are Closed</title><body>{body}</body></html>"
    reading = read_post(Source(data=html.encode(), name="page.html"), CLINIC)
    assert (reading.post.title, reading.post.body) == ("We Are Closed", "Back Monday.")
