"""Foreign keys the database checks at once, and never into another library (design §4, wall 3)."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement


class _Key(models.BaseConstraint):
    """FOREIGN KEY written by ourselves; the Django field has `db_constraint=False`.

    PostgreSQL checks it with the statement, so a transaction needs no closing SET CONSTRAINTS.
    SQLite checks at commit, because Django empties its test tables in any order there.
    """

    def __init__(self, field: str, *, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def _columns(self, column: str) -> tuple[str, str]:
        raise NotImplementedError

    def _clause(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        key: Any = model._meta.get_field(self.field)
        quote = schema_editor.quote_name
        target = key.related_model._meta.db_table
        ours, theirs = self._columns(quote(key.column))
        initially = "DEFERRED" if schema_editor.connection.vendor == "sqlite" else "IMMEDIATE"
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({ours}) "
            f"REFERENCES {quote(target)} ({theirs}) DEFERRABLE INITIALLY {initially}"
        )

    def constraint_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Any:
        """Return the clause for CREATE TABLE; PostgreSQL adds the key when the migration ends."""
        assert model is not None and schema_editor is not None
        if schema_editor.connection.vendor == "sqlite":
            return self._clause(model, schema_editor)
        return self.create_sql(model, schema_editor) or None

    def create_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Any:
        """Add the key: SQLite rebuilds the table, PostgreSQL waits for the target's anchor.

        Returns no statement of its own. Django puts off what CREATE TABLE cannot take along with a
        `db_default`, and then runs what it got: "" does nothing.
        """
        assert model is not None and schema_editor is not None
        if schema_editor.connection.vendor == "sqlite":
            schema_editor._remake_table(model)  # type: ignore[attr-defined]
            return ""
        statement = Statement(
            "ALTER TABLE %(table)s ADD %(key)s",
            table=schema_editor.quote_name(model._meta.db_table),
            key=self._clause(model, schema_editor),
        )
        schema_editor.deferred_sql.append(statement)
        return ""

    def remove_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Any:
        """Return the statement that drops the key."""
        assert model is not None and schema_editor is not None
        if schema_editor.connection.vendor == "sqlite":
            schema_editor._remake_table(model)  # type: ignore[attr-defined]
            return None
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=schema_editor.quote_name(model._meta.db_table),
            name=schema_editor.quote_name(self.name),
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing in Python: the database is the judge."""

    def deconstruct(self) -> Any:
        """Return what a migration writes down."""
        path, _, kwargs = super().deconstruct()
        return path, (self.field,), kwargs

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Key)
            and type(self) is type(other)
            and (self.name, self.field) == (other.name, other.field)
        )

    __hash__ = models.BaseConstraint.__hash__


class SameLibrary(_Key):
    """The database refuses a key that points into another library.

    FOREIGN KEY (library_id, <field>) REFERENCES <target> (library_id, id): the kind of key a
    PostgreSQL sharded by library allows. The target needs UNIQUE (library_id, id).
    """

    def _columns(self, column: str) -> tuple[str, str]:
        return f"library_id, {column}", "library_id, id"


class Known(_Key):
    """A plain key to a table that belongs to no library (the library itself, an account)."""

    def _columns(self, column: str) -> tuple[str, str]:
        return column, "id"
