"""Consents (同意): asked with `has_consent`, given and withdrawn by the reader, or noted by staff.

Each points at the very words that were read. Giving it to newer words ends the older one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.db.models import QuerySet

from jieyue.audit.journal import Note, note
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.patrons.links import age_of
from jieyue.patrons.models import Application, Consent, ConsentText, Patron
from jieyue.patrons.rules.joining.texts import BUILT_IN, MAX_WORDS

KINDS: Final = tuple(BUILT_IN)
MESSAGES: Final = "messages"
GUARDIAN_UNTIL: Final = 14  # 个人信息保护法 Art. 31


@dataclass(frozen=True, slots=True, kw_only=True)
class TextView:
    """The words of a kind of consent as they now are. `{library}` stands for the name."""

    kind: str
    version: int
    words_zh: str
    words_en: str
    is_built_in: bool

    def words(self, language: str, library: str) -> str:
        """Return the words in a language (English unless it is Chinese), with the name."""
        words = self.words_zh if language.startswith("zh") else self.words_en
        return words.replace("{library}", library)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    """A consent with the words it was given to."""

    public_id: str
    kind: str
    version: int
    words: str  # `{library}` stands for the name
    giver: str
    guardian_name: str
    guardian_phone: str
    given_at: datetime
    door: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven:
    """It is agreed to, now or before."""

    type: Literal["consent_given"] = "consent_given"
    kind: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn:
    """It is not agreed to, now or before."""

    type: Literal["consent_withdrawn"] = "consent_withdrawn"
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRefused:
    """Nothing changed: there is no such reader or kind, or the words are others by now.

    `guardian_needed`: a child under 14 does not agree by itself to be written to.
    """

    type: Literal["refused"] = "refused"
    code: Literal["patron_unknown", "kind_unknown", "words_changed", "guardian_needed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How a reader stands to being written to. `needs_guardian`: a child under 14, who is asked."""

    stands: bool
    needs_guardian: bool
    text: TextView


# --- Asking ---------------------------------------------------------------------------------------


def has_consent(patron_id: int, kind: str) -> bool:
    """Say whether a reader (row id) agrees to a kind now. One statement."""
    return bool(with_consent([patron_id], kind))


def with_consent(patron_ids: Iterable[int], kind: str) -> set[int]:
    """Return which of these readers (row ids) agree to a kind now. One statement."""
    given = Consent.objects.filter(kind=kind, withdrawn_at=None, patron_id__in=list(patron_ids))
    return set(given.values_list("patron_id", flat=True))


def agreement_of(desk: Desk, patron_id: int) -> Agreement:
    """Return how a reader (row id) stands to being written to. Three statements."""
    reader = Patron.objects.get(pk=patron_id)
    return Agreement(
        stands=has_consent(patron_id, MESSAGES),
        needs_guardian=_is_child(reader, desk),
        text=texts()[MESSAGES],
    )


def _is_child(reader: Patron, desk: Desk) -> bool:
    age = age_of(reader, desk.today)
    return age is not None and age < GUARDIAN_UNTIL


def consents_of(patron_id: int) -> list[ConsentView]:
    """Return everything a reader ever agreed to, the newest first. One statement."""
    return _views(Consent.objects.filter(patron_id=patron_id))


def consents_with(application_id: int) -> list[ConsentView]:
    """Return what was agreed to with an application. One statement."""
    return _views(Consent.objects.filter(application_id=application_id))


def _views(found: "QuerySet[Consent]") -> list[ConsentView]:
    return [
        ConsentView(
            public_id=row.public_id,
            kind=row.kind,
            version=row.text.version,
            words=row.text.words_zh if row.language.startswith("zh") else row.text.words_en,
            giver=row.giver,
            guardian_name=row.guardian_name,
            guardian_phone=row.guardian_phone,
            given_at=row.given_at,
            door=row.door,
            withdrawn_at=row.withdrawn_at,
        )
        for row in found.select_related("text").order_by("-given_at", "-id")
    ]


def texts() -> dict[str, TextView]:
    """Return the words of every kind as they now are. One statement."""
    newest: dict[str, ConsentText] = {
        row.kind: row for row in ConsentText.objects.order_by("version")
    }
    return {kind: _now(kind, newest.get(kind)) for kind in KINDS}


def _now(kind: str, row: ConsentText | None) -> TextView:
    words_zh, words_en = BUILT_IN[kind]
    is_own = row is not None and not row.is_built_in
    if row is not None and (is_own or (row.words_zh, row.words_en) == (words_zh, words_en)):
        words_zh, words_en = row.words_zh, row.words_en
        version = row.version
    else:  # the installation's words, not agreed to by anybody yet
        version = row.version + 1 if row is not None else 1
    return TextView(
        kind=kind,
        version=version,
        words_zh=words_zh,
        words_en=words_en,
        is_built_in=not is_own,
    )


# --- Giving and withdrawing -----------------------------------------------------------------------


@action(needs=None)
def give_consent(
    desk: Desk, *, kind: str, version: int, language: str, patron: str = ""
) -> ConsentGiven | ConsentRefused:
    """Agree to the words of a version, which must be those in use.

    A reader for themself, or staff who may edit readers for the one who says so (public id).
    """
    row = _reader(desk, patron)
    if row is None:
        return _refused("patron_unknown")
    if kind not in KINDS:
        return _refused("kind_unknown", row.pk)
    if kind == MESSAGES and desk.patron_id is not None and _is_child(row, desk):
        return _refused("guardian_needed", row.pk)
    text = texts()[kind]
    if text.version != version:
        return _refused("words_changed", row.pk)
    keep_consent(desk, text, language=language, patron_id=row.pk)
    note(Note(patron_id=row.pk, data={"consent": kind, "version": version}))
    return ConsentGiven(kind=kind, version=version)


@action(needs=None)
def withdraw_consent(
    desk: Desk, *, kind: str, patron: str = ""
) -> ConsentWithdrawn | ConsentRefused:
    """Take a consent back; what was done while it stood stays as it is."""
    row = _reader(desk, patron)
    if row is None:
        return _refused("patron_unknown")
    if kind not in KINDS:
        return _refused("kind_unknown", row.pk)
    _end(desk, row.pk, kind)
    note(Note(patron_id=row.pk, data={"consent": kind}))
    return ConsentWithdrawn(kind=kind)


@action(needs=Permission.SETTINGS, whole_library=True)
def edit_consent_text(desk: Desk, *, kind: str, words_zh: str, words_en: str) -> Saved | NotSaved:
    """Put other words in use, both languages; both empty: the installation's own again.

    A new version: who agreed to the older words agreed to those.
    """
    if kind not in KINDS:
        return not_saved(Trouble.UNKNOWN)
    said = (words_zh.strip(), words_en.strip())
    is_built_in = not any(said)
    said = BUILT_IN[kind] if is_built_in else said
    if not all(said):
        return not_saved(Trouble.NAME_MISSING)
    if max(map(len, said)) > MAX_WORDS:
        return not_saved(Trouble.TOO_LONG)
    now = texts()[kind]
    if said == (now.words_zh, now.words_en) and is_built_in == now.is_built_in:
        return saved(kind)
    ConsentText.objects.create(
        library_id=desk.library_id,
        kind=kind,
        version=now.version + 1,  # the words of `now` were shown, kept or not
        words_zh=said[0],
        words_en=said[1],
        is_built_in=is_built_in,
        created_at=desk.now,
        created_by_id=desk.staff_id,
    )
    return saved(kind, consent=kind)


def keep_consent(
    desk: Desk,
    text: TextView,
    *,
    language: str,
    patron_id: int | None = None,
    application_id: int | None = None,
    guardian: tuple[str, str] | None = None,
) -> None:
    """Write a consent inside another action; `guardian` is whose name and phone gave it.

    A reader's consent to the same words stays as it is; one to older words ends.
    """
    row = _text_row(desk, text)
    if patron_id is not None:
        if Consent.objects.filter(
            patron_id=patron_id, kind=text.kind, withdrawn_at=None, text=row
        ).exists():
            return
        _end(desk, patron_id, text.kind)
    name, phone = guardian or ("", "")
    Consent.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        patron_id=patron_id,
        application_id=application_id,
        kind=text.kind,
        text=row,
        language=language[:10],
        giver=Consent.Giver.GUARDIAN if guardian else Consent.Giver.SELF,
        guardian_name=name,
        guardian_phone=phone,
        given_at=desk.now,
        door=desk.door.value,
        staff_id=desk.staff_id,
    )


def hand_over(desk: Desk, application: Application, patron_id: int) -> None:
    """Make the consents of an application the reader's; older ones of theirs end."""
    for row in Consent.objects.filter(application=application, patron=None, withdrawn_at=None):
        _end(desk, patron_id, row.kind)
        row.patron_id = patron_id
        row.save(update_fields=["patron"])


def end_all(desk: Desk, application: Application) -> None:
    """End what was agreed to with an application that comes to nothing, or is sent anew."""
    Consent.objects.filter(application=application, patron=None, withdrawn_at=None).update(
        **_ended(desk)
    )


def _end(desk: Desk, patron_id: int, kind: str) -> None:
    standing = Consent.objects.filter(patron_id=patron_id, kind=kind, withdrawn_at=None)
    standing.update(**_ended(desk))


def _ended(desk: Desk) -> dict[str, object]:
    return {
        "withdrawn_at": desk.now,
        "withdrawn_door": desk.door.value,
        "withdrawn_staff_id": desk.staff_id,
    }


def _text_row(desk: Desk, text: TextView) -> ConsentText:
    row: ConsentText = ConsentText.objects.get_or_create(
        kind=text.kind,
        version=text.version,
        defaults={
            "library_id": desk.library_id,
            "words_zh": text.words_zh,
            "words_en": text.words_en,
            "is_built_in": text.is_built_in,
            "created_at": desk.now,
        },
    )[0]
    return row


def _reader(desk: Desk, patron: str) -> Patron | None:
    """Return whom it is about, locked. Raises ForbiddenError where it is not theirs to say."""
    if desk.patron_id is not None and not patron:
        return lock_one(Patron.objects.filter(pk=desk.patron_id))
    if not desk.may(Permission.PATRON_EDIT):
        raise ForbiddenError(Permission.PATRON_EDIT)
    return lock_one(Patron.objects.filter(public_id=patron))


def _refused(
    code: Literal["patron_unknown", "kind_unknown", "words_changed", "guardian_needed"],
    patron_id: int | None = None,
) -> ConsentRefused:
    note(Note(outcome="refused", patron_id=patron_id, reasons=(code,)))
    return ConsentRefused(code=code)
