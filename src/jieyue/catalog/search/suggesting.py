"""Names of titles while somebody still types."""

from typing import Final

from jieyue.catalog.models import Title
from jieyue.catalog.rules.finding.entry import features_in
from jieyue.catalog.rules.finding.plan import query_of
from jieyue.catalog.rules.finding.ranking import fit
from jieyue.catalog.search.asking import candidates
from jieyue.catalog.search.where import READERS, Where

MOST: Final = 8
ROUNDS: Final = 3  # the later ones look for slips: there is time for them once all is typed
LEAST: Final = 60.0  # what fits less would surprise


def suggest_names(text: str, *, where: Where = READERS) -> tuple[str, ...]:
    """Return at most eight names that fit what was typed so far, best first, each once.

    At most four statements, none for an empty text.
    """
    query = query_of(text)
    fits: dict[int, tuple[float, int]] = {}
    for stages in query.rounds[:ROUNDS]:
        for row in candidates(stages, where).rows:
            if row["title_id"] not in fits:
                score = fit(query, features_in(row))
                fits[row["title_id"]] = (-score, len(row["whole"]))
        if sum(-score >= LEAST for score, _size in fits.values()) >= MOST:
            break
    kept = sorted((one for one in fits if -fits[one][0] >= LEAST), key=lambda n: (*fits[n], n))
    if not kept:
        return ()
    # More than are shown: editions of a book share its name.
    names = dict(Title.objects.filter(pk__in=kept[: 4 * MOST]).values_list("pk", "name"))
    return tuple(dict.fromkeys(names[one] for one in kept if one in names))[:MOST]
