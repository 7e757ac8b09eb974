"""One reader's copy of a message, as files to look at."""

import base64
from datetime import datetime

from newsletter.message import Context, Message, Recipient, bind, build_mime, fill, fill_message, values_for
from newsletter.rendering.pipeline import Rendered


def message_files(rendered: Rendered, reader: Recipient, date: datetime) -> dict[str, bytes]:
    """Return what `reader` gets, by file name: the mail itself, its two parts, and the MJML behind it.

    In ``message.html`` the pictures of the mail are part of the file, so that a browser shows them.
    """
    message = rendered.message
    filled = fill_message(message, reader)
    mjml = fill(bind(rendered.mjml, Context.HTML), values_for(message, reader))
    return {
        "message.html": with_pictures(filled.html, message).encode(),
        "message.txt": filled.text.encode(),
        "message.eml": build_mime(message, reader, date=date).as_bytes(),
        "message.mjml": mjml.encode(),
    }


def with_pictures(html: str, message: Message) -> str:
    """Return `html` with the pictures that travel in the mail written into it (RFC 2397)."""
    for image in message.images:
        data = base64.b64encode(image.data).decode("ascii")
        html = html.replace(f"cid:{image.content_id}", f"data:{image.media_type};base64,{data}")
    return html
