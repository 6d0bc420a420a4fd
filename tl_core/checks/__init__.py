"""The data doctor: a dataset -> findings, a file a check. Each is found by its decorator and knows no other.

A check looks at ``Examined`` and yields ``Finding``s. It asks for what it needs, never for the kind of sample: where
``Look`` has no flaws or the names are pseudonyms, it finds nothing. What cannot be checked it says by raising ``Omit``.
Series to go on with have checks of their own, in ``timelines``, and passages of documents in ``passages``.
"""

from __future__ import annotations

import importlib
import pkgutil

from tl_core.checks.examined import Examined
from tl_core.checks.registry import Checks, Omit

__all__ = ["CHECKS", "Omit", "check"]

CHECKS: Checks[Examined] = Checks()
check = CHECKS.check

for _module in pkgutil.iter_modules(__path__):
    if _module.name not in ("examined", "passages", "registry", "timelines"):
        importlib.import_module(f"{__name__}.{_module.name}")
