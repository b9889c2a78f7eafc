from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EscalationConfig(AppConfig):
    name = "escalation"
    verbose_name = _("Time")

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415 (it needs the models, which are loaded only now)
