"""Measures what it gains to tell expressions from a person's own face at rest."""
