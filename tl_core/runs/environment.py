"""What a run ran on, so that its numbers can be had again."""

from __future__ import annotations

import platform
from importlib import metadata

import torch

import tl_core
from tl_core.domain.plan import AnswerPlan, ForecastPlan, PhrasePlan, TrainPlan
from tl_core.store.atomic import write_json
from tl_core.store.run_folder import RunFolder
from tl_core.training.devices import describe

LIBRARIES = ("torch", "torchvision", "transformers", "timm", "openvino", "scikit-learn", "numpy", "statsforecast")


Resolved = TrainPlan | ForecastPlan | AnswerPlan | PhrasePlan


def write_environment(folder: RunFolder, resolved: Resolved, device: torch.device) -> None:
    """Versions, machine and the plan with every default filled in; written at the first start only."""
    if folder.environment.exists():
        return
    write_json(
        folder.environment,
        {
            "thaw": tl_core.__version__,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "device": str(describe(device)),
            "threads": torch.get_num_threads(),
            "libraries": {name: metadata.version(name) for name in LIBRARIES},
            "plan": resolved.model_dump(mode="json"),
        },
    )
