"""Open loans, holds and dues of an old system: judged and written batch by batch, set-based."""
