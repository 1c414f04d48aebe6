"""Volumes of a set: which is which, and in which order."""

import pytest

from jieyue.catalog.rules.volumes import LAST, volume_in, volume_key, volume_number


@pytest.mark.parametrize(
    ("volume", "number", "key"),
    [
        ("第一册", 1, "1"),
        ("册1", 1, "1"),
        ("１", 1, "1"),
        ("Vol. 3", 3, "3"),
        ("v.2", 2, "2"),
        ("IV", 4, "4"),
        ("卷二十一", 21, "21"),
        ("第一百零二卷", 102, "102"),
        ("上册", 1, "上"),
        ("下", 3, "下"),
        ("第二部，黑暗森林", 2, "2黑暗森林"),
        ("黑暗森林", LAST, "黑暗森林"),
        ("上海卷", LAST, "上海卷"),
        ("", LAST, ""),
    ],
)
def test_a_volume_says_which_it_is(volume: str, number: int, key: str) -> None:
    assert (volume_number(volume), volume_key(volume)) == (number, key)


@pytest.mark.parametrize(
    ("name", "parted"),
    [
        ("三体 第二部", ("三体", "2")),
        ("红楼梦（上）", ("红楼梦", "上")),
        ("高等数学 下册", ("高等数学", "下")),
        ("The Lord of the Rings, part 2", ("thelordoftherings", "2")),
        ("1984", ("1984", "")),
        ("天下", ("天下", "")),
        ("第一部", ("第一部", "")),
    ],
)
def test_a_volume_at_the_end_of_a_name_is_parted_from_it(
    name: str, parted: tuple[str, str]
) -> None:
    assert volume_in(name) == parted
