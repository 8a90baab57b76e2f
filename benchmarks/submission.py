"""A request from the start page to its number in the book, over HTTP against granian, four clients at once.

The journey is that of Open Forms' measured one: two steps, fourteen fields, one condition, seven calls. Here it ends
with a registry number, a case file and the receipt's row; with workers on, with the sealed receipt.
"""

import http.client
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg

from benchmarks.lab import laboratory, logged_statements, resident_mb, wait_until
from benchmarks.submission_world import CODE, TOWN, WORKS, YOU
from biscaytik.launcher import process
from biscaytik.launcher.stack import Stack

CLIENTS, SECONDS = 4, 12
CSRF = "0123456789abcdefghijABCDEFGHIJ01"
CALLS = 7
OPEN_FORMS = {
    "open_forms_sql_statements": 20, "open_forms_journey_sql_statements": 98, "open_forms_per_second": 4.3,
    "open_forms_median_ms": 905, "open_forms_until_unsealed_pdf_median_ms": 1056,
}  # fmt: skip


@dataclass
class Browser:
    """One citizen's browser: a kept connection, her session, her language."""

    port: int
    session: str
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def call(self, path: str, data: dict[str, str] | None = None) -> tuple[str, bytes]:
        """One call; returns where it leads and the page. RuntimeError where the answer is neither 200 nor 302."""
        body = urlencode(data | {"csrfmiddlewaretoken": CSRF}) if data is not None else None
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={CSRF}",
            "X-Forwarded-Proto": "https",  # as nginx, which ends TLS, would say
            "Referer": f"https://127.0.0.1:{self.port}/",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.connection.request("GET" if data is None else "POST", path, body, headers)
        answer = self.connection.getresponse()
        page = answer.read()
        if answer.status not in (200, 302):
            raise RuntimeError(f"{path} answers {answer.status}: {page[:500]!r}")
        return urlsplit(answer.headers.get("Location", "")).path, page

    def seen(self, check: str) -> dict[str, str]:
        """The check page, and what its form sends: the fingerprint of what it shows."""
        _nowhere, page = self.call(check)
        found = re.search(rb'name="shown" value="(\w+)"', page)
        if found is None:
            raise RuntimeError(f"nothing to send at {check}")
        return {"shown": found[1].decode()}

    def journey(self) -> str:
        """The seven calls; returns the draft's address. RuntimeError where a step does not lead to the next."""
        start = f"/{TOWN}/eu/procedures/{CODE}/start/"
        self.call(start)
        you, _page = self.call(start, {"another": "1"})
        first, _page = self.call(you, YOU)
        check, _page = self.call(first, WORKS)
        done, _page = self.call(check, self.seen(check))
        if not done.endswith("/done/"):
            raise RuntimeError(f"sent, and led to {done}")
        _nowhere, page = self.call(done)
        if b"-E-" not in page:
            raise RuntimeError("no registry number on the confirmation")
        return done.removesuffix("done/")


def drive(port: int, session: str, until: float, gate: Any, results: Any) -> None:
    """One client process: whole journeys until the time is up; each one's seconds."""
    browser, took = Browser(port, session), []
    browser.journey()
    gate.wait()
    until += time.monotonic()
    while time.monotonic() < until:
        began = time.monotonic()
        browser.journey()
        took.append(time.monotonic() - began)
    results.put(took)


def measure_rate(port: int, sessions: list[str]) -> dict[str, float]:
    gate = multiprocessing.Barrier(CLIENTS)
    results: multiprocessing.Queue[list[float]] = multiprocessing.Queue()
    clients = [
        multiprocessing.Process(target=drive, args=(port, session, SECONDS, gate, results)) for session in sessions
    ]
    for client in clients:
        client.start()
    took = [seconds for _client in clients for seconds in results.get(timeout=SECONDS + 60)]
    for client in clients:
        client.join()
    return {
        "per_second": round(len(took) / SECONDS, 1),
        "median_ms": round(statistics.median(took) * 1000),
        "p95_ms": round(statistics.quantiles(took, n=20)[-1] * 1000),
        "journeys": len(took),
    }


def count_statements(environment: dict[str, str], port: int, session: str) -> dict[str, int]:
    """As Postgres logs them: the whole journey, and the POST that sends, from BEGIN to its end."""
    browser = Browser(port, session)
    browser.journey()
    with logged_statements(environment) as warm:
        browser.journey()  # the connections were cut: this journey pays for new ones
    with logged_statements(environment) as statements:
        start = f"/{TOWN}/eu/procedures/{CODE}/start/"
        browser.call(start)
        you, _page = browser.call(start, {"another": "1"})
        first, _page = browser.call(you, YOU)
        check, _page = browser.call(first, WORKS)
        seen = browser.seen(check)
        mark_before = _count(environment)
        browser.call(check, seen)
        mark_after = _count(environment)
        browser.call(check.replace("/check/", "/done/"))
    marks = [at for at, line in enumerate(statements) if "bench mark" in line]
    assert mark_before == mark_after == 1 and len(marks) == 2 and warm
    return {
        "sql_statements": marks[1] - marks[0] - 1,
        "journey_sql_statements": len(statements) - len(marks),
    }


def _count(environment: dict[str, str]) -> int:
    """A line in Postgres' log that says where we are."""
    with _connect(environment) as connection:
        row = connection.execute("SELECT 1 /* bench mark */").fetchone()
        return int(row[0]) if row else 0


def _connect(environment: dict[str, str]) -> psycopg.Connection[Any]:
    address = f"host={environment['DB_HOST']} port={environment['DB_PORT']} dbname={environment['DB_NAME']}"
    return psycopg.connect(f"{address} user=biscaytik_owner", autocommit=True)


SEALED = """
SELECT v.sealed_at IS NOT NULL FROM procedures_draft d JOIN documents_documentversion v ON v.document_id = d.receipt_id
WHERE d.slug = %s
"""


def wait_sealed(connection: psycopg.Connection[Any], address: str) -> None:
    slug, deadline = address.rstrip("/").rsplit("/", 1)[1], time.monotonic() + 30
    while connection.execute(SEALED, [slug]).fetchone() != (True,):
        if time.monotonic() > deadline:
            raise RuntimeError("no sealed receipt after 30 seconds: are the workers alive?")
        time.sleep(0.01)


def drive_sealed(environment: dict[str, str], port: int, session: str, many: int, gate: Any, results: Any) -> None:
    browser, took = Browser(port, session), []
    with _connect(environment) as connection:
        wait_sealed(connection, browser.journey())
        gate.wait()
        began = time.monotonic()
        for _turn in range(many):
            before = time.monotonic()
            wait_sealed(connection, browser.journey())
            took.append(time.monotonic() - before)
        results.put((time.monotonic() - began, took))


def measure_sealed(environment: dict[str, str], port: int, sessions: list[str]) -> tuple[float, float]:
    """The median seconds from the first call to the sealed receipt, and how many a second."""
    gate = multiprocessing.Barrier(len(sessions))
    results: multiprocessing.Queue[tuple[float, list[float]]] = multiprocessing.Queue()
    clients = [
        multiprocessing.Process(target=drive_sealed, args=(environment, port, session, 15, gate, results))
        for session in sessions
    ]
    for client in clients:
        client.start()
    answers = [results.get(timeout=120) for _client in clients]
    for client in clients:
        client.join()
    took = [seconds for _total, all_of_one in answers for seconds in all_of_one]
    return statistics.median(took), len(took) / max(total for total, _took in answers)


def run() -> tuple[dict[str, Any], dict[str, Any]]:
    """Rate and statements with no worker, then with workers until the seal."""
    commands = [("collectstatic", "--noinput", "--verbosity=0"), ("load_municipalities",), ("load_catalogue",)]
    with laboratory(*commands) as environment, tempfile.TemporaryDirectory() as logs:
        asked = [sys.executable, "-m", "benchmarks.submission_world", str(CLIENTS)]
        made = subprocess.run(asked, env=os.environ | environment, capture_output=True, text=True, check=False)
        if made.returncode:
            raise RuntimeError(made.stderr)
        sessions, port = made.stdout.split(), process.free_port()
        environment["CSRF_TRUSTED_ORIGINS"] = f"https://127.0.0.1:{port}"
        figures: dict[str, Any] = {}
        with Stack(environment, port=port, logs=Path(logs), parts=["web"]) as stack:
            wait_until(lambda: Browser(port, sessions[0]).journey(), stack)  # a new connection for each try
            figures |= measure_rate(port, sessions)
            figures |= count_statements(environment, port, sessions[0])
            figures["web_rss_mb"] = resident_mb(stack, "web")
        with _connect(environment) as connection:  # what waited for a worker would stand before what is measured
            connection.execute("UPDATE notifications_outboxrow SET done_at = now() WHERE done_at IS NULL")
        with Stack(environment, port=port, logs=Path(logs), parts=["web", "worker"]) as stack:
            wait_until(lambda: Browser(port, sessions[0]).journey(), stack)  # a new connection for each try
            one, _rate = measure_sealed(environment, port, sessions[:1])
            many, rate = measure_sealed(environment, port, sessions)
            figures |= {"until_sealed_median_ms": round(one * 1000), "sealed_per_second": round(rate, 1)}
            figures |= {"until_sealed_median_ms_4_clients": round(many * 1000)}
            figures["worker_rss_mb"] = resident_mb(stack, "worker")
    return figures, {"clients": CLIENTS, "seconds": SECONDS, "calls": CALLS, **OPEN_FORMS}
