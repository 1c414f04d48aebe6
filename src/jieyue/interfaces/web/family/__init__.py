"""Acting for somebody else: a parent's children, a helper's neighbours (家人与代办)."""
