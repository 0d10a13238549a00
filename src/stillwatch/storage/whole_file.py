"""A file that is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def replacing(path: Path, *, to_disk: bool = True) -> Iterator[IO[bytes]]:
    """A new file, its owner's alone, that takes the place of another one when the block ends.

    Where the block raises, or the file cannot be put in place, the old one stays and nothing is left of the new one.

    Args:
        path: the file that is replaced, if there is one.
        to_disk: wait until the content is on disk; without, a machine that dies may lose both.

    Raises:
        OSError: it cannot be written.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        new = Path(file.name)
        try:
            yield file
            file.flush()
            if to_disk:
                os.fsync(file.fileno())
            new.replace(path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
