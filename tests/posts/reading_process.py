"""A process that reads the sources it is given as JSON, and prints a line for each when it is done with it."""

import json
import sys

from newsletter.errors import SourceError
from newsletter.posts import Source
from newsletter.posts.reader import read_post
from newsletter.workspace import Clinic


def main() -> None:
    """Read all; what is refused is done with, too, and any other error ends the process."""
    clinic = Clinic(
        name="Elm Street Psychiatry",
        website="https://www.elmstreet.example.org",
        phone="508-555-0100",
        email="hello@elmstreet.example.org",
        postal_address="12 Elm Street, Springfield, MA 01101",
    )
    for text in json.load(sys.stdin):
        try:
            read_post(Source(data=text.encode(), name="post"), clinic)
            told = "read"
        except SourceError:
            told = "refused"
        print(told, flush=True)  # noqa: T201 - it is for the test that started the process


if __name__ == "__main__":
    main()
