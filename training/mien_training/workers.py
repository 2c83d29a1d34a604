"""Several processes that train one network together, a GPU or some cores each, as `torchrun` starts them.

    torchrun --standalone --nproc-per-node=2 -m -- mien_training train --faces ... --run ...

The `--` keeps torchrun from taking `--run` for an option of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True, slots=True)
class Workers:
    """This process among those that train: worker `rank` of `count`, with its device."""

    rank: int
    count: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        """True for the one that writes the run folder and shows the progress."""
        return self.rank == 0

    def share(self, network: nn.Module) -> nn.Module:
        """Return the network so wrapped that all workers step by the mean of their gradients."""
        return network if self.count == 1 else nn.parallel.DistributedDataParallel(network)


ALONE = Workers(0, 1, torch.device("cuda" if torch.cuda.is_available() else "cpu"))


@contextmanager
def workers() -> Iterator[Workers]:
    """Join the other processes that `torchrun` started, if it did, and leave them at the end."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield ALONE
        return
    gpu = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ["LOCAL_RANK"])) if gpu else torch.device("cpu")
    if gpu:
        torch.cuda.set_device(device)
    torch.distributed.init_process_group("nccl" if gpu else "gloo")
    try:
        yield Workers(torch.distributed.get_rank(), count, device)
    finally:
        torch.distributed.destroy_process_group()
