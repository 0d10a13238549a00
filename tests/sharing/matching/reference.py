"""RFC 9497 (VOPRF, ristretto255-SHA512) and RFC 9496 written out in plain Python, to judge the library by.

Slow, not constant-time, for tests only. Nothing of it comes from the library: a second opinion has to be a second.
"""

from __future__ import annotations

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
CONTEXT = b"OPRFV1-\x01-ristretto255-SHA512"

Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def _odd(x: int) -> bool:
    return x % P % 2 == 1


def _abs(x: int) -> int:
    return -x % P if _odd(x) else x % P


def _sqrt_ratio(u: int, v: int) -> tuple[bool, int]:
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * r * r % P
    right = check == u % P
    flipped = check == -u % P
    if flipped or check == -u * SQRT_M1 % P:
        r = r * SQRT_M1 % P
    return right or flipped, _abs(r)


_, INVSQRT_A_MINUS_D = _sqrt_ratio(1, -1 - D)
_, SQRT_AD_MINUS_ONE = _sqrt_ratio(-D - 1, 1)
if not _odd(SQRT_AD_MINUS_ONE):  # the RFC's constant is the odd root
    SQRT_AD_MINUS_ONE = -SQRT_AD_MINUS_ONE % P


def add(p: Point, q: Point) -> Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n: int, p: Point) -> Point:
    result = NEUTRAL
    while n:
        if n & 1:
            result = add(result, p)
        p = add(p, p)
        n >>= 1
    return result


def decode(data: bytes) -> Point:
    s = int.from_bytes(data, "little")
    assert s < P
    assert not _odd(s)
    u1, u2 = (1 - s * s) % P, (1 + s * s) % P
    v = (-(D * u1 * u1) - u2 * u2) % P
    square, invsqrt = _sqrt_ratio(1, v * u2 * u2)
    den_x = invsqrt * u2 % P
    den_y = invsqrt * den_x * v % P
    x, y = _abs(2 * s * den_x), u1 * den_y % P
    assert square
    assert not _odd(x * y)
    assert y
    return (x, y, 1, x * y % P)


def encode(p: Point) -> bytes:
    x0, y0, z0, t0 = p
    u1, u2 = (z0 + y0) * (z0 - y0) % P, x0 * y0 % P
    _, invsqrt = _sqrt_ratio(1, u1 * u2 * u2)
    den1, den2 = invsqrt * u1 % P, invsqrt * u2 % P
    z_inv = den1 * den2 * t0 % P
    if _odd(t0 * z_inv):
        x, y, den_inv = y0 * SQRT_M1 % P, x0 * SQRT_M1 % P, den1 * INVSQRT_A_MINUS_D % P
    else:
        x, y, den_inv = x0, y0, den2
    if _odd(x * z_inv):
        y = -y
    return _abs(den_inv * (z0 - y)).to_bytes(32, "little")


BASE = decode(bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"))


def _one_way(data: bytes) -> Point:
    halves = (int.from_bytes(data[:32], "little"), int.from_bytes(data[32:], "little"))
    return add(*(_mapped(half % 2**255 % P) for half in halves))


def _mapped(t: int) -> Point:
    r = SQRT_M1 * t * t % P
    u = (r + 1) * (1 - D * D) % P
    v = (-1 - r * D) * (r + D) % P
    square, s = _sqrt_ratio(u, v)
    c = -1 % P
    if not square:
        s, c = -_abs(s * t) % P, r
    n = (c * (r - 1) * pow(D - 1, 2, P) - v) % P
    w0, w1, w2, w3 = 2 * s * v, n * SQRT_AD_MINUS_ONE, 1 - s * s, 1 + s * s
    return (w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P)


def _expand(message: bytes, tag: bytes, length: int = 64) -> bytes:
    suffix = tag + bytes([len(tag)])
    b0 = hashlib.sha512(bytes(128) + message + length.to_bytes(2, "big") + b"\0" + suffix).digest()
    return hashlib.sha512(b0 + b"\x01" + suffix).digest()[:length]


def hash_to_group(item: bytes) -> Point:
    return _one_way(_expand(item, b"HashToGroup-" + CONTEXT))


def hash_to_scalar(message: bytes, tag: bytes = b"HashToScalar-") -> int:
    return int.from_bytes(_expand(message, tag + CONTEXT), "little") % L


def derive_key(seed: bytes, info: bytes) -> int:
    return hash_to_scalar(seed + len(info).to_bytes(2, "big") + info + b"\0", b"DeriveKeyPair")


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def composites(public: bytes, blinded: list[bytes], evaluated: list[bytes]) -> tuple[Point, Point]:
    seed = hashlib.sha512(_sized(public) + _sized(b"Seed-" + CONTEXT)).digest()
    m, z = NEUTRAL, NEUTRAL
    for place, (one, other) in enumerate(zip(blinded, evaluated, strict=True)):
        d = hash_to_scalar(
            _sized(seed) + place.to_bytes(2, "big") + _sized(one) + _sized(other) + b"Composite"
        )
        m, z = add(times(d, decode(one)), m), add(times(d, decode(other)), z)
    return m, z


def _challenge(public: bytes, *points: Point) -> int:
    return hash_to_scalar(b"".join(map(_sized, (public, *map(encode, points)))) + b"Challenge")


def prove(key: int, public: bytes, blinded: list[bytes], evaluated: list[bytes], r: int) -> bytes:
    m, z = composites(public, blinded, evaluated)
    c = _challenge(public, m, z, times(r, BASE), times(r, m))
    return c.to_bytes(32, "little") + ((r - c * key) % L).to_bytes(32, "little")


def proof_holds(public: bytes, blinded: list[bytes], evaluated: list[bytes], proof: bytes) -> bool:
    c, s = int.from_bytes(proof[:32], "little"), int.from_bytes(proof[32:], "little")
    m, z = composites(public, blinded, evaluated)
    t2 = add(times(s, BASE), times(c, decode(public)))
    t3 = add(times(s, m), times(c, z))
    return _challenge(public, m, z, t2, t3) == c


def finalize(item: bytes, blind: int, evaluated: bytes) -> bytes:
    unblinded = encode(times(pow(blind, -1, L), decode(evaluated)))
    return hashlib.sha512(_sized(item) + _sized(unblinded) + b"Finalize").digest()
