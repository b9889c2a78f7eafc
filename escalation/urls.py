"""Addresses of the administrator's pages of time and of running the product, below /operations/."""

from django.urls import path

from .views import calendar, operations, policies, undelivered

urlpatterns = [
    path("", operations.operations, name="operations"),
    path("limits/", policies.limits, name="limits"),
    path("limits/<str:key>/", policies.limit, name="limit"),
    path("calendar/", calendar.own_calendar, name="own_calendar"),
    path("calendar/<int:pk>/<int:year>/", calendar.work_calendar, name="work_calendar"),
    path("calendar/<int:pk>/<int:year>/week/", calendar.calendar_week, name="calendar_week"),
    path("calendar/<int:pk>/<int:year>/day/", calendar.calendar_day, name="calendar_day"),
    path("calendar/<int:pk>/<int:year>/import/", calendar.calendar_import, name="calendar_import"),
    path("calendar/<int:pk>/<int:year>/export/", calendar.calendar_export, name="calendar_export"),
    path("notices/", undelivered.undelivered, name="undelivered"),
    path("notices/send/", undelivered.send_again, name="send_again"),
]
