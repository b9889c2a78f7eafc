"""Who somebody is: the roles of the procedure (spec section 1).

Granted roles are kept on the person. HEAD, GM, HANDLER, OWNER, VERIFIER, ASKED, INVITED and SYSTEM are never granted: they follow from
a post (`Department.head`, `Branch.gm`) or from a part in one complaint; `complaints.standing` works them out.
Not here: what a role may do (that is `complaints.workflow`) and see (`complaints.models.querysets`).
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    EMPLOYEE = "employee", _("Employee")
    ASSISTANT = "assistant", _("Sales assistant")
    MANAGER = "manager", _("Business manager")
    HEAD = "head", _("Department head")
    HANDLER = "handler", _("Handler")
    OWNER = "owner", _("Owner of a measure")
    ASKED = "asked", _("Asked for a statement")
    INVITED = "invited", _("Invited to the meeting")
    VERIFIER = "verifier", _("Verifier")
    GM = "gm", _("General manager")
    GROUP_APPROVER = "group_approver", _("Group approver")
    MANAGEMENT_REP = "management_rep", _("Management representative")
    CRISIS = "crisis", _("Crisis team")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
    SYSTEM = "system", _("System")


GRANTED = (
    Role.ASSISTANT,
    Role.MANAGER,
    Role.VERIFIER,
    Role.GROUP_APPROVER,
    Role.MANAGEMENT_REP,
    Role.CRISIS,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)

# Roles that read the whole branch, confidential complaints apart (R4).
BRANCH_READERS = frozenset({Role.ASSISTANT, Role.MANAGER, Role.MANAGEMENT_REP, Role.AUDITOR})
# Of these, the ones that also read confidential complaints.
CONFIDENTIAL_READERS = frozenset({Role.MANAGER, Role.AUDITOR})
# Whose dashboard is of the whole branch; the general manager's too.
OVERSEERS = frozenset({Role.MANAGER, Role.MANAGEMENT_REP, Role.AUDITOR})
