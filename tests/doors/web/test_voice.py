"""Readers' voice on pages: what readers write, wish and join, and what staff make of it."""

import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from jieyue.community.actions.activities import Event, publish_activity, write_activity
from jieyue.community.actions.announcements import News, publish_announcement, write_announcement
from jieyue.community.actions.survey import set_survey
from jieyue.community.actions.wishes import Wished, make_wish
from jieyue.community.models import Feedback, FeedbackLine, SignUp, SurveyAnswer, Wish
from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.interfaces.web.community.words import fault_words
from jieyue.kit import clock
from tests.doors.web.pages import words_of
from tests.pictures import picture
from tests.world import World


def at(world: World, name: str, *args: str) -> str:
    return reverse(name, args=[world.library.slug, *args])


@pytest.fixture
def now(world: World):
    """Let the library's desk stand in the present, as its pages do."""
    world.now = clock.now()
    return world.now


def photo() -> io.BytesIO:
    file = io.BytesIO(picture(90, 120))
    file.name = "lamp.jpg"
    return file


def coming(world: World, **changes) -> str:
    starts = (world.now + timedelta(days=7)).replace(tzinfo=None, second=0, microsecond=0)
    values = {"name": "亲子阅读", "text": "见 https://example.org/a。", "starts": starts,
              "ends": starts + timedelta(hours=2), "places": 1}  # fmt: skip
    made = write_activity(world.desk(), event=Event(**(values | changes)))
    publish_activity(world.desk(), activity=made.id)
    return made.id


def test_every_fault_has_words() -> None:
    for code in VoiceFault:
        assert "%(" not in fault_words(Fault(code, "", "7"))


def test_a_visitor_writes_with_a_picture_and_reads_the_answer_at_the_pages_address(
    world: World, client, staff_client
) -> None:
    form = client.get(at(world, "voice:write") + "?about=page:/northfield/search")
    assert 'value="page:/northfield/search"' in form.content.decode()
    sent = client.post(
        at(world, "voice:write"),
        {"kind": "problem", "text": "<b>灯坏了</b>", "contact": "13800001111", "picture": photo(),
         "about": "page:/northfield/search", "idempotency_key": "once"},
    )  # fmt: skip
    one = Feedback.objects.get()
    assert sent.headers["Location"] == at(world, "voice:feedback", one.public_id)
    page = client.get(sent.headers["Location"]).content.decode()
    assert "&lt;b&gt;灯坏了" in page and "13800001111" not in page
    for who, name in ((client, "voice:picture"), (staff_client, "voices:picture")):
        assert who.get(at(world, name, one.public_id)).headers["Content-Type"] == "image/webp"

    listed = words_of(staff_client.get(at(world, "voices:feedback")))
    assert "灯坏了" in listed
    shown = words_of(staff_client.get(at(world, "voices:feedback_one", one.public_id)))
    assert "13800001111" in shown
    change = at(world, "voices:change_feedback", one.public_id)
    for do, text in (("note", "已报修"), ("answer", "修好了"), ("assign", "")):
        staff_client.post(change, {"do": do, "text": text, "staff": world.staff.pk})
    answered = words_of(client.get(sent.headers["Location"]))
    assert "修好了" in answered and "已报修" not in answered
    client.post(at(world, "voice:more", one.public_id), {"text": "还有一盏"})
    assert FeedbackLine.objects.filter(kind="follow_up").count() == 1
    assert "还有一盏" in words_of(staff_client.get(at(world, "voices:feedback_one", one.public_id)))
    staff_client.post(at(world, "voices:close"), {"feedback": [one.public_id]})
    assert Feedback.objects.get().state == "closed"


def test_what_a_reader_wrote_is_for_that_reader_alone(
    world: World, client, reader_client, staff_client
) -> None:
    mine, other = reader_client(world.patron()), reader_client(world.patron())
    mine.post(at(world, "voice:write"), {"kind": "idea", "text": "夜场"})
    one = Feedback.objects.get().public_id
    assert "夜场" in words_of(mine.get(at(world, "voice:mine")))
    assert "夜场" in words_of(staff_client.get(at(world, "voices:feedback_one", one)))
    for who in (other, client):
        assert who.get(at(world, "voice:feedback", one)).status_code == 404
        assert who.post(at(world, "voice:more", one), {"text": "x"}).status_code == 404
    bad = mine.post(at(world, "voice:write"), {"kind": "idea", "text": "", "picture": photo()})
    assert bad.status_code == 422
    broken = io.BytesIO(b"not a picture")
    broken.name = "a.png"
    answer = mine.post(at(world, "voice:write"), {"kind": "idea", "text": "x", "picture": broken})
    assert answer.status_code == 422
    assert Feedback.objects.count() == 1


def test_wishes_are_made_supported_decided_and_exported(
    world: World, reader_client, staff_client, now
) -> None:
    first, second = reader_client(world.patron()), reader_client(world.patron())
    typed = {"name": "三体", "authors": "刘慈欣", "isbn": "", "wants_hold": "1"}
    assert first.post(at(world, "voice:new_wish"), typed).status_code == 303
    wish = Wish.objects.get().public_id
    page = words_of(second.get(at(world, "voice:wishes")))
    assert "三体" in page
    second.post(at(world, "voice:support", wish), {"wants_hold": "1"})
    assert Wish.objects.get().supporters == 2
    assert first.post(at(world, "voice:new_wish"), typed).status_code == 409

    assert "三体" in words_of(staff_client.get(at(world, "voices:wishes")))
    book = load_workbook(
        io.BytesIO(b"".join(staff_client.get(at(world, "voices:workbook")).streaming_content))
    )
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["三体"] and rows[1][5] == "2"
    staff_client.post(at(world, "voices:decide"), {"wish": [wish], "to": "declined"})
    assert Wish.objects.get().state == "wished"
    staff_client.post(
        at(world, "voices:decide"), {"wish": [wish], "to": "declined", "reason": "已绝版"}
    )
    assert "已绝版" in words_of(first.get(at(world, "voice:wishes")))


def test_a_book_that_is_there_is_said_before_anything_is_typed(world: World, reader_client) -> None:
    copy = world.copy(world.title("红楼梦", isbn13="9787020002207"))
    client = reader_client(world.patron())
    page = client.get(at(world, "voice:new_wish") + "?isbn=978-7-02-000220-7").content.decode()
    assert at(world, "reader:title", copy.title.public_id) in page
    assert 'name="authors"' not in page


def test_announcements_are_drafts_first_and_end(world: World, client, staff_client, now) -> None:
    today = world.desk().today
    typed = {"name": "国庆闭馆", "text": "见 https://example.org/x?a=1&b=2。\n\n<script>",
             "starts_on": today.isoformat(), "is_pinned": "1"}  # fmt: skip
    made = staff_client.post(at(world, "voices:new_announcement"), typed)
    one = made.headers["Location"].rstrip("/").rsplit("/", 1)[1]
    public = at(world, "voice:announcement", one)
    assert client.get(public).status_code == 404
    change = at(world, "voices:change_announcement", one)
    staff_client.post(change, {"do": "publish"})
    page = client.get(public).content.decode()
    assert 'href="https://example.org/x?a=1&amp;b=2"' in page and "&lt;script&gt;" in page
    assert "国庆闭馆" in words_of(client.get(at(world, "voice:announcements")))
    staff_client.post(change, {"do": "end"})
    assert "国庆闭馆" not in words_of(client.get(at(world, "voice:announcements")))
    day = timedelta(days=1)
    turned = News(name="旧", text="", starts_on=today, ends_on=today - day)
    late = write_announcement(world.desk(), news=turned)
    assert late.faults[0].code is VoiceFault.ENDS_BEFORE_START
    past = News(name="旧", text="", starts_on=today - 9 * day, ends_on=today - day)
    gone = write_announcement(world.desk(), news=past)
    published = publish_announcement(world.desk(), announcement=gone.id)
    assert published.faults[0].code is VoiceFault.TIME_PAST


def test_readers_join_wait_leave_and_take_the_date_along(
    world: World, client, reader_client, staff_client, now
) -> None:
    one = coming(world)
    first, second = reader_client(world.patron("甲")), reader_client(world.patron("乙"))
    for who in (first, second):
        who.post(at(world, "voice:join", one))
    states = dict(SignUp.objects.values_list("patron__name", "state"))
    assert states == {"甲": "comes", "乙": "waits"}
    assert client.post(at(world, "voice:join", one)).status_code == 303  # to sign in
    assert SignUp.objects.count() == 2
    page = second.get(at(world, "voice:activity", one)).content.decode()
    assert 'href="https://example.org/a"' in page
    mine = SignUp.objects.get(patron__name="甲").public_id
    assert second.post(at(world, "voice:leave_activity", mine)).status_code == 404
    first.post(at(world, "voice:leave_activity", mine))
    assert SignUp.objects.get(patron__name="乙").state == "comes"
    ics = client.get(at(world, "voice:calendar", one)).content.decode()
    assert "SUMMARY:亲子阅读" in ics and re.search(r"DTSTART:\d{8}T\d{6}Z", ics)

    listed = words_of(staff_client.get(at(world, "voices:activity", one)))
    assert "乙" in listed and "甲" not in listed
    assert "乙" in words_of(staff_client.get(at(world, "voices:sheet", one)))
    change = at(world, "voices:change_activity", one)
    theirs = SignUp.objects.get(patron__name="乙").public_id
    staff_client.post(change, {"do": "tick", "came": theirs, "listed": theirs})
    assert SignUp.objects.get(public_id=theirs).came is True
    card = world.patron("丙").card
    staff_client.post(change, {"do": "add", "card": card})
    staff_client.post(change, {"do": "cancel", "reason": "讲师生病"})
    assert "讲师生病" in words_of(client.get(at(world, "voice:activity", one)))


def test_an_activity_is_planned_at_local_time(world: World, staff_client, client, now) -> None:
    day = (world.now + timedelta(days=30)).date().isoformat()
    typed = {"name": "读书会", "starts_at": f"{day}T14:00", "ends_at": f"{day}T16:00",
             "needs_sign_up": "1", "places": "20"}  # fmt: skip
    made = staff_client.post(at(world, "voices:new_activity"), typed)
    one = made.headers["Location"].rstrip("/").rsplit("/", 1)[1]
    form = staff_client.get(at(world, "voices:edit_activity", one)).content.decode()
    assert f'value="{day}T14:00"' in form
    bad = staff_client.post(at(world, "voices:new_activity"), typed | {"ends_at": f"{day}T13:00"})
    assert bad.status_code == 409
    assert staff_client.post(at(world, "voices:new_activity"), {"name": "x"}).status_code == 422
    staff_client.post(at(world, "voices:change_activity", one), {"do": "publish"})
    assert "14:00–16:00" in words_of(client.get(at(world, "voice:activities")))


def test_the_question_is_asked_once_a_month_and_nobody_can_tell_who_answered(
    world: World, reader_client, staff_client, now
) -> None:
    set_survey(world.desk(), text="借书顺利吗？", is_asked=True)
    client = reader_client(world.patron())
    part = client.post(at(world, "voice:survey"), headers={"HX-Request": "true"}).content.decode()
    assert "借书顺利吗？" in part and "<html" not in part
    question = re.search(r'name="question" value="(\w+)"', part)[1]
    for face in ("3", "1"):  # a second click changes nothing
        client.post(at(world, "voice:survey_answer"), {"question": question, "face": face})
    answer = SurveyAnswer.objects.get()
    assert (answer.face, answer.month.day) == (3, 1)
    assert {f.name for f in SurveyAnswer._meta.get_fields()} == {
        "id", "library", "question", "month", "face", "remark",
    }  # fmt: skip
    assert "借书顺利吗" not in words_of(client.get(at(world, "voice:survey")))
    assert "借书顺利吗" in words_of(staff_client.get(at(world, "voices:survey")))
    other = reader_client(world.patron())
    unasked = other.post(at(world, "voice:survey_answer"), {"question": question, "face": "1"})
    assert unasked.status_code == 409


def test_limits_are_set_by_whoever_has_the_right(world: World, staff_client, helper_client) -> None:
    typed = {"takes_feedback": "1", "wishes_per_month": "0", "messages_per_month": "1",
             "is_asked": "1", "question": ""}  # fmt: skip
    assert staff_client.post(at(world, "voices:rules"), typed).status_code == 409
    saved = staff_client.post(at(world, "voices:rules"), typed | {"question": "顺利吗？"})
    assert saved.status_code == 303
    assert make_wish(world.reader_desk(world.patron()), wished=Wished(name="书")).faults == (
        Fault(VoiceFault.NOT_TAKEN),
    )
    for name in ("feedback", "wishes", "announcements", "activities", "messages", "survey"):
        assert helper_client.get(at(world, f"voices:{name}")).status_code == 403
        assert staff_client.get(at(world, f"voices:{name}")).status_code == 200


def test_the_front_pages_strip_says_what_is_new(world: World, client, now) -> None:
    coming(world)
    made = write_announcement(
        world.desk(), news=News(name="新书到馆", text="", starts_on=world.desk().today)
    )
    publish_announcement(world.desk(), announcement=made.id)
    from django.test import RequestFactory

    from jieyue.interfaces.web.community.activities import strip
    from jieyue.interfaces.web.rendering import draw
    from jieyue.libraries.queries import library_by_slug

    request = RequestFactory().get("/")
    request.library = library_by_slug(world.library.slug)
    request.page = {"library": request.library}
    page = words_of(draw(request, "community/announcements_strip.html", {"news": strip(request)}))
    assert "新书到馆" in page and "亲子阅读" in page
