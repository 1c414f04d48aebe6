"""What the two demo libraries are like: places, hours, cards, terms, staff."""

from dataclasses import dataclass, field
from datetime import time
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchPlan:
    """A branch with its hours: weekdays (0 is Monday) and the same times on each."""

    code: str
    name: str
    address: str
    weekdays: tuple[int, ...]
    opens: time
    closes: time
    phone: str = ""
    loans_a_day: float  # on an ordinary open day
    audiences: tuple[str, ...]  # what stands there mostly


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPlan:
    """Somebody who works there."""

    login: str
    name: str
    role: str
    pin: str
    branches: tuple[str, ...] = ()  # codes; none: the whole library


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryPlan:
    """Everything a demo library starts with. `policies` name categories and item types by code."""

    slug: str
    name: str
    kind: str
    address: str
    contact: str
    branches: tuple[BranchPlan, ...]
    categories: tuple[dict[str, Any], ...]
    item_types: tuple[dict[str, Any], ...]
    policies: tuple[dict[str, Any], ...]
    staff: tuple[StaffPlan, ...]
    closures: tuple[tuple[str, tuple[int, int], tuple[int, int]], ...] = ()  # each year
    readers: dict[str, int] = field(default_factory=dict)  # by category
    classes: tuple[str, ...] = ()
    children: frozenset[str] = frozenset()  # categories of children
    audiences: frozenset[str] = frozenset({"early", "child", "teen", "adult"})
    copies_per_title: float = 1.0


DEFAULT_TERMS: Final[dict[str, Any]] = {
    "may_borrow": True,
    "max_loans": 10,
    "loan_days": 30,
    "max_renewals": 2,
    "renewal_days": 30,
    "max_holds": 5,
    "max_overdue": 0,
    "max_owed_cents": 0,
    "closed_days": "next_open",
}

QINGHE: Final = LibraryPlan(
    slug="qinghe",
    name="青禾图书馆",
    kind="public",
    address="青禾市文化路 18 号",
    contact="陈静",
    branches=(
        BranchPlan(
            code="main",
            name="总馆",
            address="青禾市文化路 18 号",
            phone="0000-8800 1800",
            weekdays=(1, 2, 3, 4, 5, 6),
            opens=time(9),
            closes=time(20),
            loans_a_day=3.9,
            audiences=("adult", "teen"),
        ),
        BranchPlan(
            code="kids",
            name="少儿馆",
            address="青禾市文化路 20 号",
            phone="0000-8800 1820",
            weekdays=(1, 2, 3, 4, 5, 6),
            opens=time(9),
            closes=time(18),
            loans_a_day=2.5,
            audiences=("early", "child", "teen"),
        ),
        BranchPlan(
            code="river",
            name="河畔分馆",
            address="青禾市滨河街 5 号",
            phone="0000-8800 1805",
            weekdays=(0, 2, 3, 4, 5),
            opens=time(10),
            closes=time(18),
            loans_a_day=1.3,
            audiences=("adult", "child"),
        ),
    ),
    categories=(
        {"code": "adult", "name": "成人卡", "valid_months": 36, "is_default": True},
        {"code": "child", "name": "少儿卡", "valid_months": 12},
        {"code": "senior", "name": "敬老卡", "valid_months": 60, "queue_class": 4},
        {"code": "teacher", "name": "教师卡", "valid_months": 24},
    ),
    item_types=(
        {"code": "book", "name": "图书", "is_default": True},
        {"code": "picture", "name": "绘本"},
        {"code": "reference", "name": "工具书"},
    ),
    policies=(
        DEFAULT_TERMS
        | {"settled_by": "money", "fine_cents": 10, "fine_grace": 2, "recall_days": 7}
        | {"max_owed_cents": 1_000, "busy_loan_days": 15, "max_fine_cents": 2_000},
        {"category": "child", "max_loans": 6, "max_renewals": 1},
        {"category": "senior", "loan_days": 60},
        {"category": "teacher", "max_loans": 20, "loan_days": 60},
        {"item_type": "picture", "loan_days": 21},
        {"item_type": "reference", "may_borrow": False},
    ),
    staff=(
        StaffPlan(login="chenjing", name="陈静", role="owner", pin="2580"),
        StaffPlan(login="zhouming", name="周明", role="librarian", pin="1379"),
        StaffPlan(
            login="linlan", name="林岚", role="helper", pin="4628", branches=("kids", "main")
        ),
    ),
    readers={"adult": 92, "child": 46, "senior": 14, "teacher": 8},
    classes=(
        "三年级 1 班",
        "三年级 2 班",
        "四年级 1 班",
        "四年级 2 班",
        "五年级 1 班",
        "六年级 1 班",
    ),
    children=frozenset({"child"}),
    copies_per_title=2.1,
)

XIAOXUE: Final = LibraryPlan(
    slug="xiaoxue",
    name="青禾小学图书室",
    kind="primary",
    address="青禾市学府街 3 号",
    contact="吴老师",
    branches=(
        BranchPlan(
            code="main",
            name="图书室",
            address="教学楼二层",
            weekdays=(0, 1, 2, 3, 4),
            opens=time(8),
            closes=time(17),
            loans_a_day=4.0,
            audiences=("early", "child", "teen"),
        ),
    ),
    categories=(
        {"code": "student", "name": "学生卡", "valid_months": 72, "is_default": True},
        {"code": "teacher", "name": "教师卡", "valid_months": None},
    ),
    item_types=(
        {"code": "book", "name": "图书", "is_default": True},
        {"code": "picture", "name": "绘本"},
    ),
    policies=(
        DEFAULT_TERMS
        | {"max_loans": 2, "loan_days": 14, "max_renewals": 1, "renewal_days": 14}
        | {"settled_by": "days", "fine_grace": 3, "max_suspension_days": 14},
        {"category": "teacher", "max_loans": 10, "loan_days": 60, "max_overdue": 3},
    ),
    staff=(
        StaffPlan(login="wulaoshi", name="吴敏", role="owner", pin="2580"),
        StaffPlan(login="xiaozhu", name="小助手", role="helper", pin="1379"),
    ),
    closures=(("暑假", (7, 6), (8, 30)), ("寒假", (1, 24), (2, 22))),
    readers={"student": 64, "teacher": 8},
    classes=(
        "二年级 1 班",
        "三年级 1 班",
        "三年级 2 班",
        "四年级 1 班",
        "五年级 2 班",
        "六年级 1 班",
    ),
    children=frozenset({"student"}),
    audiences=frozenset({"early", "child"}),
    copies_per_title=1.8,
)

PLANS: Final = (QINGHE, XIAOXUE)
