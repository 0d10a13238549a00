"""Writes a small database in MaxMind's format, so that the real reader can be tried on one."""

import ipaddress
import struct

_MARK = b"\xab\xcd\xefMaxMind.com"


_SMALL = ("binary_format_major_version", "binary_format_minor_version", "ip_version", "record_size")


def _metadata(values) -> bytes:
    """The metadata, whose numbers have widths of their own."""
    made = bytes([(7 << 5) | len(values)])
    for name, value in values.items():
        part = _encoded(value)
        if name in _SMALL:
            part = bytes([(5 << 5) | (part[0] & 31)]) + part[1:]
        elif name == "build_epoch":
            part = bytes([part[0] & 31, 2]) + part[1:]
        made += _encoded(name) + part
    return made


def _encoded(value) -> bytes:
    match value:
        case bool():
            return bytes([value, 7])
        case str():
            raw = value.encode()
            return bytes([(2 << 5) | len(raw)]) + raw
        case int():
            raw = value.to_bytes((value.bit_length() + 7) // 8)
            return bytes([(6 << 5) | len(raw)]) + raw
        case dict():
            parts = b"".join(_encoded(key) + _encoded(each) for key, each in value.items())
            return bytes([(7 << 5) | len(value)]) + parts
        case list():
            return bytes([len(value), 4]) + b"".join(map(_encoded, value))
    raise TypeError(value)


def mmdb(networks: dict[str, dict]) -> bytes:
    """A database of IPv4 networks with the record of each."""
    nodes: list[list[int | bytes | None]] = [[None, None]]
    for network, record in networks.items():
        parsed = ipaddress.ip_network(network)
        bits = f"{int(parsed.network_address):032b}"[: parsed.prefixlen]
        place = 0
        for bit in bits[:-1]:
            if nodes[place][int(bit)] is None:
                nodes.append([None, None])
                nodes[place][int(bit)] = len(nodes) - 1
            place = nodes[place][int(bit)]
        nodes[place][int(bits[-1])] = _encoded(record)
    data, tree = b"", b""
    for pair in nodes:
        for child in pair:
            number = len(nodes) if child is None else child
            if isinstance(child, bytes):
                number = len(nodes) + 16 + len(data)
                data += child
            tree += struct.pack(">I", number)[1:]
    meta = {
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": 1_767_225_600,
        "database_type": "Example",
        "description": {"en": "example"},
        "ip_version": 4,
        "languages": ["en"],
        "node_count": len(nodes),
        "record_size": 24,
    }
    return tree + b"\0" * 16 + data + _MARK + _metadata(meta)
