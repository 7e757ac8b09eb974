"""A message is frozen as text and read back the same, which a campaign relies on."""

from dataclasses import replace

from newsletter.message import Attachment, InlineImage, MergeField, Message

MESSAGE = Message(
    subject="A “quoted” subject 🌿",
    preheader="p",
    html="<p>é</p>",
    text="é",
    from_name="Elm",
    from_email="news@example.org",
    reply_to="hello@example.org",
    fields=(MergeField(1, "first_name", "there"),),
    images=(InlineImage("a@newsletter", "a.png", "image/png", bytes(range(256))),),
    attachments=(Attachment("a.ics", "text/calendar", b"BEGIN"),),
)


def test_it_survives_being_frozen() -> None:
    """What `to_json` writes, `from_json` reads, pictures and merge fields included."""
    assert Message.from_json(MESSAGE.to_json()) == MESSAGE


def test_its_digest_follows_all_that_a_reader_sees() -> None:
    """The digest is the same for the same message and another for any change."""
    assert Message.from_json(MESSAGE.to_json()).digest == MESSAGE.digest
    assert replace(MESSAGE, text="e").digest != MESSAGE.digest
    assert replace(MESSAGE, images=()).digest != MESSAGE.digest
