"""The wall as constraints of a model's Meta, so that `makemigrations` writes the policies by itself."""

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

TOWN = "(SELECT current_setting('app.municipality')::bigint)"
PERSON = "(SELECT current_setting('app.person')::bigint)"
# an array of the numbers of hers that are good today
HER_NUMBERS = (
    f"ARRAY (SELECT value FROM identity_personidentifier WHERE person_id = {PERSON} "
    "AND valid_to IS NULL AND kind IN ('nif', 'nie'))"
)


class SqlConstraint(models.BaseConstraint):
    """A constraint made by its own statements once the tables of the migration exist."""

    options: tuple[str, ...] = ()

    def __init__(self, *, name: str, **options: Any) -> None:
        super().__init__(name=name)
        for option in self.options:
            setattr(self, option, options.pop(option))
        if options:
            raise TypeError(f"unknown options {sorted(options)}")

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, **{option: getattr(self, option) for option in self.options}}

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return None

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: Any = None) -> None:
        """The database itself refuses; there is nothing to ask beforehand."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.deconstruct() == other.deconstruct()  # type: ignore[attr-defined]

    __hash__ = models.BaseConstraint.__hash__


def _table(model: Any, schema_editor: Any) -> str:
    return schema_editor.quote_name(model._meta.db_table)


def _mine(model: Any, schema_editor: Any) -> str:
    return f"{schema_editor.quote_name(model._meta.get_field('municipality').column)} = {TOWN}"


def _walled(table: str) -> str:
    return f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; "


def _unwalled(table: str) -> str:
    return f"; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"


class TownWall(SqlConstraint):
    """Rows belong to one municipality; nobody else's are seen or written."""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        t, mine = _table(model, schema_editor), _mine(model, schema_editor)
        # a migration may write another model's OwnThrough, and its GRANT, before this table's own wall
        policies = f"SELECT FROM pg_policies WHERE tablename = '{model._meta.db_table}'"
        return (
            f"{_walled(t)}DO $$ BEGIN IF NOT EXISTS ({policies} AND 'biscaytik_citizen' = ANY (roles)) THEN "
            f"REVOKE ALL ON {t} FROM biscaytik_citizen; END IF; END $$; "
            f"CREATE POLICY {self.name} ON {t} TO biscaytik_app USING ({mine}) WITH CHECK ({mine})"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        t = _table(model, schema_editor)
        return f"DROP POLICY {self.name} ON {t}{_unwalled(t)}"


class TownWrites(SqlConstraint):
    """What a town publishes about itself: everyone reads it, only the town writes it."""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        t, mine, n = _table(model, schema_editor), _mine(model, schema_editor), self.name
        return (
            f"{_walled(t)}CREATE POLICY {n}_r ON {t} FOR SELECT TO biscaytik_app, biscaytik_citizen USING (true); "
            f"CREATE POLICY {n}_i ON {t} FOR INSERT TO biscaytik_app WITH CHECK ({mine}); "
            f"CREATE POLICY {n}_u ON {t} FOR UPDATE TO biscaytik_app USING ({mine}) WITH CHECK ({mine}); "
            f"CREATE POLICY {n}_d ON {t} FOR DELETE TO biscaytik_app USING ({mine})"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        t = _table(model, schema_editor)
        return "; ".join(f"DROP POLICY {self.name}_{c} ON {t}" for c in "riud") + _unwalled(t)


class OwnRows(SqlConstraint):
    """The person on the row may read it in every town."""

    options = ("person",)
    person: str
    hers = PERSON

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        t = _table(model, schema_editor)
        column = schema_editor.quote_name(model._meta.get_field(self.person).column)
        return (
            f"CREATE POLICY {self.name} ON {t} FOR SELECT TO biscaytik_citizen USING ({column} = {self.hers}); "
            f"GRANT SELECT ON {t} TO biscaytik_citizen"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        t = _table(model, schema_editor)
        return f"DROP POLICY {self.name} ON {t}; REVOKE SELECT ON {t} FROM biscaytik_citizen"


class OwnRowsForEver(OwnRows):
    """As OwnRows, and also what she filed as a provisional person, before her identity was proved.

    For tables whose rows are only added: where rows may change, `on_persons_merged` gives them to the proved person.
    """

    hers = f"ANY (ARRAY (SELECT id FROM identity_person WHERE id = {PERSON} OR merged_into_id = {PERSON}))"


class OwnThrough(SqlConstraint):
    """A person may read the rows of `target` that this table's rows, themselves readable by her, point at.

    `target` is a model's label, `column` its column, `link` a field of this model, `where` an extra condition in SQL.
    Declared on the model that knows the link, so that a lower room need not know a higher one. The array form lets
    the planner use the target's index (0.09 ms; `IN (SELECT …)` took 149).
    """

    options = ("target", "column", "link", "where")
    target: str
    column: str
    link: str
    where: str

    def _target(self, schema_editor: Any) -> str:
        return schema_editor.quote_name(apps.get_model(self.target)._meta.db_table)

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        t, link = self._target(schema_editor), model._meta.get_field(self.link).column
        return (
            f"CREATE POLICY {self.name} ON {t} FOR SELECT TO biscaytik_citizen USING ({self.column} = ANY (ARRAY "
            f"(SELECT {link} FROM {_table(model, schema_editor)} WHERE {self.where}))); "
            f"GRANT SELECT ON {t} TO biscaytik_citizen"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        t = self._target(schema_editor)
        return f"DROP POLICY {self.name} ON {t}; REVOKE SELECT ON {t} FROM biscaytik_citizen"


class SameMunicipality(SqlConstraint):
    """The row that a foreign key points at belongs to the same municipality: key checks bypass the policies."""

    options = ("field",)
    field: str

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        q, field = schema_editor.quote_name, model._meta.get_field(self.field)
        target = field.related_model._meta  # type: ignore[union-attr]
        there, pk = q(target.db_table), q(target.pk.column)
        return (
            f"CREATE UNIQUE INDEX IF NOT EXISTS {q(target.db_table + '_town_key')} ON {there} (municipality_id, {pk}); "
            f"ALTER TABLE {_table(model, schema_editor)} ADD CONSTRAINT {q(self.name)} "
            f"FOREIGN KEY (municipality_id, {q(field.column)}) "
            f"REFERENCES {there} (municipality_id, {pk}) DEFERRABLE INITIALLY DEFERRED"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return f"ALTER TABLE {_table(model, schema_editor)} DROP CONSTRAINT {schema_editor.quote_name(self.name)}"

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: Any = None) -> None:
        other = getattr(instance, self.field, None)
        if other is not None and other.municipality_id != instance.municipality_id:
            raise ValidationError({self.field: _("This belongs to another municipality.")})


class RevokedRights(SqlConstraint):
    """Rights that nobody but the owner keeps: `UPDATE, DELETE` for rows that are only added, `DELETE` for the rest."""

    options = ("rights",)
    rights: str

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        return f"REVOKE {self.rights} ON {_table(model, schema_editor)} FROM biscaytik_app, biscaytik_province"

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return f"GRANT {self.rights} ON {_table(model, schema_editor)} TO biscaytik_app, biscaytik_province"


# Names take the label of the model that they are declared on.
_NAME = "%(app_label)s_%(class)s_"


def same_town(*fields: str) -> list[models.BaseConstraint]:
    """The composite twin of each foreign key to a walled table."""
    return [SameMunicipality(field=field, name=f"{_NAME}{field}_town") for field in fields]


def own_rows(person: str = "person") -> OwnRows:
    return OwnRows(person=person, name=f"{_NAME}own")


def own_rows_for_ever(person: str = "person") -> OwnRowsForEver:
    return OwnRowsForEver(person=person, name=f"{_NAME}own")


def append_only() -> RevokedRights:
    return RevokedRights(rights="UPDATE, DELETE", name=f"{_NAME}append_only")


def no_delete() -> RevokedRights:
    return RevokedRights(rights="DELETE", name=f"{_NAME}no_delete")
