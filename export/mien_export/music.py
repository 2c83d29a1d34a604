"""Writes a run of music as the ONNX file that the device runs: `python -m mien_export.music RUN OUT`.

Scaling, cutting off, the model and the way to the plane are all in the graph: `features` float32 [N, F] goes in,
`affect` and `spread` float32 [N, 2] come out.
"""

from __future__ import annotations

import datetime
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from mien.errors import ModelError
from mien.music.hearing.affect_card import CARD_KEY, AffectCard, Figure, Training, TraitWeight
from mien.music.hearing.affect_model import AFFECT_NAME, INPUT_NAME, SPREAD_NAME, AffectModel
from mien.music.hearing.describe import DESCRIPTION_VERSION
from mien.music.hearing.traits import WORDS
from mien_export.errors import ExportError
from mien_training.errors import TrainingError
from mien_training.music.place import NODES, SHARES, plane, spreads
from mien_training.music.run import HEARD, FinishedRun

if TYPE_CHECKING:
    import onnx

_OPSET = 17
_TOLERANCE = 1e-3
_DATA = "4Q (Panda et al. 2018) and Emotify (Aljanaki et al. 2015), 16 s of each clip"
_LICENCE = (
    "The file holds weights and descriptions of clips, no sound. The clips are research data and are not part of mien; "
    "their descriptions cannot be turned back into sound."
)
_VERSIONED = ("mien", "numpy", "onnx", "onnxruntime", "scipy")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def export(
    run: Annotated[Path, typer.Argument(help="The folder of a run of `python -m mien_training music`.")],
    out: Annotated[Path, typer.Argument(help="The model file to write.")] = Path("edge/mien/models/music_affect.onnx"),
) -> None:
    """Write a run as ONNX with its card inside, and check that the file says what the run says."""
    finished = FinishedRun.load(run)
    card = make_card(finished)
    write(build(finished), card, out)
    difference = check_parity(finished, run, AffectModel(out, card.features))
    typer.echo(f"{out} was written; it differs from the run by {difference:.1e} at most")


def build(run: FinishedRun) -> onnx.ModelProto:
    """Build the graph of a run; see mien_training/music/process.py for what it computes."""
    from onnx import TensorProto, helper, numpy_helper

    count = len(run.arrays["mean"])
    constants = [
        numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in _constants(run).items()
    ]
    axes = numpy_helper.from_array(np.array([1], np.int64), "axes")
    nodes = [
        _node("Sub", "features mean", "centred"),
        _node("Div", "centred deviation", "scaled"),
        _node("Clip", "scaled lowest highest", "x"),
        _node("Mul", "x nearness", "near"),
        _node("Mul", "x near", "squares"),
        _node("ReduceSum", "squares axes", "own"),
        _node("MatMul", "near minus_two_support", "cross"),
        _node("Add", "own support_own", "both"),
        _node("Add", "both cross", "distance"),
        _node("Max", "distance zero", "positive"),
        _node("Mul", "positive minus_half", "exponent"),
        _node("Exp", "exponent", "likeness"),
        _node("MatMul", "likeness weights", "correction"),
        _node("MatMul", "x trend", "line"),
        _node("Add", "line correction", "means"),
        _node("Tanh", "means", AFFECT_NAME),
        _node("Add", "means reach", "above"),
        _node("Sub", "means reach", "below"),
        *_squared_distance("above"),
        *_squared_distance("below"),
        _node("Add", "above_square below_square", "square"),
        _node("Mul", "square share", "variance"),
        _node("Sqrt", "variance", SPREAD_NAME),
    ]
    graph = helper.make_graph(
        nodes,
        "music_affect",
        [helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, ["N", count])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", 2]) for name in (AFFECT_NAME, SPREAD_NAME)],
        [*constants, axes],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8)


def _node(kind: str, inputs: str, output: str) -> onnx.NodeProto:
    from onnx import helper

    return helper.make_node(kind, inputs.split(), [output], name=output)


def _squared_distance(name: str) -> list[onnx.NodeProto]:
    """How far the place of `name` lies from the middle, squared."""
    away = f"{name}_away"
    return [
        _node("Tanh", name, f"{name}_place"),
        _node("Sub", f"{name}_place {AFFECT_NAME}", away),
        _node("Mul", f"{away} {away}", f"{name}_square"),
    ]


def _constants(run: FinishedRun) -> dict[str, NDArray[np.float64] | float]:
    arrays, strengths = run.arrays, run.facts["strengths"]
    support, weights = arrays["support"], arrays["weights"]
    nearness, trend = np.empty(support.shape[1]), np.empty(support.shape[1])
    for (start, stop), near, straight in zip(
        run.facts["blocks"], strengths["nearness"], strengths["trend"], strict=True
    ):
        nearness[start:stop], trend[start:stop] = near / (stop - start), straight / (stop - start)
    limit = run.facts["settings"]["limit"]
    return {
        "mean": arrays["mean"], "deviation": arrays["deviation"], "lowest": -limit, "highest": limit,
        "nearness": nearness, "minus_two_support": -2.0 * support.T,
        "support_own": (np.square(support) * nearness).sum(axis=1), "zero": 0.0, "minus_half": -0.5,
        "weights": strengths["likeness"] * weights, "trend": trend[:, None] * (support.T @ weights),
        "reach": NODES[-1] * arrays["errors"], "share": SHARES[-1],
    }  # fmt: skip


def make_card(run: FinishedRun) -> AffectCard:
    """Return the card of a run."""
    names = [str(name) for name in run.arrays["names"]]
    columns = {name: names.index(name) for name in WORDS}
    settings = run.facts["settings"]
    return AffectCard(
        description_version=DESCRIPTION_VERSION,
        features=tuple(names),
        traits=tuple(
            TraitWeight(
                feature=name,
                mean=float(run.arrays["mean"][column]),
                deviation=float(run.arrays["deviation"][column]),
                valence=float(weight[0]),
                arousal=float(weight[1]),
            )
            for (name, column), weight in zip(columns.items(), run.arrays["traits"], strict=True)
        ),
        training=Training(
            data=_DATA,
            folds=f"{settings['folds']} folds by artist, {len(settings['seeds'])} divisions",
            counts=run.facts["counts"],
            settings={**settings, "strengths": run.facts["strengths"]},
            licence=_LICENCE,
        ),
        figures={name: Figure(**figure, data="held-out folds") for name, figure in run.facts["figures"].items()},
        versions={name: version(name) for name in _VERSIONED},
        date=datetime.datetime.now(datetime.UTC).date(),
    )


def write(model: onnx.ModelProto, card: AffectCard, target: Path) -> None:
    """Write the model with its card inside.

    Raises:
        ExportError: the target cannot be written.
    """
    import onnx

    onnx.helper.set_model_props(model, {CARD_KEY: card.model_dump_json()})
    onnx.checker.check_model(model, full_check=True)
    partial = target.with_name(target.name + ".partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(model, partial)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ExportError(f"{target} cannot be written: {error.strerror}.") from error


def check_parity(run: FinishedRun, folder: Path, model: AffectModel, count: int = 100) -> float:
    """Return how far the file's answers differ from the run's on clips that were heard.

    Raises:
        ExportError: they differ by more than rounding explains.
    """
    with np.load(folder / HEARD, allow_pickle=False) as stored:
        features = stored["features"][:count]
    means = run.model().predict(features)
    expected = np.hstack([plane(means), *(spreads(means[:, [axis]], run.arrays["errors"][axis]) for axis in (0, 1))])
    places = [model.place(row) for row in features]
    found = [(p.affect.valence, p.affect.arousal, p.valence_spread, p.arousal_spread) for p in places]
    difference = float(np.abs(expected - np.array(found)).max())
    if not difference < _TOLERANCE:
        raise ExportError(f"The file's answers differ from the run's by {difference:.1e}; {_TOLERANCE:.0e} is allowed.")
    return difference


def main() -> None:
    """Run the command; a problem that a person can fix becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except (ExportError, ModelError, TrainingError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
