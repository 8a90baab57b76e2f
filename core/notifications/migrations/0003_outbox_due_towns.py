"""The one question asked outside every door: which towns have effects due. It answers with ids only."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_paper")]
    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION outbox_due_towns() RETURNS TABLE (municipality_id bigint)
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
                SELECT DISTINCT o.municipality_id FROM public.notifications_outboxrow o
                WHERE o.done_at IS NULL AND o.failed_at IS NULL AND o.not_before <= statement_timestamp()
            $$;
            REVOKE ALL ON FUNCTION outbox_due_towns() FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION outbox_due_towns() TO biscaytik_app;
            """,
            "DROP FUNCTION outbox_due_towns()",
        )
    ]
