"""Who acts in a request."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.utils import timezone

from core.audit.constants import ActorKind, Channel, Level
from core.audit.services import Actor
from core.identity.constants import Role
from core.identity.models import Membership, User
from core.identity.services import actor_of, roles_in
from core.identity.sessions import SessionStore
from core.municipalities.scope import acting_for
from core.municipalities.services import find_by_slug
from tests.cast import Cast

ADMIN, PORTAL = "/eu/admin/", "/eu/account/"


def visit(user: User | AnonymousUser, path: str = ADMIN, town: str = "mundaka", *, mfa: bool = True) -> Actor:
    request = RequestFactory().get(path)
    request.user, request.town, request.session = user, find_by_slug(town), SessionStore()
    if user.is_authenticated:
        request.session["account_authentication_methods"] = [{"method": "mfa" if mfa else "password"}]
        request.session["account_authentication_methods_user"] = str(user.pk)
    return actor_of(request)


def fresh(user: User) -> User:
    return User.objects.select_related("person").get(pk=user.pk)


def test_a_clerk_acts_as_one_only_on_the_clerks_site_with_a_second_factor(cast: Cast) -> None:
    actor = visit(cast.miren)
    assert (actor.kind, actor.channel, Role.REGISTRAR in actor.roles) == (ActorKind.CLERK, Channel.ADMIN, True)
    assert visit(cast.miren, PORTAL).is_citizen
    assert visit(cast.miren, mfa=False).is_citizen


def test_a_second_factor_of_another_account_in_this_session_counts_for_nothing(cast: Cast) -> None:
    request = RequestFactory().get(ADMIN)
    request.user, request.town, request.session = cast.miren, find_by_slug("mundaka"), SessionStore()
    request.session["account_authentication_methods"] = [{"method": "mfa"}]
    request.session["account_authentication_methods_user"] = str(cast.koldo.pk)
    assert actor_of(request).is_citizen


def test_a_clerk_of_another_town_is_a_citizen_here(cast: Cast) -> None:
    assert visit(cast.koldo).is_citizen
    assert visit(cast.koldo, town="balmaseda").is_clerk
    assert visit(cast.ane).is_citizen


@pytest.mark.parametrize(("starts", "ends", "holds"), [(-9, -1, False), (-9, 0, True), (0, 5, True), (1, 5, False)])
def test_a_role_or_a_substitution_holds_between_its_dates(cast: Cast, starts: int, ends: int, holds: bool) -> None:
    today = timezone.localdate()
    with acting_for(cast.mundaka.pk):
        Membership.objects.create(
            user=cast.jon,
            role=Role.REGISTRAR,
            valid_from=today + timedelta(starts),
            valid_to=today + timedelta(ends),
            substitutes=cast.miren,
        )
    assert visit(fresh(cast.jon)).is_clerk is holds
    assert roles_in(cast.jon.pk, cast.mundaka.pk) == ({Role.REGISTRAR} if holds else set())


def test_it_costs_nothing_without_an_account_and_one_statement_for_a_clerk(
    cast: Cast, django_assert_num_queries: Callable[..., object]
) -> None:
    ane, miren = fresh(cast.ane), fresh(cast.miren)
    find_by_slug("mundaka")
    with django_assert_num_queries(0):
        assert visit(AnonymousUser()).level == Level.NONE
        actor = visit(ane, PORTAL)
    assert (actor.level, actor.proved, actor.person_id) == (Level.ACCOUNT, True, cast.ane.person_id)
    with django_assert_num_queries(1):
        visit(miren)


def test_the_clerks_site_lets_in_clerks_only(
    cast: Cast, clerk_client: Client, citizen_client: Client, browser: Callable[..., Client]
) -> None:
    assert clerk_client.get("/mundaka/eu/admin/").status_code == 200
    for client, town in ((citizen_client, "mundaka"), (clerk_client, "balmaseda"), (browser(cast.miren), "mundaka")):
        answer = client.get(f"/{town}/eu/admin/")
        assert (answer.status_code, answer["Location"]) == (302, f"/{town}/eu/admin/login/?next=/{town}/eu/admin/")
