"""What administrators set up here: branches, departments, people, deputies. Catalogues are in `complaints.admin`.

Nothing is deleted (`organisation.admin_site.KeptForEver`), and nothing here touches a complaint or its history.
"""

from .absence import DeputyAdmin
from .people import PersonAdmin
from .places import BranchAdmin, DepartmentAdmin

__all__ = ["BranchAdmin", "DepartmentAdmin", "DeputyAdmin", "PersonAdmin"]
