"""Personal data are found by their form; what only looks like them is not."""

from __future__ import annotations

import pytest

from tl_core.data.personal import COUNTRY, KINDS, is_account, is_card, masked, personal_data
from tl_core.words import say


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to jane.doe+x@mail.example.com, please", "mail"),
        ("Ring +44 20 7946 0958 after six", "phone"),
        ("+49 (0)30/123456-78", "phone"),
        ("0049 30 1234567", "phone"),
        ("(212) 555-0187", "phone"),
        ("212-555-0187 is the number", "phone"),
        ("Call me at 020 7946 0958", "phone"),
        ("Tel.: 030 1234567", "phone"),
        ("mein Handy: 0171/2345678", "phone"),
        ("4111 1111 1111 1111", "card"),
        ("Amex 3782-822463-10005", "card"),
        ("card 5555555555554444.", "card"),
        ("IBAN DE89 3704 0044 0532 0130 00", "account"),
        ("GB82WEST12345698765432", "account"),
        ("logged in from 84.113.27.9", "network"),
        ("from 2001:4860:4860:0:0:0:0:8888 at night", "network"),
        ("born on 12/03/1956", "birthday"),
        ("DOB: 1956-03-12", "birthday"),
        ("geboren am 12. März 1956 in Wien", "birthday"),
        ("Dr. Julianne Malveaux said so", "name"),
        ("seen by Mrs Rohan", "name"),
        ("Sehr geehrte Frau Müller-Lüdenscheidt,", "name"),
        ("Dear Anna,\nthe camera broke.", "name"),
        ("The camera broke.\nKind regards,\nAnna Schmidt", "name"),
        ("Hello, my name is Ngozi and I", "name"),
    ],
)
def test_found(text: str, kind: str) -> None:
    assert personal_data(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@anonymous thanks! meet @ 5",
        "user@home",
        "It cost 1,299.00 in 2019, 2020 and 2021",
        "ISBN 978-3-16-148410-0 or 0-306-40615-2",
        "1920 x 1080, 3840x2160, 100 200 300 4000",
        "serial 4111111111111112, tracking 1Z999AA10123456784",
        "order 112-1234567-1234567",
        "released on 2019-03-12, read by me on 12/03/2020",
        "version 2.6.32.71, firmware v10.20.30.40",
        "192.168.100.101 and 127.0.0.1",
        "at 12:30:45:10, a::b",
        "DE89370400440532013001",
        "phone 5s, call 911, tel 1234",
        "I would call it 10 out of 10",
        "Dear Sir,\nDear customer,\nHello all,",
        "Dr Who drinks Dr Pepper with Mr. The Edge",
        "the drive. Mr or Mrs",
        "-4111 1111 1111 1111 1111 1",
        "born 12 years ago",
    ],
)
def test_not_found(text: str) -> None:
    assert personal_data(text) == []


def test_several_kinds_in_one_text() -> None:
    text = "Dear Anna,\nring +44 20 7946 0958 or write to jane@mail.example.com"
    assert personal_data(text) == ["mail", "phone", "name"]


def test_check_digits_count() -> None:
    number = "411111111111111"
    assert sum(is_card(number + str(digit)) for digit in range(10)) == 1
    assert sum(is_account(f"DE{check:02d}370400440532013000") for check in range(2, 99)) == 1


def test_every_country_has_a_length_of_its_own_and_every_kind_a_name() -> None:
    assert len(COUNTRY) >= 75
    assert all(len(country) == 2 for country in COUNTRY)
    assert all(say(f"personal.{kind}") for kind in KINDS)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Write to jane.doe@mail.example.com or j@x.example.", "Write to [mail] or [mail]."),
        ("Ring +44 20 7946 0958 after six", "Ring [phone] after six"),
        ("IBAN DE89 3704 0044 0532 0130 00 AT ONCE", "IBAN [account] AT ONCE"),
        ("card 5555555555554444.", "card [card]."),
        ("from 84.113.27.9 at night", "from [network] at night"),
        ("seen by Mrs Rohan Gupta today", "seen by Mrs [name] today"),
        ("The camera broke.\nKind regards,\nAnna Schmidt", "The camera broke.\nKind regards,\n[name]"),
        ("she was born on 12/03/1956.", "she was [birthday]."),
        ("version 2.6.32.71 of 2019", "version 2.6.32.71 of 2019"),
    ],
)
def test_masked(text: str, kept: str) -> None:
    assert masked(text) == kept
    assert personal_data(masked(text)) == []
