"""What a serving machine needs of the schedule: this epoch's watermark keys, and which account has which.

A file for the owner alone, written by ``stillwatch keys serving`` and read again whenever it changes. It holds derived
keys, never the master secret, and nothing about canaries or other epochs.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stillwatch.attribution.keys.secrets import DEFAULT
from stillwatch.attribution.watermark.settings import WatermarkSettings
from stillwatch.attribution.watermark.sip import KEY_BYTES
from stillwatch.errors import ExitCode, StillwatchError

_VERSION: Final = 1


class ServingKeys:
    """Which watermark key an account is served under, as of one file.

    Attributes:
        epoch: whose keys they are.
        settings: of the watermark.

    Args:
        epoch: see above.
        settings: see above.
        keys: watermark keys of 16 bytes by cluster, ``default`` among them.
        accounts: clusters by account id.
    """

    def __init__(
        self,
        epoch: str,
        settings: WatermarkSettings,
        keys: Mapping[str, bytes],
        accounts: Mapping[str, str],
    ) -> None:
        self.epoch = epoch
        self.settings = settings
        self._keys = dict(keys)
        self._accounts = dict(accounts)

    def key_for(self, account_id: str | None) -> bytes:
        """The watermark key of an account; the default one for whoever is not suspected or not known."""
        return self._keys[self._accounts.get(account_id or "", DEFAULT)]

    def write(self, path: Path) -> None:
        """Write the file, for the owner alone, in one step.

        Raises:
            StillwatchError: SW-ATT-05, it cannot be written.
        """
        document = {
            "version": _VERSION,
            "epoch": self.epoch,
            "settings": self.settings.as_json(),
            "keys": {cluster: key.hex() for cluster, key in sorted(self._keys.items())},
            "accounts": dict(sorted(self._accounts.items())),
        }
        scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(json.dumps(document, indent=1) + "\n")
            scratch.replace(path)
        except OSError as error:
            raise _unusable(path, f"cannot be written: {error.strerror or error}") from error

    @classmethod
    def read(cls, path: Path) -> ServingKeys:
        """The keys of a file.

        Raises:
            StillwatchError: SW-ATT-05, others may read it, or it cannot be used.
        """
        try:
            if path.stat().st_mode & 0o077:
                raise _unusable(path, "may be read by others than its owner")
            found = json.loads(path.read_text(encoding="utf-8"))
            keys = {str(cluster): bytes.fromhex(key) for cluster, key in found["keys"].items()}
            accounts = {str(account): str(cluster) for account, cluster in found["accounts"].items()}
            settings = WatermarkSettings.read(found["settings"])
            epoch = str(found["epoch"])
        except OSError as error:
            raise _unusable(path, f"cannot be read: {error.strerror or error}") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _unusable(path, "is not what `stillwatch keys serving` writes") from error
        whole = all(len(key) == KEY_BYTES for key in keys.values()) and DEFAULT in keys
        if found.get("version") != _VERSION or not whole or not keys.keys() >= set(accounts.values()):
            raise _unusable(path, "is not what `stillwatch keys serving` writes")
        return cls(epoch, settings, keys, accounts)


class FollowedKeys:
    """Serving keys that are read again when their file changes; a file that cannot be read leaves the last ones.

    Args:
        path: the file.

    Raises:
        StillwatchError: SW-ATT-05, it cannot be used at the start.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = self._now()
        self._keys = ServingKeys.read(path)

    def current(self) -> ServingKeys:
        """The keys as of now."""
        stamp = self._now()
        if stamp != self._stamp:
            try:
                self._keys, self._stamp = ServingKeys.read(self._path), stamp
            except StillwatchError:
                return self._keys
        return self._keys

    def _now(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_ino)


def _unusable(path: Path, why: str) -> StillwatchError:
    return StillwatchError(
        f"the file of serving keys {why}",
        code="SW-ATT-05",
        where=str(path),
        hint="write it anew: stillwatch keys serving",
        exit_code=ExitCode.UNREADABLE,
    )
