"""Run folder to model file, top to bottom: answer, graph, smaller copies, parity, cost, certainty, figures, card."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from mien.eye.card import ModelCard, Parity
from mien_export.answer import Answer, fit_answer
from mien_export.card import make_card, training_summary, write_model
from mien_export.cost import Cost, measure_cost
from mien_export.errors import ExportError
from mien_export.figures import public_test_figures
from mien_export.half import store_as_half
from mien_export.parity import FP16, FP32, INT8, Allowance, measure_parity, require_parity
from mien_export.quantize import Activation, quantize
from mien_export.session import OnnxModel
from mien_export.team import Team
from mien_export.thresholds import certainty_figures, right_at
from mien_export.to_onnx import export_network
from mien_training.data import SIDE, FaceSet, true_labels
from mien_training.evaluate import Probabilities, accuracy

PARITY_PICTURES = 1000
CALIBRATION_PICTURES = 512


class Precision(StrEnum):
    """How the shipped file stores its numbers; fp16 computes in floats, int8 has unsigned activations."""

    FP32 = "fp32"
    FP16 = "fp16"
    INT8 = "int8"

    @property
    def candidate(self) -> str:
        """The name of the candidate that ships."""
        return f"int8 {Activation.UNSIGNED}" if self is Precision.INT8 else self.value

    @property
    def allowance(self) -> Allowance:
        """How far it may differ from the trained network."""
        return {Precision.FP32: FP32, Precision.FP16: FP16, Precision.INT8: INT8}[self]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to store the network, measured on the run's validation part."""

    name: str
    path: Path
    parity: Parity
    votes_accuracy_loss: float | None
    """Accuracy on the FERPlus winners that was lost on the way; None without votes."""
    cost: Cost


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and what it was chosen among."""

    card: ModelCard
    candidates: tuple[Candidate, ...]


def export_team(team: Team, sets: dict[str, FaceSet], precision: Precision, target: Path) -> Exported:
    """Write a team of runs as `target` with its card and hash.

    Args:
        team: the trained runs, often one.
        sets: FER2013's Training and PublicTest, pictures that FERPlus does not know included.
        precision: what to ship.
        target: the ONNX file.

    Raises:
        ExportError: there is no PublicTest, the file does not judge as the network does, or it cannot be written.
    """
    if "PublicTest" not in sets:
        raise ExportError("There is no PublicTest part to measure the card's figures on; give the whole of FER2013.")
    everything, test = sets["Training"], sets["PublicTest"]
    training, validation = team.split(everything.take(everything.known))
    answer = fit_answer(team.logits(validation.images), validation)
    with TemporaryDirectory() as folder:
        candidates = _candidates(team, answer, training, validation, Path(folder))
        chosen = candidates[precision.candidate]
        require_parity(chosen.parity, precision.allowance)
        model = OnnxModel(chosen.path)
        certainty = right_at(model.probabilities(team.prepared(validation.images)), true_labels(validation))
        probabilities = model.probabilities(team.prepared(test.images))
        figures = public_test_figures(probabilities, test, everything)
        figures |= certainty_figures(certainty, probabilities, test)
        summary = training_summary(team, training, validation)
        card = make_card(answer, certainty, chosen.name, summary, figures, chosen.parity)
        write_model(chosen.path, card, target)
    return Exported(card, tuple(candidates.values()))


def _candidates(
    team: Team, answer: Answer, training: FaceSet, validation: FaceSet, folder: Path
) -> dict[str, Candidate]:
    """Write and measure the network as fp32, as fp16 and as int8 of both kinds, by name."""
    fp32, fp16 = folder / "fp32.onnx", folder / "fp16.onnx"
    export_network(team, answer, SIDE, fp32)
    store_as_half(fp32, fp16)
    paths = {"fp32": fp32, "fp16": fp16}
    calibration = np.random.default_rng(1).permutation(len(training))[:CALIBRATION_PICTURES]
    for activation in Activation:
        paths[f"int8 {activation}"] = folder / f"{activation}.onnx"
        quantize(fp32, paths[f"int8 {activation}"], team.prepared(training.images[calibration]), activation)

    # The validation part first: the int8 copies were not calibrated on it.
    pictures = np.concatenate([validation.images, training.images])[: max(PARITY_PICTURES, len(validation))]
    expected = answer.probabilities(team.logits(pictures))
    given = team.prepared(pictures)
    return {name: _measure(name, path, given, expected, validation) for name, path in paths.items()}


def _measure(
    name: str, path: Path, pictures: NDArray[np.uint8], expected: NDArray[np.float32], validation: FaceSet
) -> Candidate:
    found = OnnxModel(path).probabilities(pictures)
    before, after = expected[: len(validation)], found[: len(validation)]
    parity = measure_parity(expected, found, _accuracy_loss(before, after, validation.labels))
    votes_loss = None if validation.votes is None else _accuracy_loss(before, after, true_labels(validation))
    return Candidate(name, path, parity, votes_loss, measure_cost(path, SIDE))


def _accuracy_loss(before: Probabilities, after: Probabilities, labels: NDArray[np.int64]) -> float:
    known = labels >= 0
    return accuracy(before[known], labels[known]).value - accuracy(after[known], labels[known]).value
