"""What a new library of each kind starts with. Everything can be changed later.

The figures are what such libraries in China commonly do; none of them is law. The names are data
of the library, in its own language, so they are Chinese here.
"""

from dataclasses import dataclass, field
from datetime import time
from typing import Any, Final

Terms = dict[str, Any]  # terms of circulation/rules/policies.py

WORKDAYS: Final = (0, 1, 2, 3, 4)  # 0 is Monday
ALL_BUT_MONDAY: Final = (1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStart:
    """A kind of card; the first of a library is the one given out unless another is chosen."""

    code: str
    name: str
    valid_months: int | None = None  # None: no expiry
    queue_class: int = 5  # 1 is served first among holds


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStart:
    """A kind of thing that is lent; the first of a library is its default."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleStart:
    """A row of the lending rules for a card type or an item type, by code; None is any."""

    card: str | None = None
    item: str | None = None
    terms: Terms = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindStart:
    """What a library of a kind starts with. `weekdays` empty: no hours are set, always open."""

    branch_name: str
    weekdays: tuple[int, ...]
    opens_at: time = time(9)
    closes_at: time = time(17)
    closes_on_holidays: bool
    owner: str
    librarian: str
    helper: str
    cards: tuple[CardStart, ...]
    items: tuple[ItemStart, ...]
    default: Terms
    rules: tuple[RuleStart, ...] = ()


BOOK: Final = ItemStart(code="book", name="图书")
PICTURE: Final = ItemStart(code="picture", name="绘本")
MAGAZINE: Final = ItemStart(code="magazine", name="期刊")
REFERENCE: Final = ItemStart(code="reference", name="工具书")
DISC: Final = ItemStart(code="disc", name="音像")
READ_HERE: Final = RuleStart(item="reference", terms={"may_borrow": False})


def _default(
    loans: int, days: int, *, renewals: int = 1, renewal_days: int | None = None, holds: int = 3,
    overdue: int = 0, owed_cents: int = 0, closed_days: str = "next_open", **more: Any,
) -> Terms:  # fmt: skip
    """Return a default row; terms it leaves out hold as built in: nothing is charged."""
    return {
        "may_borrow": True,
        "max_loans": loans,
        "loan_days": days,
        "max_renewals": renewals,
        "renewal_days": renewal_days or days,
        "max_holds": holds,
        "max_overdue": overdue,  # overdue loans with which one may still borrow
        "max_owed_cents": owed_cents,
        "closed_days": closed_days,
    } | more


def _card(card: str, loans: int, days: int | None = None, **more: Any) -> RuleStart:
    terms: Terms = {"max_loans": loans}
    if days is not None:
        terms |= {"loan_days": days, "renewal_days": days}
    return RuleStart(card=card, terms=terms | more)


def _short(item: str, days: int) -> RuleStart:
    return RuleStart(item=item, terms={"loan_days": days, "max_renewals": 0, "renewal_days": days})


_SCHOOL_CARDS: Final = (
    CardStart(code="student", name="学生", valid_months=72),
    CardStart(code="teacher", name="教职工"),
    CardStart(code="class", name="班级"),  # a class's own shelf, in the care of its teacher
)

STARTS: Final[dict[str, KindStart]] = {
    "primary": KindStart(
        branch_name="图书馆",
        weekdays=WORKDAYS,
        opens_at=time(8),
        closes_at=time(16, 30),
        closes_on_holidays=True,
        owner="馆长",
        librarian="图书老师",
        helper="小馆员",
        cards=_SCHOOL_CARDS,
        items=(BOOK, PICTURE, MAGAZINE, REFERENCE),
        default=_default(3, 14, holds=2),
        rules=(
            _card("teacher", 10, 60, max_overdue=3),
            _card("class", 50, 60, max_holds=0),
            _short("magazine", 7),
            READ_HERE,
        ),
    ),
    "secondary": KindStart(
        branch_name="图书馆",
        weekdays=WORKDAYS,
        opens_at=time(8),
        closes_at=time(17, 30),
        closes_on_holidays=True,
        owner="馆长",
        librarian="图书老师",
        helper="小馆员",
        cards=_SCHOOL_CARDS,
        items=(BOOK, MAGAZINE, REFERENCE, DISC),
        default=_default(5, 30, renewal_days=15),
        rules=(
            _card("teacher", 15, 90, max_overdue=3),
            _card("class", 60, 90, max_holds=0),
            _short("magazine", 7),
            READ_HERE,
        ),
    ),
    "company": KindStart(
        branch_name="图书角",
        weekdays=WORKDAYS,
        closes_at=time(18),
        closes_on_holidays=True,
        owner="管理员",
        librarian="馆员",
        helper="助手",
        cards=(CardStart(code="employee", name="员工"), CardStart(code="team", name="部门")),
        items=(BOOK, MAGAZINE),
        default=_default(5, 30),
        rules=(_card("team", 30, 90), _short("magazine", 7)),
    ),
    "community": KindStart(
        branch_name="阅览室",
        weekdays=ALL_BUT_MONDAY,
        closes_on_holidays=True,
        owner="馆长",
        librarian="馆员",
        helper="志愿者",
        cards=(
            CardStart(code="adult", name="成人", valid_months=36),
            CardStart(code="child", name="少儿", valid_months=36),
            CardStart(code="family", name="家庭", valid_months=36),
        ),
        items=(BOOK, PICTURE, MAGAZINE),
        default=_default(5, 30),
        rules=(_card("family", 10), _short("magazine", 14)),
    ),
    # Public libraries keep hours on public holidays too (公共图书馆法 article 38).
    "public": KindStart(
        branch_name="总馆",
        weekdays=ALL_BUT_MONDAY,
        closes_at=time(20),
        closes_on_holidays=False,
        owner="馆长",
        librarian="馆员",
        helper="志愿者",
        cards=(
            CardStart(code="adult", name="成人", valid_months=60),
            CardStart(code="child", name="少儿", valid_months=60),
            CardStart(code="senior", name="老年", valid_months=60),
            CardStart(code="group", name="集体", valid_months=12),
        ),
        items=(BOOK, PICTURE, MAGAZINE, REFERENCE, DISC),
        # Seen: 0.10 to 0.20 yuan a day, capped at the price (the built-in cap).
        default=_default(
            10, 30, holds=5, owed_cents=500, settled_by="money", fine_cents=10, fine_grace=3
        ),
        rules=(
            _card("senior", 10, 45),
            _card("group", 100, 90, max_holds=0),
            _short("magazine", 14),
            _short("disc", 14),
            READ_HERE,
        ),
    ),
    "family": KindStart(
        branch_name="家里",
        weekdays=(),
        closes_on_holidays=False,
        owner="主人",
        librarian="家人",
        helper="小帮手",
        cards=(CardStart(code="family", name="家人"), CardStart(code="friend", name="亲友")),
        items=(BOOK, PICTURE, MAGAZINE),
        default=_default(
            50, 180, renewals=9, overdue=99, owed_cents=1_000_000, closed_days="keep",
            lost_percent=0,
        ),
        rules=(_card("friend", 5, 30, max_renewals=2, max_overdue=0),),
    ),
}  # fmt: skip
KINDS: Final = tuple(STARTS)
