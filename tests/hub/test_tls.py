"""Client certificates: who shows one is known by it, and needs no signature to write."""

from __future__ import annotations

import concurrent.futures
import datetime
import ssl

import httpx
import pytest
from tests.hub import stix
from tests.hub.certificates import Authority
from tests.hub.running import ROOT, TAXII, Hub

from stillwatch.hub.members.certificates import fingerprint

PATH = f"{ROOT}collections/indicators/objects/"


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    hub = Hub(folder / "hub")
    hub.authority = Authority(folder)
    hub.certificates = {name: hub.authority.issue(name) for name in ("lab-1", "lab-2", "nobody")}
    for name in ("lab-1", "lab-2"):
        hub.admit(name, certificate=fingerprint(hub.certificates[name][0]))
    hub.admit("lab-3")
    certificate, key = hub.authority.issue("server")
    hub.start(
        "--tls-cert", certificate, "--tls-key", key, "--tls-client-ca", hub.authority.certificate, tls=True
    )
    yield hub
    hub.stop()


def client(hub, shown=None, token=None):
    context = ssl.create_default_context(cafile=hub.authority.certificate)
    if shown:
        context.load_cert_chain(*shown)
    headers = {"Authorization": f"Bearer {hub.members[token].token}"} if token else {}
    return httpx.Client(base_url=hub.url, verify=context, headers=headers, timeout=20)


def test_a_certificate_stands_for_its_member_and_suffices_to_write(secure):
    with client(secure, secure.certificates["lab-1"]) as lab:
        assert lab.get("/v1/members").json()["you"]["name"] == "lab-1"
        body = {"objects": [stix.indicator(secure.members["lab-1"])]}
        answer = lab.post(PATH, json=body, headers={"Content-Type": TAXII})
    assert (answer.status_code, answer.json()["success_count"]) == (202, 1)


def test_without_a_certificate_a_token_reads_and_does_not_write(secure):
    with client(secure, token="lab-3") as lab:
        assert lab.get(f"{ROOT}collections/").status_code == 200
        body = {"objects": [stix.indicator(secure.members["lab-3"])]}
        answer = lab.post(PATH, json=body, headers={"Content-Type": TAXII})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "SW-HUB-14")


def test_a_certificate_does_not_help_another_members_token(secure):
    with client(secure, secure.certificates["lab-1"], token="lab-3") as lab:
        assert lab.get("/v1/members").json()["you"]["name"] == "lab-3"
        body = {"objects": [stix.indicator(secure.members["lab-3"])]}
        assert lab.post(PATH, json=body, headers={"Content-Type": TAXII}).status_code == 403


def test_a_certificate_that_no_member_registered_is_nobody(secure):
    with client(secure, secure.certificates["nobody"]) as stranger:
        assert stranger.get("/taxii2/").status_code == 401


def test_a_certificate_of_another_authority_gets_no_connection(secure, tmp_path):
    other = Authority(tmp_path, "other").issue("lab-1")
    with client(secure, other) as stranger, pytest.raises(httpx.TransportError):
        stranger.get("/taxii2/")


def test_connections_of_several_members_are_not_mixed_up(secure):
    def ask(name):
        with client(
            secure, secure.certificates.get(name), None if name in secure.certificates else name
        ) as lab:
            return name, {lab.get("/v1/members").json()["you"]["name"] for _ in range(5)}

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        for name, seen in pool.map(ask, ["lab-1", "lab-2", "lab-3"] * 4):
            assert seen == {name}


def test_a_member_signs_over_tls_for_the_address_it_uses(secure):
    from stillwatch.sharing.signing import sign

    lab = secure.members["lab-3"]
    body = httpx.Request("POST", secure.url, json={"objects": [stix.indicator(lab)]}).content
    headers = sign("POST", secure.url + PATH, body, TAXII, lab.key, datetime.datetime.now(datetime.UTC))
    with client(secure, token="lab-3") as signing:
        assert signing.post(PATH, content=body, headers=headers).status_code == 202
