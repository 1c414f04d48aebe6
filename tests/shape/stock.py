"""A row of every table with keys, for the wall that the database itself is."""

from datetime import date, timedelta

from jieyue.catalog.models import (
    Copy,
    Cover,
    DifferentTitles,
    Location,
    MergedTitle,
    ShelvingScheme,
    SplitTitle,
    Title,
    TitleRecord,
)
from jieyue.circulation.models import (
    Assessment,
    Block,
    BlockRule,
    CheckRun,
    Closure,
    Hold,
    Loan,
    Manifest,
    MovedDate,
    MovedHold,
    PileChange,
    PileRow,
    PileScan,
    ReadingFigure,
    Replacement,
    Retention,
    StockLine,
    StockTake,
    TermEnd,
    Transit,
    Vacation,
)
from jieyue.community.models import (
    Activity,
    Announcement,
    CommunityRules,
    Feedback,
    FeedbackLine,
    FeedbackPicture,
    GroupMessage,
    MessageRecipient,
    SignUp,
    SurveyAnswer,
    SurveyAsked,
    SurveyQuestion,
    Wish,
    WishSupporter,
)
from jieyue.fees.models import (
    Abolition,
    DepositLine,
    DepositRequest,
    DrawerClose,
    DrawerLine,
    LedgerLine,
)
from jieyue.imports.models import Import, ImportPart, ImportRow
from jieyue.kit.ids import public_id
from jieyue.libraries.models import Branch
from jieyue.notices.models import (
    ClassSheet,
    ClassSheetLine,
    DeadAddress,
    Delivery,
    DeliveryNotice,
    Notice,
    NoticePreference,
    PushSubscription,
    TeacherDigest,
    TeacherWish,
    WechatConsent,
    WechatToken,
)
from jieyue.patrons.models import (
    Application,
    CalendarFeed,
    Consent,
    ConsentText,
    Invitation,
    JoiningForm,
    Patron,
)
from tests.shape.stock_behalf import stock_behalf
from tests.shape.stock_self_service import stock_self_service
from tests.world import World

DAY = date(2026, 7, 1)


def one_of_everything(world: World, copy: Copy, patron: Patron) -> None:
    """Add a row of each table of circulation and fees, every key filled in."""
    mine = {"library_id": world.library.pk}
    loan = Loan.objects.get(copy=copy)
    loan.returned_branch = world.branch
    loan.save()
    other = Branch.objects.create(**mine, code="east", name="东馆", created_at=world.now)
    hold = Hold.objects.create(
        **mine, public_id=public_id(), title=copy.title, copy=copy, patron=patron,
        pickup_branch=world.branch, queue_class=5, queued_at=world.now, placed_at=world.now,
        state="in_transit", captured_copy=copy, captured_at=world.now,
    )  # fmt: skip
    manifest = Manifest.objects.create(
        **mine, number=1, from_branch=world.branch, to_branch=other, created_at=world.now
    )
    Transit.objects.create(
        **mine, public_id=public_id(), copy=copy, from_branch=world.branch, to_branch=other,
        why="hold", hold=hold, manifest=manifest, created_at=world.now,
    )  # fmt: skip
    _notices(world, patron)
    BlockRule.objects.create(**mine, condition="overdue")
    CheckRun.objects.create(**mine, at=world.now, contradictions=0)
    block = Block.objects.create(
        **mine, public_id=public_id(), patron=patron, kind="suspension", starts_on=DAY,
        ends_on=DAY, loan=loan, created_at=world.now,
    )  # fmt: skip
    charge = LedgerLine.objects.get(patron=patron)
    Assessment.objects.create(
        **mine, public_id=public_id(), loan=loan, kind="late", charge=charge, block=block,
        at=world.now,
    )  # fmt: skip
    Replacement.objects.create(**mine, loan=loan, copy=copy, at=world.now)
    take = StockTake.objects.create(
        **mine, public_id=public_id(), name="盘点", branch=other, expected=1, started_at=world.now
    )
    StockLine.objects.create(
        **mine, stock_take=take, copy=copy, is_expected=True, seen_at=world.now,
        seen_by=world.staff, seen_branch=other,
    )  # fmt: skip
    pile = PileChange.objects.create(
        **mine, public_id=public_id(), kind="relocate", total=1, branch=other, created_at=world.now
    )
    PileRow.objects.create(**mine, pile=pile, position=1, copy=copy, barcode=copy.barcode)
    PileScan.objects.create(**mine, staff=world.staff, copy=copy, scanned_at=world.now)
    _money(world, patron, charge)
    _calendars(world, loan, hold)
    _brought_along(world, copy)
    _voices(world, patron, other)
    _joining(world, patron)
    stock_behalf(world, patron)
    stock_self_service(world, copy, patron)


def _notices(world: World, patron: Patron) -> None:
    mine = {"library_id": world.library.pk}
    notice = Notice.objects.create(
        **mine, public_id=public_id(), patron=patron, created_at=world.now
    )
    delivery = Delivery.objects.create(
        **mine, public_id=public_id(), patron=patron, channel="email", planned_for=world.now,
        created_at=world.now,
    )  # fmt: skip
    DeliveryNotice.objects.create(**mine, delivery=delivery, notice=notice)
    sheet = ClassSheet.objects.create(
        **mine, public_id=public_id(), group_name="三年级2班", made_by=world.staff,
        made_at=world.now,
    )  # fmt: skip
    ClassSheetLine.objects.create(**mine, sheet=sheet, delivery=delivery, notice=notice)
    NoticePreference.objects.create(**mine, patron=patron, changed_at=world.now)
    TeacherDigest.objects.create(
        **mine, public_id=public_id(), staff=world.staff, week_on=DAY, due_at=world.now,
        created_at=world.now,
    )  # fmt: skip
    TeacherWish.objects.create(**mine, staff=world.staff, changed_at=world.now)
    PushSubscription.objects.create(
        **mine, public_id=public_id(), patron=patron, endpoint_hash="e", created_at=world.now
    )
    WechatConsent.objects.create(**mine, patron=patron, template_id="t", changed_at=world.now)
    WechatToken.objects.create(**mine, app_id="wx1")
    DeadAddress.objects.create(**mine, channel="sms", address_hash="h", since=world.now)
    ReadingFigure.objects.create(
        **mine, month=DAY, branch=world.branch, category=world.category, loans=1
    )
    Retention.objects.create(**mine)
    CalendarFeed.objects.create(
        **mine, patron=patron, token="t", token_hash="t", created_at=world.now
    )


def _brought_along(world: World, copy: Copy) -> None:
    mine = {"library_id": world.library.pk}
    run = Import.objects.create(
        **mine, public_id=public_id(), kind="books", file_name="书.csv", file_bytes=1,
        branch_id=world.branch.pk, created_at=world.now,
    )  # fmt: skip
    Import.objects.filter(pk=run.pk).update(again_of=run)
    ImportPart.objects.create(**mine, run=run, number=1, content=b"-")
    ImportRow.objects.create(**mine, run=run, number=1, verdict="new")
    TitleRecord.objects.create(
        **mine, title_id=copy.title_id, format="cnmarc", content=b"-", kept_at=world.now
    )
    MergedTitle.objects.create(
        **mine, public_id=public_id(), into_id=copy.title_id, name="书", merged_at=world.now
    )
    other = Title.objects.create(
        **mine, public_id=public_id(), name="另一种书", created_at=world.now, updated_at=world.now
    )
    SplitTitle.objects.create(
        **mine, public_id=public_id(), title_id=copy.title_id, into=other, split_at=world.now
    )
    one_id, other_id = sorted((copy.title_id, other.pk))
    DifferentTitles.objects.create(**mine, one_id=one_id, other_id=other_id, said_at=world.now)
    ShelvingScheme.objects.create(**mine, branch=world.branch, kind="running")
    Location.objects.create(**mine, public_id=public_id(), branch=world.branch, name="A3")
    Cover.objects.create(
        **mine, title_id=copy.title_id, digest="-", large=b"-", small=b"-", kept_at=world.now
    )


def _joining(world: World, patron: Patron) -> None:
    mine = {"library_id": world.library.pk}
    place = {"category": world.category, "branch": world.branch}
    JoiningForm.objects.create(**mine, category=world.category, changed_at=world.now)
    invitation = Invitation.objects.create(
        **mine, **place, public_id=public_id(), prefix="ABCDE", name="一班", places=1,
        created_at=world.now, created_by=world.staff,
    )  # fmt: skip
    application = Application.objects.create(
        **mine, **place, public_id=public_id(), state="approved", who_hash="-", patron=patron,
        invitation=invitation, account=world.staff.account, decided_by=world.staff,
        sent_at=world.now, changed_at=world.now,
    )  # fmt: skip
    text = ConsentText.objects.create(
        **mine, kind="privacy", version=1, words_zh="甲", words_en="A", created_at=world.now,
        created_by=world.staff,
    )  # fmt: skip
    Consent.objects.create(
        **mine, public_id=public_id(), patron=patron, application=application, kind="privacy",
        text=text, given_at=world.now, staff=world.staff, withdrawn_staff=world.staff,
    )  # fmt: skip


def _money(world: World, patron: Patron, charge: LedgerLine) -> None:
    mine = {"library_id": world.library.pk}
    payment = LedgerLine.objects.create(
        **mine, public_id=public_id(), patron=patron, kind="payment", amount_cents=-100,
        reason="", settles=charge, branch=world.branch, method="cash", at=world.now,
    )  # fmt: skip
    deposit = DepositLine.objects.create(
        **mine, public_id=public_id(), patron=patron, kind="paid_in", amount_cents=100,
        branch=world.branch, method="cash", at=world.now,
    )  # fmt: skip
    DepositRequest.objects.create(**mine, patron=patron, asked_at=world.now)
    Abolition.objects.create(
        **mine, public_id=public_id(), method="bank", branch=world.branch, started_at=world.now,
        readers=1,
    )  # fmt: skip
    close = DrawerClose.objects.create(
        **mine, public_id=public_id(), branch=world.branch, closed_at=world.now,
        expected_cents=100, counted_cents=100,
    )  # fmt: skip
    DrawerLine.objects.create(**mine, close=close, ledger_line=payment)
    DrawerLine.objects.create(**mine, close=close, deposit_line=deposit)


def _calendars(world: World, loan: Loan, hold: Hold) -> None:
    mine = {"library_id": world.library.pk}
    Vacation.objects.create(
        **mine, public_id=public_id(), branch=world.branch, name="暑假", starts_on=DAY,
        ends_on=DAY, moves="none", late_days="never",
    )  # fmt: skip
    TermEnd.objects.create(**mine, category=world.category, name="学期末", on=DAY)
    closure = Closure.objects.create(
        **mine, public_id=public_id(), branch=world.branch, name="停电", starts_on=DAY,
        ends_on=DAY, created_at=world.now,
    )  # fmt: skip
    MovedDate.objects.create(
        **mine, closure=closure, loan=loan, due_before=loan.due_at,
        due_after=loan.due_at + timedelta(days=1),
    )  # fmt: skip
    days = {"fetch_before": DAY, "fetch_after": DAY + timedelta(days=1)}
    MovedHold.objects.create(**mine, closure=closure, hold=hold, **days)


def _voices(world: World, patron: Patron, branch: Branch) -> None:
    mine = {"library_id": world.library.pk}
    new = {"created_at": world.now, "changed_at": world.now}
    feedback = Feedback.objects.create(
        **mine, **new, public_id=public_id(), kind="idea", text="更多椅子", branch=branch,
        patron=patron, assigned_to=world.staff,
    )  # fmt: skip
    FeedbackLine.objects.create(
        **mine, feedback=feedback, kind="note", text="-", staff=world.staff, at=world.now
    )
    FeedbackPicture.objects.create(**mine, feedback=feedback, digest="-", large=b"-", small=b"-")
    wish = Wish.objects.create(**mine, **new, public_id=public_id(), key="name:三体|", name="三体")
    WishSupporter.objects.create(**mine, wish=wish, patron=patron, asked_at=world.now)
    question = SurveyQuestion.objects.create(
        **mine, public_id=public_id(), text="顺利吗？", created_at=world.now
    )
    SurveyAnswer.objects.create(**mine, question=question, month=DAY, face=3)
    SurveyAsked.objects.create(**mine, month=DAY, who_hash="-", asked_at=world.now)
    Announcement.objects.create(
        **mine, public_id=public_id(), name="闭馆", starts_on=DAY, branch=branch,
        created_at=world.now,
    )  # fmt: skip
    activity = Activity.objects.create(
        **mine, public_id=public_id(), name="读书会", starts_at=world.now, branch=branch,
        ends_at=world.now + timedelta(hours=1), created_at=world.now,
    )  # fmt: skip
    SignUp.objects.create(
        **mine, public_id=public_id(), activity=activity, patron=patron, state="comes",
        asked_at=world.now,
    )  # fmt: skip
    message = GroupMessage.objects.create(
        **mine, public_id=public_id(), name="新书", text="-", branch=branch,
        created_by=world.staff, created_at=world.now,
    )  # fmt: skip
    MessageRecipient.objects.create(
        **mine, public_id=public_id(), message=message, patron=patron, step=1, at=world.now
    )
    CommunityRules.objects.create(**mine)
