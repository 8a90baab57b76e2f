from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    """A desk and a stretch of time in one exclusion constraint."""

    dependencies: list[tuple[str, str]] = []
    operations = [BtreeGistExtension()]
