"""The published description of the API; tests/doors/api/test_openapi.py keeps it true."""

import json
from pathlib import Path

PUBLISHED = Path(__file__).parents[3] / "docs" / "openapi.json"
DESCRIPTION = json.loads(PUBLISHED.read_text("utf-8"))
"""Read, not made: making it takes seconds, in each process that collects tests."""
