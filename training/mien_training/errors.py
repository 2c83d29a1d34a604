"""What can go wrong in training that a person can put right."""


class TrainingError(Exception):
    """A sentence that says what is wrong, where, and what to do."""
