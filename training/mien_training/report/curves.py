"""How a run learned, epoch by epoch."""

from __future__ import annotations

from matplotlib.figure import Figure

from mien_training.report.drawing import FIRST, SECOND, Plot
from mien_training.run_folder import Metrics


def learning_curves(metrics: Metrics) -> Plot:
    """Draw losses and accuracies."""

    def paint(figure: Figure) -> None:
        losses, accuracies = figure.subplots(1, 2)
        epochs = metrics["epoch"]
        losses.plot(epochs, metrics["train_loss"], color=SECOND, label="training (changed faces)")
        losses.plot(epochs, metrics["validation_loss"], color=FIRST, label="validation")
        losses.set(xlabel="epoch", ylabel="cross-entropy", title="Loss")
        accuracies.plot(epochs, metrics["validation_accuracy"], color=FIRST, label="original labels")
        if any(metrics["validation_votes_accuracy"]):
            accuracies.plot(epochs, metrics["validation_votes_accuracy"], color=SECOND, label="FERPlus winners")
        accuracies.set(xlabel="epoch", ylabel="share right", title="Accuracy on the validation part")
        for axes in (losses, accuracies):
            axes.grid(visible=True)
            axes.legend()

    return Plot(
        "learning_curves",
        "How it learned",
        "Left, lower is better, and training stands above validation because its faces are mixed and changed; right, "
        "higher is better; a validation curve that turns back while training goes on would mean learning by heart.",
        paint,
    )
