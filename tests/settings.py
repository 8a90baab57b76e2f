"""Fast settings for the tests; the database and Valkey start by themselves where none is named."""

import os
import tempfile
import zlib
from pathlib import Path

if "DB_PORT" not in os.environ:
    from biscaytik.launcher import services

    os.environ.update(services.ensure("test"))

from biscaytik.settings import *  # noqa: F403
from biscaytik.settings import BASE_DIR, DATABASES, REDIS_URL, STORAGES

DATABASES["default"] |= {
    "ENGINE": "tests.db",
    "OWNER": {
        "USER": os.environ.get("DB_OWNER_USER", "biscaytik_owner"),
        "PASSWORD": os.environ.get("DB_OWNER_PASSWORD", ""),
    },
    # worktrees beside each other share nothing but the server
    "TEST": {"NAME": f"test_{os.environ.get('DB_NAME', 'biscaytik')}"},
}
# a queue for each parallel run: a live worker must not take what belongs to another run's database
REDIS_URL = f"{REDIS_URL.rpartition('/')[0]}/{1 + int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:])}"
CELERY_BROKER_URL = REDIS_URL
SCRATCH = Path(tempfile.gettempdir()) / f"biscaytik-tests-{os.getuid()}-{zlib.crc32(str(BASE_DIR).encode())}"
STORAGES["blobs"] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(SCRATCH / "blobs")},
}
SEAL_P12, SEAL_PASSPHRASE = str(SCRATCH / "seal" / "demo.p12"), "demo"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PUBLIC_PAGE_CACHE = False  # a page must show what a test has just changed
CELERY_TASK_ALWAYS_EAGER = False
IDENTITY_GATEWAYS = ["demo"]
ANTIVIRUS_BACKEND = "demo"
