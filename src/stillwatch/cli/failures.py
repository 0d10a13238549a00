"""Turns whatever ends a command early into one clear message and the documented exit status."""

from __future__ import annotations

import errno
import os
import sys
import traceback

import click

from stillwatch.errors import ExitCode, StillwatchError

INTERRUPTED = 128 + 2
"""Ctrl-C, as shells count it."""

READER_GONE = 128 + 13
"""Whoever read the output went away (``stillwatch … | head``), as shells count it."""

FAULT = 70
"""A fault in Stillwatch itself (EX_SOFTWARE of sysexits.h)."""

_RESUME = "stillwatch.resume"


class StoppedError(Exception):
    """Ctrl-C was pressed; the message says what is safe and how to go on."""


class ReaderGoneError(Exception):
    """Whoever read standard output closed it; the rest is not wanted."""


def on_interrupt(words: str) -> None:
    """Sets what the one line after Ctrl-C says, for instance how to resume.

    Args:
        words: a clause that follows "stopped: ".
    """
    click.get_current_context().find_root().meta[_RESUME] = words


def interrupted(ctx: click.Context) -> StoppedError:
    """The exception that stands for Ctrl-C, carrying the running command's own words."""
    return StoppedError(ctx.find_root().meta.get(_RESUME, "nothing half-written was kept"))


def report(failure: BaseException) -> int:
    """Prints what went wrong to standard error.

    Returns:
        The status to exit with.
    """
    match failure:
        case ReaderGoneError() | BrokenPipeError():
            _mute_standard_streams()
            return READER_GONE
        case StoppedError():
            _print(f"stopped: {failure}")
            return INTERRUPTED
        case KeyboardInterrupt() | click.Abort():
            _print("stopped")
            return INTERRUPTED
        case click.exceptions.NoArgsIsHelpError():
            failure.show()
            return ExitCode.USAGE
        case _:
            error = _as_stillwatch_error(failure)
    if error is None:
        return _report_fault(failure)
    _print(error.render())
    return int(error.exit_code)


def _as_stillwatch_error(failure: BaseException) -> StillwatchError | None:
    """The failure in the one family of errors, or None where it is a fault of ours."""
    match failure:
        case StillwatchError():
            return failure
        case click.ClickException():
            return _usage_error(failure)
        case MemoryError():
            return StillwatchError(
                "there was not enough memory",
                code="SW-SYS-05",
                hint="set a smaller `memory_gib` or fewer `threads`",
                exit_code=ExitCode.UNREADABLE,
            )
        case OSError():
            return _system_error(failure)
        case _:
            return None


def _usage_error(failure: click.ClickException) -> StillwatchError:
    """Click's complaint about the command line, in the house's form."""
    ctx = getattr(failure, "ctx", None)
    path = ctx.command_path if ctx is not None else "stillwatch"
    message = failure.format_message()
    return StillwatchError(
        message[:1].lower() + message[1:].rstrip("."),
        code="SW-CLI-01",
        where=path,
        hint=f"`{path} --help` shows what it takes, with an example",
    )


_SYSTEM = {
    errno.ENOSPC: ("SW-SYS-01", "the disk is full", "free some space and run the same command again"),
    errno.EDQUOT: (
        "SW-SYS-01",
        "the disk quota is used up",
        "free some space and run the same command again",
    ),
    errno.EACCES: ("SW-SYS-02", "permission was denied", "check who owns it and who may read or write it"),
    errno.EPERM: ("SW-SYS-02", "permission was denied", "check who owns it and who may read or write it"),
    errno.EROFS: ("SW-SYS-02", "the file system is read-only", "choose another place to write to"),
    errno.ENOENT: ("SW-SYS-03", "there is no such file or folder", "check the spelling of the path"),
    errno.EISDIR: ("SW-SYS-03", "a folder stands where a file is needed", "name a file"),
    errno.ENOTDIR: ("SW-SYS-03", "a file stands where a folder is needed", "name a folder"),
    errno.EEXIST: ("SW-SYS-03", "something of that name exists already", "choose another name"),
    errno.EMFILE: ("SW-SYS-04", "too many files are open", "raise the limit with `ulimit -n 4096`"),
}
_SYSTEM_OTHER = ("SW-SYS-04", "the operating system refused", "")


def _system_error(failure: OSError) -> StillwatchError:
    """What the operating system said, as a sentence with the path it was about."""
    code, message, hint = _SYSTEM.get(failure.errno or 0, _SYSTEM_OTHER)
    if (code, message, hint) == _SYSTEM_OTHER:
        message = f"{message}: {failure.strerror or type(failure).__name__}"
    where = os.fsdecode(failure.filename) if isinstance(failure.filename, str | bytes) else ""
    return StillwatchError(message, code=code, where=where, hint=hint, exit_code=ExitCode.UNREADABLE)


def _report_fault(failure: BaseException) -> int:
    """Names an unforeseen failure by type and place only: its message could hold text of a log."""
    place = traceback.extract_tb(failure.__traceback__)[-1:]
    error = StillwatchError(
        f"Stillwatch met a situation it does not handle ({type(failure).__name__})",
        code="SW-BUG-01",
        where=f"{place[0].filename}:{place[0].lineno}" if place else "",
        hint="run it again with STILLWATCH_DEBUG=1 for the traceback; read it before you send it on, "
        "it may quote your logs",
    )
    if os.environ.get("STILLWATCH_DEBUG"):
        traceback.print_exception(failure)
    _print(error.render())
    return FAULT


def _print(words: str) -> None:
    """Writes to standard error; where that is gone as well there is nobody left to tell."""
    try:
        click.echo(words, err=True)
    except OSError:
        _mute_standard_streams()


def _mute_standard_streams() -> None:
    """Keeps the interpreter from complaining about a closed pipe when it flushes at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except (OSError, ValueError):
            continue  # a stream without a descriptor cannot complain at exit
