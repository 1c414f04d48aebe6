"""What the columns of lists of loans, holds, dues and deposits are called."""

from collections.abc import Sequence
from typing import Final

from jieyue.catalog.rules.isbn import isbn13_of
from jieyue.kit.tables.headings import Columns, Kind, Vocabulary, columns_of
from jieyue.kit.tables.lines import Line
from jieyue.patrons.rules.importing import who
from jieyue.patrons.rules.importing.cells import plain
from jieyue.patrons.rules.importing.columns import kind_of

_MOST: Final = 0.6  # of a column's texts must look like it


def _are_isbns(texts: Sequence[str]) -> bool:
    return sum(isbn13_of(text) is not None for text in texts) >= _MOST * len(texts)


_BARCODE: Final = kind_of(
    "barcode",
    "图书条码 图书条码号 条码号 条码 条形码 条形码号 馆藏条码 馆藏条码号 册条码 册条码号 单册条码"
    " barcodeofthebook 书条码 财产号 登录号 barcode itembarcode copybarcode bookbarcode itemcode",
)
_BRANCH: Final = kind_of(
    "branch", "分馆 校区 所属分馆 所属馆 借出馆 借阅馆 馆藏单位 馆代码 馆名 branch library campus"
)
LOAN_KINDS: Final = (
    _BARCODE,
    *who.KINDS,
    kind_of(
        "lent_on",
        "借书日期 借出日期 借阅日期 借书时间 借出时间 借阅时间 外借日期 外借时间 借期 lentdate"
        " lenton checkoutdate issuedate loandate borrowedon borrowdate checkedout issued",
    ),
    kind_of(
        "due_on",
        "应还日期 应还时间 到期日期 到期日 应归还日期 还书期限 归还期限 应还期 截止日期"
        " duedate dueon due datedue returnby",
    ),
    kind_of(
        "returned_on",
        "归还日期 还书日期 归还时间 还书时间 实际归还日期 实还日期 实还时间 returndate returnedon"
        " returned checkindate datereturned",
    ),
    kind_of(
        "renewals", "续借次数 续借 已续借次数 续借数 timesrenewed renewals renewalcount renewed"
    ),
    _BRANCH,
)
HOLD_KINDS: Final = (
    Kind(
        name="isbn",
        headings=("isbn", "isbn号", "国际标准书号", "标准书号", "书号", "isbn13"),
        looks=_are_isbns,
        is_shy=False,
    ),
    _BARCODE,
    *who.KINDS,
    kind_of(
        "title",
        "书名 题名 正题名 图书名称 书刊名称 资料名称 预约图书 预约书名 title booktitle booksname",
    ),
    kind_of(
        "placed_on",
        "预约日期 预约时间 预约提交时间 登记日期 登记时间 申请日期 申请时间 日期 时间 holddate"
        " placedon reservedate reservedon requestdate date",
    ),
    kind_of(
        "pickup",
        "取书馆 取书地点 取书分馆 取书点 取书地 提书地点 预约馆 分馆 校区 pickup"
        " tobefetchedat pickupbranch pickuplocation pickuplibrary branch",
    ),
    kind_of("status", "预约状态 状态 处理状态 status state holdstatus"),
)
DUE_KINDS: Final = (
    *who.KINDS,
    kind_of(
        "amount",
        "欠款金额 欠费金额 欠款 欠费 应缴金额 应交金额 未缴金额 未交金额 罚款金额 罚款 罚金 金额"
        " 应收金额 待缴金额 费用 amountowedyuan amountowed amount owed"
        " balance fine outstanding amountdue",
    ),
    kind_of("paid", "已缴金额 已交金额 实缴金额 实交金额 已付金额 已收金额 paid amountpaid"),
    kind_of(
        "reason",
        "费用类型 欠费原因 欠款原因 罚款原因 费用原因 原因 事由 费用名称 收费项目 项目 款项 类型"
        " 用途 whatfor reason description feetype type",
    ),
    kind_of("title", "书名 题名 图书名称 图书 相关图书 title booktitle"),
    kind_of(
        "owed_on",
        "欠款日期 owedsince 产生日期 发生日期 欠费日期 罚款日期 登记日期 处罚日期 产生时间 发生时间"
        " 日期 时间 date createdon chargedate assessedon",
    ),
    kind_of("status", "缴费状态 付款状态 处理状态 状态 是否缴费 是否已缴 status state"),
)
DEPOSIT_KINDS: Final = (
    *who.KINDS,
    kind_of(
        "amount",
        "押金 押金金额 押金余额 押金额 已交押金 已缴押金 读者押金 借书押金 保证金 金额 余额"
        " deposit depositamount depositheld depositpaid depositbalance amount balance",
    ),
    kind_of(
        "paid_on",
        "押金日期 交押金日期 交押金时间 缴纳日期 缴纳时间 交纳日期 交费日期 缴费日期 收取日期"
        " 办证日期 办卡日期 日期 时间 depositdate depositpaidon paidinon paidon datepaid date",
    ),
    kind_of(
        "status",
        "押金状态 退押金状态 退押状态 是否退还 是否已退 退还情况 状态 givenbackornot depositstatus"
        " status state",
    ),
)
_BOOK_OTHERS: Final = " 作者 责任者 出版社 索书号 分类号 价格 定价 馆藏地 备注 超期天数 逾期天数"


def vocabulary(kinds: Sequence[Kind], others: str = "") -> Vocabulary:
    """Return the words for a list's columns; those of `others` hold nothing of ours."""
    said = {heading for kind in kinds for heading in kind.headings}
    left_out = frozenset(f"{who.OTHERS}{_BOOK_OTHERS} {others}".split()) - said
    return Vocabulary(kinds=tuple(kinds), plain=plain, others=left_out)


LOANS: Final = vocabulary(LOAN_KINDS, "书名 题名 isbn title status 状态 借阅状态 罚款 欠款 金额")
HOLDS: Final = vocabulary(HOLD_KINDS)
DEPOSITS: Final = vocabulary(
    DEPOSIT_KINDS, "有效期 有效期至 截止日期 备注 欠款 罚款 邮箱 email validuntil"
)
DUES: Final = vocabulary(DUE_KINDS, "条码号 条码 图书条码 应还日期 借书日期")


def loan_columns(lines: Sequence[Line]) -> Columns:
    """Find out what the columns of a list of loans hold."""
    return columns_of(lines, LOANS)


def hold_columns(lines: Sequence[Line]) -> Columns:
    """Find out what the columns of a list of holds hold."""
    return columns_of(lines, HOLDS)


def due_columns(lines: Sequence[Line]) -> Columns:
    """Find out what the columns of a list of dues hold."""
    return columns_of(lines, DUES)


def deposit_columns(lines: Sequence[Line]) -> Columns:
    """Find out what the columns of a list of deposits hold."""
    return columns_of(lines, DEPOSITS)


def tells_of_loans(kinds: Sequence[str]) -> bool:
    """Say whether columns are enough: which copy, and whose."""
    return "barcode" in kinds and who.names_somebody(list(kinds))


def tells_of_holds(kinds: Sequence[str]) -> bool:
    """Say whether columns are enough: which book, and for whom."""
    return bool({"isbn", "barcode", "title"} & set(kinds)) and who.names_somebody(list(kinds))


def tells_of_dues(kinds: Sequence[str]) -> bool:
    """Say whether columns are enough: how much, and whose."""
    return "amount" in kinds and who.names_somebody(list(kinds))


def tells_of_deposits(kinds: Sequence[str]) -> bool:
    """Say whether columns are enough: how much, and whose."""
    return tells_of_dues(kinds)
