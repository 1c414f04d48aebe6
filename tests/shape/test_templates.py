"""Templates say what they mean: a tag over two lines would be shown as it is written."""

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "jieyue"
# Django reads a tag, a variable and a note only when it ends on its own line.
BROKEN = re.compile(r"\{%[^\n]*?%\}|\{\{[^\n]*?\}\}|\{#[^\n]*?#\}|(\{[%{#])")


def broken_in(text: str) -> list[int]:
    """Return the lines on which something begins that does not end there."""
    return [
        text.count("\n", 0, found.start()) + 1 for found in BROKEN.finditer(text) if found.group(1)
    ]


def test_every_tag_of_a_template_ends_on_the_line_where_it_begins() -> None:
    broken = {
        str(path.relative_to(PACKAGE)): lines
        for path in sorted(PACKAGE.rglob("*.html"))
        if (lines := broken_in(path.read_text("utf-8")))
    }
    assert broken == {}


def test_a_tag_over_two_lines_is_found() -> None:
    assert broken_in("<a>\n{% url 'a' %}<a href=\"{% url 'b'\n  c %}\">{{ d }}{# e #}") == [2]
