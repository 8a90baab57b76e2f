"""IGU-001: no survey, no fee, no e-mail, no word of what it is about, and no trace on a shared computer."""

import re

import pytest
from django.core import mail
from django.test import Client

from case_files.models import CaseFile
from core.documents.models import Document
from core.municipalities.scope import acting_for
from core.notifications.models import Notification
from core.notifications.services import run_due
from core.payments.models import Charge
from procedures.models import Draft, SearchMiss, TownProcedure
from procedures.services import forget_town_procedures
from tests.cast import Cast

from .walking import Walk

CODE = "IGU-001"
LOUD = re.compile(
    "violen|maltrat|malos tratos|agres|víctim|victim|machis|abus|indarkeri|tratu txar|matxis|biktim|eraso|jazar", re.I
)
HER_WORDS = ("tengo miedo", "bikoteak gaizki tratatzen nau", "my partner treats me badly", "violencia machista")
HELP = ("112", "016", "900 840 111")


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


def test_nobody_is_promised_a_message_that_is_never_sent(online: Cast, client: Client) -> None:
    promise = "Hemen abisatuko dizugu"
    assert promise not in client.get(Walk(client, CODE).begin().url("you")).content.decode()
    assert promise in client.get(Walk(client, "REG-010").begin().url("you")).content.decode()


def loud(page: str) -> list[str]:
    """What the page says aloud, in its title as in its text."""
    return LOUD.findall(page)


@pytest.mark.parametrize("language", ["eu", "es", "en"])
def test_no_screen_of_hers_says_what_it_is_about(
    online: Cast, citizen_client: Client, clerk_client: Client, language: str
) -> None:
    base = f"/mundaka/{language}"
    walk = Walk(citizen_client, CODE, language=language).begin()
    screens = [citizen_client.get(f"{base}/procedures/{CODE}/{page}") for page in ("", "checklist/", "start/")]
    screens += [citizen_client.get(f"{base}/folder/"), citizen_client.get(walk.url("1"))]
    walk.answer()
    screens += [citizen_client.get(walk.url(step)) for step in ("1", "check", "later")]
    walk.send()
    screens += [citizen_client.get(walk.url("done")), citizen_client.get(f"{base}/folder/")]
    with acting_for(online.mundaka.pk):
        case_file = CaseFile.objects.get()
        papers = [(one.title_eu, one.title_es, str(one.context)) for one in Document.objects.all()]
    screens += [citizen_client.get(f"{base}/folder/files/mundaka/{case_file.reference}/")]
    screens += [clerk_client.get(f"{base}/admin/{page}") for page in ("", "case-files/", "desk-filing/")]
    for screen in screens:
        assert screen.status_code == 200
        assert not loud(screen.content.decode()), screen.request["PATH_INFO"]
    assert papers and not loud(str(papers)) and not loud(f"{case_file.title_eu} {case_file.title_es}")
    # the reading is not blind: a matter of which nothing is secret is named
    assert "IGU-002" in citizen_client.get(f"{base}/procedures/", {"topic": "igualdad"}).content.decode()
    assert loud(citizen_client.get(f"{base}/procedures/IGU-004/").content.decode())


def pages_of(client: Client, address: str) -> str:
    found = [client.get(f"{address}page={number}").content.decode() for number in range(1, 23)]
    return "".join(found)


def test_it_stands_on_no_list_and_is_found_by_whoever_searches(online: Cast, client: Client) -> None:
    with acting_for(online.mundaka.pk):
        TownProcedure.objects.filter(procedure__code=CODE).update(pinned=True)
    forget_town_procedures()
    catalogue = "/mundaka/es/procedures/?"
    everything = pages_of(client, catalogue)
    assert "IGU-002" in everything and CODE not in everything
    for narrowed in ("topic=igualdad&", "event=violence&", "level=simple&"):
        assert CODE not in "".join(client.get(f"{catalogue}{narrowed}page={n}").content.decode() for n in range(1, 6))
    assert CODE not in client.get("/mundaka/es/").content.decode()
    for words in HER_WORDS:
        page = client.get("/mundaka/es/procedures/", {"q": words})
        assert CODE in page.content.decode() and all(number in page.content.decode() for number in HELP), words
        assert "no-store" in page["Cache-Control"] and 'class="exit' in page.content.decode()
        assert not loud(re.findall("<title>(.*?)</title>", page.content.decode(), re.S)[0]), words


def test_whoever_is_afraid_is_never_told_that_there_is_nothing(online: Cast, client: Client) -> None:
    with acting_for(online.balmaseda.pk):
        TownProcedure.objects.filter(procedure__code=CODE).update(enabled=False)
    forget_town_procedures()
    for words in HER_WORDS:
        for town, more in (("balmaseda", {}), ("mundaka", {"topic": "padron"})):
            page = client.get(f"/{town}/es/procedures/", {"q": words, **more}).content.decode()
            assert all(number in page for number in HELP), (town, words)
            assert "No hemos encontrado nada" not in page, (town, words)
        assert f"/procedures/{CODE}/" in page  # where only a filter hides it
    client.get("/mundaka/es/procedures/", {"q": "zzzzqqqq"})
    client.get("/mundaka/es/procedures/", {"q": "volante", "topic": "urbanismo_obras"})
    kept = []
    for hall in (online.mundaka, online.balmaseda):
        with acting_for(hall.pk):
            kept += list(SearchMiss.objects.values_list("words", flat=True))
    assert kept == ["zzzzqqqq"]


def test_the_browser_keeps_nothing_once_it_is_closed(online: Cast, client: Client) -> None:
    walk = Walk(client, CODE).begin()
    name = f"draft-{walk.slug}"
    assert client.cookies[name]["max-age"] == client.cookies[name]["expires"] == ""
    walk.answer().send()
    assert client.cookies[name].value == ""
    assert client.get(walk.url("done")).status_code == 200  # she may read it again while the browser is open
    assert not client.cookies["sessionid"]["max-age"] and not client.cookies["sessionid"]["expires"]
    assert Client().get(walk.url("done")).status_code == 404
    other = Walk(client, "VIA-010").begin()
    assert client.cookies[f"draft-{other.slug}"]["max-age"]
