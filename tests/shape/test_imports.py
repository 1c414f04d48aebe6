"""Who may import whom (design §1): the contracts of pyproject.toml, and that none is missed."""

import tomllib
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "jieyue"
# Apps without the inner layers: they are doors, or stand above or below everything else.
WITHOUT_INNER_LAYERS = {"config", "interfaces", "kit"}


def test_the_import_contracts_hold(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_app_has_inner_layers_under_contract() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    [inner] = [contract for contract in contracts if contract["name"].startswith("Inside an app")]

    apps = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - WITHOUT_INNER_LAYERS

    assert set(inner["containers"]) == {f"jieyue.{app}" for app in apps}
