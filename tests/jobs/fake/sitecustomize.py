"""On the path of processes under test: jobs are done by ``fake_jobs``; no torch, no spare and no predictor."""

from tl_core.jobs import kinds, perform

names = {"train": "train", "fetch": "fetch", "intake": "intake", "predict": "fall"}
kinds.KINDS.update({kind: f"fake_jobs:{name}" for kind, name in names.items()})
kinds.SPARE_OF = {}
kinds.PREDICTOR = "no_such_module"
perform._device = lambda plan: "CPU"
