"""The addresses of the month's figures. `<month>` is such as 2026-10, `<name>` a set (`reports.sets`)."""

from django.urls import path

from . import branches, months, views
from .dashboard import morning

urlpatterns = [
    path("", months.months, name="months"),
    path("morning/", morning.morning_page, name="morning"),
    path("morning/sheet.pdf", morning.morning_pdf, name="morning_pdf"),
    path("<str:month>.<str:kind>", views.month_file, name="month_file"),
    path("<str:month>/", views.month_page, name="month"),
    path("<str:month>/branches/", branches.month_branches, name="month_branches"),
    path("<str:month>/text/", months.month_text, name="month_text"),
    path("<str:month>/sign/", months.month_sign, name="month_sign"),
    path("<str:month>/send-back/", months.month_send_back, name="month_send_back"),
    path("<str:month>/<str:name>/", views.month_list, name="month_list"),
]
