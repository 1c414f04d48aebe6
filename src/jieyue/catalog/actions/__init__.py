"""Cataloguing: each action in its own words, one transaction each."""

from jieyue.catalog.actions.adding import Catalogued, add_book, add_by_isbn
from jieyue.catalog.actions.copies import CopiesAdded, add_copies
from jieyue.catalog.actions.making import AddedCopy, Refused
from jieyue.catalog.actions.titles import (
    DraftFilled,
    TitleAdded,
    TitleEdited,
    add_title,
    confirm_title,
    edit_title,
    fill_draft,
)

__all__ = [
    "AddedCopy",
    "Catalogued",
    "CopiesAdded",
    "DraftFilled",
    "Refused",
    "TitleAdded",
    "TitleEdited",
    "add_book",
    "add_by_isbn",
    "add_copies",
    "add_title",
    "confirm_title",
    "edit_title",
    "fill_draft",
]
