"""Merge tags come from a closed list, and a wrong one is named by file and line."""

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import IssueError
from newsletter.message import Context, MergeField, MergeTags, Message, Recipient, bind, fill, values_for

FILE = Path("issue.md")


def read_tags(text: str) -> str:
    """Return `text` as a reader named Sam gets it."""
    tags = MergeTags()
    bound = bind(tags.replace(text, FILE), Context.TEXT)
    sam = Recipient(ref="r", email="sam@example.org", first_name="Sam", last_name="Lee")
    return fill(bound, {field.placeholder(Context.TEXT): field.value(sam, Context.TEXT) for field in tags.fields})


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Hi {{ first_name }}!", "Hi Sam!"),
        ("Hi {{first_name or 'you'}}!", "Hi Sam!"),
        ("Hi {{ full_name or “dear reader” }}!", "Hi Sam Lee!"),
        ("{{ last_name }}, {{ first_name }}", "Lee, Sam"),
        ("To {{ email }}", "To sam@example.org"),
    ],
)
def test_tags_are_filled(written: str, read: str) -> None:
    """Each tag of the list becomes the reader's own value, however it is spaced and quoted."""
    assert read_tags(written) == read


def test_a_misspelt_tag_names_its_line_and_the_nearest() -> None:
    """A misspelt tag is an error that says where it is and what was probably meant."""
    with pytest.raises(IssueError) as caught:
        MergeTags().replace("One\ntwo\n{{ frist_name }}", FILE, first_line=5)
    assert caught.value.where == "issue.md:7"
    assert "Did you mean {{ first_name }}?" in caught.value.hint


@pytest.mark.parametrize("text", ["Hello {{ first_name", "Hello first_name }}", "{{ first_name or }}", "{{ 1 + 1 }}"])
def test_half_a_tag_is_an_error(text: str) -> None:
    """Braces that are no whole tag never reach a reader."""
    with pytest.raises(IssueError, match=r"issue\.md:1"):
        MergeTags().replace(text, FILE)


@pytest.mark.parametrize("text", ["mergetag1z", "MergeTag1Z", "-merge-html-12-", "-unsubscribe-url-"])
def test_text_in_the_shape_of_a_placeholder_is_refused(text: str) -> None:
    """Nobody can write a placeholder by hand and so get at a value that was not asked for."""
    with pytest.raises(IssueError, match="own use"):
        MergeTags().replace(f"See {text} here", FILE)


def test_a_missing_name_falls_back() -> None:
    """Without a value, or with nothing but spaces, the fallback stands there."""
    tags = MergeTags()
    tags.replace('{{ first_name or "friend" }}', FILE)
    blank = Recipient(ref="r", email="x@example.org", first_name=" \t\n")
    assert tags.fields[0].value(blank, Context.TEXT) == "friend"


def test_a_fallback_is_escaped_like_a_value() -> None:
    """A fallback with an ampersand is right in HTML too."""
    tags = MergeTags()
    tags.replace('{{ first_name or "you & yours" }}', FILE)
    assert tags.fields[0].value(Recipient(ref="r", email="x@example.org"), Context.HTML) == "you &amp; yours"


def test_only_what_the_issue_uses_leaves() -> None:
    """The values for a message hold no field that the message does not show."""
    tags = MergeTags()
    html = bind(tags.replace("{{ first_name }}", FILE), Context.HTML)
    message = Message(
        subject="News", preheader="", html=html, text="", from_name="", from_email="", reply_to="", fields=tags.fields
    )
    reader = Recipient(ref="r", email="x@example.org", first_name="Sam", last_name="Secret")
    assert values_for(message, reader) == {"-merge-html-1-": "Sam"}


@given(st.text(st.characters()))  # half characters (surrogates), line breaks and all
def test_no_name_brings_anything_but_words(name: str) -> None:
    """Whatever a name holds, no line break, control or direction mark of it reaches a message."""
    value = MergeField(1, "first_name", "").value(
        Recipient(ref="r", email="x@example.org", first_name=name), Context.TEXT
    )
    unsafe = {*map(chr, [*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)])}
    assert not unsafe & set(value)
    assert not any("\ud800" <= letter <= "\udfff" for letter in value)
    assert value == " ".join(value.split())


def test_a_value_is_never_read_again() -> None:
    """A reader whose name looks like a placeholder gets that name, not another value."""
    values = {"-merge-text-1-": "-merge-text-2-", "-merge-text-2-": "secret"}
    assert fill("Hi -merge-text-1-", values) == "Hi -merge-text-2-"


@given(st.text(st.characters() | st.sampled_from("azé .-@_&'<  \n\u200f")))
def test_ordinary_text_needs_no_look_at_each_place(text: str) -> None:
    """What passes as ordinary is what escaping, tidying and taking out control characters would leave of it."""
    field = MergeField(1, "first_name", "there")
    reader = Recipient("ref", "a@example.org", first_name=text)
    tidy = " ".join(_CONTROL.sub(" ", text).split()) or "there"
    assert field.value(reader, Context.HTML) == html.escape(tidy)
    assert field.value(reader, Context.TEXT) == field.value(reader, Context.SUBJECT) == tidy
    message = Message(
        subject="-merge-subject-1-",
        preheader="",
        html="-merge-html-1-",
        text="-merge-text-1-",
        from_name="",
        from_email="",
        reply_to="",
        fields=(field,),
    )
    assert values_for(message, reader) == {
        f"-merge-{context}-1-": field.value(reader, context)
        for context in (Context.SUBJECT, Context.HTML, Context.TEXT)
    }


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")


@given(st.text(st.characters(blacklist_characters="{}", codec="utf-8"), max_size=200))
def test_text_without_tags_is_untouched(text: str) -> None:
    """Text without braces passes letter by letter."""
    assert MergeTags().replace(text, FILE) == text
