"""Thaw's front door: the same file is the web application (routes, headers) and the script behind every page.

``streamlit run app.py`` imports it outside a script run and finds the application; each page view runs it again
inside one and finds the navigation.
"""

from __future__ import annotations

import gc
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages._ui import bundled, front, whole_views

ROOT = Path(__file__).resolve().parent

if get_script_run_ctx(suppress_warning=True) is None:
    front.claim_pages()
    whole_views.keep_whole()
    bundled.bundle()
    app = st.App(ROOT / "app.py", routes=front.routes(), middleware=front.middleware(), on_script_error=front.apologise)
    gc.freeze()  # what is loaded by now stays: no collection looks through it while somebody waits
else:
    front.show(ROOT)
