"""Importing a list: from whatever file people have to subscribers, row by row, in one transaction.

The way of a row: `sheets` (bytes to cells, by the `encoding` that makes words; `workbooks` for
Excel) → `columns` (which cell is what, by its heading and by a `survey` of the first cells, and
which `questions` that leaves) → `rows` (cells to a person, by their `standing`, or a rejected
row) → `writer` (into the store) → `report`.
"""

from newsletter.subscribers.importer.report import Report
from newsletter.subscribers.importer.rows import ImportOptions
from newsletter.subscribers.importer.run import addresses_in, import_list, open_list, preview

__all__ = ["ImportOptions", "Report", "addresses_in", "import_list", "open_list", "preview"]
