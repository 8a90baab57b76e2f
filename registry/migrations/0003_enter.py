"""`registry_enter`: numbering, chaining, writing and auditing an entry, in one call whose plans Postgres keeps.

A function and not statements of the application, for the book's row is locked from its first line to the commit. It has
no rights of its own: the wall stands around it as around all else.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION registry_enter(town bigint, book_kind text, rest text, deemed_days jsonb, audit_row jsonb) RETURNS TABLE (
    id bigint, book_id bigint, book_year smallint, number integer, at timestamptz, deemed_at timestamptz,
    previous_hash varchar, hash text
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    book registry_book;
    iso constant text := 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';
    entry registry_entry := jsonb_populate_record(NULL::registry_entry, rest::jsonb);
    audit audit_auditrow := jsonb_populate_record(NULL::audit_auditrow, audit_row);
BEGIN
    LOOP
        SELECT b.* INTO book FROM registry_book b WHERE b.municipality_id = town AND b.kind = book_kind
            AND b.year = extract(year FROM clock_timestamp() AT TIME ZONE 'Europe/Madrid')::integer FOR UPDATE;
        IF FOUND THEN
            -- the time of the lock, and never before the last one, even where the clock was set back
            entry.at := greatest(clock_timestamp(), book.last_at);
            -- whoever waited for the row over New Year's midnight takes the new year's book
            EXIT WHEN extract(year FROM entry.at AT TIME ZONE 'Europe/Madrid') = book.year;
        ELSE
            INSERT INTO registry_book (municipality_id, kind, year, last_number, last_hash, last_annotation,
                                       last_annotation_hash)
            VALUES (town, book_kind, extract(year FROM clock_timestamp() AT TIME ZONE 'Europe/Madrid'), 0, '', 0, '')
            ON CONFLICT (municipality_id, kind, year) DO NOTHING;
        END IF;
    END LOOP;
    entry.number := book.last_number + 1;
    entry.deemed_at := coalesce(
        (deemed_days ->> (entry.at AT TIME ZONE 'Europe/Madrid')::date::text)::timestamptz, entry.at);
    entry.hash := encode(sha256(convert_to(format('["%s",%s,"%s","%s",%s]', book.last_hash, entry.number,
        to_char(entry.at AT TIME ZONE 'UTC', iso), to_char(entry.deemed_at AT TIME ZONE 'UTC', iso), rest),
        'UTF8')), 'hex');
    -- the same key again, also from a transaction that held the row before us: nothing is entered, no number is spent
    INSERT INTO registry_entry (municipality_id, book_id, number, at, deemed_at, mode, summary, person_id, party,
        procedure_code, case_reference, unit_id, language, attachments, content, receipt_id, key, actor,
        previous_hash, hash)
    VALUES (town, book.id, entry.number, entry.at, entry.deemed_at, entry.mode, entry.summary, entry.person_id,
        entry.party, entry.procedure_code, entry.case_reference, entry.unit_id, entry.language, entry.attachments,
        entry.content, entry.receipt_id, entry.key, entry.actor, book.last_hash, entry.hash)
    ON CONFLICT (municipality_id, key) DO NOTHING RETURNING registry_entry.id INTO entry.id;
    IF entry.id IS NULL THEN
        RETURN;
    END IF;
    UPDATE registry_book b SET last_number = entry.number, last_at = entry.at, last_hash = entry.hash
        WHERE b.id = book.id;
    audit.id := nextval(pg_get_serial_sequence('audit_auditrow', 'id'));
    audit.at := entry.at;
    audit.object_id := entry.id;
    audit.object_ref := format('%s-%s-%s', book.year, book.kind, lpad(entry.number::text, 6, '0'));
    INSERT INTO audit_auditrow VALUES (audit.*);
    RETURN QUERY SELECT entry.id, book.id, book.year, entry.number, entry.at, entry.deemed_at, book.last_hash,
        entry.hash::text;
END
$$;
REVOKE ALL ON FUNCTION registry_enter(bigint, text, text, jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry_enter(bigint, text, text, jsonb, jsonb) TO biscaytik_app;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_towns_to_close"), ("audit", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION registry_enter(bigint, text, text, jsonb, jsonb)")]
