"""Which complaints a register has named so far: kept in a temporary file, so that a million of them need no more memory than ten.

Not here: what was imported before, which the database knows.
"""

import sqlite3


class Seen:
    """The row in which each identity stood first. The file goes when this does."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("")
        self._file.execute("CREATE TABLE seen (identity TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID")

    def first(self, identity: str, row: int) -> int:
        """The row itself when it is the first of this identity, else the first one."""
        new = self._file.execute("INSERT INTO seen VALUES (?, ?) ON CONFLICT DO NOTHING", (identity, row)).rowcount
        if new:
            return row
        return int(self._file.execute("SELECT row FROM seen WHERE identity = ?", (identity,)).fetchone()[0])

    def close(self) -> None:
        self._file.close()
