"""The column that keeps a title's tokens, each engine in the form its index takes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from jieyue.catalog.rules.finding.keeping import signed, words_of

if TYPE_CHECKING:
    _Field = models.Field[Sequence[int], list[int]]
else:
    _Field = models.Field  # takes type arguments only while checking


class TokensField(_Field):
    """Unsigned numbers of 32 bits: `integer[]` on PostgreSQL, words of hexadecimal on SQLite."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the column's type."""
        return "integer[]" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        """Return the numbers as the engine's driver takes them."""
        if connection.vendor == "postgresql":
            return [signed(number) for number in value]
        return words_of(value)

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> list[int]:
        """Return the numbers as they were given."""
        if isinstance(value, str):
            return [int(word, 16) for word in value.split()]
        return [number % (1 << 32) for number in value]
