"""Django's own, blind to words."""

from django.core.management.commands import migrate

from biscaytik.management.autodetector import TablesAutodetector


class Command(migrate.Command):
    autodetector = TablesAutodetector
