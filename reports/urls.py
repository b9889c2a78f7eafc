"""The addresses of the month's figures. `<month>` is such as 2026-10, `<name>` a set (`reports.sets`)."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.latest, name="months"),
    path("<str:month>.<str:kind>", views.month_file, name="month_file"),
    path("<str:month>/", views.month_page, name="month"),
    path("<str:month>/<str:name>/", views.month_list, name="month_list"),
]
