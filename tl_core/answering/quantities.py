"""Numbers in running text, with their units, as values to compare: 1,000 = 1000 = a thousand; 24 hours = 1 day."""

from __future__ import annotations

import re
from typing import NamedTuple

_UNITS: dict[str, dict[str, float]] = {  # what is measured -> names of its units in several languages, in one of them
    "mass": {"mg": 1e-3, "g": 1, "gram": 1, "gramm": 1, "gramme": 1, "kg": 1e3, "kilo": 1e3, "kilogram": 1e3,
             "kilogramm": 1e3, "kilogramme": 1e3, "kilogramo": 1e3, "lb": 453.6, "pound": 453.6},
    "length": {"mm": 1, "millimetre": 1, "millimeter": 1, "cm": 10, "centimetre": 10, "centimeter": 10, "m": 1e3,
               "metre": 1e3, "meter": 1e3, "mètre": 1e3, "metro": 1e3, "km": 1e6, "kilometre": 1e6, "kilometer": 1e6,
               "inch": 25.4, "ft": 304.8, "foot": 304.8, "feet": 304.8},
    "time": {"ms": 1e-3, "millisecond": 1e-3, "s": 1, "sec": 1, "second": 1, "sekunde": 1, "seconde": 1, "segundo": 1,
             "min": 60, "minute": 60, "minuto": 60, "h": 3600, "hr": 3600, "hour": 3600, "stunde": 3600, "heure": 3600,
             "hora": 3600, "day": 86400, "tag": 86400, "jour": 86400, "día": 86400, "week": 604800, "woche": 604800,
             "semaine": 604800, "semana": 604800},
    "months": {"month": 1, "monat": 1, "mois": 1, "mes": 1, "year": 12, "jahr": 12, "an": 12, "année": 12, "año": 12},
    "volume": {"ml": 1, "millilitre": 1, "milliliter": 1, "l": 1e3, "litre": 1e3, "liter": 1e3, "litro": 1e3},
    "share": {"%": 1, "percent": 1, "prozent": 1, "pourcent": 1, "por ciento": 1},
    "temperature": {"°c": 1, "celsius": 1, "degree": 1, "grad": 1, "degré": 1, "grado": 1},
    "fahrenheit": {"°f": 1, "fahrenheit": 1},
    "volt": {"mv": 1e-3, "v": 1, "volt": 1, "kv": 1e3},
    "ampere": {"ma": 1e-3, "a": 1, "amp": 1, "ampere": 1},
    "watt": {"w": 1, "watt": 1, "kw": 1e3, "kilowatt": 1e3},
    "hertz": {"hz": 1, "hertz": 1, "khz": 1e3, "mhz": 1e6, "ghz": 1e9},
    "bytes": {"byte": 1, "octet": 1, "kb": 1e3, "kilobyte": 1e3, "mb": 1e6, "megabyte": 1e6, "gb": 1e9, "gigabyte": 1e9,
              "tb": 1e12, "terabyte": 1e12, "kib": 1024, "mib": 1024**2, "gib": 1024**3},
    "bits": {"bit": 1},
    "euro": {"€": 1, "eur": 1, "euro": 1},
    "dollar": {"$": 1, "usd": 1, "dollar": 1},
}  # fmt: skip
UNIT = {name: (kind, factor) for kind, names in _UNITS.items() for name, factor in names.items()}
_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "dozen": 12, "twice": 2,
    "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11,
    "zwölf": 12, "zwanzig": 20, "dreißig": 30, "hundert": 100, "tausend": 1000, "deux": 2, "trois": 3, "quatre": 4,
    "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "vingt": 20, "trente": 30,
    "cent": 100, "mille": 1000, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "nueve": 9, "diez": 10, "doce": 12, "veinte": 20, "treinta": 30, "cien": 100, "mil": 1000,
}  # fmt: skip
_MANY = {"hundred", "thousand", "million", "billion", "dozen", "hundert", "tausend", "cent", "mille", "cien", "mil"}
_MULTIPLES = {name: _WORDS[name] for name in ("hundred", "thousand", "million", "billion", "dozen")}
_DIGITS = r"\d+(?:[.,'\u2019\u00a0\u202f]\d+)*"
_NUMBER = re.compile(
    rf"(?<![\w.#/@\\-])(?P<before>[$€]\s?)?(?P<sign>[-\u2212](?=\d))?(?P<digits>{_DIGITS})(?P<ordinal>st|nd|rd|th)?"
    rf"(?![\w]*[A-Za-z_]*\d)|(?<=\d[-\u2013])(?P<end>{_DIGITS})"
)
_WORD = re.compile(r"[^\W\d_]+")
_UNIT_AFTER = re.compile(r"[\s\u00a0\u202f-]?(%|°\s?[CF]\b|€|\$|[^\W\d_]+)")
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,'\u2019\u00a0\u202f])\d{3})(?:\1\d{3})*")


class Quantity(NamedTuple):
    """A number where it stands. ``values``: what it may mean, more than one where a point may part thousands."""

    start: int
    end: int
    values: frozenset[float | str]
    unit: str | None = None  # what is measured; None: nothing that we know
    factor: float = 1.0

    def same(self, other: Quantity) -> bool:
        """Whether both may say the same; a unit that one of them leaves out is no difference."""
        if self.values & other.values and (self.unit == other.unit or None in (self.unit, other.unit)):
            return self.unit is None or other.unit is None or self.factor == other.factor
        return self.unit is not None and self.unit == other.unit and bool(_scaled(self) & _scaled(other))


def quantities(text: str) -> list[Quantity]:
    """Every number of ``text``, in figures or small number words, in order. Those inside of codes are none."""
    found = [_figures(text, match) for match in _NUMBER.finditer(text)]
    taken = [(one.start, one.end) for one in found]
    words = list(_WORD.finditer(text))
    place = 0
    while place < len(words):
        value, last = _spoken(words, place, text)
        if value is None:
            place += 1
            continue
        start, end = words[place].start(), words[last].end()
        place = last + 1
        if not any(low < end and start < high for low, high in taken):
            found.append(_with_unit(text, start, end, frozenset([value])))
    return sorted(found)


def _figures(text: str, match: re.Match[str]) -> Quantity:
    digits = match["digits"] or match["end"]
    sign = "-" if match["sign"] else ""
    start = match.start("digits") if match["digits"] else match.start("end")
    end = start + len(digits)
    values = _meanings(sign + digits)
    many = _WORD.match(text, end + 1) if text[end : end + 1] in (" ", "-") else None
    if many and many[0].casefold() in _MULTIPLES:  # "2 million"
        times = _MULTIPLES[many[0].casefold()]
        return _with_unit(text, start, many.end(), frozenset(v * times for v in values if isinstance(v, float)))
    if match["before"]:
        kind, factor = UNIT[match["before"].strip()]
        return Quantity(start, end, values, kind, factor)
    return _with_unit(text, start, end, values)


def _meanings(digits: str) -> frozenset[float | str]:
    plain = re.sub(r"[\u2019\u00a0\u202f']", "", digits)
    found: set[float | str] = set()
    unsigned = plain.lstrip("-\u2212")
    if _THOUSANDS.fullmatch(digits.lstrip("-\u2212")):
        found.add(_number(re.sub(r"[^\d]", "", unsigned), plain))
    marks = re.findall(r"[.,]", unsigned)
    if len(marks) <= 1:
        found.add(_number(unsigned.replace(",", "."), plain))
    elif marks[0] != marks[-1]:  # 1,234.5 and 1.234,5
        whole, _, rest = unsigned.rpartition(marks[-1])
        found.add(_number(re.sub(r"[.,]", "", whole) + "." + rest, plain))
    elif not found:
        found.add(plain)  # a version, a date: only as it stands
    return frozenset(found)


def _number(text: str, signed: str) -> float:
    return -float(text) if signed[0] in "-\u2212" else float(text)


def _spoken(words: list[re.Match[str]], place: int, text: str) -> tuple[float | None, int]:
    """The number that begins with this word and the last word of it: twenty-five, two hundred, a thousand."""
    word = words[place][0].casefold()
    if word not in _WORDS or word in ("second",):
        return None, place
    value, last = float(_WORDS[word]), place
    while last + 1 < len(words) and re.fullmatch(r"[\s-]", text[words[last].end() : words[last + 1].start()]):
        following = words[last + 1][0].casefold()
        if following in _MANY and following != word:
            value *= _WORDS[following]
        elif following in _WORDS and value >= 20 and _WORDS[following] < 10 and value < 100:
            value += _WORDS[following]
        elif following == "one" and 20 <= value < 100:
            value += 1
        else:
            break
        last += 1
    return value, last


def _with_unit(text: str, start: int, end: int, values: frozenset[float | str]) -> Quantity:
    after = _UNIT_AFTER.match(text, end)
    if after:
        name = after[1].replace(" ", "").casefold()
        for form in (name, *(name.removesuffix(ending) for ending in ("s", "es", "n", "en"))):
            if form in UNIT:
                kind, factor = UNIT[form]
                return Quantity(start, end, values, kind, factor)
    return Quantity(start, end, values)


def _scaled(one: Quantity) -> set[float]:
    return {round(value * one.factor, 9) for value in one.values if isinstance(value, float)}
