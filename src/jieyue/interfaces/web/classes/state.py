"""What a class's page is in the middle of. It lives in the page: two tablets are two desks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from jieyue.interfaces.web.desk.state import (
    MalformedError,
    Undo,
    read_last,
    read_public_id,
)

NAMES: Final = ("full", "masked", "number")
MODES: Final = ("lend", "return")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The class, what is done, how names are shown; who is next, and a copy that waits for them.

    Empty strings and None mean there is none.
    """

    group: str
    mode: str = "lend"
    names: str = "full"
    reader: str = ""  # public id of who was tapped
    copy: str = ""  # barcode of what was scanned first
    last: Undo | None = None

    def query(self, **more: str) -> str:
        """Return the page's query string."""
        usual = {"mode": "lend", "names": "full"}
        values = {"group": self.group, "mode": self.mode, "names": self.names} | more
        return urlencode({k: v for k, v in values.items() if v and usual.get(k) != v})

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """What a form carries on besides the address, by name."""
        last = f"{self.last.step}:{self.last.loan}" if self.last else ""
        values = {"reader": self.reader, "copy": self.copy, "last": last}
        return tuple((name, value) for name, value in values.items() if value)


def read_room(query: Mapping[str, str], form: Mapping[str, str]) -> Room:
    """Read the state of an address and of a form. Raises MalformedError."""
    mode, names = query.get("mode") or "lend", query.get("names") or "full"
    copy = form.get("copy", "")
    if mode not in MODES or names not in NAMES or len(copy) > 40 or not copy.isprintable():
        raise MalformedError("room")
    return Room(
        group=query.get("group", "")[:60],
        mode=mode,
        names=names,
        reader=read_public_id(form.get("reader", ""), "reader"),
        copy=copy,
        last=read_last(form.get("last", "")),
    )


def shown_name(name: str, number: str, place: int, names: str) -> str:
    """Return a pupil's name as the class's screen shows it: whole, masked, or only the number.

    >>> shown_name("王小明", "0312", 4, "masked"), shown_name("王小明", "", 4, "number")
    ('王*明', '4')
    """
    if names == "number":
        return number or str(place)
    if names == "masked" and len(name) > 1:
        return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")
    return name
