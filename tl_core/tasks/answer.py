"""Answering from a team's passages: what belongs together is drawn together, what does not is pushed apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

TEMPERATURE = 0.05  # cosines are divided by it; as sentence encoders were tuned with


@dataclass(frozen=True)
class Pairs:
    """A question (or title) and a passage that answers it, as numbers of texts.

    ``wrong`` (pair, n): passages alike that do not answer it; -1 where there are fewer. ``also``: all texts that answer
    a pair's question, so that none of them counts as wrong when another pair brings it into the batch.
    """

    asked: np.ndarray  # (pair,)
    right: np.ndarray  # (pair,)
    wrong: np.ndarray
    also: list[frozenset[int]]

    def __len__(self) -> int:
        return len(self.asked)

    def batch(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Of these pairs: questions (row,), passages (p,), place of each right passage (row,), and which passages
        are no negatives of a row although they stand beside it (row, p).
        """
        passages = np.unique(np.concatenate([self.right[rows], self.wrong[rows].ravel()]))
        passages = passages[passages >= 0]
        target = np.searchsorted(passages, self.right[rows])
        spared = np.array([[text in self.also[row] for text in passages.tolist()] for row in rows.tolist()])
        spared[np.arange(len(rows)), target] = False
        return self.asked[rows], passages, target, spared


def contrastive_losses(questions: Tensor, passages: Tensor, target: Tensor, spared: Tensor) -> Tensor:
    """Of each question, (row,): InfoNCE (van den Oord et al. 2018) over every passage of the batch.

    ``questions`` (row, feature) and ``passages`` (p, feature) as pooled, ``target`` (row,) the right passage's place,
    ``spared`` (row, p) true where a passage is left out.
    """
    near = torch.nn.functional.normalize(questions, dim=1) @ torch.nn.functional.normalize(passages, dim=1).T
    scores = (near / TEMPERATURE).masked_fill(spared, float("-inf"))
    return torch.nn.functional.cross_entropy(scores, target, reduction="none")
