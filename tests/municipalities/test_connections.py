"""Postgres may restart under a kept connection: the next visitor does not pay for it."""

import psycopg
import pytest
from django.db import connection
from django.test import Client

from core.municipalities.connections import drop_dead_connection
from tests import cast as cast_module


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_not_used_again() -> None:
    cast_module.build()
    browser = Client()
    assert browser.get("/mundaka/eu/").status_code == 200
    settings = connection.settings_dict
    connection.ensure_connection()
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], dbname=settings["NAME"], user="postgres", autocommit=True
    ) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    assert browser.get("/mundaka/eu/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_living_connection_is_kept() -> None:
    connection.ensure_connection()
    before = connection.connection
    drop_dead_connection()
    assert connection.connection is before
