"""The glossary: every term of the guide with its picture and two sentences, and the door that gives the pictures.

The pictures are our own (``assets/glossary/<term>.svg``), in tones that are seen on light and dark alike.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from pages._ui import shell
from pages._ui.theme import ASSETS
from pages._ui.words import GLOSSARY, picture_of, t

_FOLDER = ASSETS / "glossary"


def show() -> None:
    """All terms by their names, or those that a person looks for."""
    shell.page_head(t("glossary.question"), t("glossary.context"))
    sought = st.text_input(
        t("glossary.search"), key="word", bind="query-params", icon=":material/search:", width=420
    )  # fmt: skip
    found = [name for name in _by_name() if _holds(name, sought)]
    if not found:
        shell.quiet(t("glossary.nothing"))
    with st.grid(3, min_column_width=240):
        for name in found:
            with st.container(border=True, key=f"word-{name}", height="stretch", gap="small"):
                _word(name)


def _word(name: str) -> None:
    st.markdown(f"![]({picture_of(name)})")
    shell.section(t(f"glossary.{name}"))
    st.text(t(f"glossary.{name}_text"))
    shell.quiet(t("glossary.in_field", name=t(f"glossary.{name}_field")))


def _by_name() -> list[str]:
    return sorted(GLOSSARY, key=lambda name: _plain(t(f"glossary.{name}")))


def _holds(name: str, sought: str | None) -> bool:
    texts = (t(f"glossary.{name}"), t(f"glossary.{name}_text"), t(f"glossary.{name}_field"))
    return _plain(sought or "").strip() in _plain(" ".join(texts))


def _plain(text: str) -> str:
    """Without capitals and accents: "Época" stands under E, and whoever types "epoca" finds it."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


def route() -> Route:
    """Open to everyone: it holds nothing of anybody's."""

    async def give(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in GLOSSARY:
            return Response(status_code=404)
        file: Path = _FOLDER / f"{name}.svg"
        return FileResponse(file, media_type="image/svg+xml", headers={"cache-control": "public, max-age=86400"})

    return Route(picture_of("{name}"), give, methods=["GET"])
