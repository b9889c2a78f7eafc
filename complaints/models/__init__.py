"""What is kept about complaints. One file a subject; the complaint itself in `complaint`, who sees it in `querysets`.

Not here: how a complaint moves (`complaints.workflow`) and the only door to move it (`complaints.actions`).
"""

from .authority import RemedyLimits
from .catalogue import ComplaintType, Lot, Product
from .complaint import Complaint, Counter
from .desk import Draft, Once, SavedView
from .files import ArchiveFile, Attachment
from .grading import GradingLimits
from .history import ChainHead, Event, Passage, Signature
from .meeting import Attendance, Call, Meeting, Objection
from .orders import FileOrder, OrderState
from .parties import Contact, Customer
from .parts import Assignment, Link, Part
from .plan import Measure, Round
from .replies import ReplyTemplate
from .watch import Recurrence
from .words import Promise, Visit, Word

__all__ = [
    "ArchiveFile",
    "Assignment",
    "Attachment",
    "Attendance",
    "Call",
    "ChainHead",
    "Complaint",
    "ComplaintType",
    "Contact",
    "Counter",
    "Customer",
    "Draft",
    "Event",
    "FileOrder",
    "GradingLimits",
    "Link",
    "Lot",
    "Measure",
    "Meeting",
    "Objection",
    "Once",
    "OrderState",
    "Part",
    "Passage",
    "Product",
    "Promise",
    "Recurrence",
    "RemedyLimits",
    "ReplyTemplate",
    "Round",
    "SavedView",
    "Signature",
    "Visit",
    "Word",
]
