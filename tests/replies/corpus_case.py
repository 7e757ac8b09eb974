"""The corpus of mails: read from its files, with real names of deliveries and real tokens in it."""

import re
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).with_name("corpus")
ANA = "ana@example.org"
FILES = ("first", "second")


@dataclass(frozen=True)
class CorpusMail:
    """A mail as it is written down: its label, its name, and its text with places to fill in."""

    label: str
    name: str
    text: str

    def raw(self, *, token: str, ref: str) -> bytes:
        """Return the mail as a server would have stored it."""
        filled = self.text.replace("{TOKEN}", token).replace("{REF}", ref).replace("{ANA}", ANA)
        windows = re.search(r"charset=\"?Windows-1252", filled, re.IGNORECASE)
        return filled.encode("cp1252" if windows else "utf-8").replace(b"\n", b"\r\n")


def corpus(*files: str) -> list[CorpusMail]:
    """Return the mails of some files."""
    found = []
    for file in files:
        parts = re.split(r"^=== (\S+) (\S+)\n", (CORPUS / f"{file}.txt").read_text("utf-8"), flags=re.MULTILINE)
        found += [CorpusMail(*parts[start : start + 3]) for start in range(1, len(parts), 3)]
    return found
