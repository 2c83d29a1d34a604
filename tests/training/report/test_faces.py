import numpy as np
import pytest
from synthetic_faces import make_faces

from mien.eye.equalise import Equalisation
from mien_training.balance import Balance, balanced
from mien_training.report.faces import LEAST_PICTURES, balanced_counts, class_counts, class_means, grey_shares

FACES = make_faces(7 * 40)


def test_a_mean_is_of_all_pictures_of_an_emotion() -> None:
    means = class_means(FACES.images, FACES.labels)
    assert list(means) == list(range(7))
    assert means[3] == pytest.approx(FACES.images[FACES.labels == 3].astype(float).mean(axis=0))


def test_no_average_of_few_pictures_is_made() -> None:
    labels = np.zeros(280, np.int64)
    labels[: LEAST_PICTURES - 1] = 1
    labels[LEAST_PICTURES : 2 * LEAST_PICTURES] = 2
    assert list(class_means(FACES.images, labels)) == [0, 2]


@pytest.mark.parametrize("balance", [Balance.NONE, Balance.OVERSAMPLE, Balance.UNDERSAMPLE, Balance.SMOTE])
def test_the_counts_that_are_drawn_are_those_that_balancing_gives(balance: Balance) -> None:
    faces = FACES.take(np.sort(np.concatenate([np.flatnonzero(FACES.labels == n)[: 40 - 5 * n] for n in range(6)])))
    expected = class_counts(balanced(faces, balance, seed=1).labels)
    assert balanced_counts(class_counts(faces.labels), balance).tolist() == expected.tolist()


def test_weighed_pictures_count_as_their_weights() -> None:
    weighed = balanced_counts(np.array([10, 20, 0, 30, 40, 0, 50]), Balance.CLASS_WEIGHTS)
    assert weighed.tolist() == [30, 30, 0, 30, 30, 0, 30]


def test_equalised_greys_are_flat() -> None:
    dull = (FACES.images // 4 + 96).astype(np.uint8)
    spreads = {}
    for look in Equalisation:
        shares = grey_shares(dull, look)
        assert shares.shape == (256,)
        assert shares.sum() == pytest.approx(1)
        spreads[look] = shares.reshape(-1, 16).sum(axis=1).std()
    assert spreads[Equalisation.HISTOGRAM] < spreads[Equalisation.CLAHE] < spreads[Equalisation.NONE]
