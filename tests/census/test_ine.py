"""The files exchanged with the INE."""

from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from census.constants import Variation
from census.ine import layout
from census.ine.exporting import file_name
from census.ine.importing import import_inhabitants
from census.ine.snapshot import as_record, joined_identifier, split_identifier
from census.models import Dwelling, Inscription, Movement, Resident
from census.services import change_address, home_of, remove
from core.municipalities.scope import acting_for
from core.municipalities.services.terms import MADRID
from core.territory.models import Street
from tests.cast import Cast

from . import people

LETTERS = st.characters(codec="latin-1", categories=("L", "Zs"), exclude_characters="\xa0")


def values(field: layout.Field) -> st.SearchStrategy[str]:
    if field.numeric:
        return st.text("0123456789", min_size=field.length, max_size=field.length) | st.just("")
    return st.text(LETTERS, max_size=field.length).map(lambda text: text.rstrip(" "))


records = st.fixed_dictionaries(
    {
        block: st.fixed_dictionaries({f.name: values(f) for f in layout.fields() if f.block == block})
        for block in ("ID", "CTRL", "VAR")
    }
)


@given(records)
def test_what_is_written_is_read_back(record: layout.Record) -> None:
    line = layout.write(record)
    assert len(line) == 554
    assert layout.parse(line) == record
    assert layout.write(layout.parse(line)) == line


@given(st.text(max_size=600))
def test_any_line_is_read_or_refused(line: str) -> None:
    try:
        layout.parse(line)
    except layout.BadRecord as error:
        assert str(error)


@pytest.mark.parametrize(
    ("field", "value"), [("NOMB", "x" * 21), ("FNAC", "19x80412"), ("APE1", "Łukasz"), ("NOMB", "a\nb")]
)
def test_a_value_that_does_not_fit_is_refused(field: str, value: str) -> None:
    with pytest.raises(layout.BadRecord, match=field):
        layout.write({"VAR": {field: value}})


@pytest.mark.parametrize(("kind", "number"), [("1", "12345678Z"), ("3", "X1234567L"), ("2", "AAB123456"), ("0", "")])
def test_a_document_is_split_and_joined(kind: str, number: str) -> None:
    blank = dict.fromkeys(("LEXTR", "IDEN", "LIDEN", "NDOCU"), "")
    parts = blank | split_identifier(kind, number)
    parts["IDEN"] = parts["IDEN"].zfill(8) if parts["IDEN"] else ""
    assert joined_identifier(parts) == number


@pytest.mark.parametrize(
    ("month", "name"),
    [
        (date(2026, 3, 1), "H48020AI.326"),
        (date(2026, 10, 1), "H48020AI.026"),
        (date(2026, 11, 1), "H48020AI.A26"),
        (date(2026, 12, 1), "H48020AI.B26"),
    ],
)
def test_the_file_is_named_as_the_ine_says(month: date, name: str) -> None:
    assert file_name("48020", month) == name


AFTER = {
    "DIST": "01", "SECC": "001", "CVIA": "00012", "TVIA": "KALEA", "NVIAC": "SAN PEDRO", "NUMER": "0003",
    "PLAN": "1", "PUER": "A", "TLOC": "1", "NIA": "77", "NHOP": "0100100007", "NOMB": "AÑES", "PART1": "DE LA",
    "APE1": "PEÑA", "SEXO": "6", "CPRON": "48", "CMUNN": "020", "FNAC": "19800412", "TIDEN": "1", "IDEN": "12345678",
    "LIDEN": "Z", "CNES": "43", "NACI": "108", "PRDP": "28", "MUDP": "079",
}  # fmt: skip


def line(variation: str = "AOM", before: dict[str, str] | None = None, town: str = "48064", **after: str) -> str:
    return layout.write(as_record(town, variation, "20200115", before or {}, AFTER | after))


def load(lines: list[str], cast: Cast, **how: bool) -> object:
    return import_inhabitants(lines, town=cast.mundaka, actor=people.system(), **how)


def test_an_entry_becomes_a_resident_at_a_dwelling(in_mundaka: Cast) -> None:
    report = load([line()], in_mundaka)
    resident = Resident.objects.get()
    home = home_of(resident)
    assert (report.loaded, report.refused) == (1, [])
    assert (str(resident), resident.identifier, resident.name_norm) == ("AÑES de la PEÑA", "12345678Z", "pena anes")
    assert (home.dwelling.street.said("eu"), home.dwelling.number, home.origin) == ("SAN PEDRO kalea", "3", "28079")


def test_the_same_file_again_changes_nothing(in_mundaka: Cast) -> None:
    lines = [line(), line(NIA="78", IDEN="", LIDEN="", TIDEN="0", NOMB="JON")]
    load(lines, in_mundaka)
    report = load(lines, in_mundaka)
    assert (report.loaded, report.unchanged) == (0, 2)
    assert (Resident.objects.count(), Dwelling.objects.count(), Street.objects.count()) == (2, 1, 1)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (line(SEXO="2"), "SEXO"),
        (line(LIDEN="A"), "12345678A"),
        (line(FNAC="19801341"), "FNAC"),
        (line(NOMB=""), "NOMB"),
        (line(NHOP=""), "NHOP"),
        (line(town="48020"), "48020"),
        (line(variation="AIN"), "AIN"),
        (line(variation="BDE", before={"NIA": "5"}), "5"),
        (line()[:-1], "553"),
    ],
)
def test_one_bad_line_keeps_everything_out_and_says_why(in_mundaka: Cast, bad: str, said: str) -> None:
    report = load([line(NIA="99"), "", bad], in_mundaka)
    assert not report.saved
    assert [refused.line for refused in report.refused] == [3]
    assert said in report.refused[0].reason
    assert not Resident.objects.exists()
    assert not Dwelling.objects.exists()


def test_the_good_lines_alone_where_they_are_asked_for(in_mundaka: Cast) -> None:
    report = load([line(), line(NIA="78", SEXO="2")], in_mundaka, only_good=True)
    assert (report.loaded, len(report.refused), report.saved) == (1, 1, True)
    assert Resident.objects.get().nia == "77"


def test_changes_and_removals_follow_the_residents_number(in_mundaka: Cast) -> None:
    load([line()], in_mundaka)
    load([line("MCD", {"NIA": "77"}, NHOP="0100100008", NUMER="0009")], in_mundaka)
    resident = Resident.objects.get()
    assert home_of(resident).dwelling.number == "9"
    load([line("BDE", {"NIA": "77"})], in_mundaka)
    assert home_of(resident) is None
    assert Inscription.objects.get(ended_by=Variation.DEATH).begun_by == Variation.ADDRESS


def test_what_one_town_exports_is_a_file_that_can_be_read(cast: Cast, tmp_path: Path) -> None:
    with acting_for(cast.mundaka.pk):
        resident = people.ane(given_name="Añes", particle1="de la")
        change_address(resident=resident, dwelling=people.dwelling("7A"), on=date(2026, 3, 1), actor=people.system())
        remove(resident=resident, variation=Variation.DEPARTURE, on=date(2026, 4, 1), destination="28079",
               actor=people.system())  # fmt: skip
    month = f"{datetime.now(MADRID):%Y-%m}"
    call_command("export_ine_variations", town="mundaka", month=month, output=tmp_path)
    [file] = tmp_path.iterdir()
    lines = file.read_bytes().decode("latin-1").split("\r\n")
    entry, move, departure = (layout.parse(text) for text in lines[:3])
    assert lines[3:] == [""]
    assert entry["ID"] == dict.fromkeys(entry["ID"], "") | {"CPRO": "48", "CMUN": "064"}
    assert (entry["CTRL"]["CVAR"], entry["CTRL"]["CAUV"], entry["VAR"]["PART1"]) == ("A", "CR", "DE LA")
    assert (move["ID"]["IDEN"], move["VAR"]["NUMER"], move["VAR"]["CNUMER"]) == ("12345678", "0007", "A")
    assert (departure["VAR"]["NOMB"], departure["VAR"]["PRDP"], departure["VAR"]["MUDP"]) == ("", "28", "079")


def test_each_movement_is_told_in_one_month_only(cast: Cast, tmp_path: Path) -> None:
    with acting_for(cast.mundaka.pk):
        resident = people.ane()
        for moment in ("2026-10-31T22:30:00+00:00", "2026-10-31T23:30:00+00:00"):  # midnight of Madrid lies between
            Movement.objects.create(resident=resident, variation="MCO", effective_on=date(2026, 10, 1),
                                    created_at=datetime.fromisoformat(moment))  # fmt: skip
    for month in ("2026-10", "2026-11"):
        call_command("export_ine_variations", town="mundaka", month=month, output=tmp_path)
    sizes = {file.name: len(file.read_bytes()) // 556 for file in tmp_path.iterdir()}
    assert sizes["H48064AI.026"] == 1


def test_the_commands_say_what_is_wrong(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "H48064IA.A26"
    file.write_bytes((line(SEXO="2") + "\r\n").encode("latin-1"))
    with pytest.raises(CommandError, match="nothing was loaded"):
        call_command("import_ine_inhabitants", file, town="mundaka")
    assert "line 1" in capsys.readouterr().err
    with pytest.raises(CommandError, match="no town"):
        call_command("import_ine_inhabitants", file, town="nowhere")
    with pytest.raises(CommandError, match="no month"):
        call_command("export_ine_variations", town="mundaka", month="2026-13")
    file.write_bytes((line() + "\r\n").encode("latin-1"))
    call_command("import_ine_inhabitants", file, town="mundaka")
    with acting_for(cast.mundaka.pk):
        assert Resident.objects.count() == 1
