"""The column copies are sorted by on shelves and lists, kept with the call number beside it."""

from typing import Any

from django.db import models

from jieyue.catalog.rules.call_order import KEY_LENGTH, call_key


class CallKeyField(models.CharField):  # type: ignore[type-arg]
    """`call_key` of the same row's call number, written whenever the row is saved or created.

    What updates `call_number` without a row in hand writes `call_key` in the same statement.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        options |= {"max_length": KEY_LENGTH, "default": "", "db_default": "", "blank": True}
        super().__init__(*args, **options)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Return the key of the call number the row has now."""
        key = call_key(model_instance.call_number)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key
