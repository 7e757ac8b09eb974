"""What became of each person's copy, as a table for a spreadsheet."""

import csv
import io

from sqlalchemy import Connection

from newsletter.campaigns.plan import Campaign
from newsletter.campaigns.report import rows
from newsletter.subscribers.export import neutral

_HEADINGS = ("email", "state", "heard", "reason")


def people_csv(connection: Connection, campaign: Campaign) -> str:
    """Return a line for each person; no cell of it is taken for a formula."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(_HEADINGS)
    writer.writerows([neutral(cell) for cell in row] for row in rows(connection, campaign))
    return table.getvalue()
