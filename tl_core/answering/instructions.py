"""Sentences of a document that speak to whoever reads it for others: orders to an assistant, not facts for a person.

Such a sentence is neither given to a language model nor counted as support of what one wrote.
"""

from __future__ import annotations

import re

from tl_core.data.sentences import sentences
from tl_core.domain.answer import Span

_ORDERS = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override|bypass|skip)\b.{0,40}\b(?:instruction|prompt|rule|guideline|above|previous|prior
        |earlier|context|polic(?:y|ies)|passages?|question|everything|restriction)s?\b
    |\b(?:system|developer|admin(?:istrator)?)\s*(?:prompt|message|override|note|mode|notice|instruction)s?\b
    |^\s*[\[<(#*-]*\s*(?:system|assistant|user|developer|instruction|important|attention|note)\b[^.]{0,20}[:\]>]
        .*\b(?:answer|reply|respond|say|write|tell|output|print|model|ai|assistant|user)\b
    |\b(?:language\s+model|chat\s?bot|\bllms?\b|\bai\b(?:\s+(?:assistant|model|system|agent))?|the\s+assistant|assistants\b
        |virtual\s+assistant)
    |\b(?:you\s+are\s+now|from\s+now\s+on|pretend|role-?play|act\s+as|your\s+new\s+(?:task|role|name|instruction|goal))\b
    |\b(?:begin|start|end|finish|append|prepend|include|add|use|put|mention)\b
        .{0,60}\b(?:your|every|each|any|all|this|the)\s+(?:answer|reply|replies|response|message|output)s?\b
    |\b(?:answer|reply|respond|say|state|write|print|output|repeat)\b
        .{0,30}\b(?:only|exactly|verbatim|word\s+for\s+word|in\s+(?:all\s+)?(?:capitals?|caps|uppercase|rhyme|french|german
        |spanish|pirate|binary|base64)|the\s+(?:word|words|phrase|sentence|text|string|code|password|secret|link)
        |(?:your|every|each|any|all|this|the)\s+(?:answer|reply|replies|response|message|output)s?)\b
    |\b(?:answer|reply|respond)\b\s+(?:with|by|to\s+(?:any|every|all)|instead|as\b)
    |\btell\s+(?:the\s+|every\s+|all\s+)?(?:users?|customers?|readers?|them|anyone|everyone|people)\b
    |\b(?:reveal|disclose|leak|expose)\b.{0,40}\b(?:prompt|instruction|secret|password|key|conversation)
    |\bdo\s+not\s+(?:answer|mention|tell|quote|use\s+the\s+(?:passage|document)s?)\b
    |\b(?:instead\s+of|rather\s+than)\s+(?:answering|the\s+answer)\b
    |\b(?:ignoriere?|vergiss|antworte|schreibe)\b.{0,40}\b(?:anweisung|regel|nur|wort|vorherig)\w*
    |\b(?:ignore[zr]?|oublie[zr]?|réponds|répondez)\b.{0,40}\b(?:instruction|consigne|seulement|mot|précédent)\w*
    |\b(?:ignora|olvida|responde)\b.{0,40}\b(?:instruccion|regla|solo|palabra|anterior)\w*
    """,
    re.IGNORECASE | re.VERBOSE,
)


def instructions(text: str) -> list[Span]:
    """The sentences of ``text`` that give orders to an assistant, each with the one after it: orders go on."""
    spans = sentences(text)
    orders = [bool(_ORDERS.search(text[span.start : span.end])) for span in spans]
    return [span for place, span in enumerate(spans) if orders[place] or (place and orders[place - 1])]


def without_instructions(text: str) -> str:
    """``text`` with such sentences gone, and nothing else changed."""
    kept, at = [], 0
    for span in instructions(text):
        kept.append(text[at : span.start])
        at = span.end
    return "".join([*kept, text[at:]])
