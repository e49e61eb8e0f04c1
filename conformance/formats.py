"""Formats that the standards demand: how to tell, how to make one, and what only looks like one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from conformance.model import Text

BSNS = 8000  # so many numbers for tests can be drawn before it takes long; there are 9,091
TEST_RSINS = ("000000000", "100000009", "423182687", "950428139")
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DURATION = re.compile(r"P(?=.)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)")
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
DIGITS = re.compile(r"[0-9]+")
POSTCODE = re.compile(r"[1-9][0-9]{3}[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A value that looks like the format but is not, and why it is not."""

    value: str
    why: Text


@dataclass(frozen=True, slots=True)
class Format:
    """One format of a text member."""

    name: str
    valid: Callable[[str], bool]
    examples: tuple[str, ...]
    near_misses: tuple[NearMiss, ...]


def _miss(value: str, nl: str, en: str) -> NearMiss:
    return NearMiss(value, Text(nl, en))


def eleven(value: str, *, last: int = -1) -> bool:
    """Whether nine digits, weighted 9 to 2 and `last`, add up to a multiple of eleven."""
    if len(value) != 9 or not DIGITS.fullmatch(value):
        return False
    weights = [*range(9, 1, -1), last]
    total: int = sum(int(digit) * weight for digit, weight in zip(value, weights, strict=True))
    return total % 11 == 0


def _uri(value: str) -> bool:
    if any(character <= " " for character in value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _iso(value: str) -> bool:
    try:
        datetime.fromisoformat(value.upper())
    except ValueError:
        return False
    return True


def _date(value: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None and _iso(value)


def _date_time(value: str) -> bool:
    return DATE_TIME.fullmatch(value) is not None and _iso(value)


def _oin(value: str) -> bool:
    return len(value) == 20 and DIGITS.fullmatch(value) is not None and value.startswith("0000000")


def _full(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.fullmatch(value) is not None


def rsin(random: random.Random) -> str:
    """An RSIN for tests: one of the four that the official tests use."""
    return random.choice(TEST_RSINS)


def bsn(random: random.Random) -> str:
    """A BSN for tests: it passes the eleven test and lies in 9999xxxxx, which is never issued."""
    while not eleven(value := f"9999{random.randrange(100_000):05d}"):
        pass
    return value


_RSIN = (
    _miss("10000009", "8 cijfers", "8 digits"),
    _miss("1000000009", "10 cijfers", "10 digits"),
    _miss("10000000A", "een letter op de laatste plaats", "a letter in the last place"),
    _miss("123456789", "voldoet niet aan de elfproef", "fails the eleven test"),
    _miss(
        "100000002", "elfproef met gewicht +1 voor het laatste cijfer", "eleven test with weight +1 for the last digit"
    ),
    _miss(" 00000000", "begint met een spatie", "starts with a space"),
)
_BSN = (
    _miss("99999001", "8 cijfers", "8 digits"),
    _miss("9999900190", "10 cijfers", "10 digits"),
    _miss("99999001A", "een letter op de laatste plaats", "a letter in the last place"),
    _miss("999990018", "voldoet niet aan de elfproef", "fails the eleven test"),
    _miss(
        "999990012", "elfproef met gewicht +1 voor het laatste cijfer", "eleven test with weight +1 for the last digit"
    ),
    _miss(" 99990019", "begint met een spatie", "starts with a space"),
)
_OIN = (
    _miss("0000000100000000900", "19 cijfers", "19 digits"),
    _miss("000000010000000090000", "21 cijfers", "21 digits"),
    _miss("0000000100000000900A", "een letter op de laatste plaats", "a letter in the last place"),
    _miss("1234567100000009000 ", "eindigt op een spatie", "ends with a space"),
)
_POSTCODE = (
    _miss("0123AB", "begint met een nul", "starts with a zero"),
    _miss("1015C", "1 letter", "1 letter"),
    _miss("101 5CJ", "spatie op de verkeerde plaats", "a space in the wrong place"),
)
_URI = (
    _miss("geen-url", "geen schema", "no scheme"),
    _miss("http//x", "dubbele punt ontbreekt", "the colon is missing"),
    _miss("www.example.nl", "geen schema", "no scheme"),
    _miss("ftp//", "schema zonder dubbele punt", "a scheme without colon"),
    _miss("https://", "geen host", "no host"),
    _miss("https://www.example.nl/a b", "spatie in het pad", "a space in the path"),
)
_UUID = (
    _miss("0b1c2d3e-4f50-4a6b-8c7d-8e9f0a1b2c3", "laatste teken ontbreekt", "the last character is missing"),
    _miss("0b1c2d3e-4f50-4a6b-8c7d-8e9f0a1b2c3g", "geen hexadecimaal cijfer", "not a hexadecimal digit"),
    _miss("0b1c2d3e-4f50-4a6b-8c7d8e9f0a1b2c3d", "een streepje ontbreekt", "a dash is missing"),
    _miss("abc", "te kort", "too short"),
)
_DATE_TIME = (
    _miss("gisteren", "geen datum", "not a date"),
    _miss("2020-02-30T00:00:00Z", "dag bestaat niet", "the day does not exist"),
    _miss("2020-13-01T00:00:00Z", "maand bestaat niet", "the month does not exist"),
    _miss("2020-01-01T25:00:00Z", "uur bestaat niet", "the hour does not exist"),
    _miss("01-06-2020T12:00:00Z", "volgorde dag, maand, jaar", "day, month, year order"),
)
_DATE = (
    _miss("gisteren", "geen datum", "not a date"),
    _miss("2020-02-30", "dag bestaat niet", "the day does not exist"),
    _miss("2019-02-29", "geen schrikkeljaar", "not a leap year"),
    _miss("01-06-2020", "volgorde dag, maand, jaar", "day, month, year order"),
)
_DURATION = (
    _miss("P", "geen onderdelen", "no parts"),
    _miss("PT", "T zonder tijd", "T without a time"),
    _miss("1D", "P ontbreekt", "the P is missing"),
    _miss("P1H", "uren zonder T", "hours without T"),
    _miss("een dag", "geen duur", "not a duration"),
)
_EMAIL = (
    _miss("geen-email", "geen apenstaart", "no at sign"),
    _miss("a@", "niets na de apenstaart", "nothing after the at sign"),
    _miss("@b.nl", "niets voor de apenstaart", "nothing before the at sign"),
    _miss("a@@b.nl", "twee apenstaarten", "two at signs"),
    _miss("a b@c.nl", "spatie voor de apenstaart", "a space before the at sign"),
)

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        one.name: one
        for one in (
            Format("rsin", eleven, TEST_RSINS, _RSIN),
            Format("bsn", eleven, ("999990019", "999993653", "999991772"), _BSN),
            Format("oin", _oin, ("00000001000000009000", "00000003123456780000"), _OIN),
            Format("postcode", _full(POSTCODE), ("1015CJ", "9999ZZ"), _POSTCODE),
            Format("uri", _uri, ("https://www.example.nl", "https://www.example.nl/pad?a=b#c"), _URI),
            Format("uuid", _full(UUID), ("0b1c2d3e-4f50-4a6b-8c7d-8e9f0a1b2c3d",), _UUID),
            Format("date-time", _date_time, ("2020-06-01T12:00:00Z", "2020-06-01T14:00:00.5+02:00"), _DATE_TIME),
            Format("date", _date, ("2020-06-01", "2020-02-29"), _DATE),
            Format("duration", _full(DURATION), ("P1D", "PT4H30M", "P2W", "P1Y2M3DT4H5M6S"), _DURATION),
            Format("email", _full(EMAIL), ("voorbeeld@example.nl", "a.b+c@sub.example.nl"), _EMAIL),
        )
    }
)


def valid(name: str, value: str) -> bool:
    """Whether a value has the named format."""
    return FORMATS[name].valid(value)
