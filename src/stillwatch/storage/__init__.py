"""Databases on disk: opened by one writer, read by anybody, safe against a crash at any moment."""
