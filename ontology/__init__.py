"""Vocabulary and reference data (no code)."""
