"""Finding a title however badly one remembers its name: tokens, plan of a query, ranking.

Pure, and the same on both engines; `catalog/search/` keeps the index and asks it. After what was
measured in shared/field/search.md: the database's own index is enough, what matters is our tokens
and our ranking.
"""
