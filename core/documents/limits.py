"""How often something may be asked: counted in the shared cache, and in this process for when the cache is away."""

import threading
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

_lock = threading.Lock()
_counts: dict[str, tuple[float, int]] = {}  # name → until when, how often
MOST_KEYS = 10_000
SWEPT_EVERY = 60  # seconds
_next_sweep = 0.0


def allow(key: str, *, limit: int, seconds: int) -> bool:
    """Whether `key` may ask once more in the running window of so many seconds.

    A key is somebody's address, e-mail or telephone: what is kept is a keyed hash of it, until the window ends.
    """
    now = time.time()
    window = int(now // seconds)
    ends = (window + 1) * seconds
    name = f"limit:{salted_hmac('core.documents.limits', f'{seconds}:{window}:{key}', algorithm='sha256').hexdigest()}"
    here = _count_here(name, ends, now)
    cache.add(name, 0, timeout=max(1, int(ends - now)))
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


def device_of(request: Any) -> tuple[str, str]:
    """For limits where nobody gives a name: the device, as its browser describes itself, and the address that a
    family, a library or a telephone network has in common."""
    address = client_of(request)
    return f"{address} {request.META.get('HTTP_USER_AGENT', '')}", address


def forget() -> None:
    """Start counting anew, for tests."""
    global _next_sweep
    with _lock:
        _counts.clear()
        _next_sweep = 0.0
    cache.clear()


def _count_here(name: str, ends: float, now: float) -> int:
    with _lock:
        _sweep(now)
        if len(_counts) >= MOST_KEYS:
            _counts.clear()
        _counts[name] = ends, _counts.get(name, (ends, 0))[1] + 1
        return _counts[name][1]


def _sweep(now: float) -> None:
    """What is over is forgotten here as in the cache."""
    global _next_sweep
    if now >= _next_sweep:
        _next_sweep = now + SWEPT_EVERY
        for name in [name for name, (ends, _count) in _counts.items() if ends <= now]:
            del _counts[name]
