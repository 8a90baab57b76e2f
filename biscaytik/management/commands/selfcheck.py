"""Asks a worker for a PDF and waits for it: one answer proves broker, worker, Pango and fonts."""

import time
import uuid
from typing import Any

import redis
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from kombu.exceptions import OperationalError

from biscaytik.tasks import answer_selfcheck


class Command(BaseCommand):
    help = "Exits 0 when a worker renders a PDF within the given seconds."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=int, default=60)

    def handle(self, *args: Any, seconds: int, **options: Any) -> None:
        began = time.monotonic()
        key = f"selfcheck:{uuid.uuid4()}"
        try:
            answer_selfcheck.delay(key)
            # the client's own patience is shorter than a worker's start on a busy machine
            with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=seconds + 5) as client:
                answer = client.blpop([key], timeout=seconds)
        except (OperationalError, redis.RedisError) as error:
            raise CommandError(f"The broker at REDIS_URL does not answer: {error}") from error
        if answer is None:
            raise CommandError(f"No worker rendered a PDF in {seconds} s: is one running, and what does its log say?")
        pdf = answer[1]
        if not pdf.startswith(b"%PDF-"):
            raise CommandError("The worker answered with something that is not a PDF.")
        self.stdout.write(f"A worker rendered a PDF of {len(pdf)} bytes in {time.monotonic() - began:.1f} s.")
