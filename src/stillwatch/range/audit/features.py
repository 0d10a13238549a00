"""Account features that anybody could try as the only test: each a number an account, out of one field or few."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import duckdb
    import numpy.typing as npt


@dataclasses.dataclass(frozen=True, slots=True)
class Feature:
    """One number an account.

    Attributes:
        sql: over the exchanges of one account (``x``), with the facts of ``_SHARED`` beside each exchange.
        about: what it is, in a few words.
    """

    name: str
    sql: str
    about: str


FEATURES: Final = (
    Feature("exchanges", "count(*)", "exchanges"),
    Feature("active_days", "count(DISTINCT t // 86400000)", "days with an exchange"),
    Feature("addresses", "count(DISTINCT ip)", "addresses used"),
    Feature("address_sharing", "avg(accounts_on_ip)", "accounts that share its addresses"),
    Feature("asns", "count(DISTINCT asn)", "networks used"),
    Feature("asn_rarity", "avg(-ln(accounts_on_asn))", "how few accounts use its networks"),
    Feature("countries", "count(DISTINCT country)", "countries used"),
    Feature("country_rarity", "avg(-ln(accounts_on_country))", "how few accounts come from its countries"),
    Feature("payment_sharing", "avg(accounts_on_payment)", "accounts that share its payment"),
    Feature("payment_missing", "avg((payment IS NULL)::INT)", "share of exchanges without a payment"),
    Feature("organisation_missing", "avg((organisation IS NULL)::INT)", "share without an organisation"),
    Feature("organisation_size", "avg(accounts_on_organisation)", "accounts of its organisation"),
    Feature("keys", "count(DISTINCT key)", "keys used"),
    Feature("clients", "count(DISTINCT client)", "client strings used"),
    Feature("client_rarity", "avg(-ln(accounts_on_client))", "how few accounts use its clients"),
    Feature("age_days", "(min(t) - min(created)) / 864e5", "days from opening to the first exchange"),
    Feature("models", "count(DISTINCT model)", "models used"),
    Feature("temperature_set", "avg((temperature IS NOT NULL)::INT)", "share with a temperature"),
    Feature("temperature", "avg(temperature)", "temperature where set"),
    Feature("max_tokens_set", "avg((max_tokens IS NOT NULL)::INT)", "share with a token limit"),
    Feature("max_tokens", "avg(max_tokens)", "token limit where set"),
    Feature("stream", "avg(stream::INT)", "share streamed"),
    Feature("tools", "avg((tools IS NOT NULL AND tools <> '')::INT)", "share with tools"),
    Feature("input_tokens", "avg(input_tokens)", "input tokens, mean"),
    Feature("output_tokens", "avg(output_tokens)", "output tokens, mean"),
    Feature(
        "output_ratio", "sum(output_tokens) / greatest(sum(input_tokens), 1)", "output over input tokens"
    ),
    Feature("reasoning_tokens", "avg(reasoning_tokens)", "reasoning tokens, mean"),
    Feature("hour_entropy", "entropy(t // 3600000 % 24)", "spread over the hours of the day"),
    Feature("night", "avg((t // 3600000 % 24 < 6)::INT)", "share between 0 and 6 UTC"),
    Feature("weekend", "avg(((t // 86400000 + 3) % 7 >= 5)::INT)", "share on Saturday or Sunday"),
    Feature("gap_cv", "stddev_pop(gap) / nullif(avg(gap), 0)", "variation of the time between exchanges"),
    Feature("gap_median", "median(gap)", "median time between exchanges"),
    Feature("latency", "avg(latency_ms)", "latency, mean"),
    Feature("errors", "avg((status <> 200)::INT)", "share that failed"),
    Feature("messages", "avg(messages)", "messages a request, mean"),
    Feature("first_turn", "avg(first_turn::INT)", "share that begins a conversation"),
    Feature("system_prompt", "avg(has_system::INT)", "share with a system prompt"),
    Feature("system_length", "avg(system_length)", "length of the system prompt, mean"),
    Feature("system_texts", "count(DISTINCT system_text) / count(*)", "different system prompts an exchange"),
    Feature("prompt_length", "avg(asked_length)", "length of the last message, mean"),
    Feature("prompt_length_cv", "stddev_pop(asked_length) / avg(asked_length)", "variation of that length"),
    Feature("prompt_bytes", "avg(asked_bytes)", "bytes a character"),
    Feature("punctuation", "avg(asked_punctuation)", "share of punctuation in the last message"),
    Feature("digits", "avg(asked_digits)", "share of digits"),
    Feature("capitals", "avg(asked_capitals)", "share of capitals"),
    Feature("questions", "avg(asked_question::INT)", "share with a question mark"),
    Feature("line_breaks", "avg(asked_breaks)", "line breaks, mean"),
    Feature("code_blocks", "avg(asked_code::INT)", "share with a code block"),
    Feature("scripts", "count(DISTINCT script)", "scripts written in"),
    Feature(
        "distinct_prompts", "count(DISTINCT asked_text) / count(*)", "different last messages an exchange"
    ),
    Feature("distinct_openings", "count(DISTINCT asked_opening) / count(*)", "different first 24 characters"),
    Feature("response_length", "avg(answer_length)", "length of the answer, mean"),
    Feature(
        "response_length_cv", "stddev_pop(answer_length) / avg(answer_length)", "variation of that length"
    ),
    Feature("response_breaks", "avg(answer_breaks)", "line breaks in the answer, mean"),
)

_SHARED: Final = ("ip", "asn", "country", "payment", "organisation", "client")
"""Fields for which each exchange gets the number of accounts that ever used its value."""


def account_features(
    connection: duckdb.DuckDBPyConnection, accounts: Sequence[str]
) -> dict[str, npt.NDArray[np.float64]]:
    """Each feature by name, in the order of the accounts; NaN where an account has no such number.

    Args:
        connection: from :func:`stillwatch.range.audit.log_table.open_log`.
        accounts: the accounts of the truth.
    """
    counts = "\n".join(
        f"LEFT JOIN (SELECT {field}, count(DISTINCT account_id) AS accounts_on_{field} FROM exchange "
        f"WHERE {field} IS NOT NULL GROUP BY {field}) AS by_{field} USING ({field})"
        for field in _SHARED
    )
    numbers = ", ".join(f"CAST({feature.sql} AS DOUBLE) AS {feature.name}" for feature in FEATURES)
    table = connection.execute(
        f"""
        WITH timed AS (
          SELECT *, t - lag(t) OVER (PARTITION BY account_id ORDER BY t) AS gap FROM exchange
        )
        SELECT account_id, {numbers} FROM timed {counts} GROUP BY account_id
        """
    ).fetchnumpy()
    place = {account: number for number, account in enumerate(accounts)}
    rows = np.asarray([place.get(account, -1) for account in table["account_id"]])
    found = {}
    for feature in FEATURES:
        values = np.full(len(accounts), np.nan)
        column = np.ma.filled(np.ma.asarray(table[feature.name]).astype(np.float64), np.nan)
        values[rows[rows >= 0]] = column[rows >= 0]
        found[feature.name] = values
    return found
