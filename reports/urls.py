"""The addresses of the month's figures. `<month>` is such as 2026-10, `<name>` a set (`reports.sets`)."""

from django.urls import path

from . import views
from .dashboard import morning

urlpatterns = [
    path("", views.latest, name="months"),
    path("morning/", morning.meeting, name="meeting"),
    path("morning/sheet.pdf", morning.meeting_pdf, name="meeting_pdf"),
    path("<str:month>.<str:kind>", views.month_file, name="month_file"),
    path("<str:month>/", views.month_page, name="month"),
    path("<str:month>/<str:name>/", views.month_list, name="month_list"),
]
