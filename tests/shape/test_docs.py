"""The documentation is complete: what the code has, the pages name."""

import ast
import json
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PACKAGE = ROOT / "src" / "jieyue"
DECISION = re.compile(r"(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md")
ENVIRONMENT = re.compile(r"[\"'](JIEYUE_[A-Z0-9_]+)[\"']")
WORD = re.compile(r"`([^`]+)`")


def page(name: str) -> str:
    """Return the text of docs/`name`."""
    return (DOCS / name).read_text("utf-8")


def named_in(text: str) -> set[str]:
    """Return everything between backticks."""
    return set(WORD.findall(text))


def dependencies() -> set[str]:
    """Return the packages that requirements/*.in asks for, lower case, without extras."""
    lines = [
        line.strip()
        for path in sorted((ROOT / "requirements").glob("*.in"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return {
        re.split(r"[\[<>=!~; ]", line)[0].lower() for line in lines if line and line[0] not in "#-"
    }


def front_end_packages() -> set[str]:
    """Return what the style sheet is built with: needed to change it, not to run or to test."""
    path = ROOT / "frontend" / "package.json"
    package = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return {*package.get("dependencies", {}), *package.get("devDependencies", {})}


def imported_packages() -> set[str]:
    """Return the distributions whose modules src/ imports, lower case."""
    distributions = packages_distributions()
    modules = {
        name.split(".")[0]
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    return {
        distribution.lower().replace("_", "-")
        for module in modules - set(sys.stdlib_module_names) - {"jieyue"}
        for distribution in distributions.get(module, [f"unknown module {module}"])
    }


def test_every_dependency_is_explained_and_no_other() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", page("dependencies.md"), flags=re.MULTILINE)

    assert {row.lower() for row in rows} == dependencies() | front_end_packages()


def test_every_imported_package_is_asked_for_by_name() -> None:
    assert imported_packages() - dependencies() == set()


def test_every_dependency_is_locked_with_hashes() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        pins = path.read_text("utf-8").replace("\\\n", " ").splitlines()
        wanted = [pin for pin in pins if pin and not pin.startswith(("#", " "))]
        assert wanted
        assert [pin for pin in wanted if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_every_setting_from_the_environment_is_explained() -> None:
    read = {
        name
        for path in PACKAGE.rglob("*.py")
        for name in ENVIRONMENT.findall(path.read_text("utf-8"))
    }

    assert read - named_in(page("settings.md")) == set()


def test_every_package_has_its_place_in_the_architecture() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    named = {word.rstrip("/").split("/")[0] for word in named_in(page("architecture.md"))}

    assert packages - named == set()


def test_decisions_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in (DOCS / "decisions").glob("*.md"))
    numbers = [match[1] for name in names if (match := DECISION.fullmatch(name))]

    assert len(numbers) == len(names)
    assert numbers == [f"{number:04}" for number in range(1, len(names) + 1)]


def test_every_model_has_a_word_in_the_glossary() -> None:
    models = {
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("jieyue.") and not model._meta.auto_created
    }

    assert models - named_in(page("glossary.md")) == set()


@pytest.mark.parametrize("page_path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(page_path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page_path.read_text("utf-8"))

    assert [link for link in links if not (page_path.parent / link).exists()] == []


def test_the_readme_names_both_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    assert "bin/demo" in readme
    assert "bin/test" in readme
