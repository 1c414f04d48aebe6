"""A line that shows how far the demo's making is."""

import sys
from typing import Final

from jieyue.interfaces.cli.words import _

WIDTH: Final = 28
STEPS: Final = 4  # lines written where there is no terminal to draw on


class Progress:
    """Draws on a terminal, writes a few lines into a file."""

    def __init__(self) -> None:
        self._shown = -1
        self._is_terminal = sys.stdout.isatty()

    def show(self, share: float, what: str) -> None:
        """Say that `share` (0 to 1) is done, and what comes now."""
        percent = max(0, min(100, int(share * 100)))
        if self._is_terminal:
            bar = "█" * (percent * WIDTH // 100)
            print(f"\r  {bar:░<{WIDTH}} {percent:3d} %  {what}\x1b[K", end="", flush=True)
        elif percent * STEPS // 100 > self._shown:
            self._shown = percent * STEPS // 100
            print(f"  {percent:3d} %  {what}", flush=True)

    def done(self, what: str) -> None:
        """Close the line with what came of it."""
        start = "\r" if self._is_terminal else ""
        end = "\x1b[K" if self._is_terminal else ""
        print(f"{start}{_('  demo     {what}').format(what=what)}{end}", flush=True)
