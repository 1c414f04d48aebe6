"""What the weekly message tells whoever looks after classes (班主任周报), as of now.

Who has what is looked up when it is written, for the teacher's own classes alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import quote

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from jieyue.circulation.models import Loan
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Staff
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.channels.base import Message
from jieyue.notices.house_rules import HouseRules
from jieyue.notices.models import TeacherWish
from jieyue.notices.unreached import Means, unreached_in
from jieyue.notices.weekly_leaving import leaving_address
from jieyue.notices.weekly_proving import address_hash
from jieyue.notices.words import day_words
from jieyue.patrons.models import Patron, StaffGroup
from jieyue.patrons.rules.classes import class_key

LOT: Final = 500  # readers looked up at a time
MOST: Final = 40  # named of one class under one heading
TITLES: Final = 5  # named of one reader
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teacher:
    """A colleague who looks after classes. `email` is empty where we have none."""

    staff_id: int
    login: str
    name: str
    email: str
    language: str
    groups: tuple[str, ...]
    is_off: bool
    is_proved: bool  # they showed that the address is theirs
    may_open: bool  # the pages of classes


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilNews:
    """A reader with books that are late, or due this week. `on`: the first day one was due."""

    name: str
    on: date
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassNews:
    """What there is to say of a class. `unreached`: names of those whom no channel reaches."""

    group: str
    books: int
    late: tuple[PupilNews, ...]
    due: tuple[PupilNews, ...]
    unreached: tuple[str, ...]

    @property
    def is_news(self) -> bool:
        """Say whether somebody would want to hear of it."""
        return bool(self.late or self.due or (self.books and self.unreached))


def teachers(staff_ids: Collection[int] | None = None) -> list[Teacher]:
    """Return the colleagues who look after classes, by name. Three statements."""
    rows = StaffGroup.objects.filter(staff__is_active=True, staff__account__is_active=True)
    if staff_ids is not None:
        rows = rows.filter(staff_id__in=staff_ids)
    groups: dict[int, list[str]] = defaultdict(list)
    for staff_id, name in rows.values_list("staff_id", "group_name"):
        groups[staff_id].append(name)
    wishes = {row.staff_id: row for row in TeacherWish.objects.filter(staff_id__in=groups)}
    people = Staff.objects.filter(pk__in=groups).select_related("account", "role")
    return [
        Teacher(
            staff_id=row.pk,
            login=row.account.login or "",
            name=row.name,
            email=(wish.email if wish else "") or row.account.email,
            language=row.account.language,
            groups=tuple(sorted(groups[row.pk], key=class_key)),
            is_off=wish.is_off if wish else False,
            is_proved=_is_proved(wish, row.account.email),
            may_open=Permission.CLASSES in row.role.granted(),
        )
        for row in people.order_by("name", "id")
        for wish in [wishes.get(row.pk)]
    ]


def _is_proved(wish: TeacherWish | None, account_email: str) -> bool:
    if wish is None or not wish.confirmed_hash:
        return False
    return wish.confirmed_hash == address_hash(wish.email or account_email)


def class_news(desk: Desk, means: Means, groups: Iterable[str]) -> list[ClassNews]:
    """Return what there is to say of these classes, in their order. Memory grows with theirs only.

    Two statements, and one more for every five hundred readers.
    """
    found = list(groups)
    theirs = Patron.objects.filter(group_name__in=found).order_by()  # by class, not by name
    rows = sorted(theirs.values_list("sort_key", "pk", "group_name", "name"))
    readers = {pk: (group, name) for _, pk, group, name in rows}
    books: dict[str, int] = defaultdict(int)
    late: dict[int, list[tuple[date, str]]] = defaultdict(list)
    due: dict[int, list[tuple[date, str]]] = defaultdict(list)
    ids = list(readers)
    for start in range(0, len(ids), LOT):
        loans = Loan.objects.filter(patron_id__in=ids[start : start + LOT], returned_at=None)
        lent = loans.order_by().values_list(  # sorted here, or all open loans are walked through
            "due_at", "pk", "patron_id", "lost_at", "claimed_at", "copy__title__name"
        )
        for due_at, _pk, pk, lost_at, claimed_at, title in sorted(lent, key=lambda row: row[:2]):
            if lost_at is not None:
                continue
            books[readers[pk][0]] += 1
            on = due_at.astimezone(desk.zone).date()
            if due_at < desk.now and claimed_at is None:
                late[pk].append((on, title))
            elif desk.today <= on < desk.today + WEEK:
                due[pk].append((on, title))
    unreached = unreached_in(desk, means, set(found))
    are_late, are_due = _pupils(readers, late), _pupils(readers, due)
    return [
        ClassNews(
            group=group,
            books=books[group],
            late=tuple(are_late.get(group, ())),
            due=tuple(are_due.get(group, ())),
            unreached=unreached.get(group, ()),
        )
        for group in found
    ]


def _pupils(
    readers: dict[int, tuple[str, str]], loans: dict[int, list[tuple[date, str]]]
) -> dict[str, list[PupilNews]]:
    """Return the readers who have such loans by class, those first whose day came first."""
    found: dict[str, list[PupilNews]] = defaultdict(list)
    for pk, (group, name) in readers.items():  # by name
        if pk in loans:
            titles = tuple(title for _, title in loans[pk])
            found[group].append(PupilNews(name=name, on=loans[pk][0][0], titles=titles))
    for pupils in found.values():
        pupils.sort(key=lambda one: one.on)
    return found


def weekly_message(
    desk: Desk,
    teacher: Teacher,
    news: Iterable[ClassNews],
    *,
    library: str,
    rules: HouseRules,
    message_id: str,
) -> Message | None:
    """Return what the teacher is told; None where there is nothing to say."""
    told = [one for one in news if one.is_news]
    if not told:
        return None
    language = teacher.language or rules.language
    shows_titles = rules.weekly is not None and rules.weekly.shows_titles
    late, due = (sum(len(getattr(one, name)) for one in told) for name in ("late", "due"))
    links: list[tuple[str, str]] = []
    with translation.override(language):
        blocks = [_("Hello %(name)s,") % {"name": teacher.name}]
        for one in told:
            blocks.append(_class_text(one, desk.today, shows_titles=shows_titles))
            if teacher.may_open and rules.site_url:
                pages = _pages(rules.site_url, desk.slug, one.group)
                links += pages
                blocks.append("\n".join(f"{words}{address}" for words, address in pages))
        blocks.append(library)
        subject = _("Your classes' books: %(late)s overdue, %(due)s due this week")
        return Message(
            id=message_id,
            subject=subject % {"late": _people(late), "due": _people(due)},
            text="\n\n".join(blocks),
            links=tuple(links),
            unsubscribe=leaving_address(rules.site_url, desk.slug, teacher.login),
            language=language,
        )


def _class_text(one: ClassNews, today: date, *, shows_titles: bool) -> str:
    books = ngettext("%(n)s book out", "%(n)s books out", one.books) % {"n": one.books}
    lines = [_("[%(group)s] %(books)s") % {"group": one.group, "books": books}]
    if one.late:
        lines.append(_("Overdue: %(people)s") % {"people": _people(len(one.late))})
        lines += _named(one.late, today, is_late=True, shows_titles=shows_titles)
    if one.due:
        lines.append(_("Due this week: %(people)s") % {"people": _people(len(one.due))})
        lines += _named(one.due, today, is_late=False, shows_titles=shows_titles)
    if one.unreached:
        names = _(", ").join(one.unreached[:MOST]) + ("…" if len(one.unreached) > MOST else "")
        lines.append(
            _("No reminder reaches: %(people)s (%(names)s)")
            % {"people": _people(len(one.unreached)), "names": names}
        )
    return "\n".join(lines)


def _named(
    pupils: tuple[PupilNews, ...], today: date, *, is_late: bool, shows_titles: bool
) -> list[str]:
    """Return a line for each of the readers, as many as one reads."""
    lines = []
    for one in pupils[:MOST]:
        count = len(one.titles)
        days = (today - one.on).days
        values = {
            "name": one.name,
            "books": npgettext("of a pupil", "%(n)s book", "%(n)s books", count) % {"n": count},
            "when": ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
            if is_late and days
            else day_words(one.on, today),
        }
        line = _("· %(name)s: %(books)s, %(when)s") % values
        if shows_titles:
            more = "…" if count > TITLES else ""
            line += " " + " ".join(_("“%(title)s”") % {"title": t} for t in one.titles[:TITLES])
            line += more
        lines.append(line)
    if len(pupils) > MOST:
        lines.append(_("· and %(n)s more") % {"n": len(pupils) - MOST})
    return lines


def _people(count: int) -> str:
    return ngettext("%(n)s reader", "%(n)s readers", count) % {"n": count}


def _pages(site: str, slug: str, group: str) -> list[tuple[str, str]]:
    """Return the pages of a class, each with what it is called."""
    query = f"?group={quote(group, safe='')}"
    names = ((_("Who has what: "), "classes:list"), (_("Sheet to print: "), "classes:sheet"))
    return [(words, f"{site}{reverse(name, args=[slug])}{query}") for words, name in names]
