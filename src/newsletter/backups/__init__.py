"""Copies of the people, the ledger and the key: made while in use, and put back without harm."""

from newsletter.backups.archive import Contents, UnpackedBackup, unpacked
from newsletter.backups.making import Backup, make_backup
from newsletter.backups.restoring import Prospect, Restored, prospect, put_back

__all__ = [
    "Backup",
    "Contents",
    "Prospect",
    "Restored",
    "UnpackedBackup",
    "make_backup",
    "prospect",
    "put_back",
    "unpacked",
]
