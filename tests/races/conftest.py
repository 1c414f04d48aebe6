"""What races share with tests that start real processes."""

from tests.run.conftest import _migrated, installation

__all__ = ["_migrated", "installation"]
