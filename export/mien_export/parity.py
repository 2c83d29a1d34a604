"""An export is done when the file gives what the trained network gives, on real pictures, and not before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.eye.card import Parity
from mien_export.errors import ExportError

MINIMUM_PICTURES = 500
FP32_DIFFERENCE = 1e-4  # of a probability
FP32_AGREEMENT = 0.999  # a tie may fall either way
INT8_AGREEMENT = 0.95
INT8_ACCURACY_LOSS = 0.01

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


def require_parity(parity: Parity, *, quantized: bool) -> None:
    """Fail unless the file judges as the network does.

    Float weights must give the same numbers. An int8 file may differ, but not lose its judgement.

    Raises:
        ExportError: too few pictures were compared, or the two differ too much.
    """
    if parity.pictures < MINIMUM_PICTURES:
        raise ExportError(
            f"Parity is asserted on {MINIMUM_PICTURES} pictures or more, but there are {parity.pictures}; give the "
            "whole of FER2013."
        )
    agreement = INT8_AGREEMENT if quantized else FP32_AGREEMENT
    difference = 1.0 if quantized else FP32_DIFFERENCE
    loss = INT8_ACCURACY_LOSS if quantized else 1.0
    if parity.agreement < agreement or parity.maximum_difference > difference or parity.accuracy_loss > loss:
        raise ExportError(
            f"The {'int8' if quantized else 'fp32'} file does not judge as the trained network does: on "
            f"{parity.pictures} pictures the same emotion in {parity.agreement:.2%} ({agreement:.2%} needed), the "
            f"largest difference of a probability {parity.maximum_difference:.2g} ({difference:.2g} allowed), accuracy "
            f"lost {parity.accuracy_loss:.2%} ({loss:.2%} allowed); nothing was written."
        )
