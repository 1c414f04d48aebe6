"""Books a library brings along in a list, on top of the engine of imports."""
