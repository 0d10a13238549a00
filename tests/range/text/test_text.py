import random

import pytest

from stillwatch.range.seeding import dice
from stillwatch.range.text import grammar, public
from stillwatch.range.text.bank import LANGUAGES, bank
from stillwatch.range.text.frames import write_frame
from stillwatch.range.text.payloads import KINDS, compose
from stillwatch.range.text.subjects import subjects


def test_an_expression_has_as_many_forms_as_its_groups_allow():
    assert grammar.forms("[a|b] x [c|d|]") == 6
    made = {
        grammar.expand(grammar.parse("[a|b] x [c|d|]"), random.Random(i), habitual=False) for i in range(200)
    }
    assert made == {"A x c", "A x d", "A x", "B x c", "B x d", "B x"}


def test_double_brackets_stand_for_brackets():
    assert grammar.expand(grammar.parse("x[[1]]"), random.Random(1), habitual=False) == "X[1]"


def test_the_taxonomy_is_wide():
    world = subjects("en")
    assert len(world.fields) >= 25
    assert len(world.topics) >= 300
    assert len(set(world.topics)) == len(world.topics)


def test_the_bank_has_thousands_of_surface_forms():
    words = bank("en")
    intents = ("ask", "context", "constraint", "steps", "trace", "rubric", "rewrite", "role", "brief")
    assert sum(len(set(words.written(intent))) for intent in intents) > 3000


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_states_the_demands_that_matter_in_its_own_words(language):
    for intent in ("open", "ask", "context", "steps", "trace", "rubric", "rewrite", "answer", "answer_step"):
        assert bank(language).has(intent)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_payload_can_be_written_in_every_language(language, kind):
    texts = {compose(dice(language, kind, i), bank(language), kind, size=3)[0] for i in range(30)}
    assert len(texts) > 20
    assert not any("{" in text and "}" in text and kind != "code" for text in texts)


def test_payloads_hardly_ever_repeat():
    texts = [compose(dice("repeat", i), bank("en"), "question", size=3)[0] for i in range(3000)]
    assert len(set(texts)) == len(texts)


def test_without_paraphrase_a_frame_keeps_its_words():
    frame = write_frame(dice(1), bank("en"), ("steps", "format_final"))
    assert frame.render(dice(2), "X") == frame.render(dice(3), "X")


def test_the_more_paraphrase_the_fewer_words_stay():
    frame = write_frame(dice(1), bank("en"), ("steps", "trace", "format_final"), system=False)
    fixed = set(frame.render(dice(0), "X")[1].split())

    def kept(level):
        found = [frame.render(dice(i), "X", level)[1].split() for i in range(60)]
        return sum(len(fixed & set(words)) / len(fixed) for words in found) / len(found)

    assert kept(0.0) == 1.0 > kept(0.3) > kept(0.7) > kept(1.0)


def test_public_sets_and_scaffolds_are_the_same_for_everybody():
    text = public.item(bank("en"), "steps-math", 5)
    public.item.cache_clear()
    assert public.item(bank("en"), "steps-math", 5) == text
    assert public.client_prompt(bank("en"), 0) != public.client_prompt(bank("en"), 1)
