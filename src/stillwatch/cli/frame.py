"""The frame around every command: finding it, running it, and ending with the right status."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from stillwatch import __version__
from stillwatch.cli.discovery import FolderGroup
from stillwatch.cli.failures import ReaderGoneError, interrupted, report
from stillwatch.cli.options import config_option

_SERVER: Final = "granian"
"""Loaded only where HTTP is served."""
_MATRIX_THREADS: Final = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What the libraries below numpy ask for how many threads to use, when they are loaded."""


class Root(FolderGroup):
    """The ``stillwatch`` command itself."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; Ctrl-C becomes one line that says how to go on.

        Both are caught here because click would answer them itself, a closed pipe even with the
        status that means "found".
        """
        try:
            outcome = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt as stop:
            raise interrupted(ctx) from stop
        except BrokenPipeError as gone:
            raise ReaderGoneError from gone
        return outcome


root = Root(
    package="stillwatch.cli",
    folder=Path(__file__).parent,
    name="stillwatch",
    help="Find adversarial distillation in the logs of a model API, and say why.",
    epilog="\b\nExample:\n  stillwatch detect gateway.jsonl --out findings",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
config_option(root)
click.version_option(__version__, prog_name="stillwatch", message="%(prog)s %(version)s")(root)


def run(args: Sequence[str] | None = None) -> int:
    """Runs one command line.

    A command may return an ``ExitCode``; returning nothing means done.

    Args:
        args: the words after ``stillwatch``; None takes those of the process.

    Returns:
        The status to exit with.
    """
    try:
        outcome = root.main(args, prog_name="stillwatch", standalone_mode=False)
    except SystemExit:
        raise  # completion scripts end this way
    except BaseException as failure:
        return report(failure)
    return int(outcome) if isinstance(outcome, int) else 0


def main() -> NoReturn:
    """The program ``stillwatch``."""
    sys.unraisablehook = _deliver_lost_interrupts
    _multiply_in_one_thread()
    status = run()
    if _SERVER in sys.modules:
        _leave_at_once(status)
    sys.exit(status)


def _multiply_in_one_thread() -> None:
    """Keep a product of matrices in the thread that asks for it, unless the environment says otherwise.

    They are narrow here: threads of the library's own wait for each other longer than they work, and the program has
    threads of its own.
    """
    for name in _MATRIX_THREADS:
        os.environ.setdefault(name, "1")


def _leave_at_once(status: int) -> NoReturn:
    """End without taking the interpreter down.

    The server's own threads may outlive its last answer. One that wants the interpreter while it goes down is ended in
    the midst of compiled code, which aborts the process; everything of ours is closed and on disk by now.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def _deliver_lost_interrupts(lost: sys.UnraisableHookArgs) -> None:
    """Raise Ctrl-C anew where a call from compiled code swallowed it, as when machine code is being loaded.

    From another thread and a little later: raised in here it would be swallowed again. Sent to the main thread itself,
    so that a read that waits for input wakes up.
    """
    if isinstance(lost.exc_value, KeyboardInterrupt):
        main_thread = threading.main_thread().ident or 0
        again = threading.Timer(0.05, signal.pthread_kill, (main_thread, signal.SIGINT))
        again.daemon = True
        again.start()
    else:
        sys.__unraisablehook__(lost)
