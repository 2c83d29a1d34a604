"""Is the expression model whole, and does its card fit?"""

from __future__ import annotations

from mien.config import Settings
from mien.doctor.finding import Finding
from mien.errors import ModelError


def check(settings: Settings) -> Finding:
    """Load the model."""
    from mien.eye.classifier import OnnxClassifier, shipped_model

    try:
        card = OnnxClassifier(shipped_model(), settings.eye.threads).card
    except ModelError as error:
        return Finding("model", False, str(error))
    return Finding("model", True, f"The expression model of {card.date} ({card.precision}) is whole and its card fits.")
