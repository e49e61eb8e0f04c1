"""Bodies that the tests of the reference supplier for Contactmomenten send."""

import time
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

import fixtures

PROFILE = "contactmomenten"
ROOT = "/contactmomenten/api/v1"
UNKNOWN = "2e9a1f0c-9c0e-4c5e-8f57-0d7c7d6f1a11"
KINDS = {"bestaat": "a", "ontbreekt": "b", "weigert": "c", "laat-los": "d"}


def zaak(kind: str, number: int = 1) -> str:
    """Return the address of a zaak; its first letter tells what the Zaken API knows of its relations."""
    return f"<near>/zrc/zaken/{KINDS[kind]}{number:07}-1111-4111-8111-111111111111"


@cache
def token(name: str, **claims: Any) -> str:
    """Return a token of an application of the sandbox."""
    secret = fixtures.environment(PROFILE)[f"CONFORMANCE_{name.upper().replace('-', '_')}"]
    own = {"client_id": f"conformance-{name}", "iat": int(time.time()) - 60, "user_id": "u-1"}
    return jwt.encode({"alg": "HS256"}, {**own, "user_representation": "T", **claims}, OctKey.import_key(secret))


def moment(**members: Any) -> dict[str, Any]:
    """Return the body of a contactmoment."""
    body = {
        "bronorganisatie": "000000000",
        "registratiedatum": "2020-01-01T12:00:00Z",
        "kanaal": "telefoon",
        "voorkeurskanaal": "e-mail",
        "voorkeurstaal": "nld",
        "tekst": "vraag over afval & <b>\n😀 Ωμέγα",
        "onderwerpLinks": ["https://www.example.nl/b", "https://www.example.nl/a"],
        "initiatiefnemer": "klant",
        "medewerkerIdentificatie": {
            "identificatie": "12345",
            "achternaam": "Buurman",
            "voorletters": "B B",
            "voorvoegselAchternaam": "van",
        },
    }
    return {name: value for name, value in {**body, **members}.items() if value is not ...}


def relation(**members: Any) -> dict[str, Any]:
    """Return the body of a klantcontactmoment."""
    body = {"contactmoment": "<a>", "klant": "<near>/200", "rol": "belanghebbende", **members}
    return {name: value for name, value in body.items() if value is not ...}


def case(kind: str = "bestaat", number: int = 1, **members: Any) -> dict[str, Any]:
    """Return the body of an objectcontactmoment."""
    body = {"contactmoment": "<a>", "object": zaak(kind, number), "objectType": "zaak", **members}
    return {name: value for name, value in body.items() if value is not ...}


POST = "/contactmomenten"
LINKS = "/klantcontactmomenten"
CASES = "/objectcontactmomenten"
