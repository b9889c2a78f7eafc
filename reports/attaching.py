"""What goes by mail with the notice that a month is published: the month as a printed page.

Not here: mail (`escalation.mailing`), the file itself (`files`).
"""

from collections.abc import Sequence

from complaints.notices import Kind
from escalation.mailing import Enclosure
from escalation.models import Notice

from . import files
from .models import Publication
from .period import Period
from .published import as_read

ENCLOSED = "pdf"


def enclosures(notice: Notice) -> Sequence[Enclosure]:
    """Nothing for other notices."""
    if notice.kind != Kind.MONTH_PUBLISHED:
        return ()
    report = Publication.objects.select_related("report__branch").get(event=notice.event_id).report
    month, signed = as_read(Period(report.branch, report.month, report.publication.cutoff))
    return [Enclosure(files.name(month, ENCLOSED), files.content(month, ENCLOSED, signed=signed), files.KINDS[ENCLOSED])]
