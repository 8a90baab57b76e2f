"""Named reads of the clerks' pages. Everything is ordered by columns whose operators are leakproof."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils import timezone

from core.audit.services import Actor
from core.identity.models import Membership, User
from core.municipalities.models import Unit
from core.municipalities.services.terms import MADRID
from core.notifications.models import OutboxRow

from .constants import Capacity, State, TaskState
from .models import CaseFile, CaseParty, CaseTask
from .rights import readable_by

MINE, UNIT, UNASSIGNED, ALL = "mine", "unit", "unassigned", "all"
QUEUES = (MINE, UNIT, UNASSIGNED, ALL)
WEEK = timedelta(days=7)


def open_tasks(actor: Actor) -> QuerySet[CaseTask]:
    """The tasks that wait and that this clerk may open, the nearest day first, with what a row of the inbox shows."""
    applicants = CaseParty.objects.filter(capacity=Capacity.APPLICANT).order_by("pk")
    return (
        CaseTask.objects.filter(readable_by(actor, "case_file__"), state=TaskState.OPEN)
        .select_related("case_file", "unit", "assignee")
        .prefetch_related(Prefetch("case_file__parties", queryset=applicants, to_attr="applicants"))
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def in_queue(queue: str, actor: Actor, stands_in: frozenset[int]) -> Q:
    """Which tasks a queue holds for this clerk."""
    if queue == MINE:
        return Q(assignee_id__in=[*filter(None, [actor.user_id]), *stands_in])
    if queue == UNIT:
        return Q(unit_id__in=actor.units) if actor.units else Q()
    if queue == UNASSIGNED:
        return Q(assignee_id=None)
    return Q()


def due(which: str, today: date) -> Q:
    """`overdue`, `week` or `today`; anything else filters nothing."""
    filters = {
        "overdue": Q(due_on__lt=today),
        "week": Q(due_on__gte=today, due_on__lte=today + WEEK),
        "today": Q(case_file__opened_at__gte=datetime.combine(today, time.min, MADRID)),
    }
    return filters.get(which, Q())


def queue_counts(actor: Actor, stands_in: frozenset[int]) -> dict[str, int]:
    """How many tasks wait in each queue: one statement."""
    counts = {queue: Count("pk", filter=in_queue(queue, actor, stands_in)) for queue in QUEUES if queue != ALL}
    tasks = CaseTask.objects.filter(readable_by(actor, "case_file__"), state=TaskState.OPEN)
    found: dict[str, int] = tasks.aggregate(all=Count("pk"), **counts)
    return found


def colleagues(municipality_id: int, roles: Collection[str] = (), *, unit: Unit | None = None) -> QuerySet[User]:
    """The accounts that hold one of these roles, or any, in the town today and in that unit."""
    held = _held(municipality_id, unit)
    if roles:
        held = held.filter(role__in=roles)
    return User.objects.filter(pk__in=held.values("user")).order_by("name", "email")


def roles_within(municipality_id: int, unit: Unit) -> frozenset[str]:
    """The roles that somebody holds in the unit today."""
    return frozenset(_held(municipality_id, unit).values_list("role", flat=True))


def _held(municipality_id: int, unit: Unit | None) -> QuerySet[Membership]:
    """The roles of today's clerks; one of no unit works in each."""
    today = timezone.localdate()
    held = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today),
        municipality_id=municipality_id,
        valid_from__lte=today,
        user__is_active=True,
    )
    return held.filter(Q(unit=None) | Q(unit=unit)) if unit else held


def days_work(today: date) -> dict[str, Any]:
    """The numbers of the clerks' first page: two statements."""
    numbers = CaseTask.objects.filter(state=TaskState.OPEN).aggregate(
        week=Count("pk", filter=due("week", today)),
        overdue=Count("pk", filter=due("overdue", today)),
        unassigned=Count("pk", filter=Q(assignee_id=None)),
        waiting=Count("pk", filter=Q(case_file__state=State.SUSPENDED)),
    )
    arrived = CaseFile.objects.filter(opened_at__gte=datetime.combine(today, time.min, MADRID))
    failed = OutboxRow.objects.filter(failed_at__isnull=False, done_at=None)
    return {**numbers, "arrived": arrived.count(), "failed": failed.count()}
