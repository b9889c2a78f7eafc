"""Every address of the product. The apps list their own; the health pages are answered before addresses are looked at (`config.health`)."""

from django.contrib import admin
from django.urls import include, path

handler500 = "config.errors.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("organisation.urls")),
    path("", include("complaints.urls")),
    path("operations/", include("escalation.urls")),
    path("dashboard/", include("reports.dashboard.urls")),
    path("reports/", include("reports.urls")),
]
