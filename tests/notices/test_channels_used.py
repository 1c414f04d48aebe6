"""What the pass over all messages keeps of channels: budgets, dead addresses, devices."""

from jieyue.libraries.models import Gateway
from jieyue.notices.channels.subscriptions import devices_of, subscribe_device
from jieyue.notices.models import DeadAddress
from tests.mailing import lent, reminded, sent, states
from tests.servers.push import PushService


def test_a_budget_that_is_used_up_stops_at_the_very_message(world, server, clock):
    Gateway.objects.update(daily_limit=2)
    for number in range(3):
        lent(world, f"书{number}", "2026-03-05", world.patron(email=f"r{number}@example.com"))
    reminded(world, clock())

    sent(world, clock)
    assert len(server.mails) == 2
    assert sorted(states()) == [
        ("email", "given_up", "over_budget"),
        ("email", "handed", ""),
        ("email", "handed", ""),
    ]


def test_an_address_that_is_dead_is_not_tried_again(world, server, clock):
    patron = world.patron(email="lin@example.com", email_hash="of-lin")
    server.refuses["lin@example.com"] = "550 5.1.1 No such user"
    lent(world, "活着", "2026-03-05", patron)
    reminded(world, clock())

    sent(world, clock)

    assert states() == [("email", "given_up", "no_such_address")]
    assert DeadAddress.objects.get().code == "no_such_address"


def test_a_reader_s_device_comes_first_and_one_that_is_gone_is_forgotten(
    world, server, clock, settings, tmp_path
):
    settings.KEYS_DIR = tmp_path
    patron = world.patron(email="lin@example.com")
    lent(world, "活着", "2026-03-05", patron)
    with PushService() as service:
        for name in ("phone", "tablet"):
            browser = service.browser(name)
            subscribe_device(
                world.reader_desk(patron),
                endpoint=browser.endpoint,
                p256dh=browser.p256dh,
                auth=browser.auth,
                device=name,
            )
        service.gone.add("tablet")
        reminded(world, clock())

        sent(world, clock)

    assert states() == [("push", "handed", "")]
    assert [shown.browser for shown in service.shown] == ["phone"]
    assert [(device.device, device.last_ok_at) for device in devices_of(patron.pk)] == [
        ("phone", clock())
    ]
    assert server.mails == []
