import numpy as np
import pytest

from mien.eye.card import Parity
from mien_export.errors import ExportError
from mien_export.parity import FP16, FP32, INT8, Allowance, measure_parity, require_parity


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
    require_parity(parity(), FP32)
    require_parity(parity(difference=0.009, agreement=0.995, accuracy_loss=0.004), FP16)
    require_parity(parity(difference=0.3, agreement=0.96, accuracy_loss=0.009), INT8)


@pytest.mark.parametrize(
    ("measured", "allowance", "complaint"),
    [
        (parity(pictures=499), FP32, "500 pictures or more, but there are 499"),
        (parity(difference=2e-4), FP32, "The fp32 file does not judge"),
        (parity(agreement=0.99), FP32, "same emotion in 99.00%"),
        (parity(difference=0.02), FP16, "The fp16 file does not judge"),
        (parity(agreement=0.94), INT8, "The int8 file does not judge"),
        (parity(accuracy_loss=0.02), INT8, "accuracy lost 2.00%"),
    ],
)
def test_what_judges_otherwise_fails(measured: Parity, allowance: Allowance, complaint: str) -> None:
    with pytest.raises(ExportError, match=complaint) as caught:
        require_parity(measured, allowance)
    assert "\n" not in str(caught.value)
