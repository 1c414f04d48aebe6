"""The one settings file. Everything comes from the environment; docs/settings.md lists it all."""

import os
from pathlib import Path
from typing import Any

from jieyue.config.keys import kept_secret

PACKAGE = Path(__file__).resolve().parent.parent
WEB = PACKAGE / "interfaces" / "web"
TESTING = os.environ.get("JIEYUE_TESTING") == "1"
DATA_DIR = Path(os.environ.get("JIEYUE_DATA_DIR", "data")).resolve()
# Keys live beside the data directory's database but never in it nor in its backups.
KEYS_DIR = Path(os.environ.get("JIEYUE_KEYS_DIR", DATA_DIR / "keys")).resolve()
BACKUP_DIR = os.environ.get("JIEYUE_BACKUP_DIR", "")

DEBUG = os.environ.get("JIEYUE_DEBUG") == "1"
SECRET_KEY = os.environ.get("JIEYUE_SECRET_KEY") or kept_secret(KEYS_DIR / "secret_key")
# `id:base64key` pairs, newest first; the file is made on first use (kit.encryption).
FIELD_KEYS = os.environ.get("JIEYUE_FIELD_KEYS") or kept_secret(KEYS_DIR / "field_keys", "k1:")
FIELD_HASH_KEY = os.environ.get("JIEYUE_FIELD_HASH_KEY") or kept_secret(KEYS_DIR / "hash_key")

ALLOWED_HOSTS = os.environ.get("JIEYUE_HOSTS", "*" if DEBUG else "localhost,127.0.0.1,[::1]").split(
    ","
)
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("JIEYUE_ORIGINS", "").split(",") if o]
BEHIND_HTTPS = os.environ.get("JIEYUE_HTTPS") == "1"
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Or `jieyue up --https` speaks it itself, and no header of a proxy is believed.
OWN_HTTPS = os.environ.get("JIEYUE_OWN_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS or OWN_HTTPS
SESSION_COOKIE_NAME = "jieyue"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # seconds

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "jieyue.outbox",
    "jieyue.audit",
    "jieyue.accounts",
    "jieyue.libraries",
    "jieyue.imports",
    "jieyue.patrons",
    "jieyue.catalog",
    "jieyue.fees",
    "jieyue.circulation",
    "jieyue.notices",
    "jieyue.community",
    "jieyue.interfaces.web",
]

MIDDLEWARE = [
    "jieyue.kit.scope.NoScopeMiddleware",
    # Programs need none of what follows, and pay for none of it.
    "jieyue.interfaces.api.door.ApiMiddleware",
    "jieyue.interfaces.web.compression.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jieyue.interfaces.web.security.SecurityHeadersMiddleware",
    "jieyue.interfaces.web.large_type.LargeTypeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "jieyue.interfaces.web.security.CsrfMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jieyue.interfaces.web.desks.DeskMiddleware",
]

ROOT_URLCONF = "jieyue.config.urls"
WSGI_APPLICATION = "jieyue.config.wsgi.application"
AUTH_USER_MODEL = "accounts.Account"
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
CSRF_FAILURE_VIEW = "jieyue.interfaces.web.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates", *sorted(WEB.glob("*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA_DIR / "jieyue.sqlite3",
    # Opening costs a few milliseconds; the web server's threads live long.
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        # Writers queue at BEGIN, where waiting is safe, not halfway through, where it deadlocks.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds
        # FULL: a power cut in a village reading room may lose nothing that was acknowledged.
        # No mmap: a thread that sees another's commit would map the file and fault it in anew.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000;"
            "PRAGMA temp_store=MEMORY;"
            "PRAGMA journal_size_limit=67108864;"
        ),
    },
    # A file, because threads on an in-memory database share one cache and fail instead of waiting.
    "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
}
POSTGRESQL: dict[str, Any] = {
    "ENGINE": "jieyue.kit.postgresql",
    "NAME": os.environ.get("JIEYUE_PG_NAME", "jieyue"),
    "HOST": os.environ.get("JIEYUE_PG_HOST", ""),
    "PORT": os.environ.get("JIEYUE_PG_PORT", ""),
    "USER": os.environ.get("JIEYUE_PG_USER", ""),
    "PASSWORD": os.environ.get("JIEYUE_PG_PASSWORD", ""),
    # Reconnecting costs 11 ms of database CPU a request.
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": True,
    # kit.sql prepares its statements itself, which halves their cost (kit/postgresql). psycopg does
    # not: it would throw away ours with its own at each rollback.
    "OPTIONS": {"server_side_binding": True, "prepare_threshold": None},
    "TEST": {"NAME": os.environ.get("JIEYUE_PG_TEST_NAME", f"test_jieyue_{os.getpid()}")},
}
ENGINE = os.environ.get("JIEYUE_DB", "sqlite")
DATABASES = {"default": POSTGRESQL if ENGINE == "postgresql" else SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = sorted(p for p in (PACKAGE / "locale").glob("*") if p.is_dir())
LANGUAGE_COOKIE_NAME = "jieyue_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # seconds
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # only for pages outside a library; each library has its own zone

STATIC_URL = "/static/"
STATICFILES_DIRS = [WEB / "static"]
STATIC_ROOT = os.environ.get("JIEYUE_STATIC_DIR") or None  # only for serving by another program
# Finders serve straight from the package: nothing to collect on a village laptop.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 60  # seconds; modules import each other without a version
WHITENOISE_IMMUTABLE_FILE_TEST = r"/vendor/[^/]+-\d+\.\d+\.\d+/"  # their address says which

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = [
    "jieyue.interfaces.web.uploads.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "jieyue.interfaces.web.uploads.OnDisk",
]

# Online book sources on a private address are for tests and for a library's own server only.
SOURCES_ALLOW_PRIVATE = os.environ.get("JIEYUE_SOURCES_ALLOW_PRIVATE") == "1"

# How messages leave: what every library without a service of its own uses (libraries.gateways).
SMTP_URL = os.environ.get("JIEYUE_SMTP_URL", "")
SMS_GATEWAY = os.environ.get("JIEYUE_SMS", "")
PUSH_CONTACT = os.environ.get("JIEYUE_PUSH_CONTACT", "mailto:jieyue@localhost.localdomain")
CHANNELS_ALLOW_PRIVATE = os.environ.get("JIEYUE_CHANNELS_ALLOW_PRIVATE") == "1"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO" if not TESTING else "WARNING"},
}
