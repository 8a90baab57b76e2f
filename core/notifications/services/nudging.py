"""Waking a worker after a commit: quickly, or not at all. What is not woken now is swept up within seconds."""

import logging
import threading
import time

from celery import current_app
from kombu import Connection, Producer
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core.notifications.constants import Queue

logger = logging.getLogger(__name__)
# what a citizen waits at most when the broker is away …
CONNECT_SECONDS = ANSWER_SECONDS = 0.25
# … and only the first one in so many seconds does
REST_SECONDS = 5.0

_resting_until = 0.0
_held = threading.local()


def nudge(municipality_id: int, queue: Queue) -> bool:
    """Tell a worker that a town has effects due; False when the broker could not be told in half a second."""
    global _resting_until
    if time.monotonic() < _resting_until:
        return False
    try:
        current_app.send_task(
            "notifications.run_due",
            args=[municipality_id, queue.value],
            queue=queue.value,
            producer=_producer(),
            retry=False,
            ignore_result=True,
        )
    except (OperationalError, RedisError, OSError) as error:
        _held.producer = None
        _resting_until = time.monotonic() + REST_SECONDS
        logger.warning("no worker was nudged, the sweep will see to it: %s", error)
        return False
    return True


def rest_no_longer() -> None:
    """Try the broker again at once (between tests, and when it is known to be back)."""
    global _resting_until
    _resting_until, _held.producer = 0.0, None


def bounded_connection() -> Connection:
    """A connection to the broker that gives up at once: the workers' own waits for minutes, and rightly so."""
    return current_app.connection_for_write(
        transport_options={
            "socket_connect_timeout": CONNECT_SECONDS,
            "socket_timeout": ANSWER_SECONDS,
            "max_retries": 0,
        },
        connect_timeout=CONNECT_SECONDS,
    )


def _producer() -> Producer:
    """This thread's own, kept open: a new connection for each nudge would cost more than the nudge."""
    if getattr(_held, "producer", None) is None:
        _held.producer = current_app.amqp.Producer(bounded_connection(), auto_declare=False)
    return _held.producer
