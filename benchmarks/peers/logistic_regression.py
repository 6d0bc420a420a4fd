"""Encode once in eager PyTorch, then scikit-learn's LogisticRegressionCV: what a practised person writes by hand.

Batches of 32 in inference mode, texts sorted by length and pooled by the mean, as sentence-transformers does.
Features are standardised, as scikit-learn's guide recommends; the solver, its ten strengths and its iterations are the
defaults; five folds that keep groups whole, judged by log-loss, which becomes the default. Balanced class weights are
Thaw's default too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from transformers import AutoModel, AutoTokenizer

from benchmarks.material import Material
from benchmarks.peers import images
from benchmarks.result import Clock, Result

BATCH = 32  # samples
FOLDS = 5


def run(material: Material) -> Result:
    clock = Clock()
    with clock.part("load"):
        encode = _texts(material) if material.modality == "text" else _images(material)
    with clock.part("encode"):
        learn, judge = encode(material.train.samples), encode(material.validation.samples)
    with clock.part("solve"):
        labels = material.train.labels
        folds = min(FOLDS, len(np.unique(material.train.groups)))
        cut = list(StratifiedGroupKFold(folds).split(learn, labels, material.train.groups))
        solver = LogisticRegressionCV(
            cv=cut, class_weight="balanced", scoring="neg_log_loss", l1_ratios=(0.0,), use_legacy_attributes=False
        )  # fmt: skip
        model = make_pipeline(StandardScaler(), solver).fit(learn, labels)
        chances = model.predict_proba(judge)
    return Result(clock.seconds, clock.parts, chances, test=lambda: model.predict_proba(encode(material.test.samples)))


def _images(material: Material):
    network, transform = images.network(material), images.evaluation(material)

    def encode(samples: Sequence[str]) -> np.ndarray:
        files = images.Files(samples, [0] * len(samples), transform)
        with torch.inference_mode():
            loader = torch.utils.data.DataLoader(files, batch_size=BATCH)
            return torch.cat([network(pixels) for pixels, _ in loader]).numpy()

    return encode


def _texts(material: Material):
    tokenizer = AutoTokenizer.from_pretrained(material.model["folder"])
    network = AutoModel.from_pretrained(material.model["folder"], attn_implementation="sdpa").eval()

    def encode(samples: Sequence[str]) -> np.ndarray:
        order = np.argsort([len(text) for text in samples], kind="stable")
        found = []
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                texts = [samples[i] for i in order[start : start + BATCH]]
                batch = tokenizer(texts, padding=True, truncation=True, max_length=256, return_tensors="pt")
                hidden, mask = network(**batch).last_hidden_state, batch["attention_mask"].unsqueeze(-1)
                found.append((hidden * mask).sum(1) / mask.sum(1))
        return torch.cat(found).numpy()[np.argsort(order)]

    return encode
