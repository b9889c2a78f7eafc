"""The bell: how many notices somebody has not seen, what is new since a page was opened, and whether the clock is silent. One query.

Not here: what the notices say (`noticewords`), the page that lists them (`views.notices`).
"""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

MOST = 99
SILENT = dt.timedelta(seconds=60)

# The partial index `notice_unseen` gives the newest first and stops; the sweep's sign of life is one row, by the database's own clock.
LOOK = """
SELECT count(*), coalesce(max(id), 0), count(*) FILTER (WHERE id > %s),
       (SELECT clock_timestamp() - at FROM escalation_sweeppulse), count(*) FILTER (WHERE complaint_id = %s)
  FROM (SELECT id, complaint_id FROM escalation_notice
         WHERE recipient_id = %s AND channel = 'desk' AND seen_at IS NULL ORDER BY id DESC LIMIT %s) AS unseen
"""


@dataclass(frozen=True)
class Bell:
    unseen: int
    """Bounded: one more than MOST means that there are more."""
    newest: int
    fresh: int
    """Unseen and newer than the page that asks."""
    quiet_for: dt.timedelta | None
    """Since the sweep's last look; None when there was none yet."""
    about: int = 0
    """Unseen and of the complaint that is asked about."""

    @property
    def silent(self) -> bool:
        """Nobody watches the deadlines (R33)."""
        return self.quiet_for is None or self.quiet_for > SILENT

    @property
    def silent_minutes(self) -> int:
        return int(self.quiet_for.total_seconds() // 60) if self.silent and self.quiet_for else 0

    @property
    def count(self) -> str:
        return f"{MOST}+" if self.unseen > MOST else str(self.unseen)

    @property
    def fresh_count(self) -> str:
        return f"{MOST}+" if self.fresh > MOST else str(self.fresh)

    @property
    def state(self) -> str:
        """What a page shows, as it says it back when it asks what is new."""
        return f"{self.unseen}.{self.newest}.{self.silent_minutes if self.silent else '-'}"


def look(person_id: int, since: int = 0, about: int | None = None) -> Bell:
    """`since` is the newest notice known when the page was opened; `about` a complaint's key."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [since, about, person_id, MOST + 1])
        return Bell(*cursor.fetchone())
