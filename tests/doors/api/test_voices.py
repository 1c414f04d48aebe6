"""`/feedback` and `/wishes`: lists and answers for programs."""

from jieyue.community.actions.feedback import send_feedback
from jieyue.community.actions.wishes import Wished, make_wish
from jieyue.community.models import Feedback, Wish
from tests.doors.api.program import program
from tests.world import World


def test_feedback_is_listed_and_answered_once(world: World) -> None:
    patron = world.patron()
    one = send_feedback(world.reader_desk(patron), kind="idea", text="夜场").id
    ours = program(world, all_branches=True)

    listed = ours.get("feedback").json()["feedback"]
    path = f"feedback/{one}/answers"
    answers = [ours.call("POST", f"/api/v1/{path}", '{"text": "好", "closes": true}')]

    assert [(row["public_id"], row["patron"], row["state"]) for row in listed] == [
        (one, patron.public_id, "new"),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [201]
    assert Feedback.objects.get().state == "closed"
    shown = ours.get(f"feedback/{one}").json()
    assert [(line["kind"], line["text"]) for line in shown["lines"]] == [("answer", "好")]
    assert "assigned_to" not in shown


def test_wishes_are_listed_and_decided_with_a_reason(world: World) -> None:
    wish = make_wish(world.reader_desk(world.patron()), wished=Wished(name="三体")).id
    ours = program(world)
    path = f"/api/v1/wishes/{wish}/state"

    refused = ours.call("PUT", path, '{"state": "declined"}')
    done = ours.call("PUT", path, '{"state": "declined", "reason": "已绝版"}')

    assert (refused.status_code, refused.json()["faults"][0]["code"]) == (409, "reason_missing")
    assert (done.status_code, Wish.objects.get().reason) == (200, "已绝版")
    assert ours.get("wishes").json() == {"wishes": []}
    assert [row["name"] for row in ours.get("wishes?state=declined").json()["wishes"]] == ["三体"]
