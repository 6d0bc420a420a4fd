"""What is known against a report's figures: what the doctor found in the data, and parts that are surely worse off."""

from __future__ import annotations

import numpy as np

from tl_core.domain.dataset import Dataset
from tl_core.domain.report import Predictions, Report
from tl_core.domain.split import Concern
from tl_core.evaluation.slices import columns_of, sliced
from tl_core.store.findings import read_findings
from tl_core.store.home import Home


def warned(home: Home, project_id: str, dataset: Dataset, report: Report, predictions: Predictions) -> Report:
    """The report with its warnings. What a person decided to leave as it is follows the result all the same."""
    found = read_findings(home, project_id, dataset.id)
    warnings = (
        [Concern(key="bundle.not_examined")]
        if found is None
        else [
            Concern(key=f"findings.{finding.code}_title", values=finding.values)
            for finding in found.findings
            if finding.level != "note"
        ]
    )
    groups = {sample.id: sample.group for sample in dataset.samples}
    columns = columns_of(dataset, predictions.samples)
    for column in sliced(
        columns, np.array(predictions.true), np.array(predictions.probabilities),
        [groups.get(one) for one in predictions.samples] if dataset.group_rule else None,
    ):  # fmt: skip
        warnings += [column.concern(worse) for worse in column.proven]
    return report.model_copy(update={"warnings": warnings})
