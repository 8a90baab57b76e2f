"""The secret of an appointment's link: whoever holds it cancels and moves that appointment, and nothing else."""

import base64
import hashlib
import hmac
import secrets

from django.utils.crypto import salted_hmac

from .models import Booking

BYTES = 24  # 192 bits


def give_token(booking: Booking) -> None:
    """Give an unsaved appointment its secret. The database keeps the hash, and the half that is worth nothing alone."""
    booking.nonce = secrets.token_hex(16)
    booking.token_hash = hash_of(token_of(booking))


def token_of(booking: Booking) -> str:
    """The secret again, for a link in an e-mail or in her own folder."""
    about = f"{booking.municipality_id}:{booking.nonce}"
    digest = salted_hmac("town_hall.appointments", about, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:BYTES]).decode()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def opens(token: str, booking: Booking) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(hash_of(token), booking.token_hash)
