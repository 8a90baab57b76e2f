"""A town's first clerk comes from the command line."""

import pytest
from django.core.management import CommandError, call_command

from core.audit.models import AuditRow
from core.identity.constants import Role
from core.identity.models import User
from core.identity.services import roles_in
from core.municipalities.scope import acting_for
from tests.cast import Cast


def test_the_first_clerk_is_appointed_once_in_her_town_alone_and_it_is_on_record(cast: Cast) -> None:
    call_command("appoint", "Berria@mundaka.eus", town=cast.mundaka.slug, role="town_administrator")
    user = User.objects.get(email="berria@mundaka.eus")
    assert not user.has_usable_password()
    assert roles_in(user.pk, cast.mundaka.pk) == {Role.TOWN_ADMINISTRATOR}
    assert roles_in(user.pk, cast.balmaseda.pk) == set()
    with acting_for(cast.mundaka.pk):
        assert AuditRow.objects.get(action="identity.role_given").data == {"role": "town_administrator"}
    with pytest.raises(CommandError, match="already"):
        call_command("appoint", "berria@mundaka.eus", town=cast.mundaka.slug, role="town_administrator")


def test_the_operator_of_the_province_is_appointed_in_the_county(cast: Cast) -> None:
    call_command("appoint", "operadorea@bizkaia.eus", role="operator")
    assert roles_in(User.objects.get(email="operadorea@bizkaia.eus").pk, cast.county.pk) == {Role.OPERATOR}


@pytest.mark.parametrize(
    ("email", "town", "said"), [("not an address", "mundaka", "not an e-mail"), ("a@b.eus", "atlantis", "no town")]
)
def test_a_slip_on_the_command_line_makes_nobody_anything(cast: Cast, email: str, town: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("appoint", email, town=town, role="registrar")
    assert not User.objects.filter(email=email).exists()
