"""Whatever ends a command early becomes one clear message and the documented status."""

from __future__ import annotations

import errno
import os

import pytest

from stillwatch.cli import failures
from stillwatch.errors import ExitCode, StillwatchError


def test_an_error_is_printed_with_its_place_and_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    error = StillwatchError(
        "line 1841 of gateway.jsonl has no timestamp",
        code="SW-LOG-03",
        where="gateway.jsonl:1841",
        hint="name the field with --map",
        exit_code=ExitCode.UNREADABLE,
    )
    assert failures.report(error) == ExitCode.UNREADABLE
    assert capsys.readouterr().err.splitlines() == [
        "error[SW-LOG-03]: line 1841 of gateway.jsonl has no timestamp",
        "  --> gateway.jsonl:1841",
        "  help: name the field with --map",
    ]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "permission was denied"),
        (errno.ENOENT, "there is no such file or folder"),
        (errno.EIO, "the operating system refused: Input/output error"),
    ],
)
def test_the_operating_systems_refusal_is_a_sentence_with_the_path(
    capsys: pytest.CaptureFixture[str], number: int, words: str
) -> None:
    status = failures.report(OSError(number, os.strerror(number), "store/part-7.parquet"))
    printed = capsys.readouterr().err
    assert status == ExitCode.UNREADABLE
    assert words in printed
    assert "  --> store/part-7.parquet" in printed


def test_a_fault_of_ours_is_named_without_quoting_what_may_be_log_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        raise ValueError("a customer's prompt")
    except ValueError as fault:
        status = failures.report(fault)
    printed = capsys.readouterr().err
    assert status == failures.FAULT
    assert "ValueError" in printed
    assert "a customer's prompt" not in printed


def test_a_fault_of_ours_shows_its_traceback_on_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STILLWATCH_DEBUG", "1")
    try:
        raise ValueError("wrong shape")
    except ValueError as fault:
        failures.report(fault)
    assert "ValueError: wrong shape" in capsys.readouterr().err


def test_too_little_memory_is_said_with_what_to_change(capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.report(MemoryError()) == ExitCode.UNREADABLE
    assert "memory_gib" in capsys.readouterr().err
