"""What all nouns share."""

from __future__ import annotations

import secrets

from pydantic import BaseModel, ConfigDict


class Noun(BaseModel):
    """An immutable record that refuses fields it does not know; change one with ``model_copy(update=...)``.

    A number that is not known is NaN, in its JSON too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="constants")


def new_id() -> str:
    """A fresh identifier: 12 hexadecimal digits, safe as a file name and in a URL."""
    return secrets.token_hex(6)
