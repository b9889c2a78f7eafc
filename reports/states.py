"""Words of the month's publishing (R40): how far a report has come, and what each of its three signatures means. Pure.

Not here: who may sign when (`standing`), what signing does (`publishing`).
"""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class ReportState(TextChoices):
    DRAFT = "draft", pgettext_lazy("month report", "Draft")
    PREPARED = "prepared", pgettext_lazy("month report", "Prepared")
    REVIEWED = "reviewed", pgettext_lazy("month report", "Reviewed")
    PUBLISHED = "published", pgettext_lazy("month report", "Published")


class Step(TextChoices):
    """What a signature means. The three of a round are three people's (R19)."""

    PREPARED = "prepared", pgettext_lazy("signature of a month", "prepared")
    REVIEWED = "reviewed", pgettext_lazy("signature of a month", "reviewed")
    APPROVED = "approved", pgettext_lazy("signature of a month", "approved and published")


NEXT = {ReportState.DRAFT: Step.PREPARED, ReportState.PREPARED: Step.REVIEWED, ReportState.REVIEWED: Step.APPROVED}
AFTER = {Step.PREPARED: ReportState.PREPARED, Step.REVIEWED: ReportState.REVIEWED, Step.APPROVED: ReportState.PUBLISHED}
# Kinds of events in the house's chain.
MADE, SENT_BACK = "month_drafted", "month_sent_back"
SIGNED = {Step.PREPARED: "month_prepared", Step.REVIEWED: "month_reviewed", Step.APPROVED: "month_published"}
