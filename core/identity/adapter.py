"""What allauth's accounts do here: each has a person and a language, and a sign-in leaves a trace."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.translation import get_language

from core.audit.constants import ActorKind, Channel, Level
from core.audit.services import Actor, record

from .models import User
from .services import give_provisional_person
from .services.mailing import language_of, mail_after_commit


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> User:
        """The account and its provisional person, in the transaction of the page."""
        user = super().save_user(request, user, form, commit=False)
        user.language = (get_language() or "eu")[:2]
        if commit:
            give_provisional_person(user)
            user.save()
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the account, after the commit; the reader's own where no account is."""
        owner = context.get("user")
        language = (owner.language if isinstance(owner, User) else language_of(email)) or get_language()
        request = self.request
        shown = {"request": request, "email": email, "current_site": get_current_site(request), **context}
        with translation.override(language):
            message = self.render_mail(template_prefix, email, shown)
        message.extra_headers["Content-Language"] = language or "eu"
        message.extra_headers["Auto-Submitted"] = "auto-generated"
        mail_after_commit(message)

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

    def is_safe_url(self, url: str) -> bool:
        """An address that nobody can read leads nowhere; allauth answers it with a fault."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The town's home, not the county's."""
        return resolve_url("portal:home")
