"""Size budgets: what does not fit on a few screens is not read."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for folder in ("src", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
# Scripts without a suffix count as well.
SCRIPTS = [path for path in sorted((ROOT / "bin").rglob("*")) if path.is_file()]
TEMPLATES = sorted((ROOT / "src").rglob("templates/**/*.html"))
MODULES = [
    path for path in sorted((ROOT / "src").rglob("static/**/*.js")) if "vendor" not in path.parts
]

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_TEMPLATE_LINES = 150
MAX_COLUMNS = 100


def too_long(paths: list[Path], limit: int) -> list[str]:
    """Return `path: lines` of the files with more lines than the limit."""
    counted = ((path, len(path.read_text("utf-8").splitlines())) for path in paths)
    return [f"{path.relative_to(ROOT)}: {count}" for path, count in counted if count > limit]


def long_functions(path: Path) -> Iterator[str]:
    """Yield `path:line name: lines` of the functions over the budget, decorators not counted."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines}"


def test_no_file_is_longer_than_400_lines() -> None:
    assert too_long([*SOURCES, *SCRIPTS, *MODULES], MAX_FILE_LINES) == []


def test_no_function_is_longer_than_60_lines() -> None:
    assert [line for path in SOURCES for line in long_functions(path)] == []


def test_no_template_is_longer_than_150_lines() -> None:
    assert too_long(TEMPLATES, MAX_TEMPLATE_LINES) == []


def test_no_line_is_wider_than_100_columns() -> None:
    wide = [
        f"{path.relative_to(ROOT)}:{number}: {len(line)}"
        for path in [*SOURCES, *SCRIPTS, *TEMPLATES, *MODULES]
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if len(line) > MAX_COLUMNS
    ]
    assert wide == []


def test_the_budgets_look_at_something() -> None:
    assert SOURCES
    assert SCRIPTS
