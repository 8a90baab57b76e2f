"""Finding a procedure, over HTTP: searches in 113 towns with 252 procedures each, and pages for who has not signed in.

A search is measured from its request to its last byte, one client at a time. The pages are read by four clients with
the cache that production has, and once more with a cookie that passes it by.
"""

import csv
import http.client
import itertools
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.lab import laboratory, resident_mb, wait_until
from biscaytik.launcher import process
from biscaytik.launcher.stack import Stack

CLIENTS, SECONDS, SEARCHES = 4, 10, 400
QUERIES = Path(__file__).resolve().parents[1] / "tests" / "procedures" / "search_queries.csv"
PAGES = ("", "procedures/", "procedures/PAD-006/", "procedures/URB-002/", "offices/")
TOWNS, LANGUAGES = ("mundaka", "balmaseda", "galdakao", "bermeo", "leioa", "getxo", "durango", "zalla"), ("eu", "es")
# nginx, which ends TLS, says so
HEADERS = {"X-Forwarded-Proto": "https"}


def get(connection: http.client.HTTPConnection, path: str, **more: str) -> bytes:
    connection.request("GET", path, headers=HEADERS | more)
    answer = connection.getresponse()
    page = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answers {answer.status}")
    return page


def measure_search(port: int, slugs: list[str]) -> dict[str, float]:
    """Milliseconds of a search's page, in towns and languages by turns."""
    with QUERIES.open(encoding="utf-8", newline="") as lines:
        queries = [(line["language"], line["query"]) for line in csv.DictReader(lines, delimiter=";")]
    connection, towns = http.client.HTTPConnection("127.0.0.1", port), itertools.cycle(slugs)
    took = []
    for at, (language, query) in enumerate(itertools.islice(itertools.cycle(queries), SEARCHES + len(slugs))):
        path = f"/{next(towns)}/{language}/procedures/?{urlencode({'q': query})}"
        began = time.perf_counter()
        get(connection, path)
        if at >= len(slugs):  # a town's first page reads its settings
            took.append((time.perf_counter() - began) * 1000)
    return {
        "search_median_ms": round(statistics.median(took), 1),
        "search_p95_ms": round(statistics.quantiles(took, n=20)[-1], 1),
    }


def drive(port: int, seed: int, cookie: str, gate: Any, results: Any) -> None:
    """One client: pages in random order until the time is up; how many."""
    pages = [f"/{town}/{language}/{page}" for town in TOWNS for language in LANGUAGES for page in PAGES]
    choose, connection, read = random.Random(seed), http.client.HTTPConnection("127.0.0.1", port), 0
    more = {"Cookie": cookie} if cookie else {}
    gate.wait()
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        get(connection, choose.choice(pages), **more)
        read += 1
    results.put(read)


def measure_pages(port: int, cookie: str = "") -> float:
    gate = multiprocessing.Barrier(CLIENTS)
    results: multiprocessing.Queue[int] = multiprocessing.Queue()
    clients = [
        multiprocessing.Process(target=drive, args=(port, seed, cookie, gate, results)) for seed in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    total = sum(results.get(timeout=SECONDS + 60) for _client in clients)
    for client in clients:
        client.join()
    return round(total / SECONDS, 1)


def run() -> tuple[dict[str, Any], dict[str, Any]]:
    commands = [("collectstatic", "--noinput", "--verbosity=0"), ("load_municipalities",), ("load_catalogue",)]
    with laboratory(*commands) as environment, tempfile.TemporaryDirectory() as logs:
        asked = [sys.executable, "-m", "benchmarks.catalogue"]
        made = subprocess.run(asked, env=os.environ | environment, capture_output=True, text=True, check=False)
        if made.returncode:
            raise RuntimeError(made.stderr)
        slugs, port = made.stdout.split(), process.free_port()
        with Stack(environment, port=port, logs=Path(logs), parts=["web"]) as stack:
            wait_until(lambda: get(http.client.HTTPConnection("127.0.0.1", port), "/mundaka/eu/"), stack)
            figures: dict[str, Any] = measure_search(port, slugs)
            figures["anonymous_pages_per_second"] = measure_pages(port)
            uncached = measure_pages(port, cookie="unknown=1")
            figures["web_rss_mb"] = resident_mb(stack, "web")
    return figures, {
        "uncached_pages_per_second": uncached,
        "procedures_on_line": 252 * len(slugs),
        "different_pages": len(TOWNS) * len(LANGUAGES) * len(PAGES),
        "clients": CLIENTS,
        "seconds": SECONDS,
    }


def furnish() -> list[str]:
    """Every procedure on line in each of the 113 towns; their slugs."""
    from core.municipalities.constants import Kind, Module
    from core.municipalities.models import ModuleAdoption
    from core.municipalities.scope import acting_for
    from core.municipalities.services import all_towns
    from procedures.services import enable_procedures

    towns = [town.municipality for town in all_towns() if town.municipality.kind == Kind.TOWN]
    for town in towns:
        with acting_for(town.pk):
            for module in (Module.PROCEDURES, Module.CASE_FILES, Module.REGISTRY):
                ModuleAdoption.objects.get_or_create(municipality=town, module=module)
            enable_procedures(town.pk)
    return [town.slug for town in towns]


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write("\n".join(furnish()) + "\n")
