"""Books from a list: what the import engine needs to know."""

from typing import Final

from jieyue.catalog.importing import lists
from jieyue.catalog.importing.judging import judge
from jieyue.catalog.importing.undoing import take_back
from jieyue.catalog.importing.writing import prepare, write
from jieyue.imports.rules.runs import Kind
from jieyue.imports.tables import mending_of
from jieyue.imports.works import Work

BOOKS: Final = Work(
    kind=Kind.BOOKS,
    look=lists.look,
    chosen=lists.chosen,
    rows=lists.rows,
    judge=judge,
    prepare=prepare,
    write=write,
    take_back=take_back,
    mending=mending_of(lists.rows_of),
)
