"""Whom of the readers an application could be: the roster's row, and those who look alike."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from jieyue.kit import sql
from jieyue.kit.encryption import keyed_hash
from jieyue.patrons.models import Patron
from jieyue.patrons.rules.joining.answers import normal, same_name
from jieyue.patrons.rules.joining.approving import Match, OnRoster, match_of
from jieyue.patrons.rules.joining.form import Form, email_domain
from jieyue.patrons.rules.names import name_key, normal_phone, plain

MAX_ALIKE: Final = 5
MOST: Final = 500
# Each part has an index of its own (+: that of the account); with OR between them SQLite would walk
# through all readers.
SHARING: Final = """
SELECT id FROM patrons_patron
 WHERE library_id = <library:bigint> AND name_key = ANY(<names:text[]>)
 UNION ALL SELECT id FROM patrons_patron
 WHERE library_id = <library:bigint> AND phone_hash = ANY(<phones:text[]>)
 UNION ALL SELECT id FROM patrons_patron
 WHERE library_id = <library:bigint> AND student_number = ANY(<numbers:text[]>)
   AND NOT (student_number = '')
 UNION ALL SELECT id FROM patrons_patron
 WHERE +library_id = <library:bigint> AND account_id = ANY(<accounts:bigint[]>)
 LIMIT <most:int>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A reader who could be the applicant, and in what."""

    id: int
    public_id: str
    name: str
    group_name: str
    student_number: str
    has_account: bool
    same: tuple[str, ...]  # name, phone, student_number, account


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What is known of an applicant: how they meet the roster, and who looks like them."""

    match: Match
    patron_id: int | None  # of the student number's reader
    patron: str  # public id
    alike: tuple[Alike, ...]

    @property
    def is_maybe_same(self) -> bool:
        """Whether a reader of this name has this phone number, or this login, already."""
        return any(
            "name" in one.same and {"phone", "account"} & set(one.same) for one in self.alike
        )


@dataclass(frozen=True, slots=True)
class Applicant:
    """What of an application readers are compared by."""

    name: str
    student_number: str
    phones: frozenset[str]  # normalised: their own and the guardian's
    verified_phones: frozenset[str]
    account_id: int | None


def applicant_of(kept: Mapping[str, Any], account_id: int | None) -> Applicant:
    """Return it from the answers as they are kept."""
    texts, verified = kept["texts"], set(kept["verified"])
    phones = {name: normal("phone", texts[name]) for name in _PHONES if texts.get(name)}
    return Applicant(
        name=texts.get("name", ""),
        student_number=texts.get("student_number", ""),
        phones=frozenset(phones.values()),
        verified_phones=frozenset(phone for name, phone in phones.items() if name in verified),
        account_id=account_id,
    )


_PHONES: Final = ("phone", "guardian_phone")


def matched(form: Form, applicants: Mapping[str, Applicant], today: date) -> dict[str, Matched]:
    """Return what is known of each applicant (by application). Two statements for all of them."""
    rows = _candidates(applicants.values())
    return {
        application: _matched(form, applicant, rows, today)
        for application, applicant in applicants.items()
    }


def _candidates(applicants: Collection[Applicant]) -> list[Patron]:
    """Return the readers who share a name, number, phone or sign-in with one of them."""
    if not applicants:
        return []
    found = sql.rows(
        SHARING,
        names=[name_key(one.name) for one in applicants],
        numbers=[one.student_number for one in applicants if one.student_number],
        phones=[keyed_hash(phone) for one in applicants for phone in one.phones],
        accounts=[one.account_id for one in applicants if one.account_id is not None],
        most=MOST,
    )
    return list(Patron.objects.filter(pk__in=[row["id"] for row in found]).order_by("id"))


def _matched(form: Form, one: Applicant, rows: list[Patron], today: date) -> Matched:
    alike = [found for row in rows if (found := _alike(one, row))]
    roster = next((row for row in rows if _has_number(one, row)), None)
    meets = (
        None
        if roster is None
        else OnRoster(
            is_same_name=same_name(one.name, roster.name),
            has_account=roster.account_id is not None,
            is_stopped=roster.frozen_at is not None
            or (roster.expires_on is not None and roster.expires_on < today),
            is_same_phone=normal_phone(roster.phone) in one.verified_phones,
        )
    )
    return Matched(
        match=match_of(meets, needs_phone=form.roster_phone),
        patron_id=roster.pk if roster else None,
        patron=roster.public_id if roster else "",
        alike=tuple(alike[:MAX_ALIKE]),
    )


def _has_number(one: Applicant, row: Patron) -> bool:
    return bool(one.student_number) and row.student_number == one.student_number


def _alike(one: Applicant, row: Patron) -> Alike | None:
    same = {
        "name": plain(one.name) == plain(row.name),
        "phone": bool(row.phone) and normal_phone(row.phone) in one.phones,
        "student_number": _has_number(one, row),
        "account": one.account_id is not None and row.account_id == one.account_id,
    }
    names = tuple(name for name, is_same in same.items() if is_same)
    if not names:
        return None
    return Alike(
        id=row.pk,
        public_id=row.public_id,
        name=row.name,
        group_name=row.group_name,
        student_number=row.student_number,
        has_account=row.account_id is not None,
        same=names,
    )


def is_of_domain(form: Form, kept: Mapping[str, Any]) -> bool:
    """Say whether the e-mail address was verified, and is of a domain of the library's."""
    domain = email_domain(kept["texts"].get("email", ""))
    return "email" in kept["verified"] and domain in form.domains
