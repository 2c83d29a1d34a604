"""The finished report, in a real Chromium without a screen."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, sync_playwright
from synthetic_faces import TINY, make_faces

from mien_training.data import FaceSet
from mien_training.errors import TrainingError
from mien_training.report import Judged, write_report
from mien_training.settings import TrainSettings
from mien_training.train import Run
from mien_training.trained import TrainedRun, softmax

CHROMIUM = Path("/usr/bin/chromium")
PLOTS = {
    "learning_curves", "confusion", "precision_and_recall", "reliability", "coverage", "attention", "class_counts",
    "mean_faces", "greys",
}  # fmt: skip


def with_few_of_disgust(faces: FaceSet) -> FaceSet:
    """Leave ten pictures of disgust: too few for an average."""
    return faces.take(
        np.sort(np.concatenate([np.flatnonzero(faces.labels != 1), np.flatnonzero(faces.labels == 1)[:10]]))
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> TrainedRun:
    folder = tmp_path_factory.mktemp("run <of> two")
    changes = [*TINY, "epochs=2", 'balance="oversample"']
    Run(folder, with_few_of_disgust(make_faces(420)), TrainSettings.with_changes(changes)).train()
    return TrainedRun.load(folder)


def report(run: TrainedRun) -> Path:
    training, validation = with_few_of_disgust(make_faces(420)), make_faces(280, seed=2)
    by_labels, by_votes = np.moveaxis(softmax(run.logits(validation.images)), 1, 0)
    judged = [
        Judged.of("original labels", by_labels, validation.labels),
        Judged.of("FERPlus winners", by_votes[:100], validation.labels[:100]),
    ]
    return write_report(run, training, validation, judged)


@pytest.fixture(scope="module")
def written(run: TrainedRun) -> Path:
    return report(run)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser: {CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--headless", "--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize(("scheme", "bright"), [("light", True), ("dark", False)])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_needs_nothing_else_and_fits_a_phone(
    browser: Browser, written: Path, tmp_path: Path, scheme: str, bright: bool, width: int
) -> None:
    alone = tmp_path / "alone.html"
    alone.write_bytes(written.read_bytes())
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(alone.as_uri())
    assert [url for url in asked if not url.startswith("data:")] == [alone.as_uri()]
    assert page.locator("h1").inner_text() == f"The run {written.parent.name}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    widths = page.evaluate("[...document.images].map(image => image.naturalWidth)")
    assert len(widths) == len(PLOTS)
    assert min(widths) > 500
    assert all(text.endswith(".") for text in page.locator("figcaption").all_inner_texts())
    screen = cv2.imdecode(np.frombuffer(page.screenshot(full_page=True), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert screen is not None
    assert (np.median(screen) > 200) == bright
    page.close()


def test_the_tables_hold_the_figures_with_their_intervals(browser: Browser, written: Path) -> None:
    page = browser.new_page()
    page.goto(written.as_uri())
    row = page.locator("tr", has=page.locator("th", has_text="expected calibration error"))
    assert row.count() == 1
    assert row.inner_text().count(" to ") == 2
    assert page.locator("tr", has=page.locator("th", has_text="surprise")).inner_text().count("%") == 4
    page.close()


def test_every_plot_is_a_file_too_and_says_what_was_balanced(written: Path) -> None:
    assert {path.stem for path in written.parent.glob("*.png")} == PLOTS
    text = written.read_text(encoding="utf-8")
    assert "shown several times" in text
    assert "&lt;of&gt;" in text
    assert "<of>" not in text


def test_a_folder_that_cannot_be_written_and_torn_metrics_are_named(run: TrainedRun, tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_bytes((run.folder / "metrics.csv").read_bytes())
    (tmp_path / "learning_curves.png").mkdir()
    elsewhere = TrainedRun(tmp_path, run.settings, run.network)
    few = make_faces(14)
    judged = [Judged.of("original labels", softmax(run.logits(few.images))[:, 0], few.labels)]
    with pytest.raises(TrainingError, match=r"learning_curves\.png cannot be written") as caught:
        write_report(elsewhere, few, few, judged)
    assert "\n" not in str(caught.value)
    (tmp_path / "metrics.csv").write_text("epoch,learning_rate\n1")
    with pytest.raises(TrainingError, match="is torn"):
        write_report(elsewhere, few, few, judged)
