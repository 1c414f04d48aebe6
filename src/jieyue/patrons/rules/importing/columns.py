"""What the columns of a list of readers are called, and how they look without a heading."""

import re
from collections.abc import Sequence
from typing import Final

from jieyue.kit.tables.headings import Columns, Kind, Vocabulary, columns_of
from jieyue.kit.tables.lines import Line
from jieyue.patrons.rules.importing.cells import plain

_MOST: Final = 0.6  # of a column's texts must look like it
_MOBILE: Final = re.compile(r"(\+?86)?[-\s]?1[3-9]\d{9}(\.0)?")
_NAME: Final = re.compile(r"[\u3400-\u9fff·\s]{2,8}")
_GROUP: Final = re.compile(r".{0,8}(班|年级|级)")


def _are(pattern: re.Pattern[str], texts: Sequence[str]) -> bool:
    return sum(pattern.fullmatch(text.strip()) is not None for text in texts) >= _MOST * len(texts)


def kind_of(name: str, headings: str) -> Kind:
    """Return a kind told by its heading alone."""
    return Kind(name=name, headings=tuple(headings.split()))


CARD: Final = kind_of(
    "card",
    "读者条码 读者条码号 证条码号 证条码 借书证号 借阅证号 读者证号 读者卡号 图书证号 借书卡号"
    " 读者证条码 读者证条码号 读者编号 读者号 证号 卡号 一卡通号 一卡通卡号 校园卡号 借书证 借阅证"
    " cardnumber cardno patronbarcode cardbarcode borrowernumber readerbarcode card",
)
STUDENT_NUMBER: Final = kind_of(
    "student_number",
    "学号 学籍号 学生学号 学工号 工号 教工号 职工号 学生编号 教师编号 员工号 人员编号 学籍辅号"
    " studentnumber studentorstaffnumber studentid studentno employeeid staffid",
)
NAME: Final = Kind(
    name="name",
    headings=(
        *("姓名", "读者姓名", "学生姓名", "读者名称", "借阅人", "借阅者", "借书人", "读者"),
        *("持证人", "教师姓名", "名字", "name", "fullname", "readername", "patronname"),
        *("studentname", "borrower", "patron", "readersname"),
    ),
    looks=lambda texts: _are(_NAME, texts) and len(set(texts)) >= _MOST * len(texts),
)
GRADE: Final = kind_of("grade", "年级 所在年级 入学年级 入学年份 学年 年级名称 届别 级别 grade")
GROUP: Final = Kind(
    name="group",
    headings=(
        *("班级", "所在班级", "班级名称", "行政班", "班别", "班", "单位", "部门", "院系", "系部"),
        *("所在单位", "工作单位", "所属部门", "科室", "class", "classname", "group", "department"),
        *("unit", "classordepartment"),
    ),
    looks=lambda texts: _are(_GROUP, texts),
)
KINDS: Final = (
    STUDENT_NUMBER,
    CARD,
    Kind(
        name="phone",
        headings=(
            *("手机", "手机号", "手机号码", "联系电话", "电话", "电话号码", "联系方式", "移动电话"),
            *("监护人电话", "家长电话", "家长手机", "家长手机号", "监护人手机", "家长联系方式"),
            *("联系手机", "家庭电话", "phone", "mobile", "telephone", "tel", "cellphone"),
            "phonenumber",
        ),
        looks=lambda texts: _are(_MOBILE, texts),
    ),
    NAME,
    GRADE,
    GROUP,
    kind_of("email", "电子邮箱 邮箱 电子邮件 邮箱地址 电邮 email emailaddress mail"),
    kind_of(
        "category",
        "读者类型 读者类别 借阅卡类型 卡类型 证件类型 读者级别 读者分类 借阅证类型 借书证类型"
        " 人员类别 身份 类型 类别 category patroncategory cardtype readertype type",
    ),
    kind_of("branch", "分馆 校区 所属分馆 所属馆 办证馆 开户馆 馆代码 馆名 branch library campus"),
    kind_of(
        "expires_on",
        "有效期 有效期至 截止日期 失效日期 失效期 到期日期 到期日 过期日期 终止日期 有效截止日期"
        " 证件有效期 失效时间 expires expirydate expirationdate expiry validuntil expireson",
    ),
    kind_of(
        "joined_on",
        "办证日期 发证日期 注册日期 开户日期 启用日期 建证日期 登记日期 创建日期 创建时间 办证时间"
        " 生效日期 入会日期 joined joinedon registeredon created datecreated dateenrolled",
    ),
    kind_of("status", "读者状态 证状态 卡状态 证件状态 借书证状态 状态 status cardstatus"),
    kind_of("note", "备注 附注 说明 注释 note notes remark remarks comment comments"),
)
NAMES: Final = tuple(kind.name for kind in KINDS)
"""What a column can be said to hold; public codes, each has words."""
_OTHERS: Final = (
    "序号 行号 编号 性别 民族 籍贯 生日 出生日期 出生年月 年龄 身份证 身份证号 身份证号码 证件号码"
    " 证件号 家庭住址 住址 地址 通讯地址 邮编 家长姓名 监护人 监护人姓名 班主任 押金 欠款 欠费"
    " 借阅次数 借书数量 可借册数 已借册数 密码 照片 政治面貌 职务 职称 姓名拼音 拼音 操作员 学校"
    " 学校名称 微信 qq id no gender sex birthday dateofbirth address password deposit balance"
)
VOCABULARY: Final = Vocabulary(kinds=KINDS, plain=plain, others=frozenset(_OTHERS.split()))


def reader_columns(lines: Sequence[Line]) -> Columns:
    """Find out from a table's first rows what its columns hold."""
    return columns_of(lines, VOCABULARY)
