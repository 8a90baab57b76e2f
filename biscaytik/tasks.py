"""The worker's half of `manage.py selfcheck`."""

import redis
import weasyprint
from celery import shared_task
from django.conf import settings

from core.notifications.constants import Queue


@shared_task(name="biscaytik.selfcheck", queue=Queue.DOCUMENTS.value)
def answer_selfcheck(key: str) -> None:
    """Render a page and leave the PDF under `key` for the command that waits for it."""
    pdf = weasyprint.HTML(string="<html lang=eu><title>BiscayTIK</title><h1>Kaixo</h1>").write_pdf()
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.lpush(key, pdf)
        client.expire(key, 60)
