"""On the path of processes under test: jobs of these kinds are done by ``fake_jobs``; no spare and no predictor."""

from tl_core.jobs import kinds

kinds.KINDS.update(
    train="fake_jobs:train", fetch="fake_jobs:fetch", intake="fake_jobs:intake", predict="fake_jobs:fall"
)
kinds.SPARE_OF = {}
kinds.PREDICTOR = "no_such_module"
