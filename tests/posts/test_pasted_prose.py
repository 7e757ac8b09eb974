"""Nothing an author writes is lost, though it speaks of what pages put around articles."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newsletter.posts.markdown import plain_lines
from tests.posts.test_pasted import read

SENTENCES = (
    "The {place} is free, and everyone is welcome.",
    "Parking at the {place} is free.",
    "Sleep heals, and for {number} hours it is free.",
    "Share your {feeling} with {person}, and see what happens.",
    "Save this on your phone for {person}: 988.",
    "You are receiving this {feeling} for the first time, and that is hard.",
    "You get this message from {person} on {date}: you are not alone.",
    "Join the waiting list for updates about the {place} by calling us.",
    "Next: call {person} and make an appointment.",
    "Previous: the {place} on {date} was full.",
    "By using cookies as a reward, {person} teaches a child to wait.",
    "We use cookies to make {person} smile at the {place}.",
    "Photo by photo, the {feeling} returns to {person}.",
    "Picture {person}: a calm lake at dawn, and no {feeling}.",
    "Image: the {place} at noon, and nobody in a hurry.",
    "“Comments hurt more than {feeling},” {person} wrote on {date}.",
    "Comments from {person} can bring back {feeling}.",
    "Subscribe to the idea that {feeling} passes!",
    "Want to come to the {place}? Sign up by {date}.",
    "Follow {person} to the {place} and breathe for {number} minutes.",
    "Like {person}, I have {number} views on {feeling}.",
    "Labels: {person} was given {number} of them before lunch.",
    "Tags: the itchy kind gave {person} {feeling}.",
    "Reviewed by {person}, the plan was {number} pages long.",
    "Checked by a nurse at {number}, the pressure was fine.",
    "To me, {feeling} is a kind of weather.",
    "This email is for {person}, who cannot sleep.",
    "If you enjoyed this story, share it with {person}.",
    "Be the first to respond with kindness when {person} slips.",
    "Report abuse to {person} as soon as you can.",
    "Print this page in your mind: {feeling} ends.",
    "Pin this on the fridge at the {place}.",
    "Read more than {number} pages, and {feeling} fades.",
    "Related to {feeling} is the wish to hide.",
    "Log in to your own body before you log in at work.",
    "Our appointment lasted {number} minutes.",
    "Call {person} at 413-555-0188 on {date}.",
    "Having trouble reading? {person} did, too, and for {number} years.",
    "Thanks for reading this far, says {person}.",
    "Meet {person} at the {place}.",
    "About {person} there is one more thing to say.",
    "Written by hand, a letter to {person} weighs more.",
    "Powered by tea, {person} waited {number} hours.",
    "Page {number} of the diary is about {feeling}.",
    "Posted in the hall of the {place} is a note for {person}.",
    "Updated: nothing, says {person}, and laughs.",
    "On {date} the {place} opens its doors again.",
    "In “The Slow Week” {person} writes about {feeling}.",
    "What are your thoughts on {feeling}?",
    "Was this {feeling} helpful to {person}?",
    "Accept the {feeling}, decline the blame.",
    "No comments, no likes, only {person} and the {place}.",
    "Copy the link between {feeling} and sleep into your diary.",
)
SLOTS = {
    "place": ("group", "workshop", "library", "garden", "class"),
    "feeling": ("grief", "worry", "diagnosis", "panic", "shame"),
    "person": ("your doctor", "Dr. Ruiz", "a friend", "Emily", "my mother"),
    "number": ("3", "12", "45", "two", "7.5"),
    "date": ("November 3", "Nov 30, 2026", "12/1/2026", "Tuesday", "the 3rd"),
}
HEADS = (
    "By Emily Cabrera, PMHNP-BC\nNovember 3, 2026",
    "Emily Cabrera\nNov 3, 2026 · 4 min read · 12 views · 0 comments",
    "- Emily Cabrera\n- 11 hours ago\n- 3 min read",
    "3 min read",
    "Posted on November 3, 2026 by Emily Cabrera in Sleep, Rest",
    "",
)
TAILS = (
    "12 views 0 comments\n\nRecent Posts\nSee All\nThe Quiet Work of Rest\nA Walk\n\nComments\nWrite a comment...",
    "Share this post\nFacebook\nTwitter\n\n0 Likes | 5 Shares | 101 Views",
    "Tags: sleep, rest\n\nThis site uses cookies to give you the best experience.\nAccept\nDecline",
    "Leave a Reply\nYour email address will not be published. Required fields are marked *\nPost Comment",
    "© 2026 Elm Street Psychiatry. All rights reserved.\nPowered by Wix",
    "12 Elm Street\nSpringfield, MA 01101\n508-555-0100",
    "",
)
TITLES = ("Healing After Loss", "Small Lights for Long Evenings", "Winter Blues", "What Helps When Nothing Helps")
HEADINGS = (
    "What It Looks Like",
    "Comments",
    "Share",
    "Next",
    "Accept",
    "A Free Hour",
    "Photo by Photo",
    "Why Rest Matters",
)


@st.composite
def sentence(draw: st.DrawFn) -> str:
    """Return a sentence with words in it that pages use, too."""
    chosen = {slot: draw(st.sampled_from(words)) for slot, words in SLOTS.items()}
    said = draw(st.sampled_from(SENTENCES)).format(**chosen)
    return said[0].upper() + said[1:]


@st.composite
def parts(draw: st.DrawFn) -> list[list[str]]:
    """Return the post's parts, each of sentences that come only once: alone, several together, or as a list."""
    sentences = draw(st.lists(sentence(), min_size=2, max_size=14, unique=True))
    found: list[list[str]] = []
    while sentences:
        size = draw(st.integers(1, 3))
        found.append(sentences[:size])
        sentences = sentences[size:]
    return found


@pytest.mark.heavy
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    title=st.sampled_from(TITLES),
    head=st.sampled_from(HEADS),
    tail=st.sampled_from(TAILS),
    body=parts(),
    shapes=st.lists(st.sampled_from(["text", "lines", "list", "headed"]), min_size=14, max_size=14),
    heading=st.sampled_from(HEADINGS),
    gap=st.sampled_from(["\n", "\n\n"]),
)
@example(
    title="Winter Blues",
    head="",
    tail="",
    body=[["Parking at the group is free."], ["Sleep heals, and for 3 hours it is free."]],
    shapes=["text"] * 14,
    heading="Share",
    gap="\n\n",
)
@example(
    title="Winter Blues",
    head="",
    tail="12 views 0 comments",
    body=[["What are your thoughts on grief?"]],
    shapes=["headed"] * 14,
    heading="Comments",
    gap="\n",
)
@example(
    title="Winter Blues",
    head="",
    tail="12 views 0 comments",
    body=[
        ["The group is free, and everyone is welcome."],
        ["Want to come to the class? Sign up by the 3rd."],
        ["“Comments hurt more than grief,” Emily wrote on 12/1/2026."],
    ],
    shapes=["text", "headed", *["text"] * 12],
    heading="Comments",
    gap="\n",
)
def test_each_sentence_is_there_once_and_in_order(
    title: str, head: str, tail: str, body: list[list[str]], shapes: list[str], heading: str, gap: str
) -> None:
    """Whatever the sentences speak of, wherever they stand, and whatever the page has put around them."""
    opening = "Rest is work of its own kind, and the body knows it long before we do."
    written = [shaped(part, shape, heading) for part, shape in zip(body, shapes, strict=False)]
    text = gap.join(filter(None, [title, head, opening, *written, tail]))

    post = read(text).post

    shown = " ".join(plain_lines(post.body))
    sentences = [opening, *(each for part in body for each in part)]
    assert [each for each in sentences if shown.count(each) != 1] == []
    places = [shown.index(each) for each in sentences]
    assert places == sorted(places)
    assert post.title == title


def shaped(sentences: list[str], shape: str, heading: str) -> str:
    """Return sentences as a paragraph, a line each, a list, or below a heading."""
    if shape == "list":
        return "\n".join(f"• {each}" for each in sentences)
    if shape == "lines":
        return "\n".join(sentences)
    return f"{heading}\n{' '.join(sentences)}" if shape == "headed" else " ".join(sentences)
