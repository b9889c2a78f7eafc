"""What this person may do with a complaint now: the open questions with their forms, whose turn the others are, and everything further.

Asks `standing` as the door does, so that screen and rule agree. Not here: the words of the forms (`complaints.forms`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.forms import FORMS, MoveForm
from complaints.models import Complaint
from complaints.moves import MOVES, Move, Text
from complaints.roster import OFFICES, Roster
from complaints.standing import Standing, missing_office, standing_for
from complaints.states import State
from organisation.models import Person
from organisation.roles import Role

from .turns import RAN_OUT, STATEMENT, Holder, Look, Turn, always, holders, open_turns

# Further acts in the order of the menu.
MENU: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (
        _("With the customer"),
        ("chase", "acknowledge", "tell", "promise", "keep_promise", "send_reply", "customer_agrees", "customer_refuses", "no_answer",
         "record_visit", "not_reached"),
    ),
    (_("Record"), ("remark", "add_file", "link", "complete", "correct", "give_statement", "ask_statement")),
    (
        _("Measures"),
        ("contain", "measure_done", "verify", "not_effective", "fail_after_closing", "fix_dates", "redate_measure", "sign_off"),
    ),
    (_("Judgement"), ("change_type", "regrade", "change_nature", "name_helper", "judge_again", "assign")),
    (_("People"), ("reassign_handler", "reassign_department", "name_acting_head")),
    (
        _("Course"),
        ("pause", "resume", "redo", "crisis", "close", "close_dissatisfied", "close_unreachable", "withdraw", "reopen", "leave_closed"),
    ),
)  # fmt: skip

# Questions that are answered on a page of their own, by their first move: its address, what leads there, what it is for.
OWN_PAGE: dict[str, tuple[str, Text, Text]] = {
    "propose": (
        "plan", _("Write the plan"), _("Write down what was found, the root cause and the measures. It saves itself while you write."),
    ),
    "send_reply": (
        "reply", _("Write the reply"), _("You write how it begins and ends; cause, measures and dates come from the approved plan."),
    ),
    "record_visit": ("", _("Record the visit"), _("Promise by promise, then what was done, then whether the customer is satisfied.")),
    "fix_dates": ("", _("Write the implementation plan"), _("Who carries out each measure, and by when.")),
}  # fmt: skip

# Acts that need something to act upon beside the complaint itself.
USEFUL: dict[str, Callable[[Look], bool]] = {
    "measure_done": lambda look: bool(look.to_do),
    "verify": lambda look: bool(look.to_verify),
    "not_effective": lambda look: bool(look.to_verify),
    "fail_after_closing": lambda look: any(m.done_at and m.effective is not False for m in look.measures),
    "keep_promise": lambda look: any(p.is_open for p in look.promises),
    "fix_dates": lambda look: any(m.done_at is None for m in look.measures),
    "redate_measure": lambda look: bool(look.to_do),
}


@dataclass(frozen=True)
class Offer:
    """A move this person has the standing for at this stage; `obstacle` says why it can't go all the same."""

    move: Move
    standing: Standing
    obstacle: Text | None = None

    def url(self, complaint: Complaint) -> str:
        page = OWN_PAGE.get(self.move.name, ("",))[0]
        return reverse(page, args=[complaint.number]) if page else reverse("move", args=[complaint.number, self.move.slug])


@dataclass
class Choice:
    """One answer to a question: its form, and why it can't be given yet."""

    form: MoveForm
    obstacle: Text | None

    verdict: bool
    """Whether it is OK or NG, and wears its colour; else one way among others."""

    @property
    def look(self) -> str:
        if not self.verdict:
            return "choice-pick"
        return "choice-ng" if self.form.move.negative else "choice-ok"


@dataclass
class Question:
    """An open turn as this person sees it: with forms when it is his, else with those whose it is."""

    turn: Turn
    holders: list[Holder]
    mine: bool
    choices: list[Choice] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def heading(self) -> str:
        if self.mine:
            return gettext("Your turn: %(question)s") % {"question": self.turn.question}
        return str(self.turn.question)

    @property
    def why(self) -> Text:
        return next((holder.why for holder in self.holders if holder.why), "")

    @property
    def single(self) -> bool:
        return len(self.choices) == 1

    @property
    def quick(self) -> bool:
        """Short enough to be decided from the bar of a phone."""
        return self.turn.verdict or self.on_plan

    @property
    def thumb(self) -> list[Choice]:
        """For the thumb's bar: sending back at the left, the usual answer at the right."""
        return [choice for choice in reversed(self.choices) if not choice.obstacle]

    @property
    def page(self) -> str:
        """The name of the page it is answered on, where it has one beside the plan's."""
        return self.turn.page

    @property
    def on_plan(self) -> bool:
        """It is answered on a page of its own."""
        return self.turn.moves[0] in OWN_PAGE

    @property
    def is_plan(self) -> bool:
        return self.turn.moves[0] == "propose"

    @property
    def leads(self) -> Text:
        """What the way to that page says."""
        return OWN_PAGE[self.turn.moves[0]][1]

    @property
    def explained(self) -> Text:
        return OWN_PAGE[self.turn.moves[0]][2]


@dataclass
class Panel:
    questions: list[Question]
    menu: list[tuple[Text, list[tuple[str, Text]]]]
    vacant: Text | None
    may: frozenset[str]
    """Names of the moves that would go through now, as far as the complaint's own state tells."""

    @property
    def mine(self) -> list[Question]:
        return [question for question in self.questions if question.mine]

    @property
    def others(self) -> list[Question]:
        return [question for question in self.questions if not question.mine]


def offers(complaint: Complaint, mine: list[Standing]) -> dict[str, Offer]:
    """Every move at this stage that one of his standings allows, by name."""
    found = {}
    for move in MOVES.values():
        if State(complaint.state) not in move.sources:
            continue
        standing = standing_for(move, complaint, mine)
        if standing:
            found[move.name] = Offer(move, standing, move.obstacle(complaint))
    return found


def panel(look: Look, person: Person, mine: list[Standing], roster: Roster, *, raised: bool = False) -> Panel:
    """`mine` are the person's standings on this complaint, `roster` says who else holds which office; `raised` when something that
    ran out waits for this person's word."""
    able = offers(look.complaint, mine)
    turns = open_turns(look)
    questions = [_question(turn, asked, look, person, able) for turn, asked in zip(turns, holders(turns, look, roster), strict=True)]
    if "give_statement" in able:
        questions.insert(0, _question(STATEMENT, [Holder(person)], look, person, able))
    if raised and "acknowledge_escalation" in able:
        questions.append(_question(RAN_OUT, [Holder(person)], look, person, able))
    shown = {choice.form.move.name for question in questions for choice in question.choices}
    able.pop("acknowledge_escalation", None)
    may = {name for name, offer in able.items() if not offer.obstacle and USEFUL.get(name, always)(look)}
    rest = {name: able[name].url(look.complaint) for name in may - shown - {"propose"}}
    menu = [(title, [(rest[name], MOVES[name].label) for name in names if name in rest]) for title, names in MENU]
    vacant = None if all(question.holders for question in questions) else missing_office(look.complaint)
    return Panel(questions, [group for group in menu if group[1]], vacant, frozenset(may))


def _question(turn: Turn, asked: list[Holder], look: Look, person: Person, able: dict[str, Offer]) -> Question:
    """Forms for whose turn it is; for whoever could do it in his place, only the way there."""
    open_to_me = [able[name] for name in turn.moves if name in able]
    mine = _is_mine(turn, asked, person, able)
    question = Question(turn, asked, mine)
    if question.on_plan and turn.moves[0] in able:
        question.links = [
            (offer.url(look.complaint), str(offer.move.label)) for offer in open_to_me if not offer.obstacle or offer.move.name == "propose"
        ]
    elif mine and not question.page:
        question.choices = [Choice(form_for(offer, look.complaint, person), offer.obstacle, turn.verdict) for offer in open_to_me]
    elif turn.moves[0] in able:
        question.links = [(offer.url(look.complaint), str(offer.move.label)) for offer in open_to_me if not offer.obstacle]
    return question


def _is_mine(turn: Turn, asked: list[Holder], person: Person, able: dict[str, Offer]) -> bool:
    """His by name, or because everybody of his office is meant."""
    if turn.moves[0] not in able:
        return False
    by_office = turn.by[0] in OFFICES and turn.by[0] != Role.VERIFIER and able[turn.moves[0]].standing.role == turn.by[0]
    return by_office or person.pk in {holder.person.pk for holder in asked}


def form_for(offer: Offer, complaint: Complaint, person: Person, **initial: Any) -> MoveForm:
    return FORMS[offer.move.name](move=offer.move, complaint=complaint, person=person, standing=offer.standing, initial=initial)
