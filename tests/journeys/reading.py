"""Readers' pages, as in pages.py; the last ones in large type."""

from tests.journeys.places import Place
from tests.journeys.stock import Stock


def reader(stock: Stock) -> list[Place]:
    """Readers' pages."""
    slug = stock.world.slug
    return [
        Place("reader-home", f"/{slug}/", "reader"),
        Place("reader-home-nobody", f"/{slug}/", "nobody"),
        Place("reader-search", f"/{slug}/search?q=小王子", "reader"),
        Place("reader-search-all", f"/{slug}/search", "nobody"),
        Place("reader-search-none", f"/{slug}/search?q=恐龙百科", "reader"),
        Place("reader-title", f"/{slug}/t/{stock.title.public_id}", "reader"),
        Place("reader-title-long", f"/{slug}/t/{stock.long.public_id}", "nobody"),
        Place("reader-loans", f"/{slug}/my/loans", "reader"),
        Place("reader-history", f"/{slug}/my/history", "reader"),
        Place("reader-me", f"/{slug}/me", "reader"),
        Place("reader-me-nobody", f"/{slug}/me", "nobody"),
        Place("reader-card", f"/{slug}/my/card", "reader"),
        Place("reader-holds", f"/{slug}/my/holds", "reader"),
        Place("reader-fees", f"/{slug}/my/fees", "reader"),
        Place("reader-install", f"/{slug}/install", "nobody"),
        Place("reader-offline", f"/{slug}/offline", "nobody"),
        Place("reader-camera", f"/{slug}/search/camera", "nobody"),
        # Large type from here on: the address sets a cookie.
        Place("large-home", f"/{slug}/?large=1", "reader"),
        Place("large-loans", f"/{slug}/my/loans", "reader"),
        Place("large-holds", f"/{slug}/my/holds", "reader"),
        Place("large-search", f"/{slug}/search?q=小王子", "reader"),
        Place("large-title", f"/{slug}/t/{stock.title.public_id}", "reader"),
        Place("large-sign-in", f"/{slug}/sign-in?large=1", "nobody"),
    ]
