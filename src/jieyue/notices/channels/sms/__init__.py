"""SMS, through the gateway the library has a contract with.

Settings of every provider: `sign_name` (the name in 【】). `aliyun` and `tencent` only send texts
they approved: `templates` says which, by our kind and language, as `rules.template_of` reads it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Protocol

from jieyue.libraries.gateways import GatewayView
from jieyue.notices.channels.base import Failed, Handed, Message
from jieyue.notices.channels.sms import aliyun, generic, tencent
from jieyue.notices.channels.sms.numbers import whole_number

Provider = Callable[[GatewayView, str, Message], Handed | Failed]
PROVIDERS: Final[Mapping[str, Provider]] = {
    "http": generic.send,
    "aliyun": aliyun.send,
    "tencent": tencent.send,
}


def send(gateway: GatewayView, address: str, message: Message) -> Handed | Failed:
    """Send one message to a phone number as readers write it. Raises nothing."""
    provider = PROVIDERS.get(gateway.provider)
    if provider is None:
        return Failed(scope="setup", code="settings_missing")
    number = whole_number(address)
    if number is None:
        return Failed(scope="address", code="bad_address")
    return provider(gateway, number, message)


class Sender(Protocol):
    """What a session can do."""

    def send(self, address: str, message: Message) -> Handed | Failed:
        """Send one message."""
        ...


class _Session:
    def __init__(self, gateway: GatewayView) -> None:
        self._gateway = gateway

    def send(self, address: str, message: Message) -> Handed | Failed:
        return send(self._gateway, address, message)


@contextmanager
def open_session(gateway: GatewayView) -> Iterator[Sender]:
    """Yield what sends many messages; the gateways want a request for each."""
    yield _Session(gateway)
