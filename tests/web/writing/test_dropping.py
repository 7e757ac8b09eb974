"""Pictures that are dropped on the writing page, wherever that is."""

import base64
import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.running import RunningDesk
from tests.web.writing.test_editor import mail, open_text, text
from tests.web.writing.test_pictures import photograph

pytestmark = pytest.mark.browser
DROP = """(target, [name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type }));
  const box = target.getBoundingClientRect();
  const how = { dataTransfer, bubbles: true, cancelable: true, clientX: box.x + 5, clientY: box.y + 5 };
  return ["dragenter", "dragover", "drop"].map((event) => !target.dispatchEvent(new DragEvent(event, how)));
}"""


def drop(page: Page, selector: str, name: str, kind: str, data: bytes) -> bool:
    """Drop a file on a part of the page; tell whether the browser would leave it alone."""
    caught = page.locator(selector).evaluate(DROP, [name, kind, base64.b64encode(data).decode()])
    return bool(caught[1] and caught[2])


@pytest.mark.parametrize("place", [".cm-content", "#field-subject", "header.bar", "#stage"])
def test_a_picture_is_caught_wherever_it_falls(writer: Page, desk: RunningDesk, place: str) -> None:
    """On the text, a field, the head of the page or the mail: it lands in the text, once, and the page stays."""
    open_text(writer, desk)
    assert drop(writer, place, "garden.jpg", "image/jpeg", photograph(600, 400))

    expect(text(writer)).to_contain_text(re.compile(r"!\[\]\(images/garden-[^)]*\)"))
    writer.keyboard.type("Our garden")
    expect(mail(writer).get_by_alt_text("Our garden")).to_have_count(1)
    expect(writer).to_have_url(re.compile("/write$"))


def test_another_file_is_not_opened(writer: Page, desk: RunningDesk) -> None:
    """What is no picture is refused in words, and does not take the place of the page."""
    open_text(writer, desk)
    assert drop(writer, "#stage", "post.pdf", "application/pdf", b"%PDF-1.7")

    expect(writer.locator("#news")).to_contain_text("Only pictures can be dropped here.")
    expect(text(writer)).not_to_contain_text("PDF")


def test_the_mail_lets_files_fall_through(writer: Page, desk: RunningDesk) -> None:
    """While a file is carried over the page, the frame of the mail does not swallow it."""
    open_text(writer, desk)
    over = "getComputedStyle(document.querySelector('iframe.mail')).pointerEvents"
    assert writer.evaluate(over) == "auto"
    writer.evaluate(
        """() => { const dataTransfer = new DataTransfer(); dataTransfer.items.add(new File([""], "a.png"));
        document.body.dispatchEvent(new DragEvent("dragenter", { dataTransfer, bubbles: true })); }"""
    )
    assert writer.evaluate(over) == "none"
    writer.evaluate("document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true }))")
    assert writer.evaluate(over) == "auto"
