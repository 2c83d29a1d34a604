"""Writes the model card: the card in the file and the measurements -> Markdown. No clock, nothing measured here."""

from __future__ import annotations

import json
from pathlib import Path
from string import Template
from typing import Any

from mien.eye.card import ModelCard
from mien.types import EMOTIONS
from mien_export.model_card.markdown import bullets, share, table
from mien_export.model_card.measurements import Measurements
from mien_training.evaluate import FIGURE_TITLES, wilson
from mien_training.fairness import sentences

PARTS = {
    "public_test": "original labels",
    "public_test_without_copies": "original labels, no copies of Training pictures",
    "public_test_votes": "FERPlus winners",
}
_MEASURES = ("recall", "precision")
_ELSEWHERE = (*_MEASURES, "right_when_sure", "kept_when_sure")
_TEMPLATE = Path(__file__).with_name("template.md")


def model_card(card: ModelCard, measurements: Measurements) -> str:
    """Return MODEL_CARD.md."""
    values = _network(card) | _training(card) | _tables(card) | _file(card, measurements) | _people(measurements)
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(values)


def _network(card: ModelCard) -> dict[str, str]:
    return {
        "side": str(card.input_size),
        "equalised": "" if card.equalisation == "none" else f", its greys equalised ({card.equalisation})",
        "labels": ", ".join(card.labels),
        "networks": "; and a residual network of ".join(map(_shape, card.training.settings)),
        "mirrored": " for the crop and for its mirror image" if card.training.mirrored else "",
        "precision": card.precision,
        "eye_line": f"{100 * card.crop_rule.eye_line:.0f} %",
        "eye_distance": f"{100 * card.crop_rule.eye_distance:.0f} %",
        "hidden": "" if card.crop_rule.ellipse is None else ", and what lies outside of an ellipse around it is hidden",
        "label_share": f"{100 * card.label_share:.0f} %",
        "votes_share": f"{100 * (1 - card.label_share):.0f} %",
        "temperature": f"{card.temperature:.3f}",
        "date": str(card.date),
    }


def _shape(settings: dict[str, Any]) -> str:
    blocks = ", ".join(str(count) for count in settings["blocks"])
    stem = "full" if settings["stem_stride"] == 1 else "half"
    return f"stages of {blocks} blocks, {settings['width']} channels in the first, at {stem} size"


def _lines(settings: dict[str, Any]) -> str:
    return "\n".join(f"{name}={json.dumps(value)}" for name, value in settings.items())


def _training(card: ModelCard) -> dict[str, str]:
    training = card.training
    return {
        "data": training.data,
        "counts": ", ".join(f"{count:,} pictures for {part}" for part, count in training.counts.items()),
        "split": training.split,
        "settings": "\n\n".join(map(_lines, training.settings)),
        "versions": ", ".join(f"{name} {version}" for name, version in card.versions.items()),
    }


def _tables(card: ModelCard) -> dict[str, str]:
    keys = [key.partition("/") for key in card.figures]
    parts = {part: PARTS.get(part, part.replace("_", " ")) for part, _, _ in keys}
    names = dict.fromkeys(name for _, _, name in keys if not name.startswith(_ELSEWHERE))
    figures = (
        [
            FIGURE_TITLES.get(name, name.replace("_", " ")),
            *(share(card.figures.get(f"{part}/{name}")) for part in parts),
        ]
        for name in names
    )
    columns = [(part, measure) for part in parts for measure in _MEASURES]
    emotions = (
        [emotion.value, *(share(card.figures.get(f"{part}/{measure}_{emotion}")) for part, measure in columns)]
        for emotion in EMOTIONS
    )
    return {
        "figures": table(["", *parts.values()], figures),
        "emotions": table(["", *(f"{measure}, {parts[part]}" for part, measure in columns)], emotions),
        "certainty": _certainty(card),
        "poorest": _poorest(card),
    }


def _judged_by(card: ModelCard) -> str:
    """Return the part with what counts as right: the votes where there are some."""
    return "public_test_votes" if "public_test_votes/accuracy" in card.figures else "public_test"


def _certainty(card: ModelCard) -> str:
    if not card.certainty:
        return "No confidence was found from which on it is right often enough to promise so."
    part = _judged_by(card)
    rows = (
        [
            f"{one.right_percent} %",
            f"{one.least_confidence:.3f}",
            f"{100 * one.share_kept:.1f} %",
            *(share(card.figures.get(f"{part}/{name}_when_sure_{one.right_percent}")) for name in ("right", "kept")),
        ]
        for one in card.certainty
    )
    headings = ["meant to be right in", "from confidence", "kept on validation", "right on PublicTest", "kept there"]
    return (
        f"From these confidences on its answers are meant to be right so often. They were chosen on "
        f"{card.certainty[0].pictures:,} validation pictures\nand then held against PublicTest ({PARTS[part]}).\n\n"
        + table(headings, rows)
    )


def _poorest(card: ModelCard) -> str:
    part = _judged_by(card)
    found = {emotion: card.figures[f"{part}/recall_{emotion}"].value for emotion in EMOTIONS}
    named = (f"{emotion} ({100 * found[emotion]:.0f} %)" for emotion in sorted(EMOTIONS, key=found.__getitem__)[:2])
    return f"{' and '.join(named)} least often ({PARTS[part]})"


def _file(card: ModelCard, measurements: Measurements) -> dict[str, str]:
    cost, parity = measurements.cost, card.parity
    return {
        "megabytes": f"{cost.file_megabytes:.1f}",
        "session_megabytes": f"{cost.session_megabytes:.1f}",
        "milliseconds": f"{cost.cpu_milliseconds:.2f}",
        "processor": measurements.processor,
        "parity_pictures": f"{parity.pictures:,}",
        "agreement": f"{100 * parity.agreement:.2f} %",
        "difference": f"{parity.maximum_difference:.2g}",
        "accuracy_change": f"{-100 * parity.accuracy_loss:+.2f}",
        "sha256": measurements.model_sha256,
    }


def _people(measurements: Measurements) -> dict[str, str]:
    photographs = ([count.name, share(wilson(count.hits, count.total))] for count in measurements.photographs)
    groups = (
        [one.attribute, one.name, str(one.people), *map(share, (one.told, one.neutral_told, one.smiling_told))]
        for one in measurements.fairness.shown
    )
    return {
        "measured": str(measurements.date),
        "photographs": table(["", "share"], photographs),
        "groups": table(["", "group", "people", "told", "neutral told", "smiling told"], groups),
        "sentences": bullets(sentences(measurements.fairness)),
    }
