"""Handed from one to another at every step, one by one and many at once, a file still comes to its end."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest
from django.core.exceptions import PermissionDenied

from case_files.bulk import ACTS, choice_of, sorted_out
from case_files.constants import State
from case_files.models import CaseFile, CaseTask
from case_files.querysets import open_tasks
from case_files.services import assign, hand_to_unit, may_do, reassign_unit, release, take
from case_files.services.handling import HANDLERS
from case_files.services.workflow import CORRECTION
from core.audit.services import Actor
from core.identity.constants import Role
from core.identity.models import Membership, User
from core.municipalities.models import Unit
from core.municipalities.services import DomainError
from tests.cast import Cast, make_clerk

from .files import do, open_notifications, opened, templates

MOST = 80  # turns of a walk: more means that it goes round
ROLES = (Role.REGISTRAR, Role.HANDLER, Role.CENSUS_OFFICER, Role.SIGNATORY, Role.TOWN_ADMINISTRATOR)


class Office:
    """Planning has a clerk for each role, the secretariat one who can't sign; a third unit is empty."""

    def __init__(self, cast: Cast, seed: str) -> None:
        self.cast, self.dice = cast, Random(seed)
        units = {unit.code: unit for unit in Unit.objects.filter(municipality=cast.mundaka)}
        self.urban, self.secretariat = units["urban"], units["secretariat"]
        self.empty = Unit.objects.create(code="archive", name_eu="Artxiboa", name_es="Archivo")
        Membership.objects.filter(user=cast.miren).update(unit=self.secretariat)
        self.people: list[tuple[User, Actor]] = [(cast.miren, self._actor(cast.miren, self.secretariat, ROLES[:3]))]
        for role in ROLES:
            user = make_clerk(f"{role}@mundaka.example", str(role), cast.mundaka, [role])
            Membership.objects.filter(user=user).update(unit=self.urban)
            self.people.append((user, self._actor(user, self.urban, [role])))

    def _actor(self, user: User, unit: Unit, roles: object) -> Actor:
        return replace(self.cast.clerk(user), roles=frozenset(roles), units=frozenset({unit.pk}))  # type: ignore[call-overload]

    def finding(self, task: CaseTask) -> list[tuple[User, Actor]]:
        """Who finds the task in her inbox."""
        return [(user, actor) for user, actor in self.people if open_tasks(actor).filter(pk=task.pk).exists()]

    def doing(self, task: CaseTask) -> Actor:
        """Somebody who finds the task and has the role for it; of a discreet file, to whom a handler gives it."""
        fitting = [actor for _user, actor in self.finding(task) if may_do(actor, task)]
        if not fitting:
            givers = [actor for _user, actor in self.finding(task) if not actor.roles.isdisjoint(HANDLERS)]
            assert givers and task.case_file.discreet, f"nobody finds {task.step}"
            user, _actor = self.dice.choice([one for one in self.people if may_do(one[1], task)])
            assign(task=task, to=user, note="Sinatzeko", actor=givers[0])
            fitting = [actor for _user, actor in self.finding(task) if may_do(actor, task)]
        return self.dice.choice(fitting)

    def hand_round(self, task: CaseTask) -> None:
        """Something that a clerk may do with a task besides doing it; what is refused changes nothing."""
        user, _other = self.dice.choice(self.people)
        unit = self.dice.choice([self.urban, self.secretariat, self.empty])
        _user, actor = self.dice.choice(self.finding(task))
        ways: list[Callable[[], object]] = [
            lambda: take(task=task, actor=actor),
            lambda: assign(task=task, to=user, note="Zuretzat", actor=actor),
            lambda: release(task=task, actor=actor),
            lambda: hand_to_unit(task=task, unit=unit, note="Zuena da", actor=actor),
            lambda: reassign_unit(case_file=task.case_file, unit=unit, actor=self.people[-1][1]),
            lambda: self.many(task, "assign", actor, {"to": user}),
            lambda: self.many(task, "hand", actor, {"unit": unit}),
            lambda: self.many(task, "complete", actor, {}),
        ]
        with suppress(DomainError, PermissionDenied):
            self.dice.choice(ways)()

    def many(self, task: CaseTask, act: str, actor: Actor, target: dict[str, object]) -> None:
        """The bulk action on every open task of the file; one may end the step of the next."""
        choice = choice_of(actor, target)
        tasks = open_tasks(actor).filter(case_file=task.case_file)
        for one in sorted_out(ACTS[act], tasks, choice)[0]:
            ACTS[act].run(one, choice, "Guztiak batera", None)

    def turn(self, file: CaseFile) -> bool:
        """Hand the file's tasks round, and let whoever finds one do it; False at the end."""
        for task in self._open(file):
            self.hand_round(task)
        file.refresh_from_db()
        if file.state in (State.CLOSED, State.WITHDRAWN):
            return False
        if not (tasks := self._open(file)):
            assert open_notifications(file, self.cast.citizen(self.cast.ane)), f"stuck at {file.step}"
            return True
        task = self.dice.choice(tasks)
        actor = self.doing(task)
        do(take(task=task, actor=actor), actor)
        return True

    def _open(self, file: CaseFile) -> list[CaseTask]:
        tasks = CaseTask.objects.filter(case_file=file, state="open").exclude(step=CORRECTION)
        return list(tasks.select_related("case_file").order_by("pk"))


@pytest.mark.parametrize("template", sorted(templates()))
def test_no_file_gets_stuck_when_it_is_handed_round(in_mundaka: Cast, template: str) -> None:
    office = Office(in_mundaka, template)
    for discreet in (False, True):
        file = opened(in_mundaka, template, discreet=discreet)
        terms = file.due_on
        for _ in range(MOST):
            if not office.turn(file):
                break
        assert file.closed_at and not file.tasks.filter(state="open").exists(), file.step
        assert file.due_on == terms
