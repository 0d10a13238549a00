import dataclasses
import gzip
import re
import shutil
from pathlib import Path

import orjson
import pytest

from stillwatch.errors import StillwatchError
from stillwatch.range.audit import audit
from stillwatch.range.audit.categories import CATEGORIES
from stillwatch.range.audit.features import FEATURES
from stillwatch.range.audit.words import lines, table

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "range-audit.md"


@pytest.fixture(scope="module")
def records(small_folder):
    with gzip.open(small_folder / "exchanges.jsonl.gz") as source:
        return [orjson.loads(line) for line in source]


@pytest.fixture(scope="module")
def values(small_folder, records):
    from stillwatch.range.audit.features import account_features
    from stillwatch.range.audit.log_table import open_log

    accounts = sorted({record["account_id"] for record in records})
    with open_log(small_folder / "exchanges.jsonl.gz", threads=1, memory_gib=1) as connection:
        return accounts, account_features(connection, accounts)


def test_every_feature_is_judged_once_and_the_farthest_from_a_coin_comes_first(audited):
    assert len(audited.features) == len(FEATURES) + len(CATEGORIES)
    assert len({feature.name for feature in audited.features}) == len(audited.features)
    away = [abs((0.5 if each.area is None else each.area) - 0.5) for each in audited.features]
    assert away == sorted(away, reverse=True)


def test_an_audit_says_the_same_twice(audited, small_folder):
    assert audit(small_folder).as_json() == audited.as_json()


def test_features_are_those_that_plain_python_counts(values, records):
    accounts, found = values
    for number in range(0, len(accounts), 25):
        own = [record for record in records if record["account_id"] == accounts[number]]
        asked = [record["messages"][-1]["content"] for record in own]
        prompts = [record["messages"][0]["role"] == "system" for record in own]
        begins = [all(each["role"] != "assistant" for each in record["messages"]) for record in own]

        def mean(numbers):
            numbers = list(numbers)
            return sum(numbers) / len(numbers)

        expected = {
            "exchanges": len(own),
            "addresses": len({record["ip"] for record in own}),
            "models": len({record["model"] for record in own}),
            "payment_missing": mean(record["payment_fingerprint"] is None for record in own),
            "temperature_set": mean(record["temperature"] is not None for record in own),
            "stream": mean(bool(record["stream"]) for record in own),
            "tools": mean(bool(record["tools"]) for record in own),
            "errors": mean(record["status"] != 200 for record in own),
            "messages": mean(len(record["messages"]) for record in own),
            "first_turn": mean(begins),
            "system_prompt": mean(prompts),
            "prompt_length": mean(len(text) for text in asked),
            "prompt_bytes": mean(len(text.encode()) / max(1, len(text)) for text in asked),
            "digits": mean(len(re.findall("[0-9]", text[:300])) / max(1, len(text[:300])) for text in asked),
            "distinct_prompts": len(set(asked)) / len(own),
            "night": mean(int(record["ts"][11:13]) < 6 for record in own),
        }
        for name, value in expected.items():
            assert found[name][number] == pytest.approx(value), name


def test_a_shared_payment_counts_the_accounts_that_share_it(values, records):
    accounts, found = values
    holders = {}
    for record in records:
        holders.setdefault(record["payment_fingerprint"], set()).add(record["account_id"])
    for record in records[:50]:
        if record["payment_fingerprint"] is not None:
            number = accounts.index(record["account_id"])
            assert found["payment_sharing"][number] == len(holders[record["payment_fingerprint"]])


def test_the_words_name_every_feature_outside_the_band(audited):
    told = "\n".join(lines(audited))
    assert audited.outside
    for feature in audited.outside:
        assert re.search(rf"(?m)^  {feature.name} .*outside$", told)


def test_the_table_has_a_line_for_each_world_with_what_tells_most(audited):
    head, first, second = table([audited, dataclasses.replace(audited, world="other", features=())])
    assert head.split()[:5] == ["world", "accounts", "attack", "outside", "solved"]
    assert first.startswith(audited.world)
    assert f"{audited.outside[0].name} {audited.outside[0].area:.2f}" in first
    assert second.split() == [
        "other",
        f"{audited.accounts:,}",
        f"{audited.attackers:,}",
        *f"0 0 of {len(audited.campaigns)} –".split(),
    ]


def test_the_page_explains_every_feature_and_field():
    page = PAGE.read_text()
    assert [each.name for each in FEATURES if f"`{each.name}`" not in page] == []
    assert [name for name in CATEGORIES if f"`{name}`" not in page] == []


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda folder: (folder / "exchanges.jsonl.gz").unlink(), "no canonical log"),
        (
            lambda folder: (folder / "exchanges.jsonl.gz").write_bytes(gzip.compress(b'{"ts": "x')),
            "cannot be audited",
        ),
        (
            lambda folder: (folder / "exchanges.jsonl.gz").write_bytes(
                gzip.compress(b'{"ts": "2026-03-02T00:00:00Z", "account_id": "x", "messages": []}\n')
            ),
            "1 accounts are not in the truth (x)",
        ),
    ],
)
def test_a_log_that_cannot_be_audited_is_refused_in_a_sentence(small_folder, tmp_path, damage, why):
    folder = tmp_path / "world"
    shutil.copytree(small_folder, folder)
    damage(folder)
    with pytest.raises(StillwatchError) as caught:
        audit(folder)
    assert why in caught.value.message
