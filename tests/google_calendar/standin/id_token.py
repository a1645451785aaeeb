"""ID tokens: a JWT signed with RS256 (RFC 7515, RFC 8017) by a key that is made when first needed."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import secrets
from typing import Any

_E = 65537
_KEY_ID = "stand-in-1"
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # of SHA-256, RFC 8017, 9.2
_SMALL = [number for number in range(3, 2000, 2) if all(number % other for other in range(3, int(number**0.5) + 1, 2))]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _is_prime(number: int) -> bool:
    """Miller and Rabin, 24 rounds."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(24):
        value = pow(secrets.randbelow(number - 3) + 2, odd, number)
        if value in (1, number - 1):
            continue
        for _ in range(twos - 1):
            value = value * value % number
            if value == number - 1:
                break
        else:
            return False
    return True


def _prime(bits: int) -> int:
    while True:
        number = secrets.randbits(bits) | (3 << (bits - 2)) | 1
        if all(number % small for small in _SMALL) and number % _E != 1 and _is_prime(number):
            return number


@functools.lru_cache(maxsize=1)
def _key() -> tuple[int, int]:
    """Modulus and private exponent, 2,048 bits."""
    first, second = _prime(1024), _prime(1024)
    return first * second, pow(_E, -1, (first - 1) * (second - 1))


def sign(claims: dict[str, Any]) -> str:
    head = {"alg": "RS256", "kid": _KEY_ID, "typ": "JWT"}
    text = ".".join(_encode(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))
    modulus, exponent = _key()
    size = (modulus.bit_length() + 7) // 8
    info = _DIGEST_INFO + hashlib.sha256(text.encode()).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    signature = pow(int.from_bytes(padded, "big"), exponent, modulus)
    return f"{text}.{_encode(signature.to_bytes(size, 'big'))}"


def key_set() -> dict[str, Any]:
    """The JWK set that verifies them."""
    modulus, _ = _key()
    return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": _KEY_ID,
                      "n": _encode(modulus.to_bytes((modulus.bit_length() + 7) // 8, "big")),
                      "e": _encode(_E.to_bytes(3, "big"))}]}
