"""The splits are kept apart by construction: no sentence, family or tactic of one occurs in another."""

import itertools
import re

import pytest

from stillwatch.errors import StillwatchError
from stillwatch.range.campaigns import families, families_of
from stillwatch.range.kinds import Kind
from stillwatch.range.splits import SPLITS, check_split
from stillwatch.range.tactics import LEVELS, tactics, tactics_of
from stillwatch.range.text import public
from stillwatch.range.text.bank import LANGUAGES, bank, read
from stillwatch.range.world import make_world

_ENDS = re.compile(r"[.!?\n。？！।؟]+")
_DIGITS = re.compile(r"\d+")


def intents(language):
    return [name for name, value in read(language).items() if isinstance(value, list)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_form_of_an_intent_belongs_to_two_splits(language):
    for intent in intents(language):
        forms = [
            set(bank(language, split).written(intent)) | set(bank(language, split).spoken(intent))
            for split in SPLITS
        ]
        assert all(forms), intent
        assert not any(one & other for one, other in itertools.combinations(forms, 2)), intent


@pytest.fixture(scope="module")
def sentences():
    """Per split, the sentences of at least six words of a sample of a world's exchanges, numbers masked."""
    found = {}
    for split in SPLITS:
        world = make_world("standard", 3, accounts=300, split=split)
        harvested = [index for index, (_, campaign) in enumerate(world.exchange_truth()) if campaign]
        texts = set()
        for index in itertools.chain(
            harvested[:: len(harvested) // 400], range(0, len(world), len(world) // 400)
        ):
            (record,) = world.exchanges(index, index + 1)
            for text in (
                record["response_text"] or "",
                *(message["content"] for message in record["messages"]),
            ):
                texts |= {_DIGITS.sub("0", part).strip() for part in _ENDS.split(text)}
        found[split] = {
            text for text in texts if len(text.split()) >= 6 or (len(text) >= 14 and text > "\u3000")
        }
    return found


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(SPLITS, 2)))
def test_no_rendered_sentence_of_one_split_occurs_in_another(sentences, one, other):
    assert min(len(sentences[one]), len(sentences[other])) > 2000
    assert sentences[one] & sentences[other] == set()


def test_public_sets_scaffolds_and_clients_differ_between_splits():
    banks = [bank("en", split) for split in SPLITS]
    assert len({public.item(words, "steps-math", 5) for words in banks}) == 3
    assert len({public.client_prompt(words, 0) for words in banks}) == 3
    assert len({public.scaffold(words, 0).instructions for words in banks}) == 3


def test_there_are_fifteen_families_and_enough_in_every_split():
    assert len(families()) >= 15
    counts = {split: len(families_of(split)) for split in SPLITS}
    assert sum(counts.values()) == len(families())
    assert counts["train"] >= 6
    assert counts["validation"] >= 4
    assert counts["frozen"] >= 5


@pytest.mark.parametrize("split", SPLITS)
def test_every_split_poses_every_kind_of_difficulty(split):
    assert {families()[name].KIND for name in families_of(split)} == set(Kind)


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("level", LEVELS)
def test_every_split_has_tactics_of_every_level(split, level):
    assert tactics_of(split, level)


def test_no_tactic_of_one_split_sets_the_knobs_of_another():
    for (name, one), (other_name, other) in itertools.combinations(tactics().items(), 2):
        if one.SPLIT != other.SPLIT:
            same = ("timing", "infrastructure", "age", "cover", "wording")
            assert [one.KNOBS[k] for k in same] != [other.KNOBS[k] for k in same], (name, other_name)


def test_accounts_of_different_splits_differ():
    people = [set(make_world("demo", 1, accounts=200, split=split).truth) for split in SPLITS]
    assert not any(one & other for one, other in itertools.combinations(people, 2))


def test_an_unknown_split_is_answered_with_the_nearest():
    with pytest.raises(StillwatchError) as caught:
        check_split("frozn")
    assert "did you mean 'frozen'" in caught.value.hint
