"""Reads a made world's log once into a narrow table: numbers and names of each exchange, no text.

DuckDB scans the log with as many threads as allowed. What is left of a text is how long it is and what it is
made of: what people try first who look for attack accounts without reading.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from stillwatch.errors import ExitCode, StillwatchError

TABLE: Final = "exchange"

_COLUMNS: Final = {
    "ts": "TIMESTAMP",
    "account_id": "VARCHAR",
    "organization_id": "VARCHAR",
    "api_key_id": "VARCHAR",
    "ip": "VARCHAR",
    "asn": "BIGINT",
    "country": "VARCHAR",
    "user_agent": "VARCHAR",
    "payment_fingerprint": "VARCHAR",
    "account_created_at": "TIMESTAMP",
    "model": "VARCHAR",
    "endpoint": "VARCHAR",
    "messages": 'STRUCT("role" VARCHAR, "content" VARCHAR)[]',
    "response_text": "VARCHAR",
    "reasoning_tokens": "BIGINT",
    "input_tokens": "BIGINT",
    "output_tokens": "BIGINT",
    "temperature": "DOUBLE",
    "max_tokens": "BIGINT",
    "tools": "VARCHAR[]",
    "stream": "BOOLEAN",
    "latency_ms": "BIGINT",
    "status": "BIGINT",
}


def _without(text: str, characters: str) -> str:
    """SQL: how many of some characters a text has."""
    quoted = characters.replace("'", "''")
    return f"length({text}) - length(translate({text}, '{quoted}', ''))"


_PUNCTUATION: Final = ".,;:!?\"'()[]{}-–—/…。，、！？：；（）"
_LOOKED_AT: Final = 300  # characters; what a text is made of shows in its beginning
_UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_NARROW: Final = f"""
CREATE TEMP TABLE {TABLE} AS
WITH line AS (
  SELECT *, messages[-1].content AS asked, left(messages[-1].content, {_LOOKED_AT}) AS start,
    messages[1].role = 'system' AS has_system,
    list_contains(list_transform(messages, lambda m: m.role), 'assistant') AS goes_on
  FROM read_json($log, format = 'newline_delimited', columns = $columns)
)
SELECT
  account_id, epoch_ms(ts) AS t, epoch_ms(account_created_at) AS created,
  organization_id AS organisation, api_key_id AS key, ip, asn, country, user_agent AS client,
  payment_fingerprint AS payment, model, endpoint,
  temperature, max_tokens, array_to_string(list_sort(tools), ' ') AS tools, stream,
  reasoning_tokens, input_tokens, output_tokens, latency_ms, status,
  len(messages) AS messages, has_system, NOT goes_on AS first_turn,
  CASE WHEN has_system THEN length(messages[1].content) ELSE 0 END AS system_length,
  CASE WHEN has_system THEN hash(messages[1].content) END AS system_text,
  length(asked) AS asked_length,
  strlen(asked) / greatest(length(asked), 1) AS asked_bytes,
  ({_without("start", _PUNCTUATION)}) / greatest(length(start), 1) AS asked_punctuation,
  ({_without("start", "0123456789")}) / greatest(length(start), 1) AS asked_digits,
  ({_without("start", _UPPER)}) / greatest(length(start), 1) AS asked_capitals,
  contains(asked, '?') OR contains(asked, '？') AS asked_question,
  length(asked) - length(replace(asked, chr(10), '')) AS asked_breaks,
  contains(asked, '```') AS asked_code,
  hash(asked) AS asked_text, hash(left(start, 24)) AS asked_opening,
  lower(split_part(start, ' ', 1))[:24] AS first_word,
  CASE
    WHEN strlen(asked) = length(asked) THEN 'ascii'
    WHEN regexp_matches(asked, '[\\p{{Hiragana}}\\p{{Katakana}}]') THEN 'kana'
    WHEN regexp_matches(asked, '\\p{{Hangul}}') THEN 'hangul'
    WHEN regexp_matches(asked, '\\p{{Han}}') THEN 'han'
    WHEN regexp_matches(asked, '\\p{{Cyrillic}}') THEN 'cyrillic'
    WHEN regexp_matches(asked, '\\p{{Arabic}}') THEN 'arabic'
    WHEN regexp_matches(asked, '\\p{{Devanagari}}') THEN 'devanagari'
    ELSE 'latin'
  END AS script,
  length(response_text) AS answer_length,
  length(response_text) - length(replace(response_text, chr(10), '')) AS answer_breaks
FROM line
"""


def open_log(log: Path, *, threads: int, memory_gib: float) -> duckdb.DuckDBPyConnection:
    """A connection with the log's exchanges in the table ``exchange``.

    Args:
        log: a canonical ``exchanges.jsonl.gz``.
        threads: how many threads may read.
        memory_gib: how much memory may be used; more than that goes to disk.

    Raises:
        StillwatchError: the log cannot be read as canonical exchanges.
    """
    if not log.is_file():
        raise StillwatchError(
            "there is no canonical log in this folder",
            code="SW-AUDIT-01",
            where=str(log),
            hint="audit reads what `stillwatch range make --out DIR` writes without --format",
            exit_code=ExitCode.UNREADABLE,
        )
    connection = duckdb.connect(config={"threads": threads, "memory_limit": f"{memory_gib:g}GiB"})
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    try:
        connection.execute(_NARROW, {"log": str(log), "columns": _COLUMNS})
    except duckdb.Error as error:
        connection.close()
        raise StillwatchError(
            f"the log cannot be audited: {str(error).partition(chr(10))[0][:200]}",
            code="SW-AUDIT-02",
            where=str(log),
            hint="make the world again with `stillwatch range make`, without --format",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return connection
