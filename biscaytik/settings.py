"""Settings; whatever differs between places comes from the environment (see deploy/env.example)."""

import os
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent


# name → what is wrong with it; biscaytik.checks says so with a hint, instead of a traceback here
WRONG_VALUES: dict[str, str] = {}


def env(name: str, default: str = "") -> str:
    """The variable `name`, or what the file that `name`_FILE names holds: containers hand secrets over in files."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, default)
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        WRONG_VALUES[f"{name}_FILE"] = f"unreadable ({error.strerror})"
        return default


def env_int(name: str, default: int) -> int:
    text = env(name, str(default))
    if not text.isdecimal():
        WRONG_VALUES[name] = f"“{text}”, not a number"
        return default
    return int(text)


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


# production | development: demo gateways refuse to load in production
ENVIRONMENT = env("BISCAYTIK_ENV", "development")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env("DEBUG") == "1" and not PRODUCTION
SECRET_KEY = env("SECRET_KEY", "" if PRODUCTION else "development-only-" + "not-a-secret-" * 4)
BASE_URL = env("BASE_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost,testserver")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
# how many proxies in front write X-Forwarded-For; where none does, whoever sends that header is not believed, and
# where one does but is not counted all citizens share one rate limit
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 1 if PRODUCTION else 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
# where “leave this page now” leads from the pages of a discreet matter: the weather, in both languages
EXIT_URL = env("EXIT_URL", "https://www.eitb.eus/eguraldia/")

INSTALLED_APPS = [
    "modeltranslation",
    "core.municipalities",
    "core.audit",
    "core.identity",
    "core.documents",
    "core.notifications",
    "core.payments",
    "core.signing",
    "core.territory",
    "core.representation",
    "core.interoperability",
    "registry",
    "case_files",
    "procedures",
    "census",
    "town_hall.appointments",
    "portal",
    "biscaytik.apps.BiscayAdminConfig",
    "biscaytik.apps.BiscaytikConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.identity.middleware.RememberLanguage",
    "core.municipalities.public_cache.PublicPageCache",
    "core.municipalities.public_cache.PrivateByDefault",
    "core.municipalities.middleware.TownMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.municipalities.middleware.WholeRequest",
    "core.identity.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.identity.middleware.ActorMiddleware",
    # last: its process_view opens the door and calls the view
    "core.municipalities.middleware.ScopeMiddleware",
]

ROOT_URLCONF = "biscaytik.urls"
WSGI_APPLICATION = "biscaytik.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.shell",
            ],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": env("DB_NAME", "biscaytik"),
        "USER": env("DB_USER", "biscaytik_app"),
        "PASSWORD": env("DB_PASSWORD"),
        "HOST": env("DB_HOST", "127.0.0.1"),
        "PORT": env("DB_PORT", "5432"),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": env("DB_HEALTH_CHECKS") == "1",
        # what a connection asks a third time it has prepared: half the database's time for a page is planning
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 2},
    }
}
if env("DB_POOL"):
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": env_int("DB_POOL", 4), "timeout": 10}
if env("DB_PGBOUNCER") == "1":  # the next statement may reach another server, where nothing was prepared
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = None

REDIS_URL = env("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "core.municipalities.cache.FailOpenRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.5},
    }
}
PUBLIC_PAGE_CACHE = env("PUBLIC_PAGE_CACHE", "1") == "1"
SESSION_ENGINE = "core.identity.sessions"
# a session ends after so much time without a page; its row is written anew at most every SESSION_RENEW_SECONDS
SESSION_IDLE_SECONDS, SESSION_RENEW_SECONDS = 4 * 3600, 300
SESSION_COOKIE_AGE = SESSION_IDLE_SECONDS + SESSION_RENEW_SECONDS
SESSION_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TIMEZONE = "Europe/Madrid"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.3,
    "socket_timeout": 5,
    "visibility_timeout": 300,
    "max_retries": 0,
}
CELERY_BEAT_SCHEDULE = {
    "outbox": {"task": "notifications.sweep", "schedule": 15.0},
    "lapse": {"task": "notifications.lapse", "schedule": 3600.0},
    "lapse-corrections": {"task": "case_files.lapse_corrections", "schedule": 3600.0},
    "expire-powers": {"task": "representation.expire", "schedule": 3600.0},
    "expire-drafts": {"task": "procedures.expire_drafts", "schedule": crontab(hour=3, minute=30)},
    "reconcile-payments": {"task": "payments.reconcile", "schedule": 120.0},
    "sweep-signing": {"task": "signing.sweep", "schedule": crontab(hour=3, minute=40)},
    "forget-appointments": {"task": "appointments.forget", "schedule": crontab(hour=3, minute=45)},
    "close-registry-day": {"task": "registry.close_days", "schedule": 3600.0},
}

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["core.identity.backends.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:folder"
ACCOUNT_ADAPTER = "core.identity.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# development shows the mails it would send in .state/mail
EMAIL_BACKEND = env("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = env("EMAIL_FILE_PATH", str(BASE_DIR / ".state" / "mail"))
EMAIL_HOST, EMAIL_PORT = env("EMAIL_HOST", "127.0.0.1"), env_int("EMAIL_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env("EMAIL_HOST_USER"), env("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env("EMAIL_USE_TLS") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "BiscayTIK <ez-erantzun@biscaytik.example>")

USE_TZ = True
TIME_ZONE = "Europe/Madrid"
LANGUAGE_CODE = "eu"
LANGUAGES = [("eu", _("Basque")), ("es", _("Spanish")), ("en", _("English"))]
MODELTRANSLATION_DEFAULT_LANGUAGE = "eu"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("eu", "es", "en")
LOCALE_PATHS = [BASE_DIR / "locale", *sorted(p for p in (BASE_DIR / "locale").glob("*") if (p / "eu").is_dir())]
FORMAT_MODULE_PATH = ["biscaytik.formats"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

STATIC_URL = "/static/"
STATIC_ROOT = env("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "biscaytik.static.StaticFiles"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
    # blobs lie under town and hash; never served by name
    "blobs": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env("BLOB_ROOT", str(BASE_DIR / ".state" / "blobs"))},
    },
}
if env("BLOB_S3_BUCKET"):
    from botocore.config import Config

    STORAGES["blobs"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env("BLOB_S3_BUCKET"),
            "endpoint_url": env("BLOB_S3_ENDPOINT") or None,
            "default_acl": "private",
            # a bucket of one's own is found by its path; and nobody waits minutes for one that is away
            "client_config": Config(
                s3={"addressing_style": "path" if env("BLOB_S3_ENDPOINT") else "auto"},
                connect_timeout=3,
                read_timeout=20,
                retries={"total_max_attempts": 3},
            ),
        },
    }

# the seal: a PKCS#12 file; development makes a demo one at first start
SEAL_P12 = env("SEAL_P12", "" if PRODUCTION else str(BASE_DIR / ".state" / "seal" / "demo.p12"))
SEAL_PASSPHRASE = env("SEAL_PASSPHRASE", "" if PRODUCTION else "demo")
TSA_URL = env("TSA_URL")  # a timestamp authority: seals become PAdES B-T

# uploads
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
UPLOAD_MAX_TOTAL_BYTES = 50 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
ANTIVIRUS_BACKEND = env("ANTIVIRUS_BACKEND", "clamd" if PRODUCTION else "demo")
CLAMD_ADDRESS = env("CLAMD_ADDRESS")  # tcp://127.0.0.1:3310 or unix:///run/clamd.sock

# gateways of identity; a demo one refuses production
IDENTITY_GATEWAYS = env_list("IDENTITY_GATEWAYS", "certificate,giltza" if PRODUCTION else "demo")
CERTIFICATE_HOST = env("CERTIFICATE_HOST")  # https://cert.example.eus, behind nginx with client certificates
CERTIFICATE_PROXY_SECRET = env("CERTIFICATE_PROXY_SECRET")
GILTZA_CLIENT_ID, GILTZA_CLIENT_SECRET = env("GILTZA_CLIENT_ID"), env("GILTZA_CLIENT_SECRET")
GILTZA_BASE_URL = env("GILTZA_BASE_URL", "https://eidas.izenpe.com")

# gateways of payment: folders of core/payments/contrib; a demo one refuses production
PAYMENT_GATEWAYS = env_list("PAYMENT_GATEWAYS", "redsys,mipago,bank_slip" + ("" if PRODUCTION else ",demo"))
# seals the towns' merchant keys: the first one seals, all of them open
PAYMENTS_KEYS = env_list("PAYMENTS_KEYS", "" if PRODUCTION else "development-only-" + "not-a-key-" * 3)

# ways to sign: folders of core/signing/contrib; a demo one refuses production
SIGNING_GATEWAYS = env_list("SIGNING_GATEWAYS", "code,autofirma" + ("" if PRODUCTION else ",demo"))
CSC_URL, CSC_OAUTH_URL = env("CSC_URL").rstrip("/"), env("CSC_OAUTH_URL").rstrip("/")  # a signing service in the cloud
CSC_CLIENT_ID, CSC_CLIENT_SECRET = env("CSC_CLIENT_ID"), env("CSC_CLIENT_SECRET")

# the gateway to other administrations: a folder of core/interoperability/contrib, or none; the demo refuses production
INTEROPERABILITY_GATEWAY = env("INTEROPERABILITY_GATEWAY", "" if PRODUCTION else "demo")
SCSP_URL, SCSP_KEY_FILE = env("SCSP_URL"), env("SCSP_KEY_FILE")
SCSP_OFFICIAL = env("SCSP_OFFICIAL")  # "name,NIF" of who answers for look-ups that no clerk made

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    EMAIL_BACKEND = env("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "biscaytik.logs.BlottingFormatter", "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
}
