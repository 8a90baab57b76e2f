from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial")]
    operations = [TrigramExtension(), UnaccentExtension(), BtreeGinExtension()]
