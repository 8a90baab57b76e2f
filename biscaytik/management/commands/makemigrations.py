"""Django's own, blind to words."""

from django.core.management.commands import makemigrations

from biscaytik.management.autodetector import TablesAutodetector


class Command(makemigrations.Command):
    autodetector = TablesAutodetector
