"""Django's configuration of this app, and of its admin."""

from django.apps import AppConfig, apps
from django.contrib import admin
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "organisation"
    verbose_name = _("Organisation")
    default = True

    def ready(self) -> None:
        from organisation import receivers  # noqa: F401, PLC0415 (it needs the models, which are loaded only now)


class ProductAdminConfig(admin_apps.AdminConfig):
    """Stands in INSTALLED_APPS for `django.contrib.admin`."""

    default = False
    default_site = "organisation.admin_site.ProductAdminSite"

    def ready(self) -> None:
        """Without Django's groups: roles are on the person, and groups would have no meaning."""
        super().ready()
        admin.site.unregister(apps.get_model("auth", "Group"))
