"""Readers' pages: finding books, one book, one's own loans."""

import re
from datetime import timedelta

import pytest

from jieyue.catalog.models import Title
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Loan
from jieyue.kit import clock
from tests.world import World


@pytest.fixture
def stock(world: World):
    title = world.title("红楼梦", authors="曹雪芹")
    return title, world.copy(title, shelf="A-07", call_number="I242.4/35")


def lend(world: World, copy, patron, *, now=None):
    return checkout(
        world.desk(now=now or clock.now()),
        copy_barcodes=(copy.barcode,),
        card_barcode=patron.card,
    ).results[0]


def test_anybody_finds_a_book_and_where_it_stands(world, client, stock) -> None:
    title, _ = stock
    found = client.get(f"/{world.slug}/search", {"q": "红楼"}).content.decode()
    page = client.get(f"/{world.slug}/t/{title.public_id}").content.decode()
    assert "红楼梦" in found
    assert "在架 1 本" in found
    assert "A-07" in page
    assert "I242.4/35" in page


def test_a_lent_book_says_until_when(world, client, stock) -> None:
    title, copy = stock
    lent = lend(world, copy, world.patron())
    page = client.get(f"/{world.slug}/t/{title.public_id}").content.decode()
    assert f"{lent.due_on.month}月{lent.due_on.day}日 应还" in page
    assert "林晓雨" not in page


def test_nothing_found_says_what_to_try(world, client, db) -> None:
    answer = client.get(f"/{world.slug}/search", {"q": "😀" * 5000 + "%_'\""})
    assert answer.status_code == 200
    assert "没有找到" in answer.content.decode()


def test_a_draft_is_found_only_once_it_has_a_name(world, client, stock) -> None:
    title, _copy = stock
    Title.objects.update(state="draft")
    pages = [
        client.get(f"/{world.slug}/search", {"q": words}).content.decode()
        for words in ("", title.name)
    ]
    assert [title.public_id in page for page in pages] == [False, False]


def test_a_copys_qr_leads_to_its_book(world, client, stock) -> None:
    title, copy = stock
    answer = client.get(f"/{world.slug}/c/{copy.public_id}")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/{world.slug}/t/{title.public_id}")


def test_ones_loans_want_signing_in(world, client, db) -> None:
    answer = client.get(f"/{world.slug}/my/loans")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/{world.slug}/sign-in?next=%2F{world.slug}%2Fmy%2Floans"


def test_a_reader_sees_and_renews_their_loans(world, reader_client, stock) -> None:
    patron = world.patron()
    long_ago = clock.now() - timedelta(days=10)
    lent = lend(world, stock[1], patron, now=long_ago)
    client = reader_client(patron)

    page = client.get(f"/{world.slug}/my/loans").content.decode()
    [words] = re.findall(r"<button\s+class=\"btn w-full.*?</button>", page, re.DOTALL)
    assert re.sub(r"<[^>]+>|\s+", " ", words).split()[0].startswith("续借到")
    assert '<span class="sr-only">红楼梦</span>' in words
    answer = client.post(f"/{world.slug}/my/loans/{lent.loan}/renewals", follow=True)

    assert "已续借到" in answer.content.decode()
    assert Loan.objects.get().renewals == 1


def test_a_refused_renewal_says_why(world, reader_client, stock) -> None:
    world.policy(max_renewals=0)
    patron = world.patron()
    lent = lend(world, stock[1], patron, now=clock.now() - timedelta(days=10))
    client = reader_client(patron)

    page = client.get(f"/{world.slug}/my/loans").content.decode()
    answer = client.post(f"/{world.slug}/my/loans/{lent.loan}/renewals", follow=True)

    assert '<span class="sr-only">红楼梦</span>' not in page
    assert 'role="alert"' in answer.content.decode()
    assert Loan.objects.get().renewals == 0


def test_a_double_tap_renews_once(world, reader_client, stock) -> None:
    patron = world.patron()
    lent = lend(world, stock[1], patron, now=clock.now() - timedelta(days=10))
    client = reader_client(patron)
    for _ in range(2):
        client.post(f"/{world.slug}/my/loans/{lent.loan}/renewals", {"idempotency_key": "one-tap"})
    assert Loan.objects.get().renewals == 1


def test_history_home_and_card_open(world, reader_client, stock) -> None:
    client = reader_client(world.patron())
    for path in ("", "my/history", "me", "my/loans", "search"):
        assert client.get(f"/{world.slug}/{path}").status_code == 200, path


def test_pages_load_nothing_from_elsewhere(world, client, stock) -> None:
    answer = client.get(f"/{world.slug}/")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', answer.content.decode())
    assert [a for a in addresses if a.startswith(("http", "//"))] == []
    assert "style=" not in answer.content.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_staff_who_got_lost_among_the_readers_pages_are_led_to_their_desk(
    world, staff_client, client
) -> None:
    pages = [
        who.get(f"/{world.slug}/t/NOSUCHBOOK").content.decode() for who in (staff_client, client)
    ]
    assert [f'href="/{world.slug}/staff/desk/"' in page for page in pages] == [True, False]
