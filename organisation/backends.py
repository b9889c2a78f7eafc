"""Finds the person of a session. Passwords are checked by Django's own backend."""

from django.contrib.auth.backends import ModelBackend

from organisation.models import Person


class PersonBackend(ModelBackend):
    """Brings the branch and the department along: every page needs the branch's time zone."""

    def get_user(self, user_id: int) -> Person | None:
        person = Person.objects.select_related("branch", "department").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
