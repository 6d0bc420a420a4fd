"""The data doctor on passages of documents: what makes answers worse than they could be, a file a check.

A check looks at ``Passages`` and yields ``Finding``s. No model is asked: what is wrong can be read.
"""

from __future__ import annotations

import importlib
import pkgutil

from tl_core.checks.languages import find_languages
from tl_core.checks.passages.examined import Passages
from tl_core.checks.personal import find_personal_data
from tl_core.checks.registry import Checks

CHECKS: Checks[Passages] = Checks()
check = CHECKS.check

for _module in pkgutil.iter_modules(__path__):
    if _module.name != "examined":
        importlib.import_module(f"{__name__}.{_module.name}")
check("personal")(find_personal_data)
check("languages")(find_languages)
