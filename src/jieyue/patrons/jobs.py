"""Lists of readers, kept step by step."""

from collections.abc import Mapping
from typing import Any

from jieyue.imports.stepping import keep_step
from jieyue.libraries.desk import Desk
from jieyue.patrons.importing.readers import READERS
from jieyue.patrons.promoting import step_promotion


def keep_readers_step(desk: Desk, payload: Mapping[str, Any]) -> None:
    """Keep the promise `imports.readers`: one step of a list of readers."""
    keep_step(READERS, desk, payload)


def keep_promotion(desk: Desk, payload: Mapping[str, Any]) -> None:
    """Keep the promise `patrons.promotion`: one step of the school year's change."""
    step_promotion(desk, promotion=payload["promotion"], promised=payload["step"])
