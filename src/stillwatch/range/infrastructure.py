"""Addresses, clients and means of payment, all from ranges reserved for documentation and tests."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from stillwatch.range.plan import Address
from stillwatch.range.seeding import dice, number

if TYPE_CHECKING:
    from random import Random

COUNTRIES: Final = {  # share of accounts, hours ahead of UTC, language most people there write
    "US": (0.26, -6, "en"),
    "GB": (0.08, 0, "en"),
    "IN": (0.11, 5, "hi"),
    "DE": (0.09, 1, "de"),
    "FR": (0.07, 1, "fr"),
    "BR": (0.07, -3, "pt"),
    "ES": (0.05, 1, "es"),
    "MX": (0.05, -6, "es"),
    "JP": (0.07, 9, "ja"),
    "CN": (0.05, 8, "zh"),
    "EG": (0.04, 2, "ar"),
    "KZ": (0.03, 5, "ru"),
    "CA": (0.03, -5, "en"),
}
_HOME_ASNS: Final = {country: 64496 + index for index, country in enumerate(COUNTRIES)}
_MOBILE_ASN: Final = 64509
_UNIVERSITY_ASNS: Final = (64510, 64511, 65536)
_CLOUD_ASNS: Final = (65537, 65538, 65539, 65540)
_VPN_ASNS: Final = (65541, 65542)
_OFFICE_ASNS: Final = (65543, 65544, 65545)
_V4: Final = int(ipaddress.IPv4Address("198.18.0.0"))
_V4_EACH: Final = 4096

BROWSERS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/125.0 Mobile Safari/537.36",
    "example-chat/3.2.1 (Android 14)",
    "example-chat/3.3.0 (iOS 17.5)",
)
PROGRAMS: Final = (
    "python-sdk/1.52.0",
    "python-sdk/1.48.3",
    "python-httpx/0.27.2",
    "python-requests/2.32.3",
    "node-sdk/4.67.1",
    "axios/1.7.7",
    "Go-http-client/2.0",
    "aiohttp/3.10.5",
    "okhttp/4.12.0",
    "curl/8.5.0",
    "java-sdk/0.18.2",
)
CLIENTS: Final = tuple(f"example-coder/{index}.{3 + index * 2}.0" for index in range(1, 7))


def asn_index(asn: int) -> int:
    """Position of a documentation AS number, 0 to 31."""
    return asn - 64496 if asn < 65536 else 16 + asn - 65536


class Networks:
    """Hands out addresses of one world."""

    def __init__(self, seed: object) -> None:
        self._seed = seed

    def country(self, rng: Random) -> str:
        """Where a new account lives, by share."""
        return rng.choices(list(COUNTRIES), [share for share, _, _ in COUNTRIES.values()])[0]

    def home(self, rng: Random, country: str) -> tuple[Address, ...]:
        """A household line, a telephone behind carrier NAT, sometimes a third place; the line may change."""
        asn = _HOME_ASNS[country]
        lines = 1 + int(rng.random() * 3)
        found = [self._fixed(rng, asn, country, six=rng.random() < 0.4) for _ in range(lines)]
        if rng.random() < 0.5:
            found.append(self.mobile(rng, country))
        return tuple(found)

    def mobile(self, rng: Random, country: str) -> Address:
        """One of a few addresses that a carrier shares among thousands."""
        pool = list(COUNTRIES).index(country) * 24 + int(rng.random() * 24)
        return Address(self._v4(_MOBILE_ASN, pool), _MOBILE_ASN, country)

    def cloud(self, rng: Random, country: str = "US", count: int = 1) -> tuple[Address, ...]:
        """Machines of a hosting company."""
        asn = rng.choice(_CLOUD_ASNS)
        return tuple(self._fixed(rng, asn, country, six=False) for _ in range(count))

    def university(self, name: object, country: str) -> tuple[Address, ...]:
        """The few addresses behind which a whole campus stands."""
        rng = dice(self._seed, "university", name)
        asn = rng.choice(_UNIVERSITY_ASNS)
        return tuple(self._fixed(rng, asn, country, six=False) for _ in range(3))

    def office(self, name: object, country: str, count: int = 2) -> tuple[Address, ...]:
        """The lines of one organisation's building."""
        rng = dice(self._seed, "office", name)
        asn = rng.choice(_OFFICE_ASNS)
        return tuple(self._fixed(rng, asn, country, six=False) for _ in range(count))

    def vpn(self, name: object, count: int = 4) -> tuple[Address, ...]:
        """Exits of a private network service, shared by whoever uses it."""
        rng = dice(self._seed, "vpn", name)
        asn = rng.choice(_VPN_ASNS)
        return tuple(self._fixed(rng, asn, rng.choice(["US", "DE", "GB"]), six=False) for _ in range(count))

    def payment(self, *owner: object) -> str:
        """Fingerprint of a means of payment; the same owner always has the same."""
        return f"pay_{number(self._seed, 'payment', *owner):016x}"

    def _fixed(self, rng: Random, asn: int, country: str, *, six: bool) -> Address:
        if six:
            subnet, host = rng.getrandbits(16), rng.getrandbits(48)
            value = (0x20010DB8 << 96) | (asn_index(asn) << 80) | (subnet << 64) | host
            return Address(str(ipaddress.IPv6Address(value)), asn, country)
        return Address(self._v4(asn, int(rng.random() * _V4_EACH)), asn, country)

    def _v4(self, asn: int, host: int) -> str:
        value = _V4 + asn_index(asn) * _V4_EACH + host
        return f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"
