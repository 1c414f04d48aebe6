"""What a service said, fit to be kept: short, on one line, without the reader's address."""

import re
from typing import Final

MAX_DETAIL: Final = 200
_MAIL: Final = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_NUMBER: Final = re.compile(r"\+?\d[\d -]{5,}\d")


def told(text: object, *addresses: str) -> str:
    """Return the service's words without `addresses`, nor anything that looks like one."""
    line = " ".join(
        (text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)).split()
    )
    for address in addresses:
        if address:
            line = line.replace(address, "…")
    line = _NUMBER.sub("…", _MAIL.sub("…", line))
    return "".join(char for char in line if char.isprintable())[:MAX_DETAIL]
