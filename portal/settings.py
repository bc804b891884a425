"""Settings, all from environment variables, each with a default that is safe on one machine.

PORTAL_DATA_DIR   where the embedded database, uploads and job files live (default `var/`)
PORTAL_DEMO       1: demonstration mode (invented accounts, movable clock); never in production
DATABASE_URL      PostgreSQL instead of the embedded SQLite file
CELERY_BROKER_URL an operator's Redis, Valkey or RabbitMQ instead of the embedded broker
PORTAL_STATEMENT_SECONDS  after how long PostgreSQL ends a page's statement (20; 0: never)
PORTAL_HOSTS      host names the portal answers to, comma-separated
PORTAL_HTTPS      1 (default outside demonstration): secure cookies, redirect to HTTPS, HSTS
PORTAL_SECRET_KEY else a random one is made once in PORTAL_DATA_DIR/secret_key
PORTAL_SECURITY_LOG  a file for security events (default: standard error)
PORTAL_LOG_ADDRESSES masked (default), full or none: clients' addresses in it
PORTAL_SECURITY_CONTACT  whom to tell about a weakness (security.txt), comma-separated addresses
PORTAL_URL        the portal's address as its users type it: the link in reminders (default: no link)
PORTAL_EMAIL_URL  the mail server, e.g. smtp+tls://name:password@mail.example.gov.cn:587 (default: no e-mail is sent)
PORTAL_EMAIL_FROM the sender of e-mail, e.g. 统计报送平台 <tongji@example.gov.cn>
PORTAL_WEBHOOKS   origins of group robots that may be posted to, comma-separated (those of DingTalk and 企业微信)
PORTAL_REMINDER_SWEEP  seconds between two looks for reminders that are due (60)
PORTAL_REMINDER_RETRY  seconds until the second attempt of a message; each further wait is four times as long (60)
"""

import secrets
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from .settings_accounts import *  # noqa: F403 -- accounts, passwords, second factor, sessions: its docstring lists them
from .settings_files import *  # noqa: F403 -- storage, limits of uploads, the virus scanner

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("PORTAL_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = False
DEMO = env.bool("PORTAL_DEMO", default=False)


def _secret_key() -> str:
    """The key from the environment, else the one kept in the data folder (made on first start)."""
    if key := env.str("PORTAL_SECRET_KEY", default=""):
        return key
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text().strip()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("PORTAL_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    *PROVIDER_APPS,  # noqa: F405
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tables2",
    "treebeard",
    "portal",
    "targets",
    "reporting",
]

MIDDLEWARE = [
    # Who files in the last second is in time, however long the rest takes.
    "portal.middleware.Arrival",
    # The headers go first: what an inner layer answers, an error or a static file, passes through them.
    "portal.request_id.RequestId",
    "portal.headers.Headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.security_log.SecurityLog",
    "portal.limits.Limits",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.gates.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.gates.SessionLimits",
    "portal.middleware.ActiveMembership",
    "portal.gates.RequiredSteps",
    "portal.middleware.RefusedMoves",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["portal.templatetags.forms"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "reporting.home.context.page",
                "portal.context.session",
            ],
        },
    },
]

# --- database: the embedded SQLite in WAL with immediate transactions, or an operator's PostgreSQL

EMBEDDED = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(DATA_DIR / "portal.sqlite3"),
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
    },
    # A file, not memory: the worker that the tests start reads the same database.
    "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
}
SERVER = {**env.db_url("DATABASE_URL"), "CONN_MAX_AGE": 60} if env.str("DATABASE_URL", default="") else None
DATABASES = {"default": SERVER or EMBEDDED}
# What portal/patience.py lets a page take; 0: no limit, for a pooler that refuses options at the start of a connection.
STATEMENT_SECONDS = env.int("PORTAL_STATEMENT_SECONDS", default=20)
IDLE_TRANSACTION_SECONDS = 3 * STATEMENT_SECONDS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- files

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "files"
WHITENOISE_ALLOW_ALL_ORIGINS = False
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
# What is being uploaded, before it is looked at: not in the folder that is backed up and shared.
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploading"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)

# --- transport

HTTPS = env.bool("PORTAL_HTTPS", default=not DEMO)
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# No preload: a name inside the government's network has no business in the browsers' public list.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("PORTAL_PROXY", default=False) else None
)
# `__Host-`: the browser takes the cookie over HTTPS only, from this very host, for all of it.
_HOST = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_HOST}sessionid"
CSRF_COOKIE_NAME = f"{_HOST}csrftoken"
LANGUAGE_COOKIE_NAME = f"{_HOST}language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# In the session, not in a cookie of their own: messages name people.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
# Whom to tell about a weakness, for /.well-known/security.txt: mailto:, tel: or https: addresses.
SECURITY_CONTACT = env.list("PORTAL_SECURITY_CONTACT", default=[])
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"

# --- background work: the job row is the truth, the broker message only a nudge

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# One attempt of a second: a broker that is down or hangs must not hold up the request that publishes.
BROKER_OPTIONS: dict[str, Any] = {"socket_connect_timeout": 1, "socket_timeout": 1, "max_retries": 0}
CELERY_BROKER_TRANSPORT_OPTIONS = BROKER_OPTIONS
if not CELERY_BROKER_URL:
    # Where no broker runs (one command on the command line), messages go to a folder; the sweep finds the job.
    _queue = DATA_DIR / "queue"
    for folder in ("messages", "control"):
        (_queue / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.2,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
JOB_LEASE_SECONDS = env.int("PORTAL_JOB_LEASE", default=30)
JOB_ATTEMPTS = 3
# What has more rows than this is made in the background; its file is kept for some days.
EXPORT_AT_ONCE = env.int("PORTAL_EXPORT_AT_ONCE", default=2000)
EXPORT_KEEP_DAYS = env.int("PORTAL_EXPORT_KEEP_DAYS", default=7)
REMINDER_LEASE_SECONDS = 120  # longer than one attempt can take
REMINDER_ATTEMPTS = 6
REMINDER_RETRY_SECONDS = env.float("PORTAL_REMINDER_RETRY", default=60)
REMINDER_SWEEP = env.float("PORTAL_REMINDER_SWEEP", default=60)
SWEEP = env.float("PORTAL_SWEEP", default=10)
# A sweep that found no worker in time is not made up for: without `expires` they would pile up while none runs.
CELERY_BEAT_SCHEDULE: dict[str, dict] = {
    "drop-expired-imports": {
        "task": "reporting.tasks.drop_expired_imports",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
    "send-due-reminders": {
        "task": "reporting.tasks.send_due_reminders",
        "schedule": REMINDER_SWEEP,
        "options": {"expires": REMINDER_SWEEP},
    },
    "requeue-lost-jobs": {
        "task": "reporting.tasks.requeue_lost_jobs",
        "schedule": SWEEP,
        "options": {"expires": SWEEP},
    },
    "tidy-evidence": {
        "task": "reporting.tasks.tidy_evidence",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
    "remove-orphans": {
        "task": "reporting.tasks.remove_orphans",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
}

# --- reminders: e-mail and group robots, both off until a programme switches them on

SITE_URL = env.str("PORTAL_URL", default="").rstrip("/")
HAS_EMAIL = bool(env.str("PORTAL_EMAIL_URL", default=""))
vars().update(env.email_url("PORTAL_EMAIL_URL", default="dummymail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("PORTAL_EMAIL_FROM", default="portal@localhost")
# Scheme, host and port, literally: nothing else is posted to, whatever an administrator enters.
WEBHOOK_ORIGINS = env.list(
    "PORTAL_WEBHOOKS", default=["https://oapi.dingtalk.com", "https://qyapi.weixin.qq.com"]
)

# --- logs: to standard error, for the process manager to keep; security events to a file if one is named

LOG_ADDRESSES = env.str("PORTAL_LOG_ADDRESSES", default="masked")
_SECURITY_LOG = env.str("PORTAL_SECURITY_LOG", default="")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "portal.log_lines.Line"}, "bare": {"format": "%(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        # Watched: a rotation may move the file away.
        "security": {
            "class": "logging.handlers.WatchedFileHandler",
            "filename": _SECURITY_LOG,
            "formatter": "bare",
        }
        if _SECURITY_LOG
        else {"class": "logging.StreamHandler", "formatter": "bare"},
    },
    "loggers": {"portal.security": {"handlers": ["security"], "level": "INFO", "propagate": False}},
    "root": {"handlers": ["console"], "level": env.str("PORTAL_LOG_LEVEL", default="WARNING")},
}

DJANGO_TABLES2_TEMPLATE = "components/table.html"
