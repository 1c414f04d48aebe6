"""What the columns of a library's list are called, and how they look without a heading."""

import re
from collections.abc import Sequence
from typing import Final

from jieyue.catalog.rules.copies import may_be_barcode, read_barcode
from jieyue.catalog.rules.finding.text import plain
from jieyue.catalog.rules.isbn import isbn13_of
from jieyue.kit.tables.headings import Columns, Kind, Vocabulary, columns_of
from jieyue.kit.tables.lines import Line

_MOST: Final = 0.6  # of a column's texts must look like it
_CALL_NUMBER: Final = re.compile(r"[A-Z]{1,2}\d[\d.\-=()\"]*/\S+")
_CLASS: Final = re.compile(r"[A-Z]{1,2}\d+(\.\d+)?")
_PUBLISHER: Final = re.compile(
    r".*(出版社|出版公司|书局|书店|印书馆|press|publish\w*)$", re.IGNORECASE
)
_PRICE: Final = re.compile(r"(¥|CNY|RMB)?\s?\d{1,4}(\.\d{1,2})?\s?元?", re.IGNORECASE)
_YEAR: Final = re.compile(r"(19|20)\d\d([-./年]\d{1,2}([-./月]\d{1,2}日?)?月?)?年?")


def _are(pattern: re.Pattern[str], texts: Sequence[str]) -> bool:
    return sum(pattern.fullmatch(text) is not None for text in texts) >= _MOST * len(texts)


def _are_isbns(texts: Sequence[str]) -> bool:
    return sum(isbn13_of(text) is not None for text in texts) >= _MOST * len(texts)


def _are_barcodes(texts: Sequence[str]) -> bool:
    """All different, nearly all of one length, and longer than a running number."""
    codes = [read_barcode(text) for text in texts]
    lengths = [len(code) for code in codes]
    usual = max(set(lengths), key=lengths.count)
    return (
        all(may_be_barcode(code) and any(map(str.isdigit, code)) for code in codes)
        and len(set(codes)) == len(codes)
        and usual >= 5
        and lengths.count(usual) >= _MOST * len(codes)
    )


def _are_prices(texts: Sequence[str]) -> bool:
    signs = sum(any(sign in text for sign in "¥元.CR") for text in texts)
    return _are(_PRICE, texts) and signs >= _MOST * len(texts)


def _are_names(texts: Sequence[str]) -> bool:
    words = [text for text in texts if len(text) > 1 and any(map(str.isalpha, text))]
    return len(words) >= 0.8 * len(texts) and len(set(words)) >= _MOST * len(texts)


def _kind(name: str, headings: str) -> Kind:
    return Kind(name=name, headings=tuple(headings.split()))


KINDS: Final = (
    Kind(
        name="isbn",
        headings=(
            *("isbn", "isbn号", "isbn码", "国际标准书号", "中国标准书号", "标准书号", "isbn13"),
            *("isbn10", "书号", "统一书号", "标准编号", "ean"),
        ),
        looks=_are_isbns,
        is_shy=False,
    ),
    Kind(
        name="barcode",
        headings=(
            *(
                "条码号",
                "条码",
                "条形码",
                "条形码号",
                "馆藏条码",
                "馆藏条码号",
                "册条码",
                "册条码号",
            ),
            *("单册条码", "barcode", "itembarcode", "copybarcode", "itemcode"),
        ),
        looks=_are_barcodes,
    ),
    Kind(
        name="call_number",
        headings=("索书号", "索取号", "排架号", "索书码", "callnumber", "callno", "shelfmark"),
        looks=lambda texts: _are(_CALL_NUMBER, texts),
        is_shy=False,
    ),
    Kind(
        name="publisher",
        headings=("出版社", "出版者", "出版单位", "出版商", "出版机构", "publisher", "press"),
        looks=lambda texts: _are(_PUBLISHER, texts),
        is_shy=False,
    ),
    Kind(
        name="clc",
        headings=(
            *(
                "中图分类号",
                "中图法分类号",
                "分类号",
                "图书分类号",
                "中图法",
                "中图号",
                "类号",
                "分类",
            ),
            *("clc", "classnumber", "classification", "class"),
        ),
        looks=lambda texts: _are(_CLASS, texts),
    ),
    Kind(
        name="year",
        headings=(
            *("出版年", "出版日期", "出版时间", "出版年月", "出版年份", "年份", "年代", "year"),
            *("pubdate", "publicationyear", "publicationdate", "publishdate", "datepublished"),
            *("published", "yearofpublication"),
        ),
        looks=lambda texts: _are(_YEAR, texts),
    ),
    Kind(
        name="price",
        headings=(
            *("定价", "价格", "单价", "书价", "图书价格", "原价", "价格元", "定价元", "price"),
            *("listprice", "retailprice", "unitprice", "printedprice"),
        ),
        looks=_are_prices,
    ),
    Kind(
        name="name",
        headings=(
            *("书名", "题名", "正题名", "图书名称", "书籍名称", "正书名", "图书名", "文献题名"),
            *("文献名称", "资料名称", "书刊名称", "题名与责任者", "标题", "题目", "名称", "title"),
            *("booktitle", "titleproper", "bookname", "name"),
        ),
        looks=_are_names,
    ),
    _kind("subtitle", "副题名 副书名 副标题 其他题名信息 题名其他信息 其它题名 subtitle"),
    _kind("volume", "卷册 分册 卷次 册次 分册号 分卷号 卷册号 卷号 分册名 分卷名 volume vol"),
    _kind(
        "authors",
        "作者 责任者 著者 第一责任者 主要责任者 著作者 著作责任者 责任说明 作者姓名 作者译者 著译者"
        " 编著者 编者 主编 author authors creator writer",
    ),
    _kind("translators", "译者 翻译者 翻译 translator translators"),
    _kind("pages", "页数 总页数 页码 页 pages pagecount numberofpages extent"),
    _kind("place", "出版地 出版地点 place placeofpublication pubplace publicationplace"),
    _kind("edition", "版次 版本 版本说明 版别 edition editionstatement"),
    _kind(
        "subjects", "主题词 主题 关键词 论题主题 主题标目 subjects subject keywords keyword tags"
    ),
    _kind("series", "丛书名 丛书 丛编 丛编题名 丛书题名 系列 系列名 series"),
    _kind("book_number", "书次号 种次号 著者号 同类书区分号 booknumber cutter"),
    _kind("language", "语种 语言 文种 正文语种 language lang"),
    _kind("audience", "读者对象 适读年龄 适读对象 适用对象 适合年级 audience"),
    _kind("summary", "内容简介 简介 内容提要 提要 摘要 内容摘要 summary abstract description"),
    _kind(
        "accession",
        "登录号 财产号 登记号 总登记号 个别登录号 个别登记号 财产登记号 馆藏登录号 入藏号 资产编号"
        " 图书编号 编号 accessionnumber accessionno accession",
    ),
    _kind(
        "count",
        "册数 复本数 复本 数量 复本量 馆藏数 馆藏量 馆藏册数 总册数 本数 库存 藏书量 copies"
        " quantity qty count numberofcopies stock",
    ),
    _kind("branch", "分馆 校区 所属分馆 所属馆 馆藏单位 馆名 馆代码 branch library campus"),
    _kind(
        "shelf",
        "馆藏地 馆藏地点 馆藏位置 书架 书架号 架位 架位号 架号 存放位置 存放地点 排架位置 馆藏室"
        " 书库 书柜 库位 位置 location shelf shelvinglocation bookcase rack",
    ),
    _kind(
        "item_type", "文献类型 图书类型 资料类型 流通类型 馆藏类型 itemtype materialtype doctype"
    ),
    _kind("price_paid", "实洋 实价 购入价 进价 购价 实付价 购买价格 purchaseprice pricepaid cost"),
    _kind(
        "source",
        "来源 图书来源 采购来源 购书来源 来源单位 入藏方式 采购方式 进书渠道 source donor",
    ),
    _kind(
        "supplier",
        "供应商 书商 供书商 供货商 供书单位 供货单位 经销商 supplier vendor bookseller",
    ),
    _kind("parts", "附件 随书附件 随书光盘 光盘 附盘 parts accompanying"),
    _kind("note", "备注 附注 说明 note notes remark remarks comment comments"),
    _kind("standing", "馆藏状态 图书状态 流通状态 册状态 文献状态 状态 status"),
    _kind(
        "added_on",
        "入藏日期 入库日期 入馆日期 登记日期 登录日期 登录时间 入库时间 验收日期 购入日期 购买日期"
        " 购置日期 dateadded addedon acquisitiondate accessiondate",
    ),
)
NAMES: Final = tuple(kind.name for kind in KINDS)
"""What a column can be said to hold; public codes, each has words."""
_OTHERS: Final = (
    "序号 行号 装帧 装订 开本 尺寸 规格 印次 字数 总价 金额 合计 小计 码洋 总码洋"
    " 折扣 封面 标签 并列题名 外文题名 原题名 原书名 书名拼音 题名拼音 作者拼音 id no"
    " 作者简介 借阅次数 借阅者 读者 读者姓名 借书日期 借出日期 应还日期 还书日期 年级 班级 操作员"
    " originaltitle binding cover"
)
VOCABULARY: Final = Vocabulary(kinds=KINDS, plain=plain, others=frozenset(_OTHERS.split()))


def book_columns(lines: Sequence[Line]) -> Columns:
    """Find out from a table's first rows (some 200 are plenty) what its columns hold."""
    return columns_of(lines, VOCABULARY)
