"""The addresses of the dashboard. `<name>` is a list (`reports.standing_sets`)."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("list/<path:name>/", views.dashboard_list, name="dashboard_list"),
]
