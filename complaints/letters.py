"""Every text offered to a customer, in his language (R21, R23, R24): acknowledgement, questions, update, visit, closing.

Pure functions over a complaint with its branch, customer, contact and product. They read only what the customer told us or may know:
no remark, reason, note, cost, share, grade, nature or department, and no name but the contact's and the company's (R23).

Not here: the reply (`composing`), sending.
"""

import datetime as dt

from django.utils.dateformat import format as format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext

from . import checklist
from .models import Complaint
from .states import Outcome, State

CHINESE, ENGLISH = "zh-hans", "en"
RECORD = tuple(dict.fromkeys(field for question in checklist.QUESTIONS.values() for field in question.fields))
ABOUT_THE_CONTACT = ("telephone", "mobile", "email", "wechat")

# How far it is, in words a customer may hear: no department, no names.
PROGRESS: dict[State, Promise] = {
    State.RECEIVED: gettext_lazy("We are checking what you told us."),
    State.TRIAGE: gettext_lazy("We are checking what you told us."),
    State.ASSIGNMENT: gettext_lazy("We are checking what you told us."),
    State.CONFIRMATION: gettext_lazy("We are looking for the cause."),
    State.ACTION: gettext_lazy("We are looking for the cause."),
    State.REVIEW: gettext_lazy("We are deciding what has to be done."),
    State.APPROVAL: gettext_lazy("We are deciding what has to be done."),
    State.GROUP_APPROVAL: gettext_lazy("We are deciding what has to be done."),
    State.REPLY: gettext_lazy("It has been decided what we do, and our answer is on its way to you."),
    State.FOLLOW_UP: gettext_lazy("We are carrying out what we told you."),
    State.CLOSED: gettext_lazy("It is closed. Tell us if anything is still open: it can be taken up again."),
}


def language_of(complaint: Complaint) -> str:
    """The customer's language, `en` or `zh-hans`; Chinese where nobody is known."""
    return complaint.customer.language if complaint.customer else CHINESE


def acknowledgement(complaint: Complaint) -> str:
    """That it is in hand, its number, what happens next and by when (R21)."""
    return "\n".join(acknowledgement_lines(complaint))


def acknowledgement_lines(complaint: Complaint) -> list[str]:
    """The same sentence by sentence, to be read out on the line."""
    with override(language_of(complaint)):
        return [
            greeting(complaint),
            _("We have received your complaint of %(date)s about %(subject)s.") % facts_of(complaint),
            _("Its number is %(number)s.") % facts_of(complaint),
            _what_next(complaint),
            str(complaint.branch),
        ]


def request_for_missing(complaint: Complaint, files: int) -> str:
    """What we still have to ask (R10a), ready to be sent; '' when nothing is missing. `files` is the number of attachments."""
    return checklist.message_for_customer(missing(complaint, files), language_of(complaint), complaint.number)


def missing(complaint: Complaint, files: int) -> list[checklist.Item]:
    """The whole list of what is asked for this type and effect, with what is done."""
    record: dict[str, object] = {name: getattr(complaint, name) for name in RECORD if hasattr(complaint, name)}
    record |= {name: getattr(complaint.contact, name, "") for name in ABOUT_THE_CONTACT}
    record |= {"files": files, "wants": complaint.wants, "anonymous": complaint.anonymous}
    return checklist.items(record, complaint.type.group if complaint.type else "", complaint.effect)


def update(complaint: Complaint) -> str:
    """How far it is, before the customer has to ask (R24)."""
    with override(language_of(complaint)):
        lines = [
            greeting(complaint),
            _("About your complaint %(number)s of %(date)s (%(subject)s):") % facts_of(complaint),
            str(PROGRESS[State(complaint.state)]),
            _("You hear from us again as soon as there is news, and within 5 working days in any case."),
            str(complaint.branch),
        ]
    return "\n".join(lines)


def visit(complaint: Complaint) -> str:
    """That we ask how it went, a week after everything is done (R25)."""
    with override(language_of(complaint)):
        lines = [
            greeting(complaint),
            _("What we told you about your complaint %(number)s of %(date)s (%(subject)s) is carried out.") % facts_of(complaint),
            _("Please tell us whether you see it, and whether you are satisfied: 1 (not at all) to 5 (entirely)."),
            str(complaint.branch),
        ]
    return "\n".join(lines)


def unreached(complaint: Complaint) -> str:
    """After calls that nobody took (R25): what we wanted to ask, and what happens without an answer."""
    with override(language_of(complaint)):
        lines = [
            greeting(complaint),
            _("We tried to reach you about your complaint %(number)s of %(date)s (%(subject)s), without success.") % facts_of(complaint),
            _("Please tell us whether everything was carried out to your satisfaction."),
            _("If we hear nothing within two working days, we close it for now. It can be taken up again at any time."),
            str(complaint.branch),
        ]
    return "\n".join(lines)


def closing(complaint: Complaint) -> str:
    """The word with which a complaint is closed; against the customer's will it says where to turn next (R23)."""
    with override(language_of(complaint)):
        sentence = CLOSED[Outcome(complaint.outcome)]
        against = complaint.outcome == Outcome.DISSATISFIED
        parts = [
            greeting(complaint),
            str(sentence) % facts_of(complaint),
            _appeal(complaint) if against else "",
            _("It keeps its number and can be taken up again at any time."),
            str(complaint.branch),
        ]
    return "\n\n".join(part for part in parts if part)


CLOSED: dict[Outcome, Promise] = {
    Outcome.ON_SPOT: gettext_lazy("Your complaint %(number)s of %(date)s about %(subject)s was answered at once."),
    Outcome.INVALID: gettext_lazy(
        "We have looked into your complaint %(number)s of %(date)s about %(subject)s and explained what we found."
    ),
    Outcome.RESOLVED: gettext_lazy("Your complaint %(number)s of %(date)s about %(subject)s is solved. Thank you for telling us."),
    Outcome.DISSATISFIED: gettext_lazy(
        "We have closed your complaint %(number)s of %(date)s about %(subject)s, although you are not satisfied. We regret that."
    ),
    Outcome.UNREACHABLE: gettext_lazy(
        "We tried to reach you about your complaint %(number)s of %(date)s about %(subject)s, without success, and have closed it for now."
    ),
    Outcome.WITHDRAWN: gettext_lazy("As you wished, we have closed your complaint %(number)s of %(date)s about %(subject)s."),
}


def greeting(complaint: Complaint) -> str:
    """In the active language."""
    name = complaint.contact.name if complaint.contact else ""
    return _("Dear %(name)s,") % {"name": name} if name else _("Dear customer,")


def facts_of(complaint: Complaint) -> dict[str, str]:
    """Number, local day of receipt and subject, in the active language."""
    return {
        "number": complaint.number,
        "date": date_of(complaint.received_at, complaint),
        "subject": _subject(complaint),
    }


def _subject(complaint: Complaint) -> str:
    """The product by its name in the customer's language, else his own words for it, with the lot."""
    subject = str(complaint.product) if complaint.product else complaint.about
    lot = complaint.lot_number
    return _("%(subject)s, lot %(lot)s") % {"subject": subject, "lot": lot} if lot else subject


def date_of(at: dt.datetime | None, complaint: Complaint) -> str:
    """The local day of an instant as it stands in a letter."""
    return date(at.astimezone(complaint.branch.tz).date()) if at else ""


def date(day: dt.date) -> str:
    return format_date(day, pgettext("a date in a letter", "j F Y"))


def _what_next(complaint: Complaint) -> str:
    branch, chinese = complaint.branch, language_of(complaint) == CHINESE
    own = branch.acknowledgement_zh if chinese else branch.acknowledgement_en
    return own or _("We look into it now, and you hear from us within 5 working days at the latest.")


def _appeal(complaint: Complaint) -> str:
    branch, chinese = complaint.branch, language_of(complaint) == CHINESE
    own = branch.appeal_zh if chinese else branch.appeal_en
    return own or _("If you do not agree, you may turn to the management of %(company)s.") % {"company": branch}
