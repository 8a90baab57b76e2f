-- The four roles of the wall (docs/architecture.md). Run by a superuser, once per cluster; running it again changes nothing.
--
-- biscaytik_owner     migrates; owns every table; passes row-level security, so web and workers never hold its password
-- biscaytik_app       web and workers: no bypass
-- biscaytik_citizen   taken with SET LOCAL ROLE to read one person's own rows in every town
-- biscaytik_province  taken with SET LOCAL ROLE for audited work over the whole province
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'biscaytik_owner') THEN
        CREATE ROLE biscaytik_owner LOGIN BYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'biscaytik_app') THEN
        CREATE ROLE biscaytik_app LOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'biscaytik_citizen') THEN
        CREATE ROLE biscaytik_citizen NOLOGIN NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'biscaytik_province') THEN
        CREATE ROLE biscaytik_province NOLOGIN BYPASSRLS;
    END IF;
END
$$;
-- INHERIT FALSE is the wall: with an inheriting grant the citizen's policy would also apply to the app role.
GRANT biscaytik_citizen, biscaytik_province TO biscaytik_app WITH INHERIT FALSE, SET TRUE;
