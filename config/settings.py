"""Settings of Redress, all from the environment; README.md lists the variables.

Two ways to run. With DATABASE_URL: a company's installation; secrets must be given and https is assumed. Without it: one
machine; database, queue and secrets live under DATA_DIR and `manage.py up` starts them. What is *not* here: the calendar of
periodic tasks (`config.celery`), how the embedded servers are run (`config.embedded`).
"""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.database import database
from config.embedded import addresses
from config.keys import given_key, kept_keys
from config.logs import logging_settings
from config.mail import mail


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, str(default)).lower() in {"1", "true", "yes", "on"}


BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DATA_DIR", BASE_DIR / "var")).resolve()
ONE_MACHINE = not os.environ.get("DATABASE_URL")
DEBUG = flag("DEBUG")
HTTPS = flag("HTTPS", default=not (ONE_MACHINE or DEBUG))

_keys = kept_keys(DATA_DIR) if ONE_MACHINE or DEBUG else {}
SECRET_KEY = _keys.get("SECRET_KEY") or given_key("SECRET_KEY")
HISTORY_KEY = _keys.get("HISTORY_KEY") or given_key("HISTORY_KEY")

# Who may ask
_local = "" if HTTPS else f"localhost,127.0.0.1,[::1],{os.environ.get('BIND', '')}"
ALLOWED_HOSTS = [host.strip() for host in os.environ.get("ALLOWED_HOSTS", _local).split(",") if host.strip()]
TRUSTED_PROXIES = [proxy.strip() for proxy in os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1").split(",")]

INSTALLED_APPS = [
    "organisation.apps.ProductAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "django_fsm",
    "csp",
    "organisation",
    "complaints",
    "escalation",
    "reports",
]

MIDDLEWARE = [
    "config.middleware.RequestIdMiddleware",
    "config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "complaints.middleware.UploadLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organisation.middleware.PersonLocaleMiddleware",
    "organisation.middleware.SessionLimitsMiddleware",
    "organisation.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "complaints.context.navigation",
            ],
        },
    },
]

# Database and queue. The application's role has no DDL; `manage.py migrate` connects as the owner.
_embedded = addresses(DATA_DIR)
DATABASE_URL = os.environ.get("DATABASE_URL") or _embedded.database_url
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL") or (_embedded.owner_url if ONE_MACHINE else "")
AS_OWNER = os.environ.get("DATABASE_ROLE") == "owner"
DATABASES = {
    "default": database(DATABASE_OWNER_URL or DATABASE_URL, statement_timeout="0") if AS_OWNER else database(DATABASE_URL),
}
DATABASE_APP_ROLE = database(DATABASE_URL)["USER"] if DATABASE_OWNER_URL else ""
REDIS_URL = os.environ.get("REDIS_URL") or _embedded.redis_url
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # each process its own: nothing relies on it

# Mail and the links in it
_mail = mail(os.environ, home=f"http://{os.environ.get('BIND') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}")
MAIL_ON = _mail.on
PUBLIC_URL = _mail.public_url
DEFAULT_FROM_EMAIL = _mail.sender
EMAIL_HOST = _mail.host
EMAIL_PORT = _mail.port
EMAIL_HOST_USER = _mail.user
EMAIL_HOST_PASSWORD = _mail.password
EMAIL_USE_TLS = _mail.starttls
EMAIL_USE_SSL = _mail.tls
EMAIL_TIMEOUT = 10  # seconds for each step of the conversation with the mail server

# People
AUTH_USER_MODEL = "organisation.Person"
AUTHENTICATION_BACKENDS = ["organisation.backends.PersonBackend"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "my_work"
LOGOUT_REDIRECT_URL = "sign_in"
PASSWORD_HASHERS = ["config.hashers.SmallArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "organisation.validators.MaximumLengthValidator", "OPTIONS": {"max_length": 128}},
    {"NAME": "organisation.validators.DisguisedPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Cookies and headers
_prefix = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_prefix}session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = f"{_prefix}csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]
LANGUAGE_COOKIE_NAME = f"{_prefix}language"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# Languages and time. Rows are UTC; a branch's zone is applied where a time is shown.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files
STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
_collected = (STATIC_ROOT / "staticfiles.json").exists() and not DEBUG
WHITENOISE_USE_FINDERS = not _collected  # straight from static/ while nothing has been collected
WHITENOISE_AUTOREFRESH = not _collected
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = ""  # never served as files: each goes through a view that asks who may see it
FILE_UPLOAD_PERMISSIONS = 0o600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.StaticStorage"},
}

LOGGING = logging_settings(os.environ.get("LOG_LEVEL", "INFO").upper())

# A file with more complaints than this is made in the background.
ROWS_AT_ONCE = int(os.environ.get("ROWS_AT_ONCE", "5000"))
