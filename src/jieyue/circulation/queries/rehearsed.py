"""What a rehearsal of changed rules is asked and answers."""

from dataclasses import dataclass
from datetime import date

from jieyue.circulation.rules.policies import RuleValues


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """A row as it would be, by the codes of its keys ("" is any); None: it would be deleted."""

    branch: str = ""
    card_type: str = ""
    item_type: str = ""
    values: RuleValues | None


@dataclass(frozen=True, slots=True)
class Moves:
    """Due dates that move: how many, and by how many days at least and at most."""

    loans: int = 0
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedGroup:
    """What changes for one card type and item type."""

    card_type: str  # name
    item_type: str  # name
    loans: int
    refused: int
    lent: int
    earlier: int
    later: int
    old_cents: int
    new_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One loan before and after. Names are "" unless they may be seen; dates are local."""

    loan: str
    title: str = ""
    patron: str = ""
    patron_name: str = ""
    lent_on: date
    old_due_on: date | None
    new_due_on: date | None
    reasons: tuple[str, ...]  # codes against it under the new rules
    old_cents: int
    new_cents: int
    old_days: int
    new_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """How the loans of the last `days` days and today's open ones would have gone."""

    days: int
    since_on: date
    loans: int  # made in that time
    open_loans: int
    is_sample: bool  # there were more than could be looked at; these are the newest
    nameless: int  # not looked at: whose they were is no longer kept
    affected: int
    refused: int  # would be lent no more
    reasons: tuple[tuple[str, int], ...]  # why, most frequent first
    lent: int  # would be lent, and were not possible before
    turned_away: int  # refusals in the journal that would have been loans
    earlier: Moves
    later: Moves
    old_cents: int
    new_cents: int
    old_days: int  # of 停借
    new_days: int
    renewals: int  # made in that time, the last of each loan
    renewals_refused: int  # of these, no longer possible
    renewals_earlier: Moves
    renewals_later: Moves
    fewer_renewals: int  # open loans that could be renewed once more, and no longer
    more_renewals: int
    groups: tuple[AffectedGroup, ...]
    examples: tuple[Example, ...]
    unseen: tuple[str, ...]  # changed terms of which past loans show nothing

    @property
    def is_nothing(self) -> bool:
        """Say whether no loan, refusal or renewal would have gone otherwise."""
        renewed = self.renewals_refused or self.renewals_earlier.loans or self.renewals_later.loans
        open_ones = self.fewer_renewals or self.more_renewals
        return not (self.affected or self.turned_away or renewed or open_ones)
