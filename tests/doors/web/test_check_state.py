"""Everybody who works here sees whether the data contradicts itself, and how fresh that is."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jieyue.circulation.models import CheckRun
from jieyue.kit import clock


@pytest.mark.parametrize(
    ("hours", "found", "words"),
    [
        (None, 0, "The data has not been checked yet."),
        (5, 0, "Checked 5 hours ago: nothing in the data contradicts itself."),
        (5, 3, "The check 5 hours ago found 3 contradictions in the data."),
        (72, 0, "The data was last checked 3 days ago."),
    ],
)
def test_the_overview_says_how_the_last_check_went(helper_client, world, hours, found, words):
    if hours is not None:
        CheckRun.objects.create(
            library_id=world.library.pk,
            at=clock.now() - timedelta(hours=hours),
            contradictions=found,
        )

    page = helper_client.get(
        reverse("settings:home", args=[world.library.slug]), headers={"Accept-Language": "en"}
    )

    assert words in " ".join(page.content.decode().split())
