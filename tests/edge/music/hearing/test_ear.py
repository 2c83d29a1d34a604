from pathlib import Path

import numpy as np
import pytest
from development_data import development_data
from edge.music.hearing.synthetic_sounds import RATE, Sound, drums, soft_minor_pad, wind

from mien.errors import ModelError, UnreadableError
from mien.music.hearing.affect_model import AffectModel, shipped_affect_model
from mien.music.hearing.ear import Listener, SoundEar
from mien.music.hearing.tag_network import shipped_tag_network
from mien.ports import Ear
from mien.types import Heard


@pytest.fixture(scope="module")
def ear() -> Ear:
    return SoundEar(shipped_tag_network(), shipped_affect_model())


def write(path: Path, sound: Sound) -> Path:
    import soundfile

    soundfile.write(path, sound, RATE, subtype="FLOAT")
    return path


@pytest.fixture(scope="module")
def heard(ear: Ear, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Heard]:
    folder = tmp_path_factory.mktemp("sounds")
    sounds = {"pad": soft_minor_pad(), "drums": drums(150), "loud drums": 1.9 * drums(150), "wind": wind(1)}
    sounds["silence"] = np.zeros(RATE, np.float32)
    return {name: ear.hear(write(folder / f"{name}.wav", sound)) for name, sound in sounds.items()}


def test_drums_are_livelier_than_a_soft_pad(heard: dict[str, Heard]) -> None:
    assert heard["drums"].affect.arousal > heard["pad"].affect.arousal + 0.3
    assert heard["pad"].affect.valence < 0.0


def test_everything_is_told(heard: dict[str, Heard]) -> None:
    pad = heard["pad"]
    assert pad.duration_seconds == pytest.approx(10.0, abs=0.1)
    assert pad.loudness_lufs is not None
    assert 0.1 < pad.arousal_spread < 0.8
    assert 0.1 < pad.valence_spread < 0.8
    assert len(pad.traits) == 3


def test_louder_is_the_same_place(heard: dict[str, Heard]) -> None:
    soft, loud = heard["drums"].affect, heard["loud drums"].affect
    assert (soft.valence, soft.arousal) == pytest.approx((loud.valence, loud.arousal), abs=0.01)


def test_wind_and_silence_are_no_music(heard: dict[str, Heard]) -> None:
    assert {name for name, one in heard.items() if not one.is_music} == {"wind", "silence"}
    assert heard["silence"].loudness_lufs is None


def test_what_is_no_sound_is_refused(ear: Ear, tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_text("this is a letter")
    with pytest.raises(UnreadableError):
        ear.hear(path)


def test_labelled_clips_go_to_their_side(ear: Ear) -> None:
    """Two clips of each corner of the plane; the model knows them, so this tests the whole way, not the model."""
    folder = development_data("music", "clips")
    lines = [line.split(",") for line in (folder.parent / "labels.csv").read_text().splitlines()]
    quadrants = [[fields[0] for fields in lines if fields[4] == number][:2] for number in "1234"]
    places = [[ear.hear(folder / name).affect for name in names] for names in quadrants]
    assert all(place.arousal > 0 for places_of in places[:2] for place in places_of)
    assert all(place.arousal < 0 for places_of in places[2:] for place in places_of)
    assert all(place.valence > 0 for places_of in (places[0], places[3]) for place in places_of)
    assert all(place.valence < 0 for places_of in places[1:3] for place in places_of)


def test_the_version_names_both_models(ear: Ear, tmp_path: Path) -> None:
    other = tmp_path / "other.onnx"
    other.write_bytes(changed(shipped_affect_model().read_bytes()))
    assert SoundEar(shipped_tag_network(), shipped_affect_model()).version == ear.version
    assert SoundEar(shipped_tag_network(), other).version != ear.version


def changed(model: bytes) -> bytes:
    assert b"music_affect" in model
    return model.replace(b"music_affect", b"music_effect", 1)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.onnx"):
        SoundEar(tmp_path / "none.onnx", shipped_affect_model())
    with pytest.raises(ModelError, match=r"none\.onnx"):
        SoundEar(shipped_tag_network(), tmp_path / "none.onnx")


def test_a_torn_model_is_refused(tmp_path: Path) -> None:
    torn = tmp_path / "torn.onnx"
    torn.write_bytes(shipped_affect_model().read_bytes()[:5000])
    with pytest.raises(ModelError, match="cannot be loaded"):
        SoundEar(shipped_tag_network(), torn)


def test_another_network_is_refused_as_the_affect_model() -> None:
    with pytest.raises(ModelError, match="card does not fit"):
        AffectModel(shipped_tag_network(), ("one",))


def test_a_model_for_other_features_is_refused() -> None:
    names = Listener(shipped_tag_network()).names
    with pytest.raises(ModelError, match="another description"):
        AffectModel(shipped_affect_model(), names[::-1])


def test_features_far_outside_do_not_explode() -> None:
    names = Listener(shipped_tag_network()).names
    model = AffectModel(shipped_affect_model(), names)
    for value in (1e30, -1e30):
        place = model.place(np.full(len(names), value, np.float32))
        assert abs(place.affect.valence) <= 1.0
        assert place.valence_spread > 0.0
