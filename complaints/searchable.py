"""What a complaint can be found by: its haystack of text and the keys of it for the indexed column.

Not here: how text becomes keys (`search`) and the query over them (the list's own page).
"""

from collections.abc import Iterator

from .models import Complaint
from .search import keys


def index(complaint: Complaint) -> None:
    """Bring `haystack` and `search` up to date on the instance; the keys only when the text changed."""
    haystack = "\n".join(part for part in _parts(complaint) if part)
    if haystack != complaint.haystack or not complaint.search:
        complaint.haystack, complaint.search = haystack, keys(haystack)


def _parts(complaint: Complaint) -> Iterator[str]:
    yield complaint.number
    yield from (complaint.title, complaint.about, complaint.model, complaint.lot_number, complaint.order_number, complaint.project)
    yield from (complaint.customer_reference, complaint.words)
    if complaint.product:
        yield from (complaint.product.code, complaint.product.name, complaint.product.name_en)
    if complaint.customer:
        yield from (complaint.customer.number, complaint.customer.name, complaint.customer.name_en)
    if complaint.contact:
        yield from (complaint.contact.name, complaint.contact.digits)
