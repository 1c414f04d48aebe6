"""What stands beside a title: its set and other editions, its series, its author's books."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from jieyue.catalog.rules.finding.entry import Features, Fields, features_in, features_of
from jieyue.catalog.rules.finding.plan import Stage, tokens_in
from jieyue.catalog.rules.finding.text import plain, runs
from jieyue.catalog.rules.volumes import volume_key, volume_number
from jieyue.catalog.search.asking import candidates
from jieyue.catalog.search.pages import TitleHit, hits_of
from jieyue.catalog.search.where import READERS, Where

LOOKED_AT: Final = 60
SHOWN: Final = 8  # of each kind; of volumes more: a set is whole or it is none
VOLUMES: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Other titles of the library, none twice."""

    volumes: tuple[TitleHit, ...]  # of the same set, in order
    editions: tuple[TitleHit, ...]  # by name and year
    series: tuple[TitleHit, ...]
    by_author: tuple[TitleHit, ...]


def related_titles(title_id: int, fields: Fields, *, most_of_series: int = SHOWN) -> Related:
    """Return what a reader of the title may want too; drafts never. At most four statements.

    An edition or volume has the same main name and a person in common, or neither has any. Other
    volumes are those whose records say which they are.
    """
    own = features_of(fields)
    seen = {title_id}
    editions = _take(
        seen, [f"={own.main}"], READERS, lambda other: _is_same_work(own, other), most=LOOKED_AT
    )
    in_series = Where("AND t.series = <series:text>", {"series": fields.series})
    series = _take(
        seen,
        tokens_in(runs(plain(fields.series))),
        READERS + in_series,
        lambda _other: True,
        most=most_of_series,
    )
    author = own.people[:1] if fields.authors else ()
    by_author = _take(
        seen,
        [f"={name}" for name in author],
        READERS,
        lambda other: author[0] in other.people,
    )
    hits = (
        {hit.id: hit for hit in hits_of([*editions, *series, *by_author])} if len(seen) > 1 else {}
    )
    found = [[hits[one] for one in ids if one in hits] for ids in (editions, series, by_author)]
    own_volume = volume_key(fields.volume)
    volumes = [hit for hit in found[0] if volume_key(hit.volume) != own_volume and hit.volume]
    others = [hit for hit in found[0] if hit not in volumes]
    return Related(
        volumes=tuple(sorted(volumes, key=_by_volume)[:VOLUMES]),
        editions=tuple(
            sorted(others, key=lambda hit: (hit.name, -(hit.year or 0), hit.id))[:SHOWN]
        ),
        series=tuple(sorted(found[1], key=lambda hit: (hit.name, hit.id))),
        by_author=tuple(found[2]),
    )


def _by_volume(hit: TitleHit) -> tuple[int, str, int]:
    return (volume_number(hit.volume), hit.volume, hit.id)


def _take(
    seen: set[int],
    tokens: list[str],
    where: Where,
    fits: Callable[[Features], bool],
    *,
    most: int = SHOWN,
) -> list[int]:
    """Return titles that have all tokens and fit, and note them as seen."""
    if not tokens:
        return []
    rows = candidates([Stage((tokens,), LOOKED_AT)], where).rows
    found = sorted(
        row["title_id"] for row in rows if row["title_id"] not in seen and fits(features_in(row))
    )[:most]
    seen.update(found)
    return found


def _is_same_work(own: Features, other: Features) -> bool:
    if own.main != other.main:
        return False
    return bool(set(own.people) & set(other.people)) or not (own.people or other.people)
