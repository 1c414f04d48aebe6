"""The version that caches of a library's rules go by."""

from django.db.models import F

from jieyue.libraries.models import Library


def rules_changed(library_id: int) -> None:
    """Say that a rule or calendar changed, inside the action that changed it. One statement."""
    Library.objects.filter(pk=library_id).update(rules_version=F("rules_version") + 1)
