"""Are the models whole, do their cards fit, and what computes them?"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from mien.config import Settings
from mien.doctor.finding import Finding, bad, good
from mien.errors import ModelError

SUMS = "SHA256SUMS"
"""The hashes of the files that come with mien, as `sha256sum` writes them; the expression model brings its own."""


def check(settings: Settings) -> Iterator[Finding]:
    """Compare every file with its hash, and load every model."""
    broken = list(broken_files(shipped_models()))
    yield from (bad("models", message) for message in broken)
    if not broken:
        yield good("models", "Every model file is the one that was shipped.")
    for load in (_expression, _music):
        try:
            yield load(settings)
        except ModelError as error:
            yield bad("model", str(error))


def shipped_models() -> Path:
    """Return the folder of the models."""
    return Path(str(resources.files("mien").joinpath("models")))


def recorded_hashes(folder: Path) -> dict[str, str]:
    """Return {file name: SHA-256} of all models in a folder.

    Raises:
        OSError: the list is missing.
    """
    lines = (folder / SUMS).read_text(encoding="ascii").splitlines()
    listed = {name: expected for expected, name in (line.split() for line in lines)}
    return {**listed, "expression.onnx": (folder / "expression.sha256").read_text(encoding="ascii").strip()}


def broken_files(folder: Path) -> Iterator[str]:
    """Yield a sentence for each file that is missing or is another one."""
    from mien.eye.card import file_hash

    try:
        for name, expected in recorded_hashes(folder).items():
            if not (folder / name).is_file():
                yield f"The model {folder / name} is missing: install mien again."
            elif (found := file_hash(folder / name)) != expected:
                yield (
                    f"The model {folder / name} is torn or was changed: its SHA-256 begins with {found[:12]}, not with "
                    f"{expected[:12]}; install mien again."
                )
    except OSError as error:
        yield f"{error.filename} cannot be read ({error.strerror}): install mien again."


def _expression(settings: Settings) -> Finding:
    import onnxruntime

    from mien.eye.classifier import OnnxClassifier, shipped_model

    classifier = OnnxClassifier(shipped_model(), settings.eye.threads)
    card = classifier.card
    return good(
        "model",
        f"The expression model of {card.date} ({card.precision}) fits this program; ONNX Runtime "
        f"{onnxruntime.__version__} computes it with {classifier.provider}.",
    )


def _music(_settings: Settings) -> Finding:
    from mien.music.hearing.affect_model import shipped_affect_model
    from mien.music.hearing.ear import SoundEar
    from mien.music.hearing.tag_network import shipped_tag_network

    ear = SoundEar(shipped_tag_network(), shipped_affect_model())
    return good("model", f"The music models fit this program; what they hear is kept as version {ear.version}.")
