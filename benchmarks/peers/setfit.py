"""SetFit: contrastive fine-tuning on pairs of labelled texts, then a logistic regression on the embeddings.

Its guide's batch of 16 and its default rate 2e-5; all pairs of 300 texts would be more than 5,000 steps, hours here,
so ``max_steps`` cuts them, which its documentation offers for that. Needs what ``benchmarks.environment`` makes.
"""

from __future__ import annotations

import numpy as np
import torch
from datasets import Dataset
from setfit import SetFitModel, Trainer, TrainingArguments

from benchmarks.material import Material
from benchmarks.result import Clock, Result


def run(material: Material, steps: int = 100, batch_size: int = 16) -> Result:
    torch.manual_seed(material.seed)
    clock = Clock()
    with clock.part("load"):
        model = SetFitModel.from_pretrained(material.model["folder"], labels=material.classes)
    arguments = TrainingArguments(
        output_dir=material.model["scratch"], batch_size=batch_size, num_epochs=1, max_steps=steps,
        seed=material.seed, report_to="none", save_strategy="no", eval_strategy="no", logging_strategy="no",
        show_progress_bar=False,
    )  # fmt: skip
    data = Dataset.from_dict({"text": material.train.samples, "label": material.train.labels.tolist()})
    with clock.part("train"):
        Trainer(model=model, args=arguments, train_dataset=data).train()
    with clock.part("validate"):
        chances = _chances(model, material.validation.samples)
    return Result(clock.seconds, clock.parts, chances, test=lambda: _chances(model, material.test.samples))


def _chances(model: SetFitModel, samples: list[str]) -> np.ndarray:
    return np.asarray(model.predict_proba(samples, as_numpy=True), dtype=np.float64)
