"""Reads ``.eval`` logs of inspect-ai: a zip of JSON with one file a sample; the library is not needed.

Format: the log has ``header.json`` (or ``_journal/start.json`` while it runs) and ``samples/ID_epoch_N.json``. Entries
are stored, deflated, or compressed with Zstandard (zip method 93). Long texts stand in ``attachments`` of a sample.
"""

from __future__ import annotations

import dataclasses
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final

from stillwatch.errors import ExitCode, StillwatchError

_ATTACHMENT: Final = "attachment://"
_ZSTANDARD: Final = 93
_SAMPLE: Final = re.compile(r"samples/.+_epoch_\d+\.json")
"""A task's own ids stand in it as they are, slashes included."""
_LARGEST: Final = 64 << 20
"""Bytes that one entry may unpack to; a log is somebody else's file."""


@dataclasses.dataclass(frozen=True, slots=True)
class EvalAnswer:
    """One sample of a log.

    Attributes:
        sample_id: as the task calls it.
        epoch: counted from 0.
        messages: role and text of what was asked.
        text: what the model answered; empty where it did not.
        stop: why it ended, in inspect's word, such as ``stop`` or ``content_filter``.
        metadata: what the task says of the sample.
    """

    sample_id: str
    epoch: int
    messages: tuple[tuple[str, str], ...]
    text: str
    stop: str
    metadata: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class EvalLog:
    """One log: a task that was put to one model."""

    model: str
    task: str
    answers: tuple[EvalAnswer, ...]


def read_eval(path: Path) -> EvalLog:
    """A log.

    Raises:
        StillwatchError: SW-SAFE-20 it cannot be read, or has no samples in the form that is known.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            names = archive.namelist()
            head = next((name for name in ("header.json", "_journal/start.json") if name in names), None)
            if head is None:
                raise ValueError("it has no header")
            header = _entry(archive, file, head)["eval"]
            samples = [name for name in names if _SAMPLE.fullmatch(name)]
            if not samples:
                chunked = any(name.endswith("/sample.json") for name in names)
                raise ValueError("its samples are in pieces" if chunked else "it has no samples")
            answers = [_answer(_entry(archive, file, name)) for name in samples]
    except (
        OSError,
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        KeyError,
        TypeError,
        RecursionError,
    ) as error:
        raise StillwatchError(
            f"the log of inspect cannot be read: {error}",
            code="SW-SAFE-20",
            where=str(path),
            hint="name a finished .eval log; others can be written as one by `inspect log convert`",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    ordered = sorted(answers, key=lambda each: (each.sample_id, each.epoch))
    return EvalLog(str(header.get("model", "")), str(header.get("task", "")), tuple(ordered))


def _entry(archive: zipfile.ZipFile, file: IO[bytes], name: str) -> Any:
    info = archive.getinfo(name)
    if info.file_size > _LARGEST:
        raise ValueError(f"{name} is too large")
    if info.compress_type != _ZSTANDARD:
        return json.loads(archive.read(info))
    from zstandard import ZstdDecompressor, ZstdError  # deferred: most logs are deflated

    try:
        content = ZstdDecompressor().decompress(_raw(file, info), max_output_size=_LARGEST)
    except ZstdError as error:
        raise ValueError(f"{name} is damaged") from error
    return json.loads(content)


def _raw(file: IO[bytes], info: zipfile.ZipInfo) -> bytes:
    """An entry's compressed bytes: the local header has 30 bytes, a name and an extra field (APPNOTE 4.3.7)."""
    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30:
        raise ValueError("an entry is cut off")
    name, extra = struct.unpack("<HH", header[26:30])
    file.seek(info.header_offset + 30 + name + extra)
    return file.read(info.compress_size)


def _answer(sample: Any) -> EvalAnswer:
    attachments = sample.get("attachments") or {}
    output = sample.get("output") or {}
    choices = output.get("choices") or []
    first = choices[0] if choices else {}
    text = _text((first.get("message") or {}).get("content"), attachments)
    asked = sample["input"]
    messages = (
        (("user", _text(asked, attachments)),)
        if isinstance(asked, str)
        else tuple((str(each["role"]), _text(each.get("content"), attachments)) for each in asked)
    )
    return EvalAnswer(
        str(sample["id"]),
        int(sample["epoch"]) - 1,
        messages,
        text,
        str(first.get("stop_reason") or ""),
        sample.get("metadata") or {},
    )


def _text(content: Any, attachments: Mapping[str, Any]) -> str:
    """Text of a message: a string, or parts of which those of type text count."""
    if isinstance(content, list):
        parts = [each for each in content if isinstance(each, dict) and each.get("type") == "text"]
        return "\n".join(_text(each.get("text"), attachments) for each in parts)
    if not isinstance(content, str):
        return ""
    if content.startswith(_ATTACHMENT):
        return str(attachments.get(content.removeprefix(_ATTACHMENT), ""))
    return content
