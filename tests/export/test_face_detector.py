"""The face detector, converted: the shipped file is what the command makes, and what is not its source is refused."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from mien.eye.blazeface import shipped_graph
from mien.eye.faces import shipped_detector
from mien_export.errors import ExportError
from mien_export.face_detector import convert
from mien_export.face_detector_source import read_operations


def test_the_shipped_file_is_the_one_that_the_command_makes(tmp_path: Path) -> None:
    made = tmp_path / "made.onnx"
    command = [sys.executable, "-m", "mien_export.face_detector", str(shipped_detector()), str(made)]
    subprocess.run(command, check=True, capture_output=True)
    assert made.read_bytes() == shipped_graph().read_bytes()


def test_the_weights_are_those_of_the_source_to_the_last_bit() -> None:
    operations = read_operations(shipped_detector().read_bytes())
    source = {step.inputs[0].name: step.inputs[0].content for step in operations if step.kind == "DEQUANTIZE"}
    graph = onnx.load(shipped_graph()).graph
    shipped = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    assert len(source) == 74
    for name, content in source.items():
        assert content is not None
        assert shipped[name].dtype == content.dtype == np.float16
        np.testing.assert_array_equal(np.sort(shipped[name], axis=None), np.sort(content, axis=None))


def test_another_file_is_refused_by_name(tmp_path: Path) -> None:
    torn = tmp_path / "torn.tflite"
    torn.write_bytes(shipped_detector().read_bytes()[:-1])
    with pytest.raises(ExportError, match=r"torn\.tflite is not the detector that comes with mien"):
        convert(torn)
    with pytest.raises(ExportError, match=r"missing\.tflite cannot be read: No such file"):
        convert(tmp_path / "missing.tflite")
    command = [sys.executable, "-m", "mien_export.face_detector", str(torn), str(tmp_path / "out.onnx")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert not (tmp_path / "out.onnx").exists()
