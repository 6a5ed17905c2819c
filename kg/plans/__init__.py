"""The bundled plan (no code)."""
