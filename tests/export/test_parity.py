import numpy as np
import pytest

from mien.eye.card import Parity
from mien_export.errors import ExportError
from mien_export.parity import measure_parity, require_parity


def parity(
    *, pictures: int = 500, difference: float = 1e-6, agreement: float = 1.0, accuracy_loss: float = 0.0
) -> Parity:
    return Parity(
        pictures=pictures, maximum_difference=difference, agreement=agreement, accuracy_loss=accuracy_loss
    )  # fmt: skip


def test_parity_by_hand() -> None:
    expected = np.array([[0.6, 0.4], [0.3, 0.7]], np.float32)
    found = np.array([[0.6, 0.4], [0.55, 0.45]], np.float32)
    measured = measure_parity(expected, found, accuracy_loss=-0.5)
    assert (measured.pictures, measured.agreement, measured.accuracy_loss) == (2, 0.5, -0.5)
    assert measured.maximum_difference == pytest.approx(0.25)


def test_a_network_that_gives_no_numbers_is_named() -> None:
    with pytest.raises(ExportError, match="gives no numbers"):
        measure_parity(np.full((1, 7), np.nan, np.float32), np.zeros((1, 7), np.float32), 0)


def test_what_judges_alike_passes() -> None:
    require_parity(parity(), quantized=False)
    require_parity(parity(difference=0.3, agreement=0.96, accuracy_loss=0.009), quantized=True)


@pytest.mark.parametrize(
    ("measured", "quantized", "complaint"),
    [
        (parity(pictures=499), False, "500 pictures or more, but there are 499"),
        (parity(difference=2e-4), False, "The fp32 file does not judge"),
        (parity(agreement=0.99), False, "same emotion in 99.00%"),
        (parity(agreement=0.94), True, "The int8 file does not judge"),
        (parity(accuracy_loss=0.02), True, "accuracy lost 2.00%"),
    ],
)
def test_what_judges_otherwise_fails(measured: Parity, quantized: bool, complaint: str) -> None:
    with pytest.raises(ExportError, match=complaint) as caught:
        require_parity(measured, quantized=quantized)
    assert "\n" not in str(caught.value)
