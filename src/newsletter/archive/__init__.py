"""The archive: sent issues as web pages, without anything that belongs to one reader."""

from newsletter.archive.archive import Archive
from newsletter.archive.building import Built, build_archive
from newsletter.archive.corrections import Correction, add_correction, undo_correction
from newsletter.archive.web_version import File

__all__ = ["Archive", "Built", "Correction", "File", "add_correction", "build_archive", "undo_correction"]
