"""What every channel takes and gives back.

A channel is a module with `send(gateway, address, message) -> Handed | Failed`. It opens its own
connection within its time limit, raises nothing that was to be foreseen, and touches no database.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

# Called in the moment from which on the service has the message even if this process dies; False:
# somebody else has it by now, so it must not go.
Released = Callable[[], bool]


def always() -> bool:
    """Let it go, whoever else may have it."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message ready to go, in the reader's language.

    `id` is the same each time it is tried: the mail's Message-ID, a gateway's idempotency key.
    `subject` is short; SMS leaves it out. `link` is whole (https://…) or empty. `unsubscribe` is
    the address that stops such messages; `links` are more addresses that stand in the text,
    each with the words right before it, which are the link where there can be one.
    `template` and `params` are for services that only send texts approved beforehand: our name of
    the text (`due_soon`), and its blanks by name; they have one text in each `language`
    (`zh-hans`, `en`).
    """

    id: str
    subject: str
    text: str
    link: str = ""
    unsubscribe: str = ""
    links: tuple[tuple[str, str], ...] = ()
    template: str = ""
    params: dict[str, str] = field(default_factory=dict)
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """The service has taken it. `reference` is its own name for the message, or empty."""

    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """It was not taken.

    `scope`: `address` (this one never works again), `message` (this one is refused), `service`
    (try again later, not before `again_after` if the service said so), `setup` (somebody of the
    library must change the settings). `code` is stable and `detail` is the service's own words
    without personal data, for staff.
    """

    scope: Literal["address", "message", "service", "setup"]
    code: str
    detail: str = ""
    again_after: timedelta | None = None
