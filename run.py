#!/usr/bin/env python3
"""Thaw's launcher: ``python3 run.py`` sets everything up and opens the app, ``python3 run.py --help`` tells the rest.

In the oldest Python on purpose: an interpreter too old for Thaw must still be able to read this file and say so.
"""

import io
import json
import os
import sys

OLDEST, NEWEST = (3, 11), (3, 14)  # every pinned package has a wheel for these


def main():
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        from tl_core.launcher.command import perform

        return perform(sys.argv[1:])
    here = os.path.dirname(os.path.abspath(__file__))
    with io.open(os.path.join(here, "assets", "translations", "en", "launcher.json"), encoding="utf-8") as file:
        sentence = json.load(file)["python"]
    found = "%d.%d" % sys.version_info[:2]
    sys.stderr.write(sentence.format(oldest="%d.%d" % OLDEST, newest="%d.%d" % NEWEST, found=found) + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
