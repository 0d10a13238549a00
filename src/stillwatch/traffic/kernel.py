"""How this package compiles: the one decorator of functions that walk bytes and arrays at memory speed.

Compiled code is kept beside the source. numba makes it anew when the function's own file changes; here also when a
file changes that this one imports from, for the machine code holds copies of the functions and constants it uses.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numpy as np
from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache

# Without numba's reference counts, whose atomic operations cost more than the work of short functions. Such a function
# must not make an array: all memory is the caller's.
_BARE: Final = {"_nrt": False}
_SOURCES: Final = Path(__file__).parents[2]
_IMPORTED: Final = re.compile(rb"^from (stillwatch[\w.]*) import (.*)", re.MULTILINE)
_Function = TypeVar("_Function", bound=Callable[..., Any])


def kernel(function: _Function) -> _Function:
    """Compile a function, run it without the interpreter's lock, and keep the machine code for the next start."""
    return _compiled(function, **_BARE)


def inlined(function: _Function) -> _Function:
    """As `kernel`, for functions of a few operations that are worth a copy in every caller."""
    return _compiled(function, **_BARE, inline="always")


def allocating(function: _Function) -> _Function:
    """As `kernel`, for functions that make arrays of their own."""
    return _compiled(function)


def _compiled(function: _Function, **options: Any) -> _Function:
    dispatcher = njit(nogil=True, **options)(function)
    dispatcher._cache = _Cache(function)
    return cast("_Function", dispatcher)


class _Kept(CompileResultCacheImpl):  # type: ignore[misc,unused-ignore]
    """Machine code that belongs to the state of all files it was made from."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        stamp = stamp_of(Path(function.__code__.co_filename))
        self.locator.get_source_stamp = lambda: stamp


class _Cache(FunctionCache):  # type: ignore[misc,unused-ignore]
    _impl_class = _Kept


@functools.cache
def stamp_of(file: Path) -> str:
    """Digest of a source file and of all of this package that it imports, directly or not."""
    sources: dict[Path, bytes] = {}
    waiting = [file]
    while waiting:
        path = waiting.pop()
        if path not in sources:
            sources[path] = path.read_bytes()
            waiting += _imports(sources[path])
    digest = blake2b(digest_size=16)
    for path in sorted(sources):
        digest.update(blake2b(sources[path]).digest())
    return digest.hexdigest()


def _imports(source: bytes) -> list[Path]:
    """Files of this package that a source imports when it is run; what it needs for types only is indented."""
    files = []
    for module, names in _IMPORTED.findall(source):
        place = _SOURCES.joinpath(*module.decode().split("."))
        files += [place.with_suffix(".py"), place / "__init__.py"]
        files += [place / f"{name}.py" for name in re.findall(r"\w+", names.decode())]
    return [file for file in files if file.is_file()]


@inlined
def at(array: Any, i: Any) -> Any:
    """The element at an index that is not negative, without the look whether it counts from the end."""
    return array[np.uint64(i)]
