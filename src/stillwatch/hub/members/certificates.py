"""Client certificates of members, known by the SHA-256 of their DER form."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from stillwatch.errors import ExitCode, StillwatchError


def fingerprint(path: Path) -> str:
    """The fingerprint of a certificate file (PEM), in hex.

    Raises:
        StillwatchError: it holds no certificate.
    """
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise StillwatchError(
            "this is no certificate",
            code="SW-HUB-24",
            where=str(path),
            hint="name a PEM file with one certificate",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return hashlib.sha256(found.public_bytes(Encoding.DER)).hexdigest()
