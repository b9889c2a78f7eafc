"""Mail to our own people: a recipient's due notices become one message, it is sent, and after that marked as sent (R29b).

Claimed under lock, committed, sent outside any transaction: deliverers side by side are harmless. A crash between sending and marking sends
the message once more with the same Message-ID, by which mailboxes know it. Who may no longer see a complaint is not told about it.
Nothing of a customer goes out but the complaint's number and title; of a confidential one only its number.
Not here: who is told what (`complaints.notices`), the conversation with the server (`smtp`), ringing (`doorbell`).
"""

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Case, Exists, F, Max, Min, OuterRef, PositiveSmallIntegerField, Q, QuerySet, When
from django.db.models.functions import Greatest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import Complaint
from complaints.notices import Kind, wants_mail
from complaints.noticewords import Said, in_words

from . import clock, smtp
from .models import Message, Notice
from .models.notices import Channel, MessageState

log = logging.getLogger("redress.mail")

SETTLED = dt.timedelta(seconds=3)  # no notice for so long: a flurry is over
AT_MOST = dt.timedelta(seconds=60)  # a flurry is waited for
PAUSES = [dt.timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30)]
SERVER_PAUSE = dt.timedelta(minutes=5)  # at most, while the server itself is away: it concerns everybody
TRIED_FOR = dt.timedelta(hours=24)
TRIED_AT_LEAST = 5
LISTED = 40  # notices named in one message; the others are counted
RUN = 240.0  # seconds after which a run leaves the rest to the next
CHINESE = "zh-hans"


@dataclass
class Run:
    """What one call did."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0
    let_go: int = 0
    """Messages with nothing left to tell."""


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a message."""

    name: str
    content: bytes
    media_type: str


Enclose = Callable[[Notice], Sequence[Enclosure]]
"""The files that belong to a notice, in the language of the moment."""


def nothing(notice: Notice) -> Sequence[Enclosure]:
    return ()


def deliver(enclose: Enclose = nothing) -> Run:
    """Send everything that is due, with what `enclose` adds. Ends early when the server itself is away: nobody else waits for it."""
    run, ends = Run(), time.monotonic() + RUN
    if not settings.MAIL_ON:
        return run
    bundle_due()
    while time.monotonic() < ends:
        message = _claim()
        if message is None:
            if not bundle_due():
                break
        elif not _go(message, run, enclose):
            break
    return run


# ── from notices to messages ─────────────────────────────────────────────────────────────────────────────────


def due_notices() -> QuerySet[Notice]:
    return Notice.objects.filter(channel=Channel.MAIL, message=None, not_before__lte=clock.Now())


def bundle_due() -> int:
    """One message for each recipient with due notices, once their flurry is over; how many.

    Whoever has a message under way gets the next one after it: however long the server is away, two messages wait at most.
    """
    now, under_way = clock.now(), Message.objects.filter(recipient=OuterRef("recipient"), state=MessageState.WAITING)
    by_recipient = due_notices().filter(~Exists(under_way)).order_by().values("recipient")
    flurries = by_recipient.annotate(last=Max("at"), first=Min(Greatest("at", "not_before")))
    over = flurries.filter(Q(last__lte=now - SETTLED) | Q(first__lte=now - AT_MOST))
    return sum(_bundle(row["recipient"], now) for row in over)


@transaction.atomic
def _bundle(recipient: int, now: dt.datetime) -> bool:
    found = due_notices().filter(recipient=recipient).order_by("id").select_for_update(skip_locked=True)
    keys = list(found.values_list("pk", flat=True))
    if not keys:
        return False
    message = Message.objects.create(recipient_id=recipient, message_id=_new_id(), created_at=now, next_at=now)
    Notice.objects.filter(pk__in=keys).update(message=message)
    return True


def _new_id() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{uuid.uuid4().hex}@{domain}>"


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def _claim() -> Message | None:
    """The message that has waited longest. It is due again after a pause, should this process not live to say how it went."""
    waiting = Message.objects.filter(state=MessageState.WAITING, next_at__lte=clock.Now()).order_by("next_at", "pk")
    message = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("recipient__branch").first()
    if message is None:
        return None
    message.tries += 1
    message.address, message.fault = message.recipient.email, ""
    message.next_at = clock.now() + PAUSES[min(message.tries, len(PAUSES)) - 1]
    message.save(update_fields=["tries", "address", "fault", "next_at"])
    return message


def _go(message: Message, run: Run, enclose: Enclose) -> bool:
    """Send one; whether the next may be tried at once."""
    told = _still_to_tell(message)
    if not told:
        _let_go(message)
        run.let_go += 1
        return True
    try:
        smtp.send(_letter(message, told, enclose))
    except smtp.Away as error:
        _failed(message, str(error), run, server=True)
        return False
    except Exception as error:  # refused, no address at all, or what nobody has thought of: the others still get theirs
        _failed(message, _words_of(error), run, for_good=_is_for_good(error))
        return True
    sent = {"state": MessageState.SENT, "sent_at": clock.now(), "next_at": None, "fault": ""}
    Message.objects.filter(pk=message.pk).update(**sent)
    run.sent += 1
    return True


def _is_for_good(error: Exception) -> bool:
    return error.for_good if isinstance(error, smtp.Refused) else isinstance(error, ValueError)


def _words_of(error: Exception) -> str:
    return str(error) if isinstance(error, smtp.Refused) else f"{type(error).__name__}: {error}"


def _failed(message: Message, why: str, run: Run, *, for_good: bool = False, server: bool = False) -> None:
    """Put it off, or give it up: for good, or when it has been tried for a day. A later try of another deliverer is left alone."""
    now, mine = clock.now(), Message.objects.filter(pk=message.pk, state=MessageState.WAITING, tries=message.tries)
    over = now - message.created_at >= TRIED_FOR and message.tries >= TRIED_AT_LEAST
    if for_good or over:
        mine.update(state=MessageState.GIVEN_UP, next_at=None, fault=why[:300])
        run.given_up += 1
        log.error("mail %s is given up after %s tries: %s", message.message_id, message.tries, why)
        return
    pause = PAUSES[min(message.tries, len(PAUSES)) - 1]
    mine.update(next_at=now + (min(pause, SERVER_PAUSE) if server else pause), fault=why[:300])
    run.put_off += 1
    log.warning("mail %s is put off: %s", message.message_id, why)


def _still_to_tell(message: Message) -> list[Notice]:
    """Its notices that its recipient still may read and wants; the others are let go."""
    person = message.recipient
    notices = list(message.notices.select_related("event__actor", "complaint__branch").order_by("id"))
    seen = Complaint.objects.visible_to(person).filter(pk__in={one.complaint_id for one in notices if one.complaint_id}).order_by()
    visible = {None, *seen.values_list("pk", flat=True)} if person.is_active else set()
    kept = [one for one in notices if one.complaint_id in visible and wants_mail(person, Kind(one.kind))]
    if len(kept) < len(notices):
        message.notices.exclude(pk__in=[one.pk for one in kept]).delete()
    return kept


@transaction.atomic
def _let_go(message: Message) -> None:
    message.notices.all().delete()
    message.delete()


def undelivered() -> QuerySet[Message]:
    """What was given up, or put off at least once, and still has somebody to go to."""
    trouble = Q(state=MessageState.GIVEN_UP) | Q(state=MessageState.WAITING) & ~Q(fault="")
    return Message.objects.filter(trouble, recipient__is_active=True)


def given_up() -> bool:
    """Whether somebody has to look after mail."""
    return undelivered().filter(state=MessageState.GIVEN_UP).exists()


def send_again(messages: QuerySet[Message]) -> int:
    """Try them now, what was given up afresh, to the address their recipient has by now; how many. Never one that is just being sent."""
    tries = Case(When(state=MessageState.GIVEN_UP, then=0), default=F("tries"), output_field=PositiveSmallIntegerField())
    return messages.order_by().update(state=MessageState.WAITING, next_at=clock.now(), tries=tries)


# ── what it says ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    sentence: str
    title: str
    """Empty for a confidential complaint."""
    url: str
    urgent: bool


@dataclass(frozen=True)
class Letter:
    """What is said to one person; what ran out comes first."""

    greeting: str
    lines: list[Line]
    more: int
    notices_url: str
    settings_url: str

    @classmethod
    def to(cls, name: str, lines: list[Line]) -> "Letter":
        lines = sorted(lines, key=lambda line: not line.urgent)
        home = settings.PUBLIC_URL
        pages = home + reverse("notices"), home + reverse("settings") + "#mail"
        return cls(_("%(name)s,") % {"name": name}, lines[:LISTED], max(len(lines) - LISTED, 0), *pages)

    @property
    def why(self) -> str:
        return _("Redress writes this because it concerns you. Which notices come by e-mail:")

    @property
    def and_more(self) -> str:
        return ngettext("… and one more:", "… and %(n)s more:", self.more) % {"n": self.more} if self.more else ""

    @property
    def text(self) -> str:
        """Not by a template: those escape for HTML."""
        said = [self.greeting]
        said += ["\n".join(filter(None, (line.sentence, line.title, line.url))) for line in self.lines]
        said += [f"{self.and_more} {self.notices_url}"] if self.more else []
        return "\n\n".join([*said, f"-- \n{self.why} {self.settings_url}"]) + "\n"

    @property
    def html(self) -> str:
        return render_to_string("emails/notices.html", {"letter": self})


def _letter(message: Message, notices: Sequence[Notice], enclose: Enclose) -> EmailMultiAlternatives:
    """Text and HTML in the recipient's language, what is enclosed, and the message's own Message-ID."""
    with translation.override(message.recipient.language or CHINESE):
        lines = [_line(said) for said in in_words(notices)]
        letter, subject = Letter.to(str(message.recipient), lines), _subject(lines)
        text, page = letter.text, letter.html
        enclosed = [one for notice in notices for one in enclose(notice)]
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(subject, text, to=[message.address], headers=headers)
    mail.attach_alternative(page, "text/html")
    for one in enclosed:
        mail.attach(one.name, one.content, one.media_type)
    return mail


def _line(said: Said) -> Line:
    hidden = said.complaint is not None and said.complaint.confidential
    return Line(said.sentence, "" if hidden else " ".join(said.title.split()), settings.PUBLIC_URL + said.url, said.urgent)


def _subject(lines: Sequence[Line]) -> str:
    """On one line, whatever it is made of."""
    if len(lines) == 1:
        return " ".join(lines[0].sentence.split())
    said = ngettext("%(n)s notice", "%(n)s notices", len(lines)) % {"n": len(lines)}
    urgent = sum(line.urgent for line in lines)
    return said + (_(", %(n)s of them run out or urgent") % {"n": urgent} if urgent else "")
