"""A language model in a local folder: how it is spoken to, and what tells its next token."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor

from tl_core.backbones import facts, folder
from tl_core.backbones.families import transformers_writers
from tl_core.backbones.families.layout import IGNORED
from tl_core.backbones.load import HEAD
from tl_core.backbones.writing import WRITING, written_down
from tl_core.domain.card import Source, TextInput

if TYPE_CHECKING:
    from tl_core.backbones.folder import Found

LONGEST = 8192  # tokens; what is read before an answer is far shorter


def read(path: Path, config: dict, name: str, source: Source, known: dict[str, Any]) -> Found:
    """As ``folder.read``, of a decoder."""
    from safetensors.torch import save

    files = {
        "tokenizer.json": folder.tokenizer(path, name, int(config.get("vocab_size", 0))),
        WRITING: _spoken_to(path, config),
    }
    settings = {k: v for k, v in config.items() if k not in IGNORED or k == "model_type"}
    weights = folder.loaded(path, name, lambda: (*transformers_writers.configured(settings), {}))
    head = None if config.get("tie_word_embeddings", False) else _tensor(path, "lm_head.weight")
    if head is not None:
        files[HEAD] = save({"weight": head.float().contiguous()})
    spec = TextInput(tokens=min(int(config.get("max_position_embeddings", 2048)), LONGEST))
    card = facts.draft(name, source, spec, writes=True, **known)
    return folder.Found(card, {"library": "writer", "config": settings}, weights, files)


def _spoken_to(path: Path, config: dict) -> bytes:
    """Chat template and the tokens where an answer begins and ends, from the several places where folders tell them."""
    told, generation = (
        folder.read_json(path / "tokenizer_config.json"),
        folder.read_json(path / "generation_config.json"),
    )
    ids = generation.get("eos_token_id", config.get("eos_token_id"))
    listed = ids if isinstance(ids, list) else [ids]
    ends = [_word(told.get("eos_token")), *(_names(path).get(one) for one in listed)]
    template = told.get("chat_template")
    if (path / "chat_template.jinja").is_file():
        template = (path / "chat_template.jinja").read_text("utf-8")
    chosen = template if isinstance(template, str) else None
    return written_down(chosen, _word(told.get("bos_token")), list(dict.fromkeys(ends)))


def _names(path: Path) -> dict[Any, str]:
    """Id -> token, of every word of tokenizer.json."""
    content = folder.read_json(path / "tokenizer.json")
    words = (content.get("model") or {}).get("vocab")
    found = {place: word for word, place in words.items()} if isinstance(words, dict) else {}
    return found | {one["id"]: one["content"] for one in content.get("added_tokens") or []}


def _word(token: Any) -> str | None:
    """Folders write a token as its text, or as an object around it."""
    found = token.get("content") if isinstance(token, dict) else token
    return found if isinstance(found, str) else None


def _tensor(path: Path, name: str) -> Tensor | None:
    """One tensor of a folder's weights; None where no file has it."""
    from safetensors import safe_open

    for file in sorted(path.glob("*.safetensors")):
        with safe_open(file, "pt") as opened:
            if name in opened.keys():  # noqa: SIM118 - it is no dictionary
                return opened.get_tensor(name)
    return None
