"""One question after self-service, answered by nobody in particular."""

from typing import ClassVar

from django.db import models

from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor


class SurveyQuestion(LibraryOwned):
    """The question as it was asked. A changed one is a new row: answers stay with their own."""

    public_id = models.CharField(max_length=12)
    text = models.CharField(max_length=120)
    is_asked = models.BooleanField(default=True)  # the library's current question, if it asks
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("survey_question"),
            Known("library", name="survey_question_library_known"),
            models.UniqueConstraint(fields=["library", "public_id"], name="survey_question_once"),
            models.UniqueConstraint(
                fields=["library"], condition=models.Q(is_asked=True), name="survey_one_question"
            ),
        ]


class SurveyAnswer(LibraryOwned):
    """An answer: the month, a face and perhaps a remark; neither who nor when nor where."""

    question = InnerKey(SurveyQuestion)
    month = models.DateField()  # its first day
    face = models.PositiveSmallIntegerField()  # 1 unhappy, 2 so-so, 3 happy
    remark = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("question", name="survey_answer_question_same_library"),
            models.CheckConstraint(
                condition=models.Q(face__gte=1, face__lte=3), name="survey_answer_a_face"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["library", "month"], name="survey_answer_month")]


class SurveyAsked(LibraryOwned):
    """That somebody was asked this month, so that nobody is asked twice.

    `who_hash` is a keyed hash of library, reader and month: nobody can be looked up from it, and
    another month's is another. Nothing leads from it to an answer.
    """

    month = models.DateField()
    who_hash = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    is_answered = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            Known("library", name="survey_asked_library_known"),
            models.UniqueConstraint(
                fields=["library", "month", "who_hash"], name="survey_asked_once"
            ),
        ]
