import pytest
import torch

from mien_training.model import ExpressionResNet, standardise


@pytest.mark.parametrize("side", [32, 48, 64])
@pytest.mark.parametrize("stem_stride", [1, 2])
def test_faces_of_any_size_give_seven_logits_a_head(side: int, stem_stride: int) -> None:
    network = ExpressionResNet(blocks=(1, 1), width=8, stem_stride=stem_stride).eval()
    logits = network(torch.rand(3, 1, side, side) * 2 - 1)
    assert logits.shape == (3, 2, 7)
    assert torch.isfinite(logits).all()


def test_light_and_contrast_do_not_count() -> None:
    faces = torch.rand(2, 1, 48, 48)
    plain = standardise(faces)
    assert standardise(faces + 0.3) == pytest.approx(plain, abs=1e-5)
    assert standardise(faces * 1.5) == pytest.approx(plain, abs=0.15)


def test_an_empty_picture_gives_no_wild_numbers() -> None:
    assert standardise(torch.full((1, 1, 48, 48), 0.4)).abs().max() < 1e-4
    assert torch.isfinite(ExpressionResNet(blocks=(1,), width=8).eval()(torch.zeros(1, 1, 48, 48))).all()


def test_each_block_starts_as_its_shortcut() -> None:
    network = ExpressionResNet(blocks=(2,), width=8).eval()
    second = list(network.stages)[1]
    features = torch.rand(1, 8, 12, 12)
    assert torch.allclose(second(features), features)


@pytest.mark.parametrize("option", ["squeeze_excitation", "attention_pooling"])
def test_each_option_learns_something_of_its_own(option: str) -> None:
    network = ExpressionResNet(blocks=(1, 1), width=8, **{option: True})
    faces = torch.rand(6, 1, 48, 48)
    logits = network(faces)
    assert logits.shape == (6, 2, 7)
    logits.square().sum().backward()
    plain = set(dict(ExpressionResNet(blocks=(1, 1), width=8).named_parameters()))
    own = {name: parameter for name, parameter in network.named_parameters() if name not in plain}
    assert own
    assert all(parameter.grad is not None for parameter in own.values())


def test_attention_pooling_starts_as_the_mean() -> None:
    features = torch.rand(2, 8, 3, 3)
    pool = ExpressionResNet(blocks=(1,), width=8, attention_pooling=True).pool
    assert torch.allclose(pool(features), features.mean(dim=(2, 3)), atol=1e-6)
