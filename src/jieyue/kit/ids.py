"""Random public ids and check digits for what is printed, linked or scanned."""

import secrets

# No 0/O, 1/I/L, U: nobody has to guess when reading one aloud.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def public_id(length: int = 10) -> str:
    """Return a random id for links and printing; 30^10 makes a clash a non-event."""
    base = len(ALPHABET)
    number = secrets.randbelow(base**length)  # asks the system for chance once, not once a letter
    letters = []
    for _ in range(length):
        number, place = divmod(number, base)
        letters.append(ALPHABET[place])
    return "".join(letters)


def luhn_digit(digits: str) -> str:
    """Return the Luhn check digit (ISO/IEC 7812-1 annex B) of a string of digits."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def luhn_is_valid(digits: str) -> bool:
    """Say whether the last digit checks the rest. False for anything but ASCII digits."""
    return (
        len(digits) > 1
        and digits.isascii()
        and digits.isdigit()
        and luhn_digit(digits[:-1]) == digits[-1]
    )
