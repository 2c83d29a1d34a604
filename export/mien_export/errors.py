"""What can go wrong in an export that a person can put right."""


class ExportError(Exception):
    """A sentence that says what is wrong, where, and what to do."""
