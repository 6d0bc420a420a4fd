"""The loop of PyTorch's transfer-learning tutorial, written anew from its recipe.

Random resized crop and flip; SGD, rate 0.001, momentum 0.9, a tenth of it every 7 epochs; training mode also where
nothing is learned; validation after every epoch, and the weights of the best accuracy are kept. Files are decoded in
every epoch, as its loader does.
"""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader

from benchmarks.material import Material, Part
from benchmarks.peers import images
from benchmarks.result import Clock, Result


def run(material: Material, epochs: int, frozen: int | None = None, batch_size: int = 4, workers: int = 0) -> Result:
    """``frozen``: how many of the network's blocks, counted from the input, learn nothing; None: the whole body."""
    torch.manual_seed(material.seed)
    clock = Clock()
    model = images.network(material)
    model.reset_classifier(len(material.classes))
    for parameter in _frozen(model, frozen):
        parameter.requires_grad = False
    files = images.Files(material.train.samples, material.train.labels.tolist(), images.training(material))
    loader = DataLoader(files, batch_size, shuffle=True, num_workers=workers)
    loss = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.001, momentum=0.9)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=7, gamma=0.1)
    best, chosen, told = -1.0, copy.deepcopy(model.state_dict()), []
    for _ in range(epochs):
        with clock.part("train"):
            model.train()
            for pixels, labels in loader:
                optimizer.zero_grad()
                loss(model(pixels), labels).backward()
                optimizer.step()
            schedule.step()
        with clock.part("validate"):
            chances = _answer(model, material, material.validation, workers)
        told.append((clock.seconds, chances))
        accuracy = float((chances.argmax(1) == material.validation.labels).mean())
        if accuracy > best:
            best, chosen = accuracy, copy.deepcopy(model.state_dict())
    model.load_state_dict(chosen)
    seconds = clock.seconds
    kept = max(told, key=lambda pair: (pair[1].argmax(1) == material.validation.labels).mean())[1]
    return Result(
        seconds, clock.parts, kept, epochs=told, test=lambda: _answer(model, material, material.test, workers)
    )


def _frozen(model: nn.Module, frozen: int | None) -> list[nn.Parameter]:
    if frozen is None:
        head = {id(parameter) for parameter in model.get_classifier().parameters()}  # type: ignore[operator]
        return [parameter for parameter in model.parameters() if id(parameter) not in head]
    modules = [model.conv_stem, model.bn1, *list(model.blocks)[:frozen]] if frozen else []  # type: ignore[arg-type]
    return [parameter for module in modules for parameter in module.parameters()]  # type: ignore[union-attr]


def _answer(model: nn.Module, material: Material, part: Part, workers: int) -> np.ndarray:
    """Probabilities (sample, class) in evaluation mode."""
    model.eval()
    files = images.Files(part.samples, part.labels.tolist(), images.evaluation(material))
    with torch.no_grad():
        logits = [model(pixels) for pixels, _ in DataLoader(files, images.EVALUATION_BATCH, num_workers=workers)]
    return torch.softmax(torch.cat(logits).double(), dim=1).numpy()
