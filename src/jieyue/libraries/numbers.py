"""The library's own number ranges, taken inside the action that uses them."""

from typing import Final, Literal

from jieyue.kit.ids import luhn_digit
from jieyue.kit.scope import current_library_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.models import Counter

# Digits only: a scanner's letters are swallowed when a Chinese input method is on. The first digit
# tells a copy from a card, the last is a Luhn check digit. 978/979 belong to books' own ISBNs.
LEADING: Final = {"copy": "3", "card": "2"}
DIGITS: Final = 7


def next_numbers(name: str, count: int) -> list[int]:
    """Take `count` consecutive numbers. Locks the counter's row until the action ends.

    Two statements, one more the first time. A rolled back action leaves no gap.
    """
    counter = hold_range(name)
    first = counter.next_value
    Counter.objects.filter(pk=counter.pk).update(next_value=first + count)
    return list(range(first, first + count))


def hold_range(name: str) -> Counter:
    """Lock a range of the library until the action ends, one statement more the first time.

    For numbers that follow from rows others may be writing: hold, then read, then write.
    """
    held: Counter | None = lock_one(Counter.objects.filter(name=name))
    if held is None:
        held = Counter.objects.create(library_id=current_library_id(), name=name)
    return held


def next_barcodes(kind: Literal["copy", "card"], count: int) -> list[str]:
    """Take `count` consecutive barcodes such as `300000018`; they may still be taken by hand."""
    return [barcode(kind, number) for number in next_numbers(kind, count)]


def barcode(kind: Literal["copy", "card"], number: int) -> str:
    """Return the barcode of a number: kind digit, seven digits or more, check digit."""
    digits = f"{LEADING[kind]}{number:0{DIGITS}d}"
    return digits + luhn_digit(digits)
