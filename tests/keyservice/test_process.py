"""The key service as an operator runs it: a process, a port, files, and a client that knows nothing else of it."""

from __future__ import annotations

import datetime
import ipaddress
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.keyservice.conftest import Running, stillwatch

from stillwatch import clock
from stillwatch.errors import StillwatchError
from stillwatch.keyservice.folder import Folder
from stillwatch.keyservice.key_files import signing_key
from stillwatch.sharing.matching.blinder import Blinder, Identifier
from stillwatch.sharing.matching.cache import Cache
from stillwatch.sharing.matching.key_client import Address, KeyClient
from stillwatch.sharing.matching.values import What

PAYMENT = Identifier(What.PAYMENT, "V0010013018036776997406844229")


def added(folder: Path, name: str, *more: str) -> str:
    return stillwatch("keyservice", "members", "add", name, "--dir", folder, *more).stdout.strip()


def signer(folder: Path) -> bytes:
    return signing_key(Folder(folder)).public_key().public_bytes_raw()


def test_two_members_find_out_what_both_know_and_a_kill_forgives_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    tokens = {name: added(folder, name, "--quota", "3") for name in ("lab-1", "lab-2")}
    running = Running(folder).ready()
    try:
        blinded = {}
        for name, token in tokens.items():
            with Cache(tmp_path / name) as cache:
                blinder = Blinder(KeyClient(Address(running.url, token)), signer(folder), cache, clock.now)
                own = Identifier(What.PAYMENT, f"{name}x9K4mZ7qT2vB8pL")
                blinded[name] = [each.blinded for each in blinder.blind([PAYMENT, own])]
        assert blinded["lab-1"][0].same(blinded["lab-2"][0])
        assert not blinded["lab-1"][1].same(blinded["lab-2"][1])
        running.kill()
        running = Running(folder).ready()
        with Cache(tmp_path / "another") as cache:
            client = KeyClient(Address(running.url, tokens["lab-1"]))
            blinder = Blinder(client, signer(folder), cache, clock.now)
            with pytest.raises(StillwatchError) as refused:
                blinder.blind([PAYMENT, Identifier(What.PAYMENT, "Q1w2E3r4T5y6U7i8O9p0")])
            assert refused.value.code == "SW-MATCH-10"
            assert blinder.blind([PAYMENT])[0].blinded.same(
                blinded["lab-2"][0]
            )  # the key outlived the kill as well
        rotated = json.loads(stillwatch("keyservice", "rotate", "--now", "--dir", folder, "--json").stdout)
        assert rotated["epoch"] == "e2"
    finally:
        said = running.stop()
    assert "answers at" in said
    assert "V001" not in said
    listed = stillwatch("keyservice", "members", "list", "--dir", folder).stdout
    assert "lab-1" in listed
    assert "swk_" not in listed
    epochs = json.loads(stillwatch("keyservice", "epochs", "--dir", folder, "--json").stdout)
    assert [(e["epoch"], e["state"]) for e in epochs["epochs"]] == [("e1", "overlap"), ("e2", "current")]


def test_a_second_server_in_one_folder_and_a_taken_port_are_refused(tmp_path: Path) -> None:
    running = Running(tmp_path / "keys").ready()
    try:
        second = stillwatch(
            "keyservice", "serve", "--dir", tmp_path / "keys", "--listen", "127.0.0.1:18463", check=False
        )
        taken = stillwatch(
            "keyservice",
            "serve",
            "--dir",
            tmp_path / "other",
            "--listen",
            f"127.0.0.1:{running.port}",
            check=False,
        )
    finally:
        running.stop()
    assert second.returncode == taken.returncode == 2
    assert "SW-KEY-11" in second.stderr
    assert "SW-KEY-35" in taken.stderr


def refused_to_start(folder: Path, *more: str) -> str:
    done = stillwatch(
        "keyservice", "serve", "--dir", folder, "--listen", "127.0.0.1:18461", *more, check=False
    )
    assert done.returncode != 0
    return done.stderr


def test_it_does_not_start_with_keys_that_others_may_read_or_that_are_not_the_announced_ones(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "keys"
    stillwatch("keyservice", "rotate", "--dir", folder)
    key = folder / "keys" / "e1.key"
    key.chmod(0o640)
    assert "SW-KEY-13" in refused_to_start(folder)
    key.chmod(0o600)
    key.write_text("00" * 32 + "\n")
    assert "SW-KEY-23" in refused_to_start(folder)
    key.write_text("short\n")
    assert "SW-KEY-14" in refused_to_start(folder)
    key.unlink()
    assert "SW-KEY-14" in refused_to_start(folder)


def test_other_machines_are_let_in_only_over_tls_and_once_there_are_members(tmp_path: Path) -> None:
    said = stillwatch("keyservice", "serve", "--dir", tmp_path, "--listen", "0.0.0.0:18462", check=False)
    assert (said.returncode, "SW-KEY-33" in said.stderr) == (2, True)
    said = stillwatch(
        "keyservice", "serve", "--dir", tmp_path, "--listen", "0.0.0.0:18462", "--behind-proxy", check=False
    )
    assert (said.returncode, "SW-KEY-34" in said.stderr) == (2, True)


def test_it_does_not_start_on_a_library_that_disagrees_with_the_rfc(tmp_path: Path) -> None:
    (tmp_path / "voprf").mkdir()
    (tmp_path / "voprf" / "__init__.py").write_text(
        "import sys, types\n"
        "here = sys.path.pop(0)\n"
        "sys.modules.pop('voprf')\n"
        "import voprf as real\n"
        "class Evaluator:\n"
        "    @staticmethod\n"
        "    def from_seed(seed, info):\n"
        "        return real.ristretto.Evaluator.from_seed(seed, info + b'!')\n"
        "ristretto = types.SimpleNamespace(**{n: getattr(real.ristretto, n) for n in real.ristretto.__all__})\n"
        "ristretto.Evaluator = Evaluator\n"
        "sys.modules['voprf'] = sys.modules[__name__] if __name__ != 'voprf' else types.ModuleType('voprf')\n"
        "sys.modules['voprf'].ristretto = ristretto\n"
    )
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    words = (sys.executable, "-m", "stillwatch.cli", "keyservice", "serve")
    done = subprocess.run(
        [*words, "--dir", str(tmp_path / "keys"), "--listen", f"127.0.0.1:{free_port()}"],
        cwd=tmp_path / "voprf",  # so that the first place looked in is the one named above
        env=os.environ | {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "SW-MATCH-03" in done.stderr, done.stderr
    assert "the key derived from the seed" in done.stderr


def certificate(
    folder: Path, name: str, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None
):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(issuer[1] if issuer else key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / f"{name}.crt").write_bytes(pem)
    (folder / f"{name}.key").write_bytes(secret)
    (folder / f"{name}.pem").write_bytes(pem + secret)
    return made, key


def test_over_tls_a_client_shows_a_certificate_and_checks_the_servers(tmp_path: Path) -> None:
    authority = certificate(tmp_path, "ca")
    for name in ("server", "lab"):
        certificate(tmp_path, name, authority)
    token = added(tmp_path / "keys", "lab-1")
    running = Running(
        tmp_path / "keys",
        *("--tls-cert", str(tmp_path / "server.crt"), "--tls-key", str(tmp_path / "server.key")),
        *("--tls-client-ca", str(tmp_path / "ca.crt")),
    ).ready()
    url = running.url.replace("http", "https")
    try:
        good = KeyClient(Address(url, token, ca=tmp_path / "ca.crt", certificate=tmp_path / "lab.pem"))
        with Cache(tmp_path / "cache") as cache:
            outcome = Blinder(good, signer(tmp_path / "keys"), cache, clock.now).blind([PAYMENT])
        assert outcome[0].blinded is not None
        for bad in (
            Address(url, token, ca=tmp_path / "ca.crt"),
            Address(url, token, certificate=tmp_path / "lab.pem"),
        ):
            with pytest.raises(StillwatchError) as refused:
                KeyClient(bad, wait=lambda _s: None).epoch_list()
            assert refused.value.code == "SW-MATCH-20"
    finally:
        running.stop()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
