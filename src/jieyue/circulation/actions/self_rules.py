"""What readers may do by themselves at a branch: its rules, its codes, its return points."""

import secrets

from jieyue.circulation.models import ReceiptKey, ReturnPoint, SelfService
from jieyue.circulation.rules.self_service import MAX_NETWORKS, faults, read_networks
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.changes import Trouble, name_trouble, text_trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.patrons.models import PatronCategory

MAX_NAME = 60
MAX_SAYS = 200
MAX_WINDOWS = 21
MAX_MOST = 500


@action(needs=Permission.SETTINGS)
def set_self_service(
    desk: Desk,
    *,
    branch: str,
    may_borrow: bool = False,
    may_return: bool = False,
    by_door: bool = True,
    by_network: bool = False,
    by_sign: bool = False,
    networks: str = "",
    minutes: int = 30,
    when: str = "open",
    windows: tuple[tuple[int, str, str], ...] = (),
    most: int | None = None,
    not_for: tuple[str, ...] = (),
) -> Saved | NotSaved:
    """Say what readers may do by themselves at a branch (its code).

    Borrowing needs a way to prove that one is here; a network of everybody proves nothing.
    """
    place = lock_one(Branch.objects.filter(code=branch, is_open=True))
    if place is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, place.pk)
    found, wrong = read_networks(networks)
    if wrong or len(found) > MAX_NETWORKS or (by_network and not found):
        return not_saved(Trouble.NETWORK_BAD)
    if may_borrow and not (by_door or by_network or by_sign):
        return not_saved(Trouble.NO_WAY_CHOSEN)
    wrong_figures = faults(minutes=minutes, windows=windows)
    if "minutes" in wrong_figures or (most is not None and not 1 <= most <= MAX_MOST):
        return not_saved(Trouble.NUMBER_BAD)
    is_bad = "windows" in wrong_figures or len(windows) > MAX_WINDOWS
    if when not in SelfService.When.values or is_bad or (when == "windows" and not windows):
        return not_saved(Trouble.HOURS_BAD)
    known = set(PatronCategory.objects.values_list("code", flat=True))
    if not known.issuperset(not_for):
        return not_saved(Trouble.UNKNOWN)
    row = SelfService.objects.filter(branch=place).first() or _new(desk, place.pk)
    values = {
        "may_borrow": may_borrow,
        "may_return": may_return,
        "by_door": by_door,
        "by_network": by_network,
        "by_sign": by_sign,
        "networks": list(found),
        "minutes": minutes,
        "when": when,
        "windows": [list(window) for window in windows],
        "most": most,
        "not_for": sorted(not_for),
    }
    SelfService.objects.filter(pk=row.pk).update(**values)
    return saved(branch=branch, borrow=may_borrow, give_back=may_return)


@action(needs=Permission.SETTINGS)
def renew_signs(desk: Desk, *, branch: str) -> Saved | NotSaved:
    """Make every printed sign and return point's code of the branch worthless: new ones follow."""
    return _count_up(desk, branch, "sign_number")


@action(needs=Permission.SETTINGS)
def renew_display(desk: Desk, *, branch: str) -> Saved | NotSaved:
    """Give the screen at the door a new address and its codes a new secret; the old one ends.

    Signs are signed with the same secret, so they end as well.
    """
    return _count_up(desk, branch, "display_number", "sign_number", secret=secrets.token_hex(32))


@action(needs=Permission.SETTINGS)
def add_return_point(desk: Desk, *, branch: str, name: str, says: str = "") -> Saved | NotSaved:
    """Add a place where readers return by themselves; it has a code of its own to print."""
    place = lock_one(Branch.objects.filter(code=branch, is_open=True))
    name, says = name.strip(), says.strip()
    if place is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, place.pk)
    trouble = name_trouble(name, limit=MAX_NAME) or text_trouble({"says": MAX_SAYS}, says=says)
    if trouble is not None:
        return not_saved(trouble)
    if ReturnPoint.objects.filter(branch=place, name=name).exists():
        return not_saved(Trouble.NAME_TAKEN)
    if not SelfService.objects.filter(branch=place).exists():
        _new(desk, place.pk)
    ReturnPoint.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        branch=place,
        name=name,
        says=says,
        created_at=desk.now,
    )
    return saved(point=name)


@action(needs=Permission.SETTINGS)
def switch_return_point(desk: Desk, *, point: str, is_active: bool) -> Saved | NotSaved:
    """Take a return point out of use, or into it again."""
    row = lock_one(ReturnPoint.objects.filter(public_id=point))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, row.branch_id)
    ReturnPoint.objects.filter(pk=row.pk).update(is_active=is_active)
    return saved(point=row.name, active=is_active)


@action(needs=Permission.SETTINGS, whole_library=True)
def renew_receipt_key(desk: Desk) -> Saved:
    """Sign receipts with a new key from the next one on; gates fetch it by themselves."""
    ReceiptKey.objects.filter(retired_at=None).update(retired_at=desk.now)
    return saved(receipts="new_key")


def _new(desk: Desk, branch_id: int) -> SelfService:
    made: SelfService = SelfService.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        branch_id=branch_id,
        secret=secrets.token_hex(32),
    )
    return made


def _count_up(desk: Desk, branch: str, *names: str, **values: str) -> Saved | NotSaved:
    row = lock_one(SelfService.objects.filter(branch__code=branch))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, row.branch_id)
    counted = {name: getattr(row, name) + 1 for name in names}
    SelfService.objects.filter(pk=row.pk).update(**counted, **values)
    return saved(branch=branch, renewed=names[0])
