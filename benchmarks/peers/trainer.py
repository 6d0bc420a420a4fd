"""``transformers.Trainer`` on a sequence classifier, with its own head and its own defaults.

The body is the original package's folder, pooler included. Rate 5e-5, falling in a line, where layers of the body
learn; 1e-3 for a head alone, as 5e-5 would hardly move it. Batches are padded by its own collator and hold texts of
like length (``group_by_length``), which its guide recommends for speed. Nothing is saved or reported on the way. The
pooler counts as head: the body's last layer was never trained to go through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    EvalPrediction,
    Trainer,
    TrainingArguments,
)

from benchmarks.material import Material
from benchmarks.result import Clock, Result

RATE, HEAD_RATE = 5e-5, 1e-3
TOKENS = 256  # as Thaw reads at most


class Told(torch.utils.data.Dataset):
    """Tokens and labels, tokenised once, the longest first; ``order`` (sample,) are their places in the material."""

    def __init__(self, tokenizer: Any, samples: Sequence[str], labels: Sequence[int]) -> None:
        found = tokenizer(list(samples), truncation=True, max_length=TOKENS)
        self.order = np.argsort([-len(ids) for ids in found["input_ids"]], kind="stable")
        self.rows = [
            {
                "input_ids": found["input_ids"][at], "attention_mask": found["attention_mask"][at],
                "labels": int(labels[at]),
            }
            for at in self.order
        ]  # fmt: skip

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return self.rows[index]


def run(
    material: Material, epochs: int, frozen: Sequence[int] = (0,), batch_size: int = 16, judged: bool = False,
    rate: float | None = None,
) -> Result:  # fmt: skip
    """One training for each of ``frozen``, the number of groups that learn nothing: the table of words, then layers.

    Several are what a person does by hand who looks for the right depth: their seconds add up, the last one's answers
    count. ``judged``: the validation samples after every epoch.
    """
    clock = Clock()
    last: tuple[Trainer, Any, np.ndarray, list[tuple[float, np.ndarray]]] | None = None
    for count in frozen:
        began = clock.seconds
        last = _train(material, clock, epochs, count, batch_size, judged, rate)
        clock.parts[f"{count} frozen"] = clock.seconds - began
    assert last
    trainer, tokenizer, chances, told = last

    def test() -> np.ndarray:
        return _answers(trainer, Told(tokenizer, material.test.samples, material.test.labels.tolist()))

    return Result(clock.seconds, clock.parts, chances, epochs=told, test=test)


def _train(
    material: Material, clock: Clock, epochs: int, frozen: int, batch_size: int, judged: bool, rate: float | None
) -> tuple[Trainer, Any, np.ndarray, list[tuple[float, np.ndarray]]]:
    torch.manual_seed(material.seed)
    tokenizer = AutoTokenizer.from_pretrained(material.model["folder"])
    model = AutoModelForSequenceClassification.from_pretrained(
        material.model["folder"], num_labels=len(material.classes)
    )
    layers = model.base_model.encoder.layer
    for module in [model.base_model.embeddings, *layers][:frozen]:
        module.requires_grad_(False)
    train, validation = (
        Told(tokenizer, part.samples, part.labels.tolist()) for part in (material.train, material.validation)
    )  # fmt: skip
    told: list[tuple[float, np.ndarray]] = []

    def judge(said: EvalPrediction) -> dict[str, float]:
        told.append((clock.seconds, _in_order(validation, said.predictions, said.label_ids)))
        return {}

    arguments = TrainingArguments(
        output_dir=material.model["scratch"], num_train_epochs=epochs, seed=material.seed, use_cpu=True,
        learning_rate=rate or (HEAD_RATE if frozen > len(layers) else RATE),
        per_device_train_batch_size=batch_size, per_device_eval_batch_size=32,
        train_sampling_strategy="group_by_length", eval_strategy="epoch" if judged else "no",
        save_strategy="no", logging_strategy="no", report_to="none", disable_tqdm=True,
    )  # fmt: skip
    trainer = _InOrder(
        model=model, args=arguments, train_dataset=train, eval_dataset=validation if judged else None,
        data_collator=DataCollatorWithPadding(tokenizer), compute_metrics=judge if judged else None,
    )  # fmt: skip
    trainer.train()
    chances = told[-1][1] if judged else _answers(trainer, validation)
    return trainer, tokenizer, chances, list(told)


def _answers(trainer: Trainer, asked: Told) -> np.ndarray:
    trainer.compute_metrics = None  # of the validation samples; it would be asked here too
    said = trainer.predict(asked)
    return _in_order(asked, said.predictions, said.label_ids)


def _in_order(asked: Told, logits: Any, labels: Any) -> np.ndarray:
    """Chances in the material's order."""
    assert [row["labels"] for row in asked.rows] == list(labels)
    chances = np.empty_like(np.asarray(logits), dtype=np.float64)
    chances[asked.order] = torch.softmax(torch.from_numpy(np.asarray(logits)).double(), dim=1).numpy()
    return chances


class _InOrder(Trainer):
    """Asks evaluation samples in the order they lie in: with ``group_by_length`` Trainer would shuffle its answers too,
    and tell nobody how."""

    def _get_eval_sampler(self, eval_dataset: Any) -> torch.utils.data.Sampler:
        return torch.utils.data.SequentialSampler(eval_dataset)
