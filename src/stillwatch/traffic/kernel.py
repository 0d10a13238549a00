"""How this package compiles: the one decorator of functions that walk bytes and arrays at memory speed.

Compiled code is kept beside the source and made anew when its own file changes. It is not made anew when a function
it calls changes in another file: after such an edit, delete ``__pycache__/*.nbi``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numpy as np
from numba import njit

# Without numba's reference counts, whose atomic operations cost more than the work of short functions. Such a function
# must not make an array: all memory is the caller's.
_OPTIONS: Final = {"cache": True, "nogil": True, "_nrt": False}
_Function = TypeVar("_Function", bound=Callable[..., Any])


def kernel(function: _Function) -> _Function:
    """Compile a function, run it without the interpreter's lock, and keep the machine code for the next start."""
    return cast("_Function", njit(**_OPTIONS)(function))


def inlined(function: _Function) -> _Function:
    """As `kernel`, for functions of a few operations that are worth a copy in every caller."""
    return cast("_Function", njit(**_OPTIONS, inline="always")(function))


def allocating(function: _Function) -> _Function:
    """As `kernel`, for functions that make arrays of their own."""
    return cast("_Function", njit(cache=True, nogil=True)(function))


@inlined
def at(array: Any, i: Any) -> Any:
    """The element at an index that is not negative, without the look whether it counts from the end."""
    return array[np.uint64(i)]
