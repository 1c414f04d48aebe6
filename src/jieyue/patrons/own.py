"""What readers change of their own record, and what they are told of it."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final

from jieyue.accounts.passkeys import PasskeyView, has_passkeys, remove_passkeys
from jieyue.accounts.passwords import NewSecret, set_password
from jieyue.accounts.sessions import end_sessions
from jieyue.accounts.wechat import is_bound, unbind_all
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.transactions import in_transaction, lock_one
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.actions import PatronRefused, PatronSaved, refused, saved
from jieyue.patrons.codes import plain_address, send_word, ways_offered
from jieyue.patrons.feeds import end_feed, has_feeds
from jieyue.patrons.models import Card, OneTimeCode, Patron
from jieyue.patrons.rules.membership import Fault, PatronFault

Purpose = OneTimeCode.Purpose
DAY: Final = timedelta(days=1)
MOST_WORDS: Final = 5  # a day to an address: keys made by the dozen cost no messages by the dozen


@action(needs=Permission.OWN_LOANS)
def report_own_card_lost(desk: Desk) -> PatronSaved | PatronRefused:
    """Stop one's own card at once; only staff make it good again."""
    row = _me(desk)
    current = Card.objects.filter(patron=row, ended_at=None).first()
    if current is None:
        return refused(Fault("patron", PatronFault.NO_CARD), patron_id=row.pk)
    if current.lost_at is None:
        Card.objects.filter(pk=current.pk).update(lost_at=desk.now)
    return saved(row)


@action(needs=Permission.OWN_LOANS)
def _change_own_address(
    desk: Desk, *, way: str, address_hash: str, address: str, language: str
) -> PatronSaved:
    row = _me(desk)
    name = {"sms": "phone", "email": "email"}[way]
    old = getattr(row, name)
    setattr(row, name, address)
    setattr(row, f"{name}_hash", address_hash)
    row.save(update_fields=[name, f"{name}_hash"])
    if old and old != address and plain_address(way, old):
        send_word(purpose=Purpose.CHANGED, way=way, address=old, language=language, now=desk.now)
    return saved(row, way=way)


def change_own_address(desk: Desk, *, way: str, address: str, language: str) -> PatronSaved:
    """Change one's phone number ("sms") or e-mail address, which a code has just proved.

    Raises ForbiddenError for anybody but a reader.
    """
    return _change_own_address(
        desk, way=way, address_hash=keyed_hash(address), address=address, language=language
    )


def make_passkey(
    account_id: int, make: Callable[[], PasskeyView | None], *, language: str, now: datetime
) -> PasskeyView | None:
    """Keep a new passkey, and have word sent to what is on record of its reader here.

    A passkey outlives sessions, so whoever finds an open browser must not make one unseen.
    """
    have = ways_offered()

    def work() -> PasskeyView | None:
        made = make()
        if made is not None:
            for way, address in _on_record(account_id, have):
                before = OneTimeCode.objects.filter(
                    purpose=Purpose.PASSKEY,
                    address_hash=keyed_hash(address),
                    created_at__gt=now - DAY,
                )
                if before.count() < MOST_WORDS:
                    send_word(
                        purpose=Purpose.PASSKEY,
                        way=way,
                        address=address,
                        language=language,
                        now=now,
                    )
        return made

    return in_transaction(work)


def has_other_ways(account_ids: Collection[int], patron_ids: Collection[int]) -> bool:
    """Say whether anything outlives a new password: passkeys, WeChat, a calendar's address.

    Three statements.
    """
    return has_passkeys(account_ids) or is_bound(account_ids) or has_feeds(patron_ids)


def reset_password(
    account_id: int, patron_id: int, secret: NewSecret, *, ends_other_ways: bool
) -> bool:
    """Give a login whose reader a code has proved a new password, and end all its sessions.

    `ends_other_ways`: what outlives a password, too. Says whether there was anything of it.
    """

    def work() -> bool:
        set_password(account_id, secret)
        end_sessions(account_id)
        if not ends_other_ways:
            return False
        ended = (remove_passkeys(account_id), unbind_all(account_id), end_feed(patron_id))
        return any(ended)

    return in_transaction(work)


def _on_record(account_id: int, ways: list[str]) -> list[tuple[str, str]]:
    """Return the ways and addresses of the login's readers here, each once. One statement."""
    rows = Patron.objects.filter(account_id=account_id).order_by("id")
    found = [(way, plain_address(way, text)) for row in rows[:8]
             for way, text in (("sms", row.phone), ("email", row.email))]  # fmt: skip
    return list(dict.fromkeys(one for one in found if one[1] and one[0] in ways))


def _me(desk: Desk) -> Patron:
    mine = Patron.objects.filter(pk=desk.patron_id)
    row: Patron | None = lock_one(mine) if desk.patron_id else None
    if row is None:
        raise ForbiddenError(Permission.OWN_LOANS)
    return row
