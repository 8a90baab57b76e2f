"""The Celery application; queues are those of `core.notifications.constants.Queue`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "biscaytik.settings")
app = Celery("biscaytik")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
