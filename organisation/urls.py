"""Addresses of sign-in, of one's own settings, and of the styleguide (which answers only with DEBUG)."""

from django.urls import path

from organisation.styleguide import styleguide
from organisation.views import language, settings, signin

urlpatterns = [
    path("sign-in/", signin.sign_in, name="sign_in"),
    path("sign-out/", signin.sign_out, name="sign_out"),
    path("language/", language.set_language, name="set_language"),
    path("settings/", settings.settings, name="settings"),
    path("settings/look/", settings.save_look, name="save_look"),
    path("settings/keys/", settings.save_keys, name="save_keys"),
    path("settings/mail/", settings.save_mail, name="save_mail"),
    path("settings/password/", settings.change_password, name="change_password"),
    path("settings/sessions/end/", settings.end_other_sessions, name="end_other_sessions"),
    path("settings/absence/", settings.name_deputy, name="name_deputy"),
    path("settings/absence/<int:pk>/end/", settings.end_absence, name="end_absence"),
    path("styleguide/", styleguide, name="styleguide"),
]
