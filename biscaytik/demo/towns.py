"""How the pilot towns look and when they are open. Telephones of the form 944 000 0nn belong to nobody."""

from dataclasses import dataclass
from datetime import date, time

from core.municipalities.constants import Module, Scene
from core.municipalities.models import DayOff, ModuleAdoption, Municipality, Office, OpeningHours, Theme


@dataclass(frozen=True)
class Pilot:
    """One town of the demo county; `colours`: brand, brand_deep, accent, glow, tint."""

    slug: str
    colours: tuple[str, str, str, str, str]
    scene: Scene
    phone: str
    address: str
    postcode: str
    day_off: tuple[int, int, str, str] | None  # month, day, eu, es
    inhabited: bool = True


SAINT_PETER = "San Pedro"
PILOTS = (
    Pilot(
        slug="abanto-zierbena",
        colours=("#6b3a1e", "#452410", "#a3401b", "#e9b44c", "#f7efe8"),
        scene=Scene.BRIDGE,
        phone="944 000 010",
        address="El Minero plaza 1",
        postcode="48500",
        day_off=(7, 16, "Karmen eguna", "Virgen del Carmen"),
    ),
    Pilot(
        slug="balmaseda",
        colours=("#6d2233", "#491521", "#9a4a12", "#eab558", "#f8eeec"),
        scene=Scene.BRIDGE,
        phone="944 000 020",
        address="San Severino plaza 1",
        postcode="48800",
        day_off=(10, 23, "San Severino", "San Severino"),
    ),
    Pilot(
        slug="galdakao",
        colours=("#1d4f3b", "#123528", "#94500a", "#e3b23c", "#e9f2ec"),
        scene=Scene.VALLEY,
        phone="944 000 030",
        address="Kurtzea plaza 1",
        postcode="48960",
        day_off=(9, 14, "Santa Gurutz eguna", "Santa Cruz"),
    ),
    Pilot(
        slug="mundaka",
        colours=("#0f3d5c", "#0a2a41", "#b93a22", "#f2b632", "#e8f0f4"),
        scene=Scene.PORT,
        phone="944 000 040",
        address="Lehendakari Agirre plaza 1",
        postcode="48360",
        day_off=(6, 29, SAINT_PETER, SAINT_PETER),
    ),
    Pilot(
        slug="arratia",
        colours=("#43326b", "#2b1f49", "#8a4b08", "#e8b33a", "#f0ecf6"),
        scene=Scene.VALLEY,
        phone="944 000 050",
        address="Elizondo kalea 1",
        postcode="48141",
        day_off=None,
        inhabited=False,
    ),
)


def furnish(town: Municipality, pilot: Pilot, today: date) -> None:
    """Modules, look, office with its hours and the local days off; runs inside the town's door, any number of times."""
    ModuleAdoption.objects.bulk_create(
        [ModuleAdoption(module=module, since=date(2020, 1, 1)) for module in Module], ignore_conflicts=True
    )
    names = ("brand", "brand_deep", "accent", "glow", "tint")
    Theme.objects.update_or_create(
        municipality=town, defaults=dict(zip(names, pilot.colours, strict=True)) | {"scene": pilot.scene}
    )
    office, new = Office.objects.update_or_create(
        municipality=town,
        is_main=True,
        defaults={
            "name_eu": "Herritarren Arreta Bulegoa",
            "name_es": "Oficina de Atención Ciudadana",
            "name_en": "Citizens' office",
            "address": pilot.address,
            "postcode": pilot.postcode,
            "phone": pilot.phone,
            "email": f"harrera@{pilot.slug}.example",
        },
    )
    if new:
        hours = [(day, time(8, 30), time(14, 0)) for day in range(5)] + [(3, time(16, 0), time(18, 30))]
        OpeningHours.objects.bulk_create(
            OpeningHours(office=office, weekday=day, opens=opens, closes=closes) for day, opens, closes in hours
        )
    if pilot.day_off:
        month, day, name_eu, name_es = pilot.day_off
        for year in (today.year, today.year + 1):
            DayOff.objects.get_or_create(
                municipality=town,
                day=date(year, month, day),
                defaults={"name_eu": name_eu, "name_es": name_es, "name_en": name_es},
            )
