"""The data doctor on series to go on with: what makes a forecast worse than it looks, a file a check.

A check looks at ``Timelines`` and yields ``Finding``s.
"""

from __future__ import annotations

import importlib
import pkgutil

from tl_core.checks.registry import Checks
from tl_core.checks.timelines.examined import Timelines

CHECKS: Checks[Timelines] = Checks()
check = CHECKS.check

for _module in pkgutil.iter_modules(__path__):
    if _module.name != "examined":
        importlib.import_module(f"{__name__}.{_module.name}")
