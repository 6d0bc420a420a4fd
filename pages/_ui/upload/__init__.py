"""An uploader that writes straight to the server's disk: drop or choose files, a zip or a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

import streamlit as st

from pages._ui.words import t
from tl_core.domain.project import Purpose
from tl_core.use_cases import uploads

UPLOAD = "/thaw/upload"  # the address pages/_ui/doors.py answers
_HERE = Path(__file__).parent
_uploader = st.components.v2.component(
    "thaw_upload",
    html=(_HERE / "upload.html").read_text("utf-8"),
    css=(_HERE / "upload.css").read_text("utf-8"),
    js=(_HERE / "upload.js").read_text("utf-8"),
)

LISTS = ".csv,.tsv,.xlsx,.parquet"  # a table beside files that says the class of each
IMAGES = f"{LISTS},.zip,.jpg,.jpeg,.png,.webp,.bmp,.gif,.tif,.tiff"
TABLES = ".csv,.tsv,.xlsx,.jsonl,.parquet,.txt"
SOUNDS = f"{LISTS},.zip,.wav,.flac,.ogg,.oga,.opus,.mp3,.m4a,.aac"
TIMELINES = ".csv,.tsv,.tab,.txt,.xlsx,.parquet"
# as readers of data/documents say
DOCUMENTS = ".zip,.pdf,.docx,.html,.htm,.md,.markdown,.rst,.txt,.csv,.tsv,.xlsx,.jsonl,.parquet"
SIGNALS = ".zip,.csv,.tsv,.tab,.txt,.ts,.xlsx,.jsonl,.parquet"
Kind = Literal["images", "scans", "sounds", "signals", "tables", "timelines", "documents"]
ALONE: tuple[Kind, ...] = ("tables", "timelines")  # one file, and no more
KIND: dict[Purpose, Kind] = {
    "photos": "images", "scans": "scans", "sounds": "sounds", "signals": "signals", "forecasts": "timelines",
    "reviews": "tables", "texts": "tables", "support": "documents",
}  # fmt: skip
ACCEPTED: dict[Kind, str] = {  # scans often have no ending
    "images": IMAGES, "scans": "", "sounds": SOUNDS, "signals": SIGNALS, "tables": TABLES,
    "timelines": TIMELINES, "documents": DOCUMENTS,
}  # fmt: skip


class Finished(NamedTuple):
    """How one go of the uploader ended."""

    received: int
    all: int
    failed: int
    cancelled: bool


def uploader(
    inbox: uploads.Inbox, kind: Kind, *, key: str, title: str, hint: str, prefix: str = "", unsorted: bool = False
) -> Finished | None:
    """Draw it; once after each go it returns how that ended. What came is ``uploads.received(inbox.name)``.

    ``prefix`` puts loose files into a folder of that name: the class of all of them.
    ``unsorted``: the one folder that they come in is not their class.
    """
    several = kind not in ALONE
    result = _uploader(
        key=key,
        data={
            "url": f"{UPLOAD}/{inbox.token}",
            "accept": ACCEPTED[kind],
            "folders": several and not prefix,
            "multiple": several,
            "limit": uploads.LOOSE_FILES,
            "prefix": prefix,
            "unsorted": unsorted,
            "words": {
                "title": title,
                "hint": hint,
                "files": t("data_page.upload_files" if several else "data_page.upload_table"),
                "folder": t("data_page.upload_folder"),
                "cancel": t("data_page.upload_cancel"),
                "progress": t("data_page.upload_progress"),
                "received": t("data_page.upload_received", count="{count}", all="{all}"),
                "amount": t("data_page.upload_amount", sent="{sent}", all="{all}"),
                "left": t("data_page.upload_left", seconds="{seconds}"),
                "lost": t("uploads.lost", seconds="{seconds}"),
                "known": t("uploads.known", count="{count}", all="{all}"),
                "failed": t("data_page.upload_failed", count="{count}", all="{all}"),
                "too_many": t("data_page.upload_too_many", count="{count}", limit="{limit}"),
            },
        },
        on_finished_change=lambda: None,
    )
    return Finished(**result.finished) if result.finished else None
