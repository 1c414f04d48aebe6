"""Finding titles: the index, what is asked of it, and pages of what was found."""

from jieyue.catalog.search.finding import search_titles
from jieyue.catalog.search.pages import TitleHit, TitlePage, count_to_look_at, titles_to_look_at

__all__ = ["TitleHit", "TitlePage", "count_to_look_at", "search_titles", "titles_to_look_at"]
