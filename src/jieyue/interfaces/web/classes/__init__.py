"""Classes: lending to a whole class on one tablet, and the school year's change."""
