"""MARC21, CNMARC and CMARC told apart by what only one of them has.

The leader does not say: position 9 is undefined outside MARC21.
"""

from enum import StrEnum
from typing import Final

from pymarc import Record


class MarcFormat(StrEnum):
    """A family of records. CNMARC stands for plain UNIMARC too: it adds fields, it moves none."""

    MARC21 = "marc21"
    CNMARC = "cnmarc"
    CMARC = "cmarc"  # Taiwan's


_UNIMARC_ONLY: Final = frozenset({"010", "011", "101", "210", "215", "225", "330", "606", "690"})
_MARC21_ONLY: Final = frozenset({"008", "020", "040", "260", "264", "300", "490", "650"})


def format_of(record: Record) -> MarcFormat:
    """Return the format of a record; MARC21 if nothing in it says."""
    tags = {field.tag for field in record.fields}
    if "245" in tags:
        return MarcFormat.MARC21
    if "200" not in tags and len(tags & _UNIMARC_ONLY) <= len(tags & _MARC21_ONLY):
        return MarcFormat.MARC21
    return MarcFormat.CMARC if {"681", "805"} & tags and "690" not in tags else MarcFormat.CNMARC
