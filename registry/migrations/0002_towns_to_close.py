"""Which towns have days to close: ids only, so that the nightly task needs no door to everybody's books."""

from django.db import migrations

CREATE = """
CREATE FUNCTION registry_towns_to_close(before timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT b.municipality_id
    FROM registry_book b
    JOIN registry_entry e ON e.municipality_id = b.municipality_id AND e.book_id = b.id AND e.at < before
        AND e.number = 1 + coalesce((
            SELECT max(c.last_number) FROM registry_dayclosure c
            WHERE c.municipality_id = b.municipality_id AND c.book_id = b.id), 0)
$$;
REVOKE ALL ON FUNCTION registry_towns_to_close(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry_towns_to_close(timestamptz) TO biscaytik_app;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION registry_towns_to_close(timestamptz)")]
