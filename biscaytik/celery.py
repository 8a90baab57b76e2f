"""The Celery application; queues are those of `core.notifications.constants.Queue`."""

import os

from celery import Celery

from biscaytik import logs  # noqa: F401  connects itself to Celery's logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "biscaytik.settings")
app = Celery("biscaytik")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
