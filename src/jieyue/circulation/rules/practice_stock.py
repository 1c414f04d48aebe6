"""Who and what a practice library is stocked with: made up, and plainly so."""

from dataclasses import dataclass
from typing import Final, Literal

State = Literal["good", "on_loan", "overdue", "frozen", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeReader:
    """A made-up reader. `card_type` counts the library's card types from its default on."""

    name: str
    state: State
    note: str
    card_type: int = 0
    frozen_reason: str = ""


READERS: Final = (
    PracticeReader(name="练习·林小满", state="good", note="什么都没借，可以借书"),
    PracticeReader(name="练习·周老师", state="good", note="另一种借阅卡", card_type=1),
    PracticeReader(name="练习·何立夏", state="on_loan", note="借着一本书，可以还书、续借"),
    PracticeReader(name="练习·沈谷雨", state="overdue", note="有一本书早已逾期"),
    PracticeReader(
        name="练习·唐霜降", state="frozen", note="已停借", frozen_reason="练习用：暂停借书"
    ),
    PracticeReader(name="练习·白小寒", state="expired", note="借阅卡昨天到期"),
)


@dataclass(frozen=True, slots=True)
class PracticeBook:
    """A book for a library that has none yet; long out of copyright."""

    name: str
    authors: str
    clc: str  # 中图法 class number


BOOKS: Final = (
    PracticeBook("红楼梦", "曹雪芹", "I242.4"),
    PracticeBook("西游记", "吴承恩", "I242.4"),
    PracticeBook("呐喊", "鲁迅", "I210.6"),
    PracticeBook("朝花夕拾", "鲁迅", "I210.4"),
    PracticeBook("背影", "朱自清", "I266"),
    PracticeBook("骆驼祥子", "老舍", "I246.5"),
)
