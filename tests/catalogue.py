"""The province's catalogue, loaded once in a run; whoever needs it is given a copy that Postgres makes by itself."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from core.municipalities.scope import whole_province
from core.payments.services import forget_tariffs
from procedures.services import forget_definitions, forget_related, forget_search, forget_town_procedures
from tests.db.base import as_owner


@pytest.fixture(scope="session")
def kept_catalogue(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> str:
    """SQL that copies what `load_catalogue` wrote from the schema `kept` back into its tables."""
    rooms = [apps.get_app_config(room) for room in ("procedures", "payments")]
    tables = [model._meta.db_table for room in rooms for model in room.get_models(include_auto_created=True)]
    with django_db_blocker.unblock():
        call_command("load_catalogue", stdout=StringIO())
        with as_owner(connection), connection.cursor() as cursor:
            cursor.execute(
                "DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept; GRANT USAGE ON SCHEMA kept TO PUBLIC"
            )
            for table in tables:
                cursor.execute(f'CREATE TABLE kept."{table}" AS TABLE "{table}"')
                cursor.execute(f'GRANT SELECT ON kept."{table}" TO PUBLIC')
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    return "; ".join(f'INSERT INTO "{table}" TABLE kept."{table}"' for table in tables)


@pytest.fixture
def catalogue(db: None, kept_catalogue: str) -> None:
    """Every procedure, with the same ids in every test, and the province's tariffs."""
    with whole_province("load the province's tariffs"), connection.cursor() as cursor:
        cursor.execute(kept_catalogue)
    for forget in (forget_definitions, forget_related, forget_search, forget_tariffs, forget_town_procedures):
        forget()  # ids that were another test's
