"""Which outside services a library uses: its own, or the installation's."""

import json

import pytest

from jieyue.kit.scope import library_scope
from jieyue.libraries.gateways import BadGatewayError, GatewayView, gateway, gateways
from jieyue.libraries.models import Gateway, Library
from tests.world import World

SMTP = "smtps://user%40x:p%2Fw@mail.example.org:465/?from=lib@example.org&daily_limit=500"
SMS = {"provider": "aliyun", "settings": {"sign_name": "番薯"}, "cost_cents": 5}


def push(world: World) -> dict[str, GatewayView]:
    view = GatewayView(kind="push", provider="webpush", settings={}, sender_name=world.library.name)
    return {"push": view}


def test_a_library_without_services_uses_the_installation_s(world: World, settings) -> None:
    settings.SMTP_URL = SMTP
    settings.SMS_GATEWAY = json.dumps(SMS)

    assert gateways() == push(world) | {
        "email": GatewayView(
            kind="email",
            provider="smtp",
            settings={
                "host": "mail.example.org",
                "port": 465,
                "security": "tls",
                "user": "user@x",
                "password": "p/w",
                "sender": "lib@example.org",
            },
            daily_limit=500,
            sender_name=world.library.name,
            is_installation=True,
        ),
        "sms": GatewayView(
            kind="sms",
            provider="aliyun",
            settings={"sign_name": "番薯"},
            cost_cents=5,
            sender_name=world.library.name,
            is_installation=True,
        ),
    }


def test_its_own_service_goes_before_and_switched_off_is_off(world: World, settings) -> None:
    settings.SMTP_URL = SMTP
    row = Gateway.objects.create(
        library_id=world.library.pk,
        kind="email",
        provider="smtp",
        settings='{"host": "own.example.org"}',
        daily_limit=7,
    )

    assert gateway("email") == GatewayView(
        kind="email",
        provider="smtp",
        settings={"host": "own.example.org"},
        daily_limit=7,
        sender_name=world.library.name,
    )

    row.is_active = False
    row.save()
    assert gateways() == push(world)


def test_a_practice_library_reaches_nobody(world: World, settings) -> None:
    settings.SMTP_URL = SMTP
    practice = Library.objects.create(
        slug="practice-1",
        name="练习",
        kind="primary",
        practice_of=world.library,
        created_at=world.library.created_at,
    )

    with library_scope(practice.pk):
        assert gateways() == {}


def test_no_secret_is_shown_by_accident(world: World, settings) -> None:
    settings.SMTP_URL = SMTP

    assert "p/w" not in repr(gateways())


@pytest.mark.parametrize(
    ("name", "value", "variable"),
    [
        ("SMTP_URL", "mail.example.org", "JIEYUE_SMTP_URL"),
        ("SMTP_URL", "smtps://mail.example.org", "JIEYUE_SMTP_URL"),
        ("SMTP_URL", "smtps://mail.example.org:x/?from=a@b.cd", "JIEYUE_SMTP_URL"),
        ("SMS_GATEWAY", "{", "JIEYUE_SMS"),
        ("SMS_GATEWAY", "[]", "JIEYUE_SMS"),
        ("SMS_GATEWAY", '{"provider": "aliyun"}', "JIEYUE_SMS"),
    ],
)
def test_a_mistake_of_the_operator_names_the_variable_and_no_secret(
    world: World, settings, name: str, value: str, variable: str
) -> None:
    setattr(settings, name, value)

    with pytest.raises(BadGatewayError, match=f"^{variable}$"):
        gateways()
