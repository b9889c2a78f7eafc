"""Branches, departments, people and their deputies: the ground floor.

Not here: complaints, what anybody may see of them, and sign-in screens.
"""

from .absence import Deputy, LocalToday
from .branches import Branch, Department
from .calendar import WorkCalendar
from .named import Named
from .people import Person
from .signin import SignIn, SignInFailure

__all__ = ["Branch", "Department", "Deputy", "LocalToday", "Named", "Person", "SignIn", "SignInFailure", "WorkCalendar"]
