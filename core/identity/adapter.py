"""What allauth's accounts do here: each has a person and a language, and a sign-in leaves a trace."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import get_language

from core.audit.constants import ActorKind, Channel, Level
from core.audit.services import Actor, record

from .models import User
from .services import give_provisional_person


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> User:
        """The account and its provisional person, in the transaction of the page."""
        user = super().save_user(request, user, form, commit=False)
        user.language = (get_language() or "eu")[:2]
        if commit:
            give_provisional_person(user)
            user.save()
        return user

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        who = Actor(
            kind=ActorKind.CITIZEN,
            channel=Channel.WEB,
            name=str(user),
            user_id=user.pk,
            person_id=user.person_id,
            level=Level.ACCOUNT,
        )
        record("identity.account_opened", actor=who, subject=user.person_id, municipality_id=None)
        return super().post_login(request, user, **kwargs)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The town's home, not the county's."""
        return resolve_url("portal:home")
