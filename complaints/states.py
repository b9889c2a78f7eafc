"""The words a complaint is described in: states, outcomes, channels, natures, grades and their like (spec sections 2, 3, 8).

Pure enumerations with labels in both languages. Not here: what moves a complaint on (`workflow`), or any rule about it.
"""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    RECEIVED = "received", _("Intake")
    TRIAGE = "triage", _("Triage")
    ASSIGNMENT = "assignment", _("Responsibility")
    CONFIRMATION = "confirmation", _("Confirmation")
    ACTION = "action", pgettext_lazy("stage", "Measures")
    REVIEW = "review", _("Review")
    APPROVAL = "approval", _("Approval")
    GROUP_APPROVAL = "group_approval", _("Group approval")
    REPLY = "reply", pgettext_lazy("stage", "Reply")
    FOLLOW_UP = "follow_up", _("Follow-up")
    CLOSED = "closed", _("Closed")


OPEN = tuple(state for state in State if state != State.CLOSED)


class Outcome(TextChoices):
    """How a closed complaint was closed."""

    ON_SPOT = "on_spot", _("Answered on the spot")
    INVALID = "invalid", _("Not factual")
    RESOLVED = "resolved", _("Resolved")
    DISSATISFIED = "dissatisfied", _("Closed against the customer's will")
    UNREACHABLE = "unreachable", _("Customer not reachable")
    WITHDRAWN = "withdrawn", _("Withdrawn by the customer")


class Channel(TextChoices):
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    WECHAT = "wechat", _("WeChat")
    ON_SITE = "on_site", _("On site")
    FAX = "fax", _("Fax")
    LETTER = "letter", _("Letter")
    CONVERSATION = "conversation", _("Conversation")
    WEB = "web", _("Web form")
    SOCIAL = "social", _("Social media")
    HOTLINE = "hotline", _("Hotline")
    MEDIA = "media", _("Third party or media")


class Subject(TextChoices):
    """What a complaint is about (R7)."""

    PRODUCT = "product", _("Product")
    ORDER = "order", _("Order or contract")
    PROJECT = "project", _("Project or site")
    SERVICE = "service", _("Service")


class Effect(TextChoices):
    """How the customer is affected (R9)."""

    NONE = "none", _("Not affected")
    SHIPMENTS = "shipments", _("Shipments affected")
    LINE = "line", _("Line stopped")
    SAFETY = "safety", _("Safety at risk")


class Want(TextChoices):
    """What the customer wants (R9)."""

    REPLACEMENT = "replacement", _("Replacement")
    RETURN = "return", _("Return of goods")
    REPAIR = "repair", _("Repair")
    EXPLANATION = "explanation", _("Explanation")
    APOLOGY = "apology", _("Apology")
    DISCOUNT = "discount", _("Discount")
    COMPENSATION = "compensation", _("Compensation")
    OTHER = "other", pgettext_lazy("wish", "Other")


class Known(TextChoices):
    """Yes, no, or nobody asked."""

    UNKNOWN = "", _("Not known")
    YES = "yes", _("Yes")
    NO = "no", _("No")


class Threat(TextChoices):
    """Lawsuit, exposure, authority: threatened or already happened (R9)."""

    NONE = "", pgettext_lazy("threat", "No")
    THREATENED = "threatened", _("Threatened")
    HAPPENED = "happened", _("Happened")


class Nature(TextChoices):
    MAJOR = "major", _("Major")
    GENERAL = "general", _("General")


class Criterion(TextChoices):
    """What makes a complaint major (R14 a-f)."""

    CLAIM = "a", _("Claims compensation or a price reduction")
    RETURNS = "b", _("Is preparing to return goods")
    REPUTATION = "c", _("Serious effect on market or reputation")
    LOSS = "d", _("A customer lost or orders shrinking")
    KEY_CUSTOMER = "e", _("Serious complaint of a key or new customer")
    NEW_PRODUCT = "f", _("A newly developed product")


class Grade(IntegerChoices):
    """1 is a crisis, 4 is everything else (R15)."""

    CRISIS = 1, _("Grade 1")
    SERIOUS = 2, _("Grade 2")
    RAISED = 3, _("Grade 3")
    PLAIN = 4, _("Grade 4")


class GradeRule(TextChoices):
    """The rules of R15, the most severe first."""

    CRISIS = "crisis", _("Exposure that harms the name, or a group suit")
    CUSTOMERS = "customers", _("Different customers, the same problem")
    THREAT = "threat", _("Lawsuit or exposure possible, or several acting together")
    UNSOLVED = "unsolved", _("Unsolved for reasons on our side")
    REPEATED = "repeated", _("Again after it had been handled")
    HELP = "help", _("Another department has to help")
    NONE = "", _("No rule")


class Judged(TextChoices):
    """What only the manager can say of R15: ticked at triage beside what the record shows."""

    CRISIS = "crisis", _("Happened or possible (for you to judge)")
    THREAT = "threat", _("Yes (for you to judge)")


class Uncounted(TextChoices):
    """Why a complaint on the same problem was not counted (R15)."""

    INVALID = "invalid", _("judged not valid")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SAME_CUSTOMER = "same_customer", _("this customer is counted already")
    LINKED = "linked", _("linked as the same complaint")
    UNKNOWN = "unknown", _("it is not known who complained")


class MeasureKind(TextChoices):
    CONTAINMENT = "containment", _("Containment")
    CORRECTIVE = "corrective", _("Corrective")
    PREVENTIVE = "preventive", _("Preventive")
    REMEDY = "remedy", _("Remedy for the customer")


class Verdict(TextChoices):
    """What a verifier found of a measure (R26)."""

    WORKS = "works", pgettext_lazy("verdict", "Works")
    FAILS = "fails", pgettext_lazy("verdict", "Does not work")
    UNDONE = "undone", pgettext_lazy("verdict", "Not carried out")


class CauseCategory(TextChoices):
    """Where a root cause lies: man, machine, material, method, measurement, environment, design, supplier, management."""

    PEOPLE = "people", _("People")
    MACHINE = "machine", _("Machine")
    MATERIAL = "material", _("Material")
    METHOD = "method", _("Method")
    MEASUREMENT = "measurement", _("Measurement")
    ENVIRONMENT = "environment", _("Environment")
    DESIGN = "design", _("Design")
    SUPPLIER = "supplier", _("Supplier")
    MANAGEMENT = "management", _("Management")


class Finding(TextChoices):
    """What the investigation found about the complaint itself (R18)."""

    JUSTIFIED = "justified", _("Justified")
    PARTLY = "partly", _("Partly justified")
    NOT_JUSTIFIED = "not_justified", _("Not justified")
    BY_CUSTOMER = "by_customer", _("Caused by the customer")
    NO_TROUBLE = "no_trouble", _("No trouble found")


class Inquiry(TextChoices):
    """How something was found out in an investigation (R18)."""

    ASKED = "asked", pgettext_lazy("inquiry", "Asked")
    SEEN = "seen", pgettext_lazy("inquiry", "Seen")
    CHECKED = "checked", pgettext_lazy("inquiry", "Checked")


class PlanPart(TextChoices):
    """Where in the plan something stands that was asked when it came back (R19)."""

    FOUND = "found", pgettext_lazy("plan part", "Investigation")
    LEDGER = "ledger", pgettext_lazy("plan part", "Where the goods are")
    CAUSE = "cause", pgettext_lazy("plan part", "Why it occurred")
    ESCAPE = "escape", pgettext_lazy("plan part", "Why it got out")
    MEASURES = "measures", pgettext_lazy("plan part", "Measures")
    ACROSS = "across", pgettext_lazy("plan part", "Read across")
    REMEDY = "remedy", pgettext_lazy("plan part", "Remedy")
    EVIDENCE = "evidence", pgettext_lazy("plan part", "Evidence")


class Place(TextChoices):
    """Where goods of the lot are, for containment (R18)."""

    CUSTOMER = "customer", _("At the customer")
    TRANSIT = "transit", _("In transit")
    STOCK = "stock", _("Own stock")
    PROGRESS = "progress", _("Work in progress")
    SUPPLIER = "supplier", _("At the supplier")


class Party(TextChoices):
    """Who has a share of the responsibility (R18)."""

    DEPARTMENT = "department", pgettext_lazy("party", "Department")
    SUPPLIER = "supplier", pgettext_lazy("party", "Supplier")
    CUSTOMER = "customer", pgettext_lazy("party", "Customer")


class Remedy(TextChoices):
    """What the customer gets (R18, R20)."""

    APOLOGY = "apology", _("Apology")
    REPLACEMENT = "replacement", _("Replacement")
    REPAIR = "repair", _("Repair")
    REFUND = "refund", _("Refund")
    DISCOUNT = "discount", _("Discount")
    COMPENSATION = "compensation", _("Compensation")
    RULE = "rule", _("Rule changed")
    OTHER = "other", pgettext_lazy("remedy", "Other")


class Authority(TextChoices):
    """Whose decision an amount for the customer takes (R20); empty where there is none."""

    NONE = "", _("No amount")
    HEAD = "head", _("Department head")
    GM = "gm", _("General manager")
    GROUP = "group", pgettext_lazy("authority", "Group")


class Means(TextChoices):
    """How a word went to the customer, or came from him."""

    TELEPHONE = "telephone", pgettext_lazy("means", "Told by telephone")
    WECHAT = "wechat", _("WeChat")
    EMAIL = "email", _("E-mail")
    FAX = "fax", _("Fax")
    LETTER = "letter", _("Letter")
    IN_PERSON = "in_person", _("In person")


class WordKind(TextChoices):
    """What a word between us and the customer was."""

    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    UPDATE = "update", _("Update")
    EXPLAINED = "explained", _("Explained")
    REPLY = "reply", _("Reply")
    CHASED = "chased", _("Customer chased")
    AGREED = "agreed", _("Customer agrees")
    REFUSED = "refused", _("Customer refuses")
    NO_ANSWER = "no_answer", _("No answer")
    TRIED = "tried", _("Not reached")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Words that come from the customer; the others go to him.
FROM_CUSTOMER = frozenset({WordKind.CHASED, WordKind.AGREED, WordKind.REFUSED, WordKind.WITHDRAWN})


class PartKind(TextChoices):
    """Why somebody sees one complaint that he otherwise might not (R4)."""

    HANDLER = "handler", _("Handler")
    OWNER = "owner", _("Owner of a measure")
    VERIFIER = "verifier", _("Verifier")
    STATEMENT = "statement", _("Asked for a statement")
    ACTING_HEAD = "acting_head", _("Named in the head's place")
    MEMO = "memo", _("Told by the internal memo")
    INVITED = "invited", _("Invited to the meeting")


class MeetingStage(TextChoices):
    """Where the analysis meeting of a major complaint stands (R17). Empty when none is owed."""

    NONE = "", _("No meeting needed")
    OWED = "owed", _("Not called yet")
    CALLED = "called", _("Called")
    RESOLVED = "resolved", _("Resolution waits for agreement")
    AGREED = "agreed", _("Resolution agreed")


class Answer(TextChoices):
    """To the invitation to a meeting."""

    NONE = "", _("No answer yet")
    COMES = "comes", pgettext_lazy("invitation", "Comes")
    DECLINES = "declines", pgettext_lazy("invitation", "Does not come")
    REPRESENTED = "represented", pgettext_lazy("invitation", "Sends somebody")


class Countersign(TextChoices):
    """Whether a manager still has to look at what an assistant closed (R13)."""

    NONE = "", _("Not needed")
    WAITING = "waiting", _("Waiting")
    SIGNED = "signed", _("Countersigned")
    REFUSED = "refused", _("Refused")


class LinkKind(TextChoices):
    SAME = "same", _("Same complaint of this customer")
    CAUSE = "cause", _("Same cause")
    FOLLOWS = "follows", pgettext_lazy("link", "Follow-up")


class TypeGroup(TextChoices):
    """First level of the complaint types (R8). Confidential ones are marked on the leaf."""

    QUALITY = "quality", _("Quality and technical")
    PACKAGING = "packaging", _("Packaging")
    DELIVERY = "delivery", _("Delivery time")
    QUANTITY = "quantity", _("Quantity")
    SERVICE = "service", _("Service attitude")
    STAFF = "staff", _("Staff")
    PRICE = "price", _("Price and contract")
    AFTER_SALES = "after_sales", _("After-sales")
    DESIGN = "design", _("Design")
    ENGINEERING = "engineering", _("Engineering")
    SALES_PROMISE = "sales_promise", _("Sales promise")
    OTHER = "other", _("Other")


class Language(TextChoices):
    """In which a customer reads us."""

    CHINESE = "zh-hans", "中文"
    ENGLISH = "en", "English"


class ReplyKind(TextChoices):
    """What a reply is about, for choosing the words it begins and ends with (R23)."""

    QUALITY = "quality", _("Product quality")
    DELIVERY = "delivery", _("Delivery and quantity")
    SERVICE = "service", _("Service")
    NO_FAULT = "no_fault", _("No fault of ours")
