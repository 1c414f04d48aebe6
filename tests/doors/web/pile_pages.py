"""What tests of the pages of piles share."""

from django.urls import reverse

from jieyue.catalog.models import Copy
from jieyue.kit.scope import library_scope
from tests.world import World


def at(world: World, name: str, *args: str) -> str:
    return reverse(f"piles:{name}", args=[world.library.slug, *args])


def stocked(world: World, count: int, **values) -> list[Copy]:
    with library_scope(world.library.pk):
        title = world.title("活着")
        return [world.copy(title, **values) for _ in range(count)]
