import pytest
import torch
from torch import Tensor, nn

from mien_training.errors import TrainingError
from mien_training.refit import refit_labels_head

COUNTS = (200, 10, 200, 200, 200, 200, 200)  # the second is rare


def clouds(seed: int) -> tuple[Tensor, Tensor]:
    """Return features [N, 6] that overlap, and labels [N]."""
    labels = torch.repeat_interleave(torch.arange(7), torch.tensor(COUNTS))
    centres = torch.randn(7, 6, generator=torch.Generator().manual_seed(1))
    noise = torch.randn(len(labels), 6, generator=torch.Generator().manual_seed(seed))
    return centres[labels] + noise, labels


def trained_without_balance(features: Tensor, labels: Tensor) -> nn.Linear:
    torch.manual_seed(1)
    heads = nn.Linear(6, 14)
    optimizer = torch.optim.Adam(heads.parameters(), lr=0.05)
    for _ in range(200):
        optimizer.zero_grad()
        nn.functional.cross_entropy(heads(features)[:, :7], labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return heads


def recall(heads: nn.Linear, features: Tensor, labels: Tensor, emotion: int) -> float:
    said = heads(features)[:, :7].argmax(1)
    return float((said[labels == emotion] == emotion).float().mean())


def test_the_rare_emotion_is_found_more_often_and_the_votes_head_stays() -> None:
    heads = trained_without_balance(*clouds(seed=2))
    fresh = clouds(seed=3)
    before, votes_head = recall(heads, *fresh, emotion=1), heads.weight[7:].clone()
    refit_labels_head(heads, *clouds(seed=2), seed=1)
    assert recall(heads, *fresh, emotion=1) > before + 0.2
    assert torch.equal(heads.weight[7:], votes_head)
    assert sum(recall(heads, *fresh, emotion=emotion) for emotion in range(7)) / 7 > 0.5


def test_the_fit_is_the_best_one_wherever_it_starts() -> None:
    one, other = nn.Linear(6, 14), nn.Linear(6, 14)
    for heads in (one, other):
        refit_labels_head(heads, *clouds(seed=2), seed=1)
    assert torch.allclose(
        one(clouds(seed=2)[0])[:, :7].softmax(1), other(clouds(seed=2)[0])[:, :7].softmax(1), atol=0.01
    )


def test_too_few_faces_are_named() -> None:
    features, labels = clouds(seed=2)
    kept = torch.cat([torch.arange(203), torch.arange(210, 300)])
    with pytest.raises(TrainingError, match="disgust 3"):
        refit_labels_head(nn.Linear(6, 14), features[kept], labels[kept], seed=1)
