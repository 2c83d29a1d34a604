import os
import subprocess
import sys
from pathlib import Path

LOAD = "from mien.eye.classifier import OnnxClassifier, shipped_model; OnnxClassifier(shipped_model(), threads=1)"


def test_the_model_is_loaded_without_a_trace_on_disk(tmp_path: Path) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "ORT_"))}
    done = subprocess.run(
        [sys.executable, "-B", "-c", LOAD],
        env=kept | {"HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.rglob("*")) == []  # ONNX Runtime's reports would leave this machine's number here
