"""An export is done when the file gives what the trained network gives, on real pictures, and not before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.eye.card import Parity
from mien_export.errors import ExportError

MINIMUM_PICTURES = 500


@dataclass(frozen=True, slots=True)
class Allowance:
    """How far a file that stores numbers in this way may differ: each the worst that passes."""

    name: str
    difference: float
    """Of a probability."""
    agreement: float
    """Share of pictures with the same emotion; even in floats a tie may fall either way."""
    accuracy_loss: float


FP32 = Allowance("fp32", difference=1e-4, agreement=0.999, accuracy_loss=1.0)
FP16 = Allowance("fp16", difference=0.01, agreement=0.99, accuracy_loss=0.005)
INT8 = Allowance("int8", difference=1.0, agreement=0.95, accuracy_loss=0.01)

Probabilities = NDArray[np.float32]


def measure_parity(expected: Probabilities, found: Probabilities, accuracy_loss: float) -> Parity:
    """Compare the probabilities [N, 7] of the trained network (`expected`) and of the file for the same pictures.

    Raises:
        ExportError: the network gives something that is not a number.
    """
    if not np.isfinite(expected).all():
        raise ExportError("The trained network gives no numbers (not a number); train it with a lower learning_rate.")
    return Parity(
        pictures=len(expected),
        maximum_difference=float(np.abs(expected - found).max()),
        agreement=float((expected.argmax(axis=1) == found.argmax(axis=1)).mean()),
        accuracy_loss=accuracy_loss,
    )


def require_parity(parity: Parity, allowance: Allowance) -> None:
    """Fail unless the file judges as the network does.

    Float weights must give the same numbers. A smaller file may differ, but not lose its judgement.

    Raises:
        ExportError: too few pictures were compared, or the two differ too much.
    """
    if parity.pictures < MINIMUM_PICTURES:
        raise ExportError(
            f"Parity is asserted on {MINIMUM_PICTURES} pictures or more, but there are {parity.pictures}; give the "
            "whole of FER2013."
        )
    if (
        parity.agreement < allowance.agreement
        or parity.maximum_difference > allowance.difference
        or parity.accuracy_loss > allowance.accuracy_loss
    ):
        raise ExportError(
            f"The {allowance.name} file does not judge as the trained network does: on {parity.pictures} pictures the "
            f"same emotion in {parity.agreement:.2%} ({allowance.agreement:.2%} needed), the largest difference of a "
            f"probability {parity.maximum_difference:.2g} ({allowance.difference:.2g} allowed), accuracy lost "
            f"{parity.accuracy_loss:.2%} ({allowance.accuracy_loss:.2%} allowed); nothing was written."
        )
