"""Whom a row of a list of loans, holds or dues is about."""

from dataclasses import dataclass
from typing import Final

from jieyue.kit.tables.headings import Kind
from jieyue.patrons.rules.importing.cells import Cells
from jieyue.patrons.rules.importing.columns import CARD, GRADE, GROUP, NAME, STUDENT_NUMBER
from jieyue.patrons.rules.importing.values import group_of

KINDS: Final[tuple[Kind, ...]] = (STUDENT_NUMBER, CARD, NAME, GRADE, GROUP)
OTHERS: Final = (
    "序号 行号 编号 性别 民族 生日 出生日期 身份证 身份证号 证件号 家庭住址 住址 地址 监护人 班主任"
    " 密码 操作员 经手人 经办人 学校 手机 手机号 联系电话 电话 读者类型 读者类别 id no gender phone"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A reader as a row names them; "" where it says nothing."""

    card: str = ""
    student_number: str = ""
    name: str = ""
    group_name: str = ""
    phone: str = ""


def who_of(cells: Cells) -> Who:
    """Return what a row says of its reader. A name longer than names are is cut: it is compared."""
    return Who(
        card=cells.number("card"),
        student_number=cells.number("student_number"),
        name=" ".join(cells.text("name").split())[:100],
        group_name=group_of(cells.text("grade"), cells.text("group")),
    )


def names_somebody(kinds: tuple[str, ...] | list[str]) -> bool:
    """Say whether columns tell whom a row is about."""
    return bool({"card", "student_number", "name"} & set(kinds))
