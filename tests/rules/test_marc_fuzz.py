"""Damaged MARC files: never a crash, never a good record lost without a word.

`JIEYUE_LONG=1` changes a million bytes instead of ten thousand.
"""

import io
import os
import random
from dataclasses import dataclass

import pytest

from jieyue.catalog.rules.marc.findings import Oddity, ReadRecord, Unreadable
from jieyue.catalog.rules.marc.reading import read_records
from tests.marc_samples import CNMARC, iso, xml

LONG = os.environ.get("JIEYUE_LONG") == "1"
CHANGES = 250_000 if LONG else 2_500  # of each kind of file
AT_ONCE = 12
NASTY = b'\x1d\x1e\x1f\x00\x0a\x0d\x1a\x1b<>&/"$0 \xff\x80\x81'

FILES = {
    "utf-8": [iso(fields) for fields in CNMARC],
    "gb18030": [iso(fields, "gb18030") for fields in CNMARC],
    "characters counted": [iso(fields, length_of=len) + b"\r\n" for fields in CNMARC],
    "marcxml": [xml(fields).encode() for fields in CNMARC],
}


@dataclass(frozen=True)
class Damaged:
    """A file, and which of its records nobody touched."""

    raw: bytes
    untouched: tuple[int, ...]


def damaged(raws: list[bytes], chance: random.Random) -> Damaged:
    changed = [bytearray(raw) for raw in raws]
    touched = set()
    for _ in range(AT_ONCE):
        n = chance.randrange(len(raws))
        raw = changed[n]
        at = chance.randrange(len(raw))
        byte = chance.choice(NASTY) if chance.random() < 0.5 else chance.randrange(256)
        match chance.randrange(4):
            case 0:
                raw.insert(at, byte)
            case 1:
                del raw[at]
            case _:
                raw[at] = byte
        touched.add(n)
    untouched = tuple(n for n in range(len(raws)) if n not in touched)
    return Damaged(b"".join(map(bytes, changed)), untouched)


@pytest.mark.parametrize("kind", FILES)
def test_no_record_is_lost_without_a_word_however_a_file_is_damaged(kind: str) -> None:
    raws = FILES[kind]
    start, end = (b"<c>", b"</c>") if kind == "marcxml" else (b"", b"")
    good = [str(next(read_records(io.BytesIO(start + raw + end))).record) for raw in raws]
    for seed in range(CHANGES // AT_ONCE + 1):
        file = damaged(raws, random.Random(seed))
        items = list(read_records(io.BytesIO(start + file.raw + end)))
        read = {str(item.record) for item in items if isinstance(item, ReadRecord)}
        told = [item.original for item in items if is_reported(item)]
        for n in file.untouched:
            kept = raws[n].strip(b"\x1d\r\n")
            assert good[n] in read or any(kept in raw for raw in told), (kind, seed, n)


def is_reported(item: ReadRecord | Unreadable) -> bool:
    return isinstance(item, Unreadable) or Oddity.FIELDS_DIFFER in {
        warn.code for warn in item.warnings
    }


def test_noise_is_read_to_its_end() -> None:
    chance = random.Random(4)
    for size in (*range(40), *([4_000] * 40), 300_000):
        items = list(read_records(io.BytesIO(chance.randbytes(size))))
        assert [item.place.number for item in items] == list(range(1, len(items) + 1))
