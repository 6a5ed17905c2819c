"""SHACL shapes (no code)."""
