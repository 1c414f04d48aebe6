"""The base of every row that belongs to a library."""

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import models

from jieyue.kit.scope import CrossLibraryManager, ScopedManager

_ST = TypeVar("_ST")
_GT = TypeVar("_GT")

if TYPE_CHECKING:

    class _ForeignKey(models.ForeignKey[_ST, _GT]):
        pass
else:

    class _ForeignKey(models.ForeignKey):
        def __class_getitem__(cls, _: object) -> type:
            return cls  # Django's fields take type arguments only while checking


class LibraryOwned(models.Model):
    """A row of one library, which it names itself (design §4, wall 1).

    A subclass lists its own constraints (a parent's are dropped silently): `anchor(...)` if others
    point at it, `SameLibrary` for each key inside the library, `Known` for keys outside.
    """

    library = models.ForeignKey(
        "libraries.Library", on_delete=models.PROTECT, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip

    across_libraries: ClassVar[CrossLibraryManager[Any]] = CrossLibraryManager()
    objects: ClassVar[ScopedManager[Any]] = ScopedManager()

    class Meta:
        abstract = True
        # `loan.copy` and refresh_from_db obey the scope too.
        base_manager_name = "objects"
        default_manager_name = "objects"


def anchor(table: str) -> models.UniqueConstraint:
    """UNIQUE (library_id, id): what a same-library key of another table points at."""
    return models.UniqueConstraint(fields=["library", "id"], name=f"{table}_in_library")


class InnerKey(_ForeignKey[_ST, _GT]):
    """A foreign key inside the library; declare `SameLibrary` (or `Known`) for it in Meta.

    The database checks it through that constraint, and indexes are chosen by hand.
    """

    def __init__(self, to: Any, **kwargs: Any) -> None:
        kwargs.setdefault("on_delete", models.PROTECT)
        kwargs.setdefault("related_name", "+")
        super().__init__(to, **(kwargs | {"db_constraint": False, "db_index": False}))
