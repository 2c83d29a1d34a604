"""Draws a run: its data, how it learned, what it answers, and where it looks. Averages of many faces, never a face."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mien.types import EMOTIONS
from mien_training.data import FaceSet
from mien_training.errors import TrainingError
from mien_training.evaluate import FIGURE_TITLES
from mien_training.report.answers import Judged, answer_plots
from mien_training.report.attention import attention_plot
from mien_training.report.curves import learning_curves
from mien_training.report.drawing import DARK, LIGHT, Plot, png
from mien_training.report.faces import class_means, face_plots
from mien_training.report.page import Drawing, figure_section, figures_section, page, settings_section
from mien_training.run_folder import read_metrics
from mien_training.trained import TrainedRun

__all__ = ["PAGE", "Judged", "write_report"]

PAGE = "report.html"


def write_report(
    run: TrainedRun,
    training: FaceSet,
    validation: FaceSet,
    judged: Sequence[Judged],
) -> Path:
    """Draw a run into its folder: PNGs, and one page that holds them all; return the page's path.

    Args:
        run: the trained run.
        training: the faces that it learned from, before balancing.
        validation: those that it did not.
        judged: its answers on the validation part, once for each way to judge them.

    Raises:
        TrainingError: the run's metrics.csv is missing or torn, or the folder cannot be written.
    """
    plots = [
        learning_curves(read_metrics(run.folder)),
        *answer_plots(judged),
        attention_plot(run, validation, class_means(training.images, training.labels)),
        *face_plots(training, run.settings.balance),
    ]
    sections = [_figures(judged)]
    for plot in plots:
        sections.append(figure_section(_draw(run.folder, plot)))
        if plot.name == "precision_and_recall":
            sections.append(_each_emotion(judged))
    settings = run.settings.model_dump(mode="json")
    sections.append(settings_section([(name, str(value)) for name, value in settings.items()]))
    introduction = (
        f"Trained on {len(training):,} pictures, measured on {len(validation):,} others, none of them a copy of one "
        "that was trained on. Every picture of a face here is an average of many."
    )
    text = page(f"The run {run.folder.resolve().name}", introduction, sections)
    return _write(run.folder / PAGE, text.encode("utf-8"))


def _figures(judged: Sequence[Judged]) -> str:
    columns = {one.name: {title: one.figures[name] for name, title in FIGURE_TITLES.items()} for one in judged}
    reading = "Each by the head that learned from what it is judged by; in brackets the 95 % interval and the pictures."
    return figures_section("Figures", reading, columns)


def _each_emotion(judged: Sequence[Judged]) -> str:
    columns = {
        f"{measure}, {one.name}": {emotion.value: one.figures[f"{measure}_{emotion}"] for emotion in EMOTIONS}
        for one in judged
        for measure in ("precision", "recall")
    }
    reading = "The figures of the plot above; in brackets the 95 % interval and the pictures."
    return figures_section("Each emotion in figures", reading, columns)


def _draw(folder: Path, plot: Plot) -> Drawing:
    light = png(plot, LIGHT)
    _write(folder / f"{plot.name}.png", light)
    return Drawing(plot.title, plot.reading, light, png(plot, DARK))


def _write(path: Path, data: bytes) -> Path:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise TrainingError(f"{path} cannot be written: {error.strerror}.") from error
    return path
