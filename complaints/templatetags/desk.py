"""Template tags of the desk: a timer as a clock, a little chart of the months, the key of a form in a row.

Not here: the tags every page uses (`ui`).
"""

import uuid
from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from complaints.clockface import Face

register = template.Library()

WIDTH, HEIGHT, EDGE = 96, 24, 2


@register.inclusion_tag("components/clock.html")
def clock(face: Face, size: str = "", name: object = "") -> dict[str, object]:
    """What is left and when it is due. `size`: clock-lg, clock-sm; `name`: what it is about, before the due time."""
    return {
        "state": face.state, "text": face.text, "note": face.note, "name": name, "frozen": face.frozen, "size": size,
        "due": face.timer.due.isoformat(), "now": face.now.isoformat(), "total": face.seconds, "share": face.share,
    }  # fmt: skip


@register.simple_tag
def spark(counts: Sequence[int], weekly: bool = False) -> SafeString:
    """Counts of the last months (or weeks) as a line, oldest first; read out as their numbers."""
    text = _("Week by week, oldest first: %(numbers)s") if weekly else _("Month by month, oldest first: %(numbers)s")
    said = text % {"numbers": ", ".join(map(str, counts))}
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}"><polyline points="{}"/></svg>',
        WIDTH,
        HEIGHT,
        said,
        points(counts),
    )


def points(counts: Sequence[int]) -> str:
    """Coordinates of a polyline, the greatest count at the top; a flat line at the bottom when there were none."""
    top = max([*counts, 1])
    step = (WIDTH - 2 * EDGE) / max(len(counts) - 1, 1)
    heights = [HEIGHT - EDGE - count / top * (HEIGHT - 2 * EDGE) for count in counts]
    return " ".join(f"{EDGE + place * step:.1f},{height:.1f}" for place, height in enumerate(heights))


@register.simple_tag
def once() -> str:
    """A key against a second sending, for a form that has no form object."""
    return str(uuid.uuid4())
