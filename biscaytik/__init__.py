"""Composition only: settings, addresses, workers and the clerks' site; nobody imports this room."""

from .celery import app as celery_app

__all__ = ["celery_app"]
