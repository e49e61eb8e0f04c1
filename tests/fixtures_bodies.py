"""Bodies and single requests that the probe of the fixtures sends."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from joserfc import jwt
from joserfc.jwk import OctKey

import fixtures

STANDARD = yaml.safe_load((Path(fixtures.__file__).parent / "klanten" / "standard.yaml").read_text(encoding="utf-8"))
KLANTEN = STANDARD["collections"]["klanten"]
ROOT = STANDARD["prefix"]
ABROAD = {"lndLandcode": "6030", "lndLandnaam": "Nederland", "subAdresBuitenland1": "x"}
HOME = {"aoaIdentificatie": "1", "gorOpenbareRuimteNaam": "Dam", "wplWoonplaatsNaam": "Amsterdam", "aoaHuisnummer": 21}
ADRES = {
    "straatnaam": "Keizersgracht",
    "huisnummer": 117,
    "huisletter": "A",
    "huisnummertoevoeging": "2",
    "postcode": "1015CJ",
    "woonplaatsnaam": "Amsterdam",
    "landcode": "6030",
}
PERSON = {
    "inpBsn": "999990019",
    "anpIdentificatie": "123",
    "inpANummer": "1234567890",
    "geslachtsnaam": "Voorbeeld",
    "voorvoegselGeslachtsnaam": "van",
    "voorletters": "R.",
    "voornamen": "Roos",
    "geslachtsaanduiding": "v",
    "geboortedatum": "1962-06-28",
    "verblijfsadres": HOME,
    "subVerblijfBuitenland": ABROAD,
}
FIRM = {
    "innNnpId": "314273268",
    "annIdentificatie": "9",
    "statutaireNaam": "ACME",
    "innRechtsvorm": "stichting",
    "bezoekadres": "Dam 1",
    "subVerblijfBuitenland": ABROAD,
}
BRANCH = {
    "vestigingsNummer": "123456789012",
    "handelsnaam": ["WB", "BW"],
    "verblijfsadres": HOME,
    "subVerblijfBuitenland": ABROAD,
}
SHAPES = {"natuurlijk_persoon": PERSON, "niet_natuurlijk_persoon": FIRM, "vestiging": BRANCH}


@dataclass(frozen=True)
class Step:
    """One request of the sequence."""

    method: str
    path: str
    body: Any = None
    token: str = "alles"
    headers: dict[str, str] = field(default_factory=dict)
    keep: str = ""
    media_type: str | None = "application/json"


@cache
def token(name: str, **claims: Any) -> str:
    """Return a token of an application of the sandbox."""
    secret = fixtures.environment("klanten")[f"CONFORMANCE_{name.upper().replace('-', '_')}"]
    own = {
        "client_id": f"conformance-{name}",
        "iat": int(time.time()) - 60,
        "user_id": "u-1",
        "user_representation": "T",
    }
    return jwt.encode({"alg": "HS256"}, {**own, **dict(claims)}, OctKey.import_key(secret))


def klant(number: str, kind: str = "natuurlijk_persoon", **members: Any) -> dict[str, Any]:
    """Return a body with a subjectIdentificatie."""
    body = {
        "bronorganisatie": "000000000",
        "klantnummer": number,
        "websiteUrl": "https://www.example.nl",
        "achternaam": "Proef",
        "voornaam": "Éloïse Ωμέγα 😀 & <b>",
        "emailadres": "a+b@example.nl",
        "telefoonnummer": "+31201234567",
        "functie": "chef & co",
        "subjectType": kind,
        "subjectIdentificatie": SHAPES[kind],
        "adres": ADRES,
    }
    return {name: value for name, value in {**body, **members}.items() if value is not ...}


def person(number: str, **members: Any) -> dict[str, Any]:
    """Return the body of a natural person."""
    return klant(number, **members)


def linked(number: str, subject: Any, /, **members: Any) -> dict[str, Any]:
    """Return a body with a subject."""
    return klant(number, **{"subjectIdentificatie": ..., "subject": subject, **members})


def paths(specs: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield every member with its path in a body."""
    for name, spec in specs.items():
        if not spec.get("read_only"):
            yield (*above, name), spec
            yield from paths(spec.get("members", {}), (*above, name))


def altered(body: Any, path: tuple[str, ...], value: Any) -> Any:
    """Return a copy of a body with another value at a path; ... leaves the member out."""
    if not path:
        return value
    made = dict(body)
    inner = altered(body.get(path[0], {}), path[1:], value)
    if inner is ...:
        made.pop(path[0], None)
    else:
        made[path[0]] = inner
    return made


def values(spec: dict[str, Any]) -> Iterator[Any]:
    """Yield values at and over the limits of a member."""
    yield from (..., None, {}, [], "")
    if spec["type"] == "integer":
        yield from (0, 99999, -1, 100000, 1.5, "abc")
    elif spec["type"] == "array":
        yield from (["a", "b"], "a", ["x" * 625], ["x" * 626])
    elif "enum" in spec:
        yield from [*spec["enum"], "x", spec["enum"][0].upper()]
    elif spec["type"] == "string":
        yield from ("é" * spec["max"], "é" * (spec["max"] + 1), "é" * 3000)


FORMATTED = {
    "bronorganisatie": ["12345678", "1234567890", "12345678A", "123456789", "423182687", "000000012"],
    "websiteUrl": [
        "geen-url",
        "www.example.nl",
        "http//x",
        *("https://e.nl/".ljust(n, "x") for n in (201, 1000, 1001)),
    ],
    "emailadres": ["geen-email", "a@", "@b.nl", "a@b.nl", "x" * 250 + "@b.nl"],
    "adres.postcode": ["B-1000"],
    "subjectIdentificatie.inpBsn": ["12345678", "1234567890", "123456789", "111222333", "000000012"],
    "subjectIdentificatie.inpANummer": ["0123456789", "123456789", "12345678901", "12345678AB", "1234567890"],
    "subjectIdentificatie.geboortedatum": ["1962", "19620628"],
    "subjectIdentificatie.innNnpId": ["12345678", "123456789", "1234567890", "314273268"],
    "subjectIdentificatie.vestigingsNummer": ["1234567890123"],
    "subjectIdentificatie.statutaireNaam": ["x" * 201],
}


def member_rows() -> dict[str, list[tuple[str, tuple[str, ...], dict[str, Any]]]]:
    """Return the members to send, by the name that a section has."""
    rows: dict[str, list[tuple[str, tuple[str, ...], dict[str, Any]]]] = {}
    members = {name: spec for name, spec in KLANTEN["members"].items() if name not in ("klantnummer", "subject")}
    for path, spec in paths(members):
        rows.setdefault(path[0], []).append(("natuurlijk_persoon", path, spec))
    for kind, shape in KLANTEN["members"]["subjectIdentificatie"]["shapes"].items():
        for path, spec in paths(shape):
            rows.setdefault(f"{kind}.{path[0]}", []).append((kind, ("subjectIdentificatie", *path), spec))
    return rows


def member_steps(name: str) -> Iterator[Step]:
    """Send a member at its limits, over them, empty, null and of a wrong type."""
    number = 0
    for kind, path, spec in member_rows()[name]:
        for value in [*values(spec), *FORMATTED.get(".".join(path), [])]:
            number += 1
            yield Step("POST", "/klanten", altered(klant(f"V{number}", kind), path, value))


def number_steps() -> Iterator[Step]:
    """Send klantnummers, and two faults at once."""
    for value in (..., ..., None, "", "1" * 8, "1" * 9, 5):
        yield Step("POST", "/klanten", altered(person("K"), ("klantnummer",), value))
    yield Step("POST", "/klanten", person("TWEE", emailadres="geen", websiteUrl="geen"))


def subject_steps() -> Iterator[Step]:
    """Send subjects in every way."""
    for n, path in enumerate(("200", "404", "naar-200", "naar-404", "403", "410", "500")):
        yield Step("POST", "/klanten", linked(f"S{n}", f"<near>/{path}"))
    yield Step("POST", "/klanten", linked("S8", "http://127.0.0.1:1/"))
    yield Step("GET", "/klanten?klantnummer=S1")
    long = "<near>/" + "x" * 250
    for n, subject in enumerate(("geen-url", long, f"<near>/{'x' * 1000}", "", None, 5)):
        yield Step("POST", "/klanten", linked(f"T{n}", subject))
        yield Step("POST", "/klanten", person(f"U{n}", subject=subject))
    yield Step("POST", "/klanten", person("BEIDE", subject="<near>/200"))
    yield Step("POST", "/klanten", linked("X1", "<near>/200", subjectType=...))
    yield Step("POST", "/klanten", linked("X2", "<near>/200", subjectType=None), keep="x")
    yield Step("PATCH", "<x>", {"functie": "x"})
    yield Step("POST", "/klanten", person("X3", subjectType=...))
    yield Step("POST", "/klanten", person("X4", subjectIdentificatie=...))
    yield Step("POST", "/klanten", klant("X5", "vestiging", subjectIdentificatie={**BRANCH, "inpBsn": "999990019"}))
    wrong = {"subjectIdentificatie": {"inpBsn": "999990019"}}
    yield Step("POST", "/klanten", klant("X6", "niet_natuurlijk_persoon", **wrong))
    yield Step("PATCH", "<a>", {"subjectType": "vestiging"})
    yield Step("PATCH", "<a>", {"subject": "<near>/404"})
    yield Step("POST", "/klanten", linked("X7", "<near>/200", subjectType="vestiging"), keep="y")
    yield Step("PATCH", "<y>", {"subject": "", "subjectIdentificatie": BRANCH})
    yield Step("GET", "<y>")


def filter_steps(spec: dict[str, Any]) -> Iterator[Step]:
    """Filter on one member."""
    yield Step("POST", "/klanten", person("Z1", bronorganisatie="423182687"))
    yield Step(
        "POST", "/klanten", person("Z2", bronorganisatie="423182687", achternaam="Proefje", subject="<near>/200")
    )
    name, place = spec["name"], spec["member"].split(".")
    found: Any = "x"
    for body in (person("A"), klant("B", "niet_natuurlijk_persoon"), klant("C", "vestiging")):
        inner = body.get(place[0], "x") if len(place) == 1 else body[place[0]].get(place[1], "x")
        found = inner if found == "x" else found
    text = "<near>/200" if name == "subject" else str(found).replace("+", "%2B").replace("&", "%26")
    for value in (text, text[:4], "https://x.nl/y", "123456789", ""):
        yield Step("GET", f"/klanten?{name}={value}")
    yield Step("GET", f"/klanten?{name}={text}&bronorganisatie=423182687")
    yield Step("GET", f"/klanten?bronorganisatie=423182687&{name}={text}")
