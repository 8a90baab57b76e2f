"""IGU-001: no survey, no fee, no e-mail, and no trace on a shared computer."""

from django.core import mail
from django.test import Client

from case_files.models import CaseFile
from core.municipalities.scope import acting_for
from core.notifications.models import Notification
from core.notifications.services import run_due
from core.payments.models import Charge
from procedures.models import Draft
from tests.cast import Cast

from .walking import Walk

CODE = "IGU-001"


def test_nothing_of_it_leaves_the_town_hall(online: Cast, client: Client) -> None:
    walk = Walk(client, CODE).begin().answer().send()
    assert walk.response.status_code == 302
    done = client.get(walk.response["Location"])
    with acting_for(online.mundaka.pk):
        case_file = CaseFile.objects.get(procedure_code=CODE)
        run_due(online.mundaka.pk, 50)
        steps = {step["code"] for step in case_file.workflow}
        assert case_file.discreet and not steps & {"survey", "fee_payment", "waiting_list"}
        assert not Charge.objects.exists() and not Notification.objects.exclude(email="").exists()
        assert Draft.objects.get(slug=walk.slug).data == {}
    assert mail.outbox == []
    assert "no-store" in done["Cache-Control"]


def test_its_pages_offer_a_way_out_and_stay_in_no_browser(online: Cast, client: Client) -> None:
    walk = Walk(client, CODE).begin()
    for url in (f"/mundaka/eu/procedures/{CODE}/", walk.url("1"), walk.url("check")):
        page = client.get(url, follow=True)
        assert "no-store" in page["Cache-Control"], url
        assert 'class="exit' in page.content.decode(), url
