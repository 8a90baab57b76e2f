"""What somebody sent after her session had ended: kept in the new session until she has signed in, then put where it
belongs. Only the address and the typed texts; another account that signs in can't open that address."""

from typing import Any

from django.http import QueryDict

KEY = "parked_step"
MOST_CHARACTERS = 100_000
SECONDS = 3600


def park(request: Any) -> bool:
    """Keep what was posted; False where it is too much to be kept."""
    sent = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    if sum(len(value) for values in sent.values() for value in values) > MOST_CHARACTERS:
        return False
    request.session[KEY] = {"path": request.path_info, "sent": sent}
    request.session.set_expiry(SECONDS)
    return True


def is_parked(request: Any) -> bool:
    """Whether something is waiting for this address; asks nothing of a visitor who has no session."""
    return bool(request.user.is_authenticated) and request.session.get(KEY, {}).get("path") == request.path_info


def take(request: Any) -> QueryDict:
    """What was parked for this address, as it was posted; it is gone from the session."""
    sent = request.session.pop(KEY)["sent"]
    request.session.set_expiry(None)
    data = QueryDict(mutable=True)
    for name, values in sent.items():
        data.setlist(name, values)
    return data
