"""The libraries that a command is asked to work on."""

from jieyue.interfaces.cli.troubles import TroubleError
from jieyue.interfaces.cli.words import _


def chosen_libraries(name: str | None) -> dict[str, int]:
    """Return ids by slug: all libraries, or the one named. Raises TroubleError if there is none."""
    from jieyue.libraries.queries import all_libraries

    found = all_libraries()
    if name is None:
        return found
    if name not in found:
        raise TroubleError(_("There is no library {name}.").format(name=name[:40]))
    return {name: found[name]}
