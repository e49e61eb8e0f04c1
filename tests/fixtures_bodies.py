"""Bodies that the tests of the reference supplier for Klanten send."""

import time
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from joserfc import jwt
from joserfc.jwk import OctKey

import fixtures

STANDARD = yaml.safe_load((Path(fixtures.__file__).parent / "klanten" / "standard.yaml").read_text(encoding="utf-8"))
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
