"""Languages of texts against each other and against the starting model's."""

from __future__ import annotations

from tests.checks.looked_at import NOTHING, looked_at, told
from tl_core.checks.languages import find_languages
from tl_core.domain.finding import DropRemedy, Finding
from tl_core.domain.text import said


def found(languages: dict[str, int], known: list[str]) -> dict[str, Finding]:
    looks = [NOTHING._replace(kinds={"language": code}) for code, count in languages.items() for _ in range(count)]
    return {finding.code: finding for finding in find_languages(looked_at(looks, languages=known))}


def test_a_language_the_model_never_saw() -> None:
    finding = found({"en": 280, "de": 4, "fr": 3, "und": 20}, ["en"])["languages_unseen"]
    assert finding.level == "warning"
    assert said(finding.values) == {"count": 7, "languages": "German (4), French (3)", "model": "Tiny"}
    assert finding.samples == [str(k) for k in range(280, 287)]
    assert finding.remedies == [DropRemedy(samples=finding.samples)]
    assert told(finding)


def test_a_few_wrong_guesses_are_no_language() -> None:
    assert found({"en": 1000, "it": 4, "lv": 2, "et": 1}, ["en"]) == {}
    assert found({"en": 30, "it": 2}, ["en"]) == {}


def test_a_model_of_many_languages_or_of_unknown_ones() -> None:
    texts = {"en": 50, "de": 2, "fi": 3}
    assert set(found(texts, ["en", "de", "fi-FI"])) == {"languages_mixed"}
    assert "languages_unseen" not in found(texts, ["multilingual"])
    assert "languages_unseen" not in found(texts, [])


def test_a_mix_is_told() -> None:
    finding = found({"en": 60, "de": 40, "fr": 3}, ["en", "de", "fr"])["languages_mixed"]
    assert finding.level == "note"
    assert said(finding.values) == {"count": 2, "languages": "English (60), German (40)"}
    assert finding.samples == [str(k) for k in range(60, 100)]
    assert told(finding)


def test_samples_without_a_language() -> None:
    assert list(find_languages(looked_at([NOTHING] * 5, languages=["en"]))) == []
