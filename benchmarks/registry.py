"""Entries a second through `registry.services.register`, beside the bare statements that no registry can do without.

Each client is a process with one connection and closes the door after every entry, as a submission does. The bare rate
is `BEGIN`, `UPDATE … RETURNING`, `INSERT`, `COMMIT` by psycopg: the same columns and indexes, but no wall, no foreign
keys, no hash, no audit row and no Django.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import psycopg

from benchmarks.lab import laboratory

SECONDS = 3.0
WARM_UP = 0.5
TOWNS = 113
CLIENTS = (1, 8, 32)
RAW_TABLES = """
CREATE TABLE raw_book (LIKE registry_book INCLUDING ALL);
CREATE TABLE raw_entry (LIKE registry_entry INCLUDING ALL);
INSERT INTO raw_book (municipality_id, kind, year, last_number, last_hash, last_annotation, last_annotation_hash)
    SELECT n, 'E', 2026, 0, '', 0, '' FROM generate_series(1, 113) n;
GRANT ALL ON raw_book, raw_entry TO biscaytik_app;
"""
RAW_UPDATE = """
UPDATE raw_book SET last_number = last_number + 1, last_at = clock_timestamp()
WHERE municipality_id = %s AND kind = 'E' AND year = 2026 RETURNING id, last_number, last_at
"""
RAW_INSERT = """
INSERT INTO raw_entry (municipality_id, book_id, number, at, deemed_at, mode, summary, party, procedure_code,
    case_reference, language, attachments, content, key, actor, previous_hash, hash)
VALUES (%s, %s, %s, %s, %s, '02', %s, %s, '', '', 'eu', '[]', %s, %s, '{}', %s, %s)
"""
SUMMARY = "Zuhaitz bat mozteko baimena, etxe aurreko plazan"
CONTENT = {"expone": "Etxe aurreko zuhaitza gaixorik dago. " * 4, "solicita": "Moztea. " * 8}
PARTY = {"name": "Ane Etxebarria Uriarte", "identifier_kind": "nif", "identifier": "12345678Z"}

Figures = dict[str, float]
Enter = Callable[[], None]


def run() -> tuple[Figures, Figures]:
    """`entries_per_second`, `raw_per_second` and `ratio` are of 113 towns and 8 clients; beside them, every other."""
    with laboratory(("load_municipalities", "--adopt=registry", "--verbosity=0")) as environment:
        with psycopg.connect(_address(environment, "DB_OWNER"), autocommit=True) as owner:
            owner.execute(RAW_TABLES)
        # a fresh process, for the clients are forked from it with Django set up on the bench's database
        variables = os.environ | environment | {"DJANGO_SETTINGS_MODULE": "biscaytik.settings"}
        ended = subprocess.run(
            [sys.executable, "-m", "benchmarks.registry"], env=variables, stdout=subprocess.PIPE, text=True, check=True
        )
    beside: Figures = json.loads(ended.stdout)
    ours, raw = beside[f"entries_{TOWNS}_towns_8_clients"], beside[f"raw_{TOWNS}_towns_8_clients"]
    return {"entries_per_second": ours, "raw_per_second": raw, "ratio": round(ours / raw, 3)}, beside


def measure() -> Figures:
    """Every figure, in a process that holds no connection when it forks."""
    import django

    django.setup()
    # raw and ours take turns, so that a slow minute of the machine strikes both
    return {
        f"{way.__name__[1:]}_{towns}_towns_{clients}_clients": _rate(way, towns, clients)
        for towns in (1, TOWNS)
        for clients in CLIENTS
        for way in (_raw, _entries)
    }


def _rate(way: Callable[[int, int], Enter], towns: int, clients: int) -> float:
    """Entries a second of `clients` processes over `towns`, counted from when all of them are warm."""
    forking = multiprocessing.get_context("fork")
    ready, made = forking.Barrier(clients), forking.Queue()
    processes = [forking.Process(target=_client, args=(way, towns, n, ready, made)) for n in range(clients)]
    for process in processes:
        process.start()
    total = sum(made.get(timeout=60 + SECONDS) for _ in processes)
    for process in processes:
        process.join()
    return round(total / SECONDS, 1)


def _client(way: Callable[[int, int], Enter], towns: int, number: int, ready: Any, made: Any) -> None:
    enter = way(towns, number)
    enter()  # connection, caches and book are there
    ready.wait(60)
    measured_from = time.monotonic() + WARM_UP
    end = measured_from + SECONDS
    count = 0
    while (now := time.monotonic()) < end:
        enter()
        count += now >= measured_from
    made.put(count)


def _address(environment: Any, who: str = "DB") -> str:
    return psycopg.conninfo.make_conninfo(
        host=environment["DB_HOST"],
        port=environment["DB_PORT"],
        dbname=environment["DB_NAME"],
        user=environment.get(f"{who}_USER", "biscaytik_owner"),
        password=environment.get(f"{who}_PASSWORD", ""),
    )


def _raw(towns: int, number: int) -> Enter:
    connection = psycopg.connect(_address(os.environ))
    party, content, a_hash = json.dumps(PARTY), json.dumps(CONTENT), "0" * 64
    serial, process = number, os.getpid()

    def enter() -> None:
        nonlocal serial
        serial += 1
        town = serial % towns + 1
        with connection.transaction():
            updated = connection.execute(RAW_UPDATE, [town]).fetchone()
            assert updated
            book, last, at = updated
            key = f"{process}-{serial}"
            values = [town, book, last, at, at, SUMMARY, party, content, key, a_hash, a_hash]
            connection.execute(RAW_INSERT, values)

    return enter


def _entries(towns: int, number: int) -> Enter:
    from core.audit.constants import ActorKind, Channel, Level
    from core.audit.services import Actor
    from core.municipalities.scope import acting_for
    from core.municipalities.services import all_towns
    from registry.constants import BookKind
    from registry.services import register

    ids = [town.municipality.pk for town in all_towns() if town.municipality.ine_code][:towns]
    actor = Actor(kind=ActorKind.CITIZEN, channel=Channel.WEB, name=str(PARTY["name"]), level=Level.CERTIFICATE)
    serial, process = number, os.getpid()

    def enter() -> None:
        nonlocal serial
        serial += 1
        with acting_for(ids[serial % towns]):
            register(
                kind=BookKind.ENTRY,
                summary=SUMMARY,
                party=PARTY,
                content=CONTENT,
                language="eu",
                key=f"{process}-{serial}",
                actor=actor,
            )

    return enter


if __name__ == "__main__":
    print(json.dumps(measure()))  # noqa: T201
