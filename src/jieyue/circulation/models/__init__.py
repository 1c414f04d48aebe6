"""The heart: loans, holds, transits, what they cost, and the terms they are made under."""

from jieyue.circulation.models.blocks import Block, BlockRule
from jieyue.circulation.models.calendars import Closure, MovedDate, MovedHold, TermEnd, Vacation
from jieyue.circulation.models.checks import CheckRun
from jieyue.circulation.models.fines import Assessment, Replacement
from jieyue.circulation.models.history import ReadingFigure, Retention
from jieyue.circulation.models.holds import Hold
from jieyue.circulation.models.loans import Loan
from jieyue.circulation.models.pile_scans import PileScan
from jieyue.circulation.models.piles import PileChange, PileRow
from jieyue.circulation.models.policies import LoanPolicy
from jieyue.circulation.models.self_service import (
    GateReport,
    Receipt,
    ReceiptKey,
    ReceiptLine,
    ReturnPoint,
    SelfService,
    ToShelve,
)
from jieyue.circulation.models.stocktakes import StockLine, StockTake
from jieyue.circulation.models.transits import Manifest, Transit

__all__ = [
    "Assessment",
    "Block",
    "BlockRule",
    "CheckRun",
    "Closure",
    "GateReport",
    "Hold",
    "Loan",
    "LoanPolicy",
    "Manifest",
    "MovedDate",
    "MovedHold",
    "PileChange",
    "PileRow",
    "PileScan",
    "ReadingFigure",
    "Receipt",
    "ReceiptKey",
    "ReceiptLine",
    "Replacement",
    "Retention",
    "ReturnPoint",
    "SelfService",
    "StockLine",
    "StockTake",
    "TermEnd",
    "ToShelve",
    "Transit",
    "Vacation",
]
