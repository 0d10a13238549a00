from __future__ import annotations

import pytest

from stillwatch.enforcement.answers import Subject, asn_of, subject_of_words


@pytest.mark.parametrize(
    ("word", "number"),
    [("64500", 64500), ("AS64500", 64500), ("as64500", 64500), ("", 0), ("0", 0)],
)
def test_a_system_is_told_by_its_number_with_or_without_its_letters(word, number):
    assert asn_of(word) == number


@pytest.mark.parametrize("word", ["many", "-1", "1.5", "\u0663", "4294967296", "9" * 5000, "ASAS1"])
def test_what_is_no_number_of_a_system_is_told_apart(word):
    assert asn_of(word) is None
    assert subject_of_words(asn=word).asn == 0


def test_a_subject_is_the_same_however_its_words_are_written():
    said = subject_of_words("acct-1", "org-1", "key-1", "192.0.2.7", "as64500", "de")
    assert said == Subject("acct-1", "org-1", "key-1", "192.0.2.7", 64500, "DE")
