"""Progress: one redrawn line on a terminal, a plain line now and then elsewhere, silence when asked."""

from __future__ import annotations

import io

import pytest

from stillwatch.cli.progress import Progress


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_share_speed_and_time_left_in_one_redrawn_line() -> None:
    clock, stream = Clock(), Terminal()
    progress = Progress(100_000_000, "reading", stream=stream, clock=clock)
    clock.now += 2
    progress.advance(40_000_000, 10_000)
    assert stream.getvalue() == "\r\x1b[2Kreading   40%  20.0 MB/s  5,000 records/s  3.0 s left"


def test_a_pipe_gets_a_plain_line_at_most_every_five_seconds() -> None:
    clock, stream = Clock(), io.StringIO()
    progress = Progress(1_000_000, "reading", stream=stream, clock=clock)
    for _ in range(100):
        clock.now += 0.11
        progress.advance(10_000, 10)
    assert len(stream.getvalue().splitlines()) == 2
    assert "\x1b" not in stream.getvalue()


def test_the_end_is_summed_up() -> None:
    clock, stream = Clock(), io.StringIO()
    with Progress(1_000_000, "reading", stream=stream, clock=clock) as progress:
        clock.now += 3
        progress.advance(1_000_000, 1_200)
    assert stream.getvalue() == "reading  1.0 MB  1,200 records  in 3.0 s\n"


def test_an_interruption_leaves_what_was_reached() -> None:
    clock, stream = Clock(), Terminal()

    def read_a_little() -> None:
        with Progress(1_000_000, "reading", stream=stream, clock=clock) as progress:
            clock.now += 1
            progress.advance(250_000, 10)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_a_little()
    assert stream.getvalue().endswith("25%  0.2 MB/s  10 records/s  3.0 s left\n")


def test_an_unknown_total_gives_speed_but_no_share() -> None:
    clock, stream = Clock(), Terminal()
    progress = Progress(None, "reading", stream=stream, clock=clock)
    clock.now += 1
    progress.advance(2_000_000, 100)
    assert "%" not in stream.getvalue()
    assert "left" not in stream.getvalue()
    assert "2.0 MB/s" in stream.getvalue()


def test_quiet_says_nothing() -> None:
    clock, stream = Clock(), Terminal()
    with Progress(10, "reading", quiet=True, stream=stream, clock=clock) as progress:
        clock.now += 10
        progress.advance(10, 1)
    assert stream.getvalue() == ""


@pytest.mark.parametrize(("seconds", "words"), [(75, "1 min 15 s left"), (3720, "1 h 02 min left")])
def test_long_waits_are_told_in_minutes_and_hours(seconds: int, words: str) -> None:
    clock, stream = Clock(), Terminal()
    progress = Progress(1_000 * (seconds + 1), "reading", stream=stream, clock=clock)
    clock.now += 1
    progress.advance(1_000, 1)
    assert words in stream.getvalue()
