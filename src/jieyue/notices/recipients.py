"""Who is told what concerns a reader: the reader, and whoever stands by them."""

from collections.abc import Collection


def recipients_of(patron_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return for each reader (row id) those readers who are told, themselves as a rule.

    Links of families and classes name others here; everyone is a reader of the same library.
    """
    return {patron_id: (patron_id,) for patron_id in patron_ids}
