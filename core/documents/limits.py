"""How often something may be asked: counted in the shared cache, and in this process for when the cache is away."""

import threading
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache

_lock = threading.Lock()
_counts: dict[tuple[str, int], int] = {}
MOST_KEYS = 10_000


def allow(key: str, *, limit: int, seconds: int) -> bool:
    """Whether `key` may ask once more in the running window of so many seconds."""
    window = int(time.time() // seconds)
    here = _count_here((key, window))
    name = f"limit:{key}:{window}"
    cache.add(name, 0, timeout=seconds)
    try:
        everywhere = cache.incr(name)
    except ValueError:  # it ran out between the two lines
        everywhere = 1
    return max(here, everywhere) <= limit


def client_of(request: Any) -> str:
    """Whom to count attempts against: the address that our outermost proxy reports, REMOTE_ADDR where we have none."""
    reported = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    ours = settings.TRUSTED_PROXIES
    forwarded = reported[-ours] if 0 < ours <= len(reported) else ""
    return str(forwarded or request.META.get("REMOTE_ADDR", ""))


def forget() -> None:
    """Start counting anew, for tests."""
    with _lock:
        _counts.clear()
    cache.clear()


def _count_here(place: tuple[str, int]) -> int:
    with _lock:
        if len(_counts) >= MOST_KEYS:
            _counts.clear()
        _counts[place] = _counts.get(place, 0) + 1
        return _counts[place]
