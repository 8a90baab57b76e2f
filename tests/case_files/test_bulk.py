"""Many tasks at once: what will be done and what can't, each file by itself, nothing twice."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from case_files.constants import LinkKind, TaskState
from case_files.models import CaseEvent, CaseFile, CaseTask
from case_files.services import ask_correction, assign, relate, take
from core.audit.models import AuditRow
from core.documents.limits import forget
from core.identity.constants import Role
from core.identity.models import Membership
from core.municipalities.models import Unit
from core.municipalities.scope import acting_for
from tests.cast import Cast, make_clerk
from tests.clients import sign_in

from .files import ITEM, open_task, opened, walk_to

BULK = "/mundaka/es/admin/case-files/bulk/"
# statements of one file at the most: its own transaction, locks, rule, history and audit; a step done walks on
PER_FILE = {"complete": 18}
OTHERS = 16


class Desk:
    """Miren at her inbox: what she ticks, what the page then says, and what came of it."""

    def __init__(self, client: Client, cast: Cast) -> None:
        self.client, self.cast = client, cast

    def files(self, count: int = 2, template: str = "LICE", **more: Any) -> list[CaseFile]:
        with acting_for(self.cast.mundaka.pk):
            return [opened(self.cast, template, **more) for _ in range(count)]

    def ids(self, files: list[CaseFile]) -> list[int]:
        with acting_for(self.cast.mundaka.pk):
            return [open_task(one).pk for one in files]

    def plan(self, act: str, files: list[CaseFile], **more: Any) -> Any:
        return self.ticked(act, self.ids(files), **more)

    def ticked(self, act: str, ids: list[int], **more: Any) -> Any:
        answer = self.client.post(BULK, {"act": act, "task": ids, **more})
        assert answer.status_code == 200
        return answer

    def confirm(self, page: Any, **more: Any) -> Any:
        """Send the page as a browser would, with its hidden inputs."""
        sent: dict[str, list[str]] = {}
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode()):
            if name != "csrfmiddlewaretoken":
                sent.setdefault(name, []).append(value)
        return self.client.post(BULK, {**sent, "confirm": "1", **more}, follow=True)

    def do(self, act: str, files: list[CaseFile], text: str = "", **more: Any) -> Any:
        return self.confirm(self.plan(act, files, **more), **({"text": text} if text else {}))


@pytest.fixture
def desk(clerk_client: Client, cast: Cast) -> Desk:
    forget()
    return Desk(clerk_client, cast)


def left_out(page: Any) -> list[str]:
    return [row["why"] for row in page.context["left_out"]]


def not_done(page: Any) -> list[str]:
    return [line["why"] for line in page.context["left"]]


def unit(cast: Cast, code: str = "secretariat") -> Unit:
    found: Unit = Unit.objects.get(municipality=cast.mundaka, code=code)
    return found


def gorka(cast: Cast, *roles: Role) -> Any:
    return make_clerk("gorka@mundaka.example", "Gorka Lasa", cast.mundaka, roles or [Role.HANDLER])


def test_nothing_is_done_before_it_is_confirmed(desk: Desk) -> None:
    files = desk.files()
    page = desk.plan("take", files)
    html = page.content.decode()
    assert all(one.reference in html for one in files) and not left_out(page)
    with acting_for(desk.cast.mundaka.pk):
        assert not CaseTask.objects.exclude(assignee=None).exists()
    done = desk.confirm(page)
    assert len(done.context["done"]) == 2 and not not_done(done)
    with acting_for(desk.cast.mundaka.pk):
        assert CaseTask.objects.filter(assignee=desk.cast.miren).count() == 2
        assert AuditRow.objects.filter(action="case_files.taken").count() == 2


def test_all_of_the_page_without_a_script(desk: Desk) -> None:
    files = desk.files(3)
    page = desk.client.post(BULK, {"act": "take", "all": "page", "on-page": desk.ids(files)})
    assert len(page.context["rows"]) == 3


def test_each_reason_is_said_beforehand(desk: Desk) -> None:
    cast = desk.cast
    free, hers, his, suspended, words = desk.files(5)
    with acting_for(cast.mundaka.pk):
        take(task=open_task(hers), actor=cast.clerk())
        assign(task=open_task(his), to=gorka(cast), actor=cast.clerk())
        walk_to(words, "technical_report", cast.clerk())
        ask_correction(case_file=suspended, items=ITEM, actor=cast.clerk())
    files = [free, hers, his, suspended, words]
    assert [row["task"].case_file for row in desk.plan("complete", files).context["rows"]] == [free, hers]
    assert left_out(desk.plan("take", files)) == [
        "Ya es tuya.",
        "La tiene Gorka Lasa. Si hace falta, tómala en su propia página.",
    ]
    said = " ".join(left_out(desk.plan("complete", files)))
    assert "Gorka Lasa" in said and "espera lo que se pidió" in said and "palabras propias" in said


def test_who_has_not_the_role_does_nothing(desk: Desk) -> None:
    files = desk.files()
    gorka(desk.cast)
    with acting_for(desk.cast.mundaka.pk):
        Membership.objects.filter(user=desk.cast.miren).exclude(role=Role.REGISTRAR).delete()
    for act, more in (("take", {}), ("complete", {}), ("assign", {"to": desk.cast.miren.pk})):
        assert len(left_out(desk.plan(act, files, **more))) == 2, act
    # a registrar sends files where they belong, and writes notes
    assert not left_out(desk.plan("route", files, unit=unit(desk.cast).pk))
    assert not left_out(desk.plan("note", files))
    # and a page that was made by hand changes nothing
    answer = desk.client.post(BULK, {"act": "take", "task": desk.ids(files), "key": "x", "confirm": "1"}, follow=True)
    assert len(not_done(answer)) == 2


def test_given_to_somebody_whose_role_fits(desk: Desk) -> None:
    files, friend = desk.files(), gorka(desk.cast)
    with acting_for(desk.cast.mundaka.pk):
        walk_to(files[1], "resolution", desk.cast.clerk())
    page = desk.plan("assign", files, to=friend.pk)
    assert len(page.context["rows"]) == 1 and "Gorka Lasa" in left_out(page)[0]  # she signs, he does not
    desk.confirm(page, text="Oporretan nago")
    with acting_for(desk.cast.mundaka.pk):
        task = open_task(files[0])
        assert (task.assignee, task.note) == (friend, "Oporretan nago")
        assert AuditRow.objects.get(action="case_files.assigned").reason == "Oporretan nago"


def test_whom_must_be_said_and_is_asked_for(desk: Desk) -> None:
    files = desk.files()
    page = desk.plan("assign", files, to=desk.cast.koldo.pk)  # no clerk of this town
    assert "errsum" in page.content.decode() and not page.context["is_chosen"]
    assert not desk.confirm(page).redirect_chain  # nothing goes to nobody
    assert desk.plan("assign", files, to=desk.cast.miren.pk).context["is_chosen"]


def test_handed_to_another_unit_with_a_reason_and_the_same_term(desk: Desk) -> None:
    files = desk.files()
    with acting_for(desk.cast.mundaka.pk):
        before = list(CaseTask.objects.order_by("pk").values_list("due_on", flat=True))
    page = desk.plan("hand", files, unit=unit(desk.cast).pk)
    assert "errsum" in desk.confirm(page).content.decode()  # why?
    desk.confirm(page, text="Idazkaritzari dagokio")
    with acting_for(desk.cast.mundaka.pk):
        tasks = CaseTask.objects.order_by("pk")
        assert {task.unit for task in tasks} == {unit(desk.cast)}
        assert list(tasks.values_list("due_on", flat=True)) == before
        assert {file.unit for file in CaseFile.objects.all()} == {unit(desk.cast, "urban")}
        assert set(AuditRow.objects.filter(action="case_files.task_handed").values_list("reason", flat=True)) == {
            "Idazkaritzari dagokio"
        }
    assert len(left_out(desk.plan("hand", files, unit=unit(desk.cast).pk))) == 2


def test_a_unit_where_nobody_does_the_step_gets_none(desk: Desk) -> None:
    with acting_for(desk.cast.mundaka.pk):
        there = Unit.objects.create(code="archive", name_eu="Artxiboa", name_es="Archivo")
        Membership.objects.update(unit=unit(desk.cast, "urban"))
    assert "Archivo" in left_out(desk.plan("hand", desk.files(1), unit=there.pk))[0]


def test_whole_files_go_once_each(desk: Desk) -> None:
    (file,) = desk.files(1)
    with acting_for(desk.cast.mundaka.pk):
        task = walk_to(file, "technical_report", desk.cast.clerk())
        both = [task.pk, CaseTask.objects.exclude(pk=task.pk).get(case_file=file, state="open").pk]
    page = desk.client.post(BULK, {"act": "route", "task": both, "unit": unit(desk.cast).pk})
    assert (len(page.context["rows"]), len(left_out(page))) == (1, 1)
    assert not not_done(desk.confirm(page))
    with acting_for(desk.cast.mundaka.pk):
        assert CaseFile.objects.get().unit == unit(desk.cast)


def test_two_tasks_of_one_file_are_both_done(desk: Desk) -> None:
    (file,) = desk.files(1)
    with acting_for(desk.cast.mundaka.pk):
        task = walk_to(file, "technical_report", desk.cast.clerk())
        both = [task.pk, CaseTask.objects.exclude(pk=task.pk).get(case_file=file, state="open").pk]
    done = desk.confirm(desk.client.post(BULK, {"act": "take", "task": both}))
    assert len(done.context["done"]) == 2


def test_a_forged_confirmation_with_two_tasks_of_a_file_writes_once_in_it(desk: Desk) -> None:
    (file,) = desk.files(1)
    with acting_for(desk.cast.mundaka.pk):
        task = walk_to(file, "technical_report", desk.cast.clerk())
        both = [task.pk, CaseTask.objects.exclude(pk=task.pk).get(case_file=file, state="open").pk]
        written = CaseEvent.objects.count()
    forged = {"act": "note", "task": both, "text": "Oharra", "key": "k", "confirm": "1"}
    done = desk.client.post(BULK, forged, follow=True)
    assert (len(done.context["done"]), len(not_done(done))) == (1, 1)
    with acting_for(desk.cast.mundaka.pk):
        assert CaseEvent.objects.count() == written + 1
        assert AuditRow.objects.filter(action="case_files.note").count() == 1


def test_a_discreet_file_is_handed_over_from_its_own_page(desk: Desk) -> None:
    files = desk.files(1, discreet=True)
    friend = gorka(desk.cast)
    for act, more in (("assign", {"to": friend.pk}), ("hand", {"unit": unit(desk.cast).pk})):
        assert "reservado" in left_out(desk.plan(act, files, **more))[0]
    assert not left_out(desk.plan("take", files))


def test_what_she_may_not_open_has_no_name_here(desk: Desk) -> None:
    (secret,) = desk.files(1, discreet=True)
    with acting_for(desk.cast.mundaka.pk):
        Membership.objects.update(unit=unit(desk.cast))
    page = desk.plan("take", [secret])
    assert secret.reference not in page.content.decode() and page.context["gone"] == 1
    ids = {"act": "take", "task": desk.ids([secret]), "key": "k", "confirm": "1"}
    answer = desk.client.post(BULK, ids, follow=True)
    assert secret.reference not in answer.content.decode() and len(not_done(answer)) == 1


def test_one_that_fails_stops_no_other(desk: Desk) -> None:
    files = desk.files(3)
    page = desk.plan("complete", files)
    with acting_for(desk.cast.mundaka.pk):  # meanwhile a colleague looks at the second
        relate(case_file=files[1], other=files[0], kind=LinkKind.RELATED, actor=desk.cast.clerk())
        CaseFile.objects.filter(pk=files[0].pk).update(version=files[0].version)
    done = desk.confirm(page)
    assert len(done.context["done"]) == 2
    assert [line["reference"] for line in done.context["left"]] == [files[1].reference]
    with acting_for(desk.cast.mundaka.pk):
        assert [open_task(one).step for one in files] == ["fee_settlement", "check_docs", "fee_settlement"]
        assert AuditRow.objects.filter(action="case_files.step_done").count() == 2


@pytest.mark.parametrize("act", ["complete", "note", "take"])
def test_sent_twice_it_is_done_once(desk: Desk, act: str) -> None:
    page = desk.plan(act, desk.files())
    first = desk.confirm(page, text="Oharra")
    with acting_for(desk.cast.mundaka.pk):
        written = CaseEvent.objects.count(), AuditRow.objects.count()
    again = desk.confirm(page, text="Oharra")
    assert again.redirect_chain == first.redirect_chain and again.context["said"] == first.context["said"]
    forget()  # also where nobody remembers the key, as after a restart
    session = desk.client.session
    del session["case_files_bulk"]
    session.save()
    assert not desk.confirm(page, text="Oharra").context["done"]
    with acting_for(desk.cast.mundaka.pk):
        assert (CaseEvent.objects.count(), AuditRow.objects.count()) == written


def test_a_census_step_without_its_change_is_left_out(desk: Desk) -> None:
    (move,) = desk.files(1, "PADR", code="PAD-002")
    with acting_for(desk.cast.mundaka.pk):
        walk_to(move, "census_update", desk.cast.clerk())
    assert "El padrón todavía no ha cambiado" in left_out(desk.plan("complete", [move]))[0]


def test_nothing_ticked_leads_back(desk: Desk) -> None:
    for sent in ({"act": "take"}, {"act": "burn", "task": "1"}, {"act": "take", "task": "x", "kept": "//evil.example"}):
        answer = desk.client.post(BULK, sent)
        assert answer.status_code == 302 and answer["Location"].startswith("/mundaka/es/admin/case-files/")
    assert desk.client.get(BULK).status_code == 302
    assert desk.client.get(f"{BULK}0123/").status_code == 302


def test_another_towns_clerk_reaches_no_task(desk: Desk) -> None:
    files = desk.files()
    koldo = sign_in(Client(), desk.cast.koldo, second_factor=True)
    sent = {"act": "take", "task": desk.ids(files), "key": "k", "confirm": "1"}
    answer = koldo.post(BULK.replace("mundaka", "balmaseda"), sent, follow=True)
    assert not answer.context["done"]
    with acting_for(desk.cast.mundaka.pk):
        assert not CaseTask.objects.exclude(assignee=None).exists()


def counted(run: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as statements:
        run()
    return len(statements)


@pytest.mark.parametrize("act", ["take", "assign", "hand", "route", "complete", "note"])
def test_statements_grow_by_file_and_stay_within_their_budget(desk: Desk, act: str) -> None:
    more = {"assign": {"to": gorka(desk.cast).pk}, "hand": {"unit": unit(desk.cast).pk}}
    more["route"] = more["hand"]
    few, many = desk.files(2), desk.files(12)
    pages, plans = [], []
    for ids in (desk.ids(few), desk.ids(many)):
        plans.append(counted(lambda: pages.append(desk.ticked(act, ids, **more.get(act, {})))))  # noqa: B023
    assert plans[1] <= 14 and plans[0] == plans[1], plans
    costs = [counted(lambda: desk.confirm(page, text="Zergatia")) for page in pages]  # noqa: B023
    per_file = (costs[1] - costs[0]) / 10
    assert per_file <= PER_FILE.get(act, OTHERS), (per_file, costs)
    with acting_for(desk.cast.mundaka.pk):
        assert CaseTask.objects.filter(state=TaskState.OPEN).count() == 14


@pytest.mark.parametrize("wrong", ["9" * 5000, str(2**63), "-1", "x"])
def test_an_id_that_no_row_can_have_is_none(desk: Desk, wrong: str) -> None:
    (task,) = desk.ids(desk.files(1))
    page = desk.client.post(BULK, {"act": "take", "task": [wrong, task]})
    assert len(page.context["rows"]) == 1
    done = desk.confirm(page, **{f"seen-{task}": wrong})
    assert done.status_code == 200
