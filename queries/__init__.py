"""The question catalogue (no code)."""
