"""Bytes and lines made wrong: bits, blocks, cuts, words of the formats, numbers."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Mutator = Callable[[bytes, random.Random], bytes]

# what a reader may stumble over wherever it stands, and words of the formats themselves
NUMBERS = [
    b"0", b"-1", b"1", b"255", b"65536", b"2147483647", b"-2147483648", b"4294967295",
    b"9223372036854775807", b"1e308", b"-1e308", b"1e999", b"1e-320", b"NaN", b"Infinity", b"-Inf",
    "１２３．４".encode(), b"1_000", b"0x10", b"1,234.5", b"113.5", b"", b"1" * 400,
]  # fmt: skip
WORDS = [
    b"\x00", b"\n", b"\r\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1a", b"\t", b",", b'"', b"'", b";", b"@",
    "，".encode(), "地块".encode("gbk"), "亩".encode(), b"=1+1", b"../../etc/passwd", b"CSV:/etc/passwd",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"<OGRVRTDataSource>", b'"gdal_streamed_alg"', b"null",
    b"[]", b"{}", b"true", b'"type":"Point"', b"POLYGON EMPTY", b"EPSG:4326", b"EPSG:0", b"EPSG:4610",
    b"GCS_WGS_1984", b"AUTHORITY", b"SECTION", b"ENDSEC", b"LWPOLYLINE", b"INSERT", b"HATCH", b"SPLINE",
    b"\x84", b"<Placemark>", b"</coordinates>", b"J1,1,", "带号=39".encode("gbk"), b"[", b"]", b"[" * 200,
    b"PK\x01\x02", b"PK\x05\x06", b"SQLite format 3\x00", b"ncols", b"nodata_value", b"*x", b"&x a",
    b"- ", b": ", b"!!python/object:os.system", b"${x}", b"{0}", b"%s", b"<b>", "\u202e".encode(),
]  # fmt: skip
_DIGITS = re.compile(rb"-?\d+(?:\.\d+)?")
MOST = 1 << 21


def flip(data: bytes, rng: random.Random) -> bytes:
    """Turn one bit over, or a few."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 8))):
        if out:
            out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def _set(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    if out:
        at, size = rng.randrange(len(out)), rng.choice((1, 2, 4, 8))
        out[at : at + size] = rng.choice((b"\x00", b"\xff", b"\x7f", b"\x80")) * size
    return bytes(out)


def span(data: bytes, rng: random.Random) -> tuple[int, int]:
    """Return where a block begins and ends."""
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice((1, 4, 16, 64, 256, 1024)))


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _delete(data: bytes, rng: random.Random) -> bytes:
    start, end = span(data, rng)
    return data[:start] + data[end:]


def _copy(data: bytes, rng: random.Random) -> bytes:
    start, end = span(data, rng)
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[start:end] * rng.choice((1, 1, 3)) + data[at:]


def _over(data: bytes, rng: random.Random) -> bytes:
    start, end = span(data, rng)
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[start:end] + data[at + end - start :]


def token(data: bytes, rng: random.Random) -> bytes:
    """Put a word of the formats, or a number, somewhere."""
    at = rng.randrange(len(data) + 1)
    word = rng.choice(WORDS if rng.random() < 0.7 else NUMBERS)
    return data[:at] + word + data[at + rng.choice((0, len(word))) :]


def _number(data: bytes, rng: random.Random) -> bytes:
    found = list(_DIGITS.finditer(data[:MOST]))
    if not found:
        return _set(data, rng)
    one = rng.choice(found)
    return data[: one.start()] + rng.choice(NUMBERS) + data[one.end() :]


def _lines(data: bytes, rng: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    if len(lines) < 2:
        return _copy(data, rng)
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            parts = re.split(rb"([,;\t])", lines[at])
            rng.shuffle(parts)
            lines[at] = b"".join(parts)
    return b"".join(lines)


BYTES: tuple[Mutator, ...] = (flip, flip, _set, _cut, _delete, _copy, _over, token, _number)
TEXT: tuple[Mutator, ...] = (flip, _cut, _delete, _copy, token, token, _number, _number, _lines, _lines)  # fmt: skip
