"""Trains the expression network, top to bottom: data, split, network, epochs."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from mien.types import EMOTIONS
from mien_training.augment import augment, mix
from mien_training.balance import Balance, balanced, class_weights
from mien_training.data import SIDE, FaceSet, label_targets, plurality_labels, vote_targets
from mien_training.model import ExpressionResNet, to_unit
from mien_training.prepare import prepared
from mien_training.refit import refit_labels_head
from mien_training.run_folder import CHECKPOINT, METRICS, WEIGHTS, EpochMetrics, prepare_folder, replace, write_metrics
from mien_training.settings import TrainSettings
from mien_training.split import split_faces
from mien_training.workers import ALONE, Workers

GENTLE_STRENGTH = 0.3


class Teacher(Protocol):
    """Answers that are worth learning."""

    def answers(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return probabilities for faces uint8 [N, S, S] -> float32 [N, 2, 7]."""
        ...


class Run:
    """A training run in a folder, fresh or resumed."""

    def __init__(
        self,
        folder: Path,
        faces: FaceSet,
        settings: TrainSettings,
        *,
        worker: Workers = ALONE,
        teacher: Teacher | None = None,
    ) -> None:
        """Split the data and build or restore the network.

        Args:
            folder: the run's.
            faces: FER2013's Training part.
            settings: of the run.
            worker: this process; several learn from a part of each batch each, the first one alone writes.
            teacher: answers that are mixed into the targets.

        Raises:
            TrainingError: the folder holds a run with other settings, or cannot be written.
        """
        self.folder, self.settings, self.worker, self.device = folder, settings, worker, worker.device
        if worker.is_first:
            prepare_folder(folder, settings)
        torch.manual_seed(settings.seed)
        training, validation = split_faces(faces, **settings.split)
        training = balanced(training, settings.balance, settings.seed)
        self.train_faces, self.train_targets = self._tensors(training)
        self.train_labels = torch.from_numpy(training.labels).to(self.device)
        self.emotion_weights = torch.from_numpy(_emotion_weights(training, settings)).to(self.device)
        if teacher is not None:
            answers = torch.from_numpy(teacher.answers(training.images)).to(self.device)
            self.train_targets = torch.lerp(self.train_targets, answers, settings.teacher_weight)
        self.validation_faces, self.validation_targets = self._tensors(validation)
        self.validation_labels = _labels(validation).to(self.device)

        network = ExpressionResNet(**settings.network)
        self.network = network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged = copy.deepcopy(self.network).eval()
        self.shared_network = worker.share(self.network)
        self.optimizer = torch.optim.AdamW(
            _parameter_groups(self.network, settings.weight_decay), lr=settings.learning_rate
        )
        self.generator = torch.Generator()
        self.metrics: list[EpochMetrics] = []
        self._restore()

    @property
    def batches(self) -> int:
        """Batches an epoch, all of about the same size: a small last one would give wild statistics."""
        return max(1, len(self.train_faces) // self.settings.batch_size)

    def train(self) -> EpochMetrics:
        """Train the epochs that are left and return the last one's metrics."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, disable=not self.worker.is_first) as progress:
            task = progress.add_task("training", total=self.settings.epochs * self.batches)
            progress.update(task, completed=len(self.metrics) * self.batches)
            while len(self.metrics) < self.settings.epochs:
                row = self._epoch(lambda: progress.advance(task))
                self.metrics.append(row)
                if self.worker.is_first:
                    self._keep()
                    progress.console.print(str(row))
        if self.worker.is_first:
            if self.settings.balance is Balance.SMOTE_FEATURES:
                self._refit()
            (self.folder / CHECKPOINT).unlink(missing_ok=True)
        return self.metrics[-1]

    def _epoch(self, advance: Callable[[], None]) -> EpochMetrics:
        self.network.train()
        order = self._shuffle().to(self.device)
        gentle = len(self.metrics) >= self.settings.epochs - self.settings.gentle_epochs
        strength = GENTLE_STRENGTH if gentle else 1.0
        side = self.settings.side_of(len(self.metrics), SIDE)
        total_loss, rate = 0.0, 0.0
        for batch, rows in enumerate(torch.tensor_split(order, self.batches)):
            step = len(self.metrics) * self.batches + batch
            rate = self._set_learning_rate(step)
            own = rows[self.worker.rank :: self.worker.count]
            faces = augment(to_unit(self.train_faces[own]), self.generator, strength, side)
            faces, targets = mix(faces, self.train_targets[own], self.generator, strength * self.settings.mix)
            loss = self._loss(self._logits(self.shared_network, faces), targets)
            self.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            self._average(step)
            total_loss += loss.item()
            advance()
        return EpochMetrics(len(self.metrics) + 1, rate, total_loss / self.batches, *self._validate())

    @torch.no_grad()
    def _refit(self) -> None:
        """Fit the labels' head again, to balanced features of the faces as they are; metrics.csv is of before."""
        parts = torch.split(self.train_faces, 512)
        features = torch.cat([self.averaged.features(to_unit(part)) for part in parts])
        refit_labels_head(self.averaged.head, features, self.train_labels, self.settings.seed)
        self._keep_weights()

    def _shuffle(self) -> Tensor:
        """Return this epoch's order of faces, the same for all workers; what follows is random for each alone.

        Everything random is seeded by the epoch, so that an interrupted run goes on to the same end.
        """
        epoch_seed = self.settings.seed * 1_000_003 + len(self.metrics)
        order = torch.randperm(len(self.train_faces), generator=self.generator.manual_seed(epoch_seed))
        worker_seed = epoch_seed * 1_009 + self.worker.rank
        self.generator.manual_seed(worker_seed)
        torch.manual_seed(worker_seed)  # dropout draws from this one
        return order

    def _loss(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Cross-entropy of logits and targets [N, 2, 7], the heads weighted, and each face as its emotion is."""
        weight = self.settings.label_weight
        entropies = -(targets * logits.log_softmax(2)).sum(2) * (targets @ self.emotion_weights)
        by_head: Tensor = entropies.mean(0)
        return weight * by_head[0] + (1 - weight) * by_head[1]

    def _set_learning_rate(self, step: int) -> float:
        """Warm up linearly, then half a cosine to zero."""
        warmup = self.settings.warmup_epochs * self.batches
        total = self.settings.epochs * self.batches
        if step < warmup:
            share = (step + 1) / warmup
        else:
            share = 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, total - warmup)))
        rate = self.settings.learning_rate * share
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        return rate

    def _logits(self, network: nn.Module, faces: Tensor) -> Tensor:
        faces = faces.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=_bfloat16_is_fast(self.device)):
            logits: Tensor = network(faces)
        return logits.float()

    @torch.no_grad()
    def _average(self, step: int) -> None:
        """Exponential moving average of the weights; short at the start, so that it does not remember noise."""
        decay = min(self.settings.ema_decay, (1 + step) / (10 + step))
        for average, current in zip(self.averaged.parameters(), self.network.parameters(), strict=True):
            average.lerp_(current, 1 - decay)
        for average, current in zip(self.averaged.buffers(), self.network.buffers(), strict=True):
            average.copy_(current)

    @torch.no_grad()
    def _validate(self) -> tuple[float, float, float]:
        """Return the loss, the accuracy on labels and that on votes, of faces as large as those learned from."""
        side = self.settings.side_of(len(self.metrics), SIDE)
        logits = torch.cat(
            [
                self._logits(self.averaged, functional.interpolate(to_unit(part), size=(side, side), mode="bilinear"))
                for part in torch.split(self.validation_faces, 512)
            ]
        )
        hits = (logits.argmax(2) == self.validation_labels).float()
        known = self.validation_labels >= 0
        by_labels, by_votes = (hits.sum(0) / known.sum(0).clamp(min=1)).tolist()
        return self._loss(logits, self.validation_targets).item(), by_labels, by_votes

    def _tensors(self, faces: FaceSet) -> tuple[Tensor, Tensor]:
        """Return faces uint8 [N, 1, S, S] and targets float32 [N, 2, 7]."""
        targets = np.stack([label_targets(faces, self.settings.label_smoothing), vote_targets(faces)], axis=1)
        images = torch.from_numpy(prepared(faces.images, self.settings)).unsqueeze(1)
        return images.to(self.device), torch.from_numpy(targets).to(self.device)

    def _keep(self) -> None:
        """Write the metrics and the averaged weights; write the checkpoint last."""
        self._keep_weights()
        replace(self.folder / METRICS, lambda path: write_metrics(path, self.metrics))
        state = {
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "metrics": [asdict(row) for row in self.metrics],
        }
        replace(self.folder / CHECKPOINT, lambda path: torch.save(state, path))

    def _keep_weights(self) -> None:
        weights = {name: tensor.contiguous().cpu() for name, tensor in self.averaged.state_dict().items()}
        replace(self.folder / WEIGHTS, lambda path: save_file(weights, path))

    def _restore(self) -> None:
        path = self.folder / CHECKPOINT
        if not path.exists():
            return
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.metrics = [EpochMetrics(**row) for row in state["metrics"]]


def _labels(faces: FaceSet) -> Tensor:
    """Return the labels that the heads are judged by, int64 [N, 2], -1 where there is none."""
    winners = np.full(len(faces), -1) if faces.votes is None else plurality_labels(faces.votes)
    return torch.from_numpy(np.stack([faces.labels, winners], axis=1))


def _bfloat16_is_fast(device: torch.device) -> bool:
    return device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()


def _parameter_groups(network: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Decay convolution and linear weights only: decayed norms and biases cost accuracy (He et al. 2018)."""
    decayed = [parameter for parameter in network.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in network.parameters() if parameter.ndim <= 1]
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]


def _emotion_weights(faces: FaceSet, settings: TrainSettings) -> NDArray[np.float32]:
    """Return how much a face of each emotion counts in the loss [7]."""
    weighted = settings.balance is Balance.CLASS_WEIGHTS
    return class_weights(faces.labels) if weighted else np.ones(len(EMOTIONS), np.float32)
