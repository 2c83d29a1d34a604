"""What the pictures look like, class by class: counts, mean faces, greys. Averages of many, never one face."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from mien.eye.equalise import Equalisation, equalise
from mien.types import EMOTIONS
from mien_training.balance import Balance
from mien_training.data import FaceSet
from mien_training.evaluate import Labels
from mien_training.report.drawing import FIRST, NAMES, SECOND, THIRD, Plot, put_names, say_too_few

LEAST_PICTURES = 30  # an average of fewer could come near a single face
_GREYS = 256
_LOOKED_AT = 5000  # pictures whose greys are counted: more do not move the lines
_LOOKS = {Equalisation.NONE: "as it is", Equalisation.HISTOGRAM: "histogram\nequalised", Equalisation.CLAHE: "CLAHE"}
_BALANCED = {
    Balance.CLASS_WEIGHTS: "weighed by their rarity, they count like the second bars",
    Balance.UNDERSAMPLE: "of the frequent emotions, pictures were left out",
    Balance.OVERSAMPLE: "of the rare emotions, pictures were shown several times",
    Balance.ADASYN: "the second bars, of pictures blended out of others, are about as long as drawn",
}
_MADE_UP = "to the rare emotions, blends of their pictures were added"
_COLOURS = (FIRST, SECOND, THIRD)


def class_counts(labels: Labels) -> NDArray[np.int64]:
    """Return the number of pictures of each emotion [7]."""
    return np.bincount(labels, minlength=len(EMOTIONS))


def class_means(pictures: NDArray[np.generic], labels: Labels) -> dict[int, NDArray[np.float64]]:
    """Return the mean [S, S] of the pictures [N, S, S] of each emotion, by its place in EMOTIONS.

    Emotions of fewer than 30 pictures are left out: nobody may be recognised in an average.
    """
    counts = class_counts(labels)
    return {
        place: pictures[labels == place].mean(axis=0, dtype=np.float64)
        for place in range(len(EMOTIONS))
        if counts[place] >= LEAST_PICTURES
    }


def balanced_counts(counts: NDArray[np.int64], balance: Balance) -> NDArray[np.int64]:
    """Return what `balance` makes of the counts [7]: of each emotion that occurs as many as of the others.

    ADASYN's come near that. A weighed picture counts as its weight.
    """
    occurring = counts > 0
    match balance:
        case Balance.NONE:
            return counts
        case Balance.CLASS_WEIGHTS:
            level = round(counts.sum() / occurring.sum())
        case Balance.UNDERSAMPLE:
            level = counts[occurring].min()
        case _:
            level = counts.max()
    return np.where(occurring, level, 0)


def face_plots(training: FaceSet, balance: Balance) -> list[Plot]:
    """Draw the counts, mean faces and greys of a training part.

    Args:
        training: the faces that were learned from, before balancing.
        balance: what was done about rare emotions.
    """
    some = training.images[:: max(1, len(training) // _LOOKED_AT)]
    return [
        _counts_plot(class_counts(training.labels), balance),
        _means_plot(class_counts(training.labels), class_means(training.images, training.labels)),
        _greys_plot({look: grey_shares(some, look) for look in _LOOKS}),
    ]


def grey_shares(images: NDArray[np.uint8], look: Equalisation) -> NDArray[np.float64]:
    """Return the share of pixels of each grey [256] after each picture [N, S, S] was equalised."""
    counts = np.zeros(_GREYS, np.int64)
    for image in images:
        counts += np.bincount(equalise(image, look).ravel(), minlength=_GREYS)
    shares: NDArray[np.float64] = counts / counts.sum()
    return shares


def _counts_plot(before: NDArray[np.int64], balance: Balance) -> Plot:
    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        bars = [(before, FIRST, "as they come")]
        if balance is not Balance.NONE:
            bars.append((balanced_counts(before, balance), SECOND, f"balanced ({balance})"))
        height = 0.76 / len(bars)
        for place, (counts, colour, label) in enumerate(bars):
            rows = np.arange(len(NAMES)) + (place - (len(bars) - 1) / 2) * height
            drawn = axes.barh(rows, counts, height, color=colour, label=label)
            axes.bar_label(drawn, [f"{count:,}" for count in counts], padding=4)
        if len(bars) > 1:
            figure.legend(loc="outside lower center", ncols=len(bars))
        put_names(axes, down=True)
        axes.set_xlabel("pictures")
        axes.margins(x=0.1)

    end = "this run learned from them as they come" if balance is Balance.NONE else _BALANCED.get(balance, _MADE_UP)
    return Plot(
        "class_counts",
        "How many pictures of each emotion",
        f"Each bar is the number of training pictures of an emotion; {end}.",
        paint,
    )


def _means_plot(counts: NDArray[np.int64], means: dict[int, NDArray[np.float64]]) -> Plot:
    def paint(figure: Figure) -> None:
        grid = figure.subplots(len(_LOOKS), len(EMOTIONS))
        for row, (look, name) in enumerate(_LOOKS.items()):
            grid[row, 0].set_ylabel(name)
            for place, axes in enumerate(grid[row]):
                axes.set(xticks=[], yticks=[])
                axes.spines[:].set_visible(False)
                if row == 0:
                    axes.set_title(f"{NAMES[place]}\n{counts[place]:,}")
                if place in means:
                    mean = equalise(np.rint(means[place]).astype(np.uint8), look)
                    axes.imshow(mean, cmap="gray", vmin=0, vmax=_GREYS - 1)
                else:
                    say_too_few(axes, counts[place])

    return Plot(
        "mean_faces",
        "The mean face of each emotion",
        "Each picture is the average of all training pictures of an emotion (their number stands above), below it the "
        "same average after equalisation: what stays sharp is where these faces agree.",
        paint,
        height_inches=4.3,
    )


def _greys_plot(shares: dict[Equalisation, NDArray[np.float64]]) -> Plot:
    def paint(figure: Figure) -> None:
        axes = figure.add_subplot()
        for (look, share), colour in zip(shares.items(), _COLOURS, strict=True):
            steps = share.reshape(-1, 8).sum(axis=1)  # single greys are ragged after equalisation
            axes.stairs(100 * steps, np.arange(0, _GREYS + 1, 8), color=colour, linewidth=2, label=_word(look))
        axes.set(
            xlabel="grey, from black (0) to white (255)", ylabel="% of all pixels", xlim=(0, _GREYS), ylim=(0, None)
        )
        axes.grid(visible=True, axis="y")
        axes.legend()

    return Plot(
        "greys",
        "The greys before and after equalisation",
        "A line says how often each grey occurs in the training pictures: the flatter it is, the better a picture uses "
        "the greys there are.",
        paint,
        height_inches=3.6,
    )


def _word(look: Equalisation) -> str:
    return _LOOKS[look].replace("\n", " ")
