"""The model in the package is what its card says."""

from importlib import resources
from pathlib import Path

import onnx
import pytest
from development_data import development_data
from fer2013_pictures import read_pictures

from mien.eye.card import CARD_KEY, ModelCard, parse_card, verify_hash
from mien_export.session import OnnxModel
from mien_training.crop_rule import FER2013_CROP
from mien_training.evaluate import accuracy, recalls
from mien_training.prepare import prepared
from mien_training.settings import TrainSettings

MODEL = Path(str(resources.files("mien"))) / "models/expression.onnx"


@pytest.fixture
def card() -> ModelCard:
    return parse_card({entry.key: entry.value for entry in onnx.load(MODEL).metadata_props}[CARD_KEY])


def test_its_hash_and_its_crop_rule_are_those_in_force(card: ModelCard) -> None:
    verify_hash(MODEL)
    assert card.crop_rule == FER2013_CROP


def test_its_accuracy_on_part_of_public_test_is_near_that_of_its_card(card: ModelCard) -> None:
    faces = read_pictures(development_data("fer2013"), "PublicTest", 600)
    prepared_images = prepared(faces.images, TrainSettings(equalisation=card.equalisation))
    measured = accuracy(OnnxModel(MODEL).probabilities(prepared_images), faces.labels)
    three_sigma = 0.06
    assert measured.value == pytest.approx(card.figures["public_test/accuracy"].value, abs=three_sigma)


@pytest.mark.slow
def test_its_figures_on_public_test_are_those_of_its_card(card: ModelCard) -> None:
    faces = read_pictures(development_data("fer2013"), "PublicTest")
    prepared_images = prepared(faces.images, TrainSettings(equalisation=card.equalisation))
    probabilities = OnnxModel(MODEL).probabilities(prepared_images)
    # int8 kernels differ by rounding from processor to processor: a few pictures on the border may fall the other way
    few = 5 / len(faces)
    measured = card.figures["public_test/accuracy"]
    assert measured.count == len(faces)
    assert accuracy(probabilities, faces.labels).value == pytest.approx(measured.value, abs=few)
    for emotion, estimate in recalls(probabilities, faces.labels).items():
        expected = card.figures[f"public_test/recall_{emotion}"]
        assert estimate.count == expected.count
        assert estimate.value * estimate.count == pytest.approx(expected.value * expected.count, abs=5)
