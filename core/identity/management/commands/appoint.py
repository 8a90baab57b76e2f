"""`manage.py appoint ane@mundaka.eus --town mundaka --role town_administrator`: a town's first clerk.

The first one appoints the others on the clerks' site. She chooses her password with “I forgot my password”, and her
second factor at the first sign-in.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.audit.services import SYSTEM, record
from core.identity.constants import Role
from core.identity.models import Membership, User
from core.identity.services import roles_in
from core.identity.services.mailing import is_email
from core.municipalities.scope import acting_for
from core.municipalities.services import find_by_slug, find_county


class Command(BaseCommand):
    help = "Gives a role in a town to the account with this e-mail address, which is made when there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--town", help="as in its address: mundaka; without it, the county")
        parser.add_argument("--role", required=True, choices=Role.values)

    def handle(self, *args: Any, email: str, town: str | None, role: str, **options: Any) -> None:
        if not is_email(email):
            raise CommandError(f"{email} is not an e-mail address.")
        where = find_by_slug(town) if town else find_county()
        if where is None:
            raise CommandError(f"There is no town called {town}: use the name in its address.")
        with acting_for(where.municipality.pk):
            user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email)
            if role in roles_in(user.pk, where.municipality.pk):
                raise CommandError(f"{email} has this role in {where.municipality} already.")
            user.is_staff = True
            user.save(update_fields=["is_staff"])
            given = Membership.objects.create(user=user, role=role)
            record("identity.role_given", actor=SYSTEM, target=given, data={"role": role})
        self.stdout.write(f"{given} in {where.municipality}")
