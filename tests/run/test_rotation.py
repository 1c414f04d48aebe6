"""Rotating keys: everything is encrypted anew, may be run again, and loses nothing."""

from jieyue.kit import encryption
from jieyue.kit.rotation import key_names, rotate, rows_by_key, with_new_key
from jieyue.patrons.models import Patron


def test_every_secret_moves_to_the_newest_key_and_stays_readable(world, settings):
    for number in range(3):
        world.patron(f"读者 {number}", phone=f"1390000000{number}")
    world.patron("没有电话")
    [old] = key_names()
    assert rows_by_key() == {old: 3}

    settings.FIELD_KEYS = with_new_key(settings.FIELD_KEYS)
    assert len(key_names()) == 2 and key_names()[1] == old
    assert rotate() == 3
    assert rows_by_key() == {key_names()[0]: 3}
    assert rotate() == 0
    settings.FIELD_KEYS = settings.FIELD_KEYS.splitlines()[0]
    encryption._keys.cache_clear()
    phones = {patron.phone for patron in Patron.objects.all()}
    assert phones == {"", "13900000000", "13900000001", "13900000002"}


def test_a_new_key_takes_a_name_of_its_own():
    assert with_new_key("k1:a").splitlines()[0].startswith("k2:")
    assert with_new_key("k7:a,k2:b").splitlines()[0].startswith("k1:")
    assert with_new_key("k2:a\nk1:b").splitlines()[1:] == ["k2:a", "k1:b"]
