"""Sentences of a document that speak to whoever reads it for others: orders to an assistant, not facts for a person.

Such a sentence is neither given to a language model nor counted as support of what one wrote.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

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
    |\b(?:answer|reply|response)\s+(?:to|for)\s+(?:every|any|all|each)\b
    |\b(?:ignor|vergiss|missacht|oubli|olvid|dimentic|esque[cç]|nege+r|vergeet|zignoruj|pomi[nń]|zapomnij|игнорир|забудь)\w*
        .{0,50}\b(?:instru|anweisung|regel|consigne|istruzion|polece|zasad|инструкц|указани|правил)\w*
    |\b(?:antworte|schreibe|r[ée]pond|respond|rispond|antwoord|odpowiedz|ответь|отвечай)\w*
        .{0,40}\b(?:nur|seulement|uniquement|s[oó]lo|soltanto|solamente|apenas|somente|alleen|tylko|только)\b
    |(?:忽略|无视|無視|忘记|忘掉).{0,20}(?:指令|指示|说明|規則|规则|要求)|(?:指示|指令|命令|規則).{0,12}(?:無視|忽略|忘れ)
    |(?:只|仅).{0,6}(?:回答|答复|输出)|(?:だけ|のみ).{0,4}(?:答え|回答|出力)
    |<\|[^|<>]{1,40}\|>|\[\s*/?\s*(?:INST|SYS\w*)\s*\]|<<\s*/?SYS\s*>>|<(?:start|end)_of_turn>
    |^\W*(?:human|user|assistant|system)\s*:|\#{2,}\s*(?:instruction|response|system|assistant|user|human)\b
    |\bbase\s*-?64\b.{0,40}[A-Za-z0-9+/]{24}
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LOOK = str.maketrans("аеіјорсухѕԁɡαοερυν", "aeijopcyxsdgaoepuv")  # letters that pass for Latin ones
_SPACED = re.compile(r"\b(?:\w ){2,}\w\b")


def instructions(text: str) -> list[Span]:
    """The sentences of ``text`` that give orders to an assistant, each with the one after it: orders go on."""
    spans = sentences(text)
    orders = [any(map(_ORDERS.search, _readings(text[span.start : span.end]))) for span in spans]
    return [span for place, span in enumerate(spans) if orders[place] or (place and orders[place - 1])]


def without_instructions(text: str) -> str:
    """``text`` with such sentences gone, and nothing else changed."""
    kept, at = [], 0
    for span in instructions(text):
        kept.append(text[at : span.start])
        at = span.end
    return "".join([*kept, text[at:]])


def plain_headings(headings: Sequence[str]) -> list[str]:
    """Those of a passage, without orders."""
    return [kept for one in headings if (kept := without_instructions(one).strip())]


def _readings(text: str) -> list[str]:
    """As it stands, and as whoever hides an order wants it read: without what cannot be seen, in usual letters."""
    seen = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    close = _SPACED.sub(lambda match: match.group().replace(" ", ""), seen)
    return list(dict.fromkeys([text, close, close.translate(_LOOK)]))
