"""What ``run.py`` does: set up, start, watch and end Thaw's processes. Standard library only.

Of Thaw itself it uses what needs no installed package: the translation table, the sentence for bad input, the home
folder and its locks.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
