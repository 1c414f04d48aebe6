"""Colleagues: adding them, what they may do and where, their passwords and PINs.

Somebody is named by their sign-in name. Whoever changes a colleague has every right that the
colleague has or gets, at every branch concerned; and one active owner of all branches remains.
"""

from django.db.models import QuerySet

from jieyue.accounts.models import Account
from jieyue.accounts.passwords import NewSecret, set_password
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch, Library, Role, Staff, StaffBranch
from jieyue.libraries.rules.changes import Trouble, name_trouble, sign_in_name
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.elsewhere import works_elsewhere
from jieyue.libraries.settings.outcomes import NotSaved, Saved, changed, not_saved, saved


@action(needs=Permission.STAFF)
def add_staff(
    desk: Desk,
    *,
    name: str,
    login: str,
    password: NewSecret,
    role: str,
    branches: frozenset[str] | None,
) -> Saved | NotSaved:
    """Give a colleague a login here. `branches` are codes; None means every branch.

    The sign-in name is new on the whole installation.
    """
    name, stored_login = name.strip(), sign_in_name(login)
    if trouble := name_trouble(name):
        return not_saved(trouble)
    if stored_login is None:
        return not_saved(Trouble.LOGIN_BAD)
    if _is_practice(desk):
        return not_saved(Trouble.ONLY_PRACTICE)
    row = Role.objects.filter(code=role).first()
    places = _places(branches)
    if row is None or places is None:
        return not_saved(Trouble.UNKNOWN)
    if trouble := _reach_trouble(desk, row, places):
        return not_saved(trouble)
    if Account.objects.filter(login=stored_login).exists():
        return not_saved(Trouble.LOGIN_TAKEN)
    account = Account.objects.create(
        login=stored_login, name=name, password=password.stored, created_at=desk.now
    )
    staff = Staff.objects.create(
        library_id=desk.library_id,
        account=account,
        role=row,
        name=name,
        all_branches=places == "all",
        created_at=desk.now,
    )
    _set_branches(desk, staff, places)
    return saved(stored_login, colleague=staff.pk, role=role)


@action(needs=Permission.STAFF)
def edit_staff(
    desk: Desk, *, staff: str, name: str, role: str, branches: frozenset[str] | None
) -> Saved | NotSaved:
    """Change a colleague's name, role and branches (codes; None means every branch)."""
    name = name.strip()
    person = _person(staff)
    row = Role.objects.filter(code=role).first()
    places = _places(branches)
    if person is None or row is None or places is None:
        return not_saved(Trouble.UNKNOWN)
    trouble = name_trouble(name) or _person_trouble(desk, person)
    trouble = trouble or _reach_trouble(desk, row, places)
    if trouble is None and (row.code != "owner" or places != "all"):
        trouble = _last_owner_trouble(person)
    if trouble is not None:
        return not_saved(trouble)
    was = person.role.code
    differing = changed(person, {"name": name, "role": row, "all_branches": places == "all"})
    person.save(update_fields=differing)
    _set_branches(desk, person, places)
    return saved(staff, colleague=person.pk, changed=differing, role=role, was=was)


@action(needs=Permission.STAFF)
def deactivate_staff(desk: Desk, *, staff: str) -> Saved | NotSaved:
    """Shut a colleague out at once; their history stays. Not oneself, not the last owner."""
    person = _person(staff)
    if person is None:
        return not_saved(Trouble.UNKNOWN)
    if person.pk == desk.staff_id:
        return not_saved(Trouble.NOT_YOURSELF)
    trouble = _person_trouble(desk, person) or _last_owner_trouble(person)
    if trouble is not None:
        return not_saved(trouble)
    Staff.objects.filter(pk=person.pk).update(is_active=False, pin="", pin_failures=0)
    return saved(staff, colleague=person.pk)


@action(needs=Permission.STAFF)
def reactivate_staff(desk: Desk, *, staff: str) -> Saved | NotSaved:
    """Let a colleague in again."""
    person = _person(staff)
    if person is None:
        return not_saved(Trouble.UNKNOWN)
    if trouble := _person_trouble(desk, person):
        return not_saved(trouble)
    Staff.objects.filter(pk=person.pk).update(is_active=True)
    return saved(staff, colleague=person.pk)


@action(needs=Permission.STAFF)
def reset_password(desk: Desk, *, staff: str, password: NewSecret) -> Saved | NotSaved:
    """Give a colleague a new password; whoever was signed in with the old one is signed out.

    Refused for a login that also works at another library: that would open its doors.
    """
    person = _person(staff)
    if person is None:
        return not_saved(Trouble.UNKNOWN)
    trouble = _person_trouble(desk, person)
    if trouble is None and _is_practice(desk):
        trouble = Trouble.ONLY_PRACTICE
    if trouble is None and works_elsewhere(person.account_id, desk.library_id):
        trouble = Trouble.WORKS_ELSEWHERE
    if trouble is not None:
        return not_saved(trouble)
    set_password(person.account_id, password)
    return saved(staff, colleague=person.pk)


@action(needs=Permission.STAFF)
def reset_pin(desk: Desk, *, staff: str) -> Saved | NotSaved:
    """Forget a colleague's PIN; they set a new one themselves."""
    person = _person(staff)
    if person is None:
        return not_saved(Trouble.UNKNOWN)
    if trouble := _person_trouble(desk, person):
        return not_saved(trouble)
    Staff.objects.filter(pk=person.pk).update(pin="", pin_failures=0)
    return saved(staff, colleague=person.pk)


@action(needs=None)
def set_own_pin(desk: Desk, *, pin: NewSecret | None) -> Saved | NotSaved:
    """Set one's own PIN for taking over a shared computer; None removes it.

    For whoever works at the desk; the door has asked for their password.
    """
    rows = Staff.objects.filter(pk=desk.staff_id, is_active=True)
    if not rows.update(pin=pin.stored if pin else "", pin_failures=0):
        return not_saved(Trouble.UNKNOWN)
    return saved(removed=pin is None or None)


def _person(login: str) -> Staff | None:
    """Lock the colleague and, in id order, every owner: two owners may not both be the last."""
    people: QuerySet[Staff] = Staff.objects.select_related("role", "account")
    owners = people.filter(role__code="owner") | people.filter(account__login=login)
    locked = list(owners.select_for_update(of=("self",)).order_by("id"))
    return next((person for person in locked if person.account.login == login), None)


def _person_trouble(desk: Desk, person: Staff) -> Trouble | None:
    """Say why the desk may not touch this colleague: they have a right or a branch it lacks."""
    places: frozenset[int] | str = "all"
    if not person.all_branches:
        places = frozenset(
            StaffBranch.objects.filter(staff=person).values_list("branch_id", flat=True)
        )
    return _reach_trouble(desk, person.role, places)


def _reach_trouble(desk: Desk, role: Role, places: frozenset[int] | str) -> Trouble | None:
    if not role.granted() <= desk.permissions:
        return Trouble.RIGHTS_EXCEED_YOURS
    if not places:
        return Trouble.BRANCHES_MISSING
    own = _own_places(desk)
    if own != "all" and (isinstance(places, str) or not places <= frozenset(own)):
        return Trouble.RIGHTS_EXCEED_YOURS
    return None


def _own_places(desk: Desk) -> frozenset[int] | str:
    if desk.staff_id is None:
        return frozenset({desk.branch_id})
    if Staff.objects.filter(pk=desk.staff_id, all_branches=True).exists():
        return "all"
    own = StaffBranch.objects.filter(staff_id=desk.staff_id)
    return frozenset(own.values_list("branch_id", flat=True))


def _places(codes: frozenset[str] | None) -> frozenset[int] | str | None:
    """Return the ids of branches by code, "all", or None if one is not there."""
    if codes is None:
        return "all"
    found = dict(Branch.objects.filter(code__in=codes).values_list("code", "id"))
    return frozenset(found.values()) if len(found) == len(codes) else None


def _set_branches(desk: Desk, staff: Staff, places: frozenset[int] | str) -> None:
    StaffBranch.objects.filter(staff=staff).delete()
    if not isinstance(places, str):
        StaffBranch.objects.bulk_create(
            StaffBranch(library_id=desk.library_id, staff=staff, branch_id=branch_id)
            for branch_id in sorted(places)
        )


def _last_owner_trouble(person: Staff) -> Trouble | None:
    owners = Staff.objects.filter(
        role__code="owner", is_active=True, all_branches=True, account__is_active=True
    )
    if not owners.filter(pk=person.pk).exists() or owners.exclude(pk=person.pk).exists():
        return None
    return Trouble.LAST_OWNER


def _is_practice(desk: Desk) -> bool:
    return Library.objects.filter(pk=desk.library_id, practice_of__isnull=False).exists()
