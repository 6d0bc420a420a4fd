"""Personal data in a text, by its form: mail and network addresses, phone, card and account numbers, names, birthdays.

Made so that an alarm is worth a look: a number must have the form and the check digits of its kind, or a word before it
that says what it is; a name must follow a title, a greeting or the like. Much is missed, above all names in the middle
of a sentence, which only a model of each language could tell. No package: those that know more (presidio, scrubadub)
bring such models along.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator

MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}\b", re.IGNORECASE)

# A number with its country's code; one as North America writes it; one after a word that says so
_MORE = r"(?:[ ().\-/]{0,2}\d)"
INTERNATIONAL = re.compile(
    rf"(?<![\w+.,])(?<!\d )(?:\+ ?[1-9]{_MORE}{{7,13}}|00 ?[1-9]\d?\d?[ (\-/]{_MORE}{{6,12}})(?![\w.,]?\d)"
)
NORTH_AMERICAN = re.compile(
    r"(?<![\w.,/-])(?:\+?1[-. ])?(?:\([2-9]\d\d\) ?[2-9]\d\d[-. ]\d{4}|[2-9]\d\d([-.])[2-9]\d\d\1\d{4})(?![\w-]|\.\d)"
)
ANNOUNCED = re.compile(
    r"\b(?:tele(?:ph|f)on[eo]?|t[eé]l[eé]phone|t[eé]l|phone|mobile|cell ?phone|fax|whatsapp|handy|mobil|m[oó]vil"
    r"|rufnummer|(?:call|text|ring|reach) (?:me|us)(?: at| on)?)\b[.:]? ?(?:no\.?|number|nr\.?|is)?:? ?"
    rf"\(?\d{_MORE}{{6,13}}(?![\w-])",
    re.IGNORECASE,
)

CARD = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w-])")
CARDS = re.compile(  # who issues what: first digits and length
    r"4\d{12}(?:\d{3}){0,2}|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|(?:6011|65\d\d|64[4-9]\d)\d{12,15}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}|62\d{14,17}"
)

ACCOUNT = re.compile(r"\b([A-Z]{2}\d\d)((?: ?[A-Z0-9]){11,30})\b")
LENGTHS = {  # characters of an account number, by country (ISO 13616)
    15: "NO", 16: "BE", 18: "DK FO FI GL NL", 19: "MK SI", 20: "AT BA EE KZ XK LT LU", 21: "HR LV LI CH",
    22: "BH BG CR GE DE IE ME RS GB VA", 23: "GI IQ IL AE TL", 24: "AD CZ MD PK RO SA SK ES SE TN VG",
    25: "PT ST", 26: "IS TR", 27: "FR GR IT MR MC SM", 28: "AL AZ BY CY DO EG GT HU LB PL", 29: "BR PS QA UA",
    30: "JO KW MU", 31: "MT SC",
}  # fmt: skip
COUNTRY = {country: length for length, countries in LENGTHS.items() for country in countries.split()}

NETWORK_4 = re.compile(
    r"(?<![\w.])(?<!v )(?<!version )(?<!release )(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)", re.IGNORECASE
)
NETWORK_6 = re.compile(r"(?<![\w:.])(?:[0-9a-f]{1,4}:{1,2}){4,7}[0-9a-f]{1,4}(?![\w:.])", re.IGNORECASE)

_NAME = r"[^\W\d_a-zß-öø-ÿ][^\W\d_A-Z]+(?:['’-][^\W\d_]+)*"  # a capital letter, then small ones
FURTHER = re.compile(rf"(?: {_NAME})+")  # of one name
TITLED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Mme|Mlle|Sra|Herrn|Frau Dr|Herr Dr)\b\.?|\b(?:Miss|Mister|Señora?|geehrte Frau"
    rf"|geehrter Herr|[Mm]y name is|[Pp]atient(?: name)?:))[ \n](?:(?:Dr|Prof|med)\b\.? )*({_NAME})"
)
GREETED = re.compile(
    rf"^(?:Dear|Hello|Hi|Liebe[rs]?|Hallo|Cher|Chère|Bonjour|Hola|Estimad[oa]) ({_NAME})(?: {_NAME})?,\s*$",
    re.MULTILINE,
)
SIGNED = re.compile(
    r"^(?:(?:(?:Best|Kind|Warm) )?[Rr]egards|Sincerely(?: yours)?|Yours (?:sincerely|truly)|Cordialement|Atentamente"
    r"|(?:Viele|Freundliche|Mit freundlichen|Liebe|Beste) Grü(?:ß|ss)en?)"
    rf",?\s*\n\s*({_NAME})(?: {_NAME})*\s*$",
    re.MULTILINE,
)
NOBODY = frozenset(  # after a title or in a greeting, yet no person's name
    word
    for words in (
        "Sir Sirs Madam Customer Customers Team All Friend Friends Colleague Colleagues Support Service Editor",
        "Reader Readers Doctor Everyone Everybody Members Member Users User President Chairman Right Perfect Wrong",
        "Pepper Coffee Clean Fix Who The",
        "Damen Herren Kunde Kunden Kollegen Alle Zusammen Monsieur Madame Cliente Clientes",
    )
    for word in words.split()
)

_DAY = r"\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2,4}|\d{4}-\d\d-\d\d"
_DAY_IN_WORDS = r"\d{1,2}\.? ?[^\W\d_]{3,9}\.?,? \d{4}|[^\W\d_]{3,9} \d{1,2},? \d{4}"
BIRTHDAY = re.compile(
    r"\b(?:born(?: on)?|date of birth|birth date|d\.?o\.?b\.?|geboren(?: am)?|geb\.|geburtsdatum|née? le"
    rf"|date de naissance|nacid[oa] el|fecha de nacimiento)[: ]{{1,2}}(?:{_DAY}|{_DAY_IN_WORDS})",
    re.IGNORECASE,
)


Span = tuple[int, int]  # from, to


def personal_data(text: str) -> list[str]:
    """The kinds found, of those in ``KINDS``; never what was found."""
    return [name for name, found in KINDS.items() if any(True for _ in found(text))]


def masked(text: str) -> str:
    """The same text with what was found replaced by its kind: "[mail]", "[phone]" ..."""
    for name, found in KINDS.items():
        pieces, end = [], 0
        for start, stop in sorted(set(found(text))):
            if start >= end:
                pieces += [text[end:start], f"[{name}]"]
                end = stop
        text = "".join([*pieces, text[end:]])
    return text


def _mail(text: str) -> Iterator[Span]:
    if "@" in text:
        yield from (match.span() for match in MAIL.finditer(text))


def _card(text: str) -> Iterator[Span]:
    return (match.span() for match in CARD.finditer(text) if is_card(re.sub(r"[ -]", "", match[0])))


def is_card(digits: str) -> bool:
    """Of an issuer's form, and its last digit is the check digit of the others (Luhn, ISO 7812)."""
    if not CARDS.fullmatch(digits):
        return False
    doubled = [2 * int(digit) for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(value - 9 if value > 9 else value for value in doubled)) % 10 == 0


def _account(text: str) -> Iterator[Span]:
    """Each number, without the words that may follow it."""
    for match in ACCOUNT.finditer(text):
        if is_account((match[1] + match[2]).replace(" ", "")):
            signs = [place for place in range(*match.span()) if text[place] != " "]
            yield match.start(), signs[COUNTRY[match[1][:2]] - 1] + 1


def is_account(code: str) -> bool:
    """It begins with an IBAN: the length of its country, and 1 as the rest of a division by 97."""
    length = COUNTRY.get(code[:2], 99)
    if len(code) < length:
        return False
    turned = code[4:length] + code[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _network(text: str) -> Iterator[Span]:
    """Addresses that a provider gave out. Numbers of versions have the same form, but seldom long parts."""
    for match in NETWORK_4.finditer(text):
        if sum(len(part) > 1 for part in match[0].split(".")) >= 3 and _is_public(match[0]):
            yield match.span()
    yield from (match.span() for match in NETWORK_6.finditer(text) if _is_public(match[0]))


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _phone(text: str) -> Iterator[Span]:
    return (match.span() for pattern in (INTERNATIONAL, NORTH_AMERICAN, ANNOUNCED) for match in pattern.finditer(text))


def _birthday(text: str) -> Iterator[Span]:
    return (match.span() for match in BIRTHDAY.finditer(text))


def _name(text: str) -> Iterator[Span]:
    """From the first to the last word of a name that follows a title, a greeting or a farewell."""
    for pattern in (TITLED, GREETED, SIGNED):
        for match in pattern.finditer(text):
            if match[1] not in NOBODY:
                more = FURTHER.match(text, match.end(1))
                yield match.start(1), more.end() if more else match.end(1)


KINDS: dict[str, Callable[[str], Iterator[Span]]] = {
    "mail": _mail,
    "phone": _phone,
    "card": _card,
    "account": _account,
    "network": _network,
    "birthday": _birthday,
    "name": _name,
}
