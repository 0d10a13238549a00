from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.sharing.matching.minhash import Hasher, shingles, similarity
from stillwatch.sharing.matching.template import TemplateFinder
from stillwatch.sharing.matching.template_index import TemplateIndex

HASHER = Hasher(b"k" * 32)
WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprst"]


def words(rng: random.Random, number: int) -> str:
    return " ".join(rng.choices(WORDS, k=number))


def test_the_estimate_is_right_on_average() -> None:
    rng = random.Random(1)
    errors = []
    for shared in (10, 20, 30, 40):
        for _ in range(60):
            common = words(rng, shared)
            one, other = common + " " + words(rng, 50 - shared), common + " " + words(rng, 50 - shared)
            a, b = shingles(one), shingles(other)
            errors.append(similarity(HASHER.of(a), HASHER.of(b)) - len(a & b) / len(a | b))
    assert abs(sum(errors) / len(errors)) < 0.01
    assert sorted(map(abs, errors))[int(0.95 * len(errors))] < 0.15


def test_typing_is_no_difference_and_a_number_is_a_number() -> None:
    one = HASHER.signature("Rate the ANSWER from 1 to 10,\nthen explain")
    assert one == HASHER.signature("rate  the \u200banswer from 3 to 5 then explain!")
    assert one != HASHER.signature("rate the reply from 3 to 5 then explain")


@pytest.mark.parametrize("text", ["", "one two", "!!! ???"])
def test_a_text_of_fewer_than_three_words_has_no_signature(text: str) -> None:
    assert HASHER.signature(text) is None


def test_scripts_without_spaces_have_runs_of_characters() -> None:
    one, other = shingles("请评价这个回答的质量"), shingles("请评价这个翻译的质量")
    assert len(one & other) >= 4


def test_without_the_key_a_guess_at_the_wording_cannot_be_tested() -> None:
    text = "you are a careful grader of answers to questions"
    assert similarity(HASHER.signature(text), Hasher(b"x" * 32).signature(text)) < 0.1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.02, 0.1, 0.3, 0.9]))
def test_the_index_finds_exactly_what_pair_by_pair_comparison_finds(seed: int, threshold: float) -> None:
    rng = random.Random(seed)
    frames = [words(rng, 20) for _ in range(3)]
    texts = [rng.choice(frames) + " " + words(rng, rng.randrange(30)) for _ in range(12)]
    made = [HASHER.signature(text) for text in texts]
    known, asked = made[:7], made[5:]
    found = {
        (m.query, m.found, m.similarity) for m in TemplateIndex(known).search(asked, threshold=threshold)
    }
    expected = {
        (i, j, similarity(one, other))
        for i, one in enumerate(asked)
        for j, other in enumerate(known)
        if similarity(one, other) >= threshold
    }
    assert found == expected


def test_an_empty_index_and_an_empty_question_find_nothing() -> None:
    signature = HASHER.signature("one two three")
    assert TemplateIndex([]).search([signature]) == []
    assert TemplateIndex([signature]).search([]) == []


def finder(least_accounts: int = 3) -> TemplateFinder:
    return TemplateFinder("e1", HASHER, least_accounts=least_accounts)


def campaign(rng: random.Random, frame: str, prompts: int = 30) -> list[tuple[str, set[str]]]:
    return [(f"acct-{n % 5}", shingles(f"{frame} {words(rng, 15)}")) for n in range(prompts)]


def test_a_signature_holds_the_frame_and_not_the_payload() -> None:
    rng = random.Random(2)
    frame = words(rng, 20)
    found = finder()
    for account, runs in campaign(rng, frame):
        assert found.add(account, runs)
    (derived,) = found.found()
    assert derived.prompts == 30
    assert derived.accounts == 5
    assert derived.template.signature == HASHER.signature(frame)


def test_two_templates_of_one_case_are_told_apart() -> None:
    rng = random.Random(3)
    found = finder()
    for account, runs in campaign(rng, words(rng, 25), 40) + campaign(rng, words(rng, 25), 20):
        found.add(account, runs)
    assert [derived.prompts for derived in found.found()] == [40, 20]


def test_a_template_of_too_few_accounts_prompts_or_words_is_not_reported() -> None:
    rng = random.Random(4)
    lonely, rare, short = finder(6), finder(), finder()
    for account, runs in campaign(rng, words(rng, 25)):
        lonely.add(account, runs)
    for account, runs in campaign(rng, words(rng, 25), 9):
        rare.add(account, runs)
    for account, _ in campaign(rng, "", 30):
        short.add(account, shingles("grade this answer now please"))
    assert lonely.found() == rare.found() == short.found() == []


def test_free_writing_has_no_template() -> None:
    rng = random.Random(5)
    found = finder()
    for n in range(60):
        found.add(f"acct-{n}", shingles(words(rng, 40)))
    assert found.found() == []


def test_what_other_accounts_send_as_well_is_nobodys_mark() -> None:
    rng = random.Random(6)
    public, own = words(rng, 30), words(rng, 25)
    found = finder()
    for account, runs in campaign(rng, f"{public} {own}"):
        found.add(account, runs)
    for n in range(20):
        found.add_other(f"other-{n}", shingles(f"{public} {words(rng, 15)}"))
    (derived,) = found.found()
    assert derived.runs == len(shingles(own)) + 2  # and the two where the frames meet
    assert similarity(derived.template.signature, HASHER.signature(own)) > 0.8
    honest = finder()
    for account, runs in campaign(rng, public):
        honest.add(account, runs)
    for n in range(20):
        honest.add_other(f"other-{n}", shingles(f"{public} {words(rng, 15)}"))
    assert honest.found() == []
