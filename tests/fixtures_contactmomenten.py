"""Bodies and sequences of requests that the probe of Contactmomenten sends."""

import itertools
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

import fixtures
from tests.fixtures_bodies import Step

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


def setup_steps() -> Iterator[Step]:
    """Make a chain of two, a contactmoment with a medewerker, and a relation of each kind."""
    note = {"X-Audit-Toelichting": "nieuw", "X-NLX-Logrecord-ID": "x"}
    yield Step("POST", POST, moment(), keep="a", headers=note)
    yield Step("POST", POST, moment(kanaal="balie", vorigContactmoment="<a>"), keep="b")
    linked = moment(kanaal="chat", medewerker="<near>/200", medewerkerIdentificatie=..., registratiedatum=...)
    yield Step("POST", POST, linked, keep="c")
    yield Step("POST", POST, moment(url="https://x.nl/", onbekend=1, klant="https://x.nl/k"), keep="d")
    yield Step(
        "POST", POST, {"bronorganisatie": "423182687", "medewerkerIdentificatie": {"identificatie": "1"}}, keep="e"
    )
    yield Step("POST", LINKS, relation(), keep="k")
    yield Step("POST", CASES, case(), keep="o")
    yield Step("POST", POST, moment(), keep="weg")
    yield Step("DELETE", "<weg>")


def life_steps() -> Iterator[Step]:
    """Read, list, change and delete."""
    for path in ("<a>", "<a>", "<b>", "<c>", "<e>", "<k>", "<o>", POST, LINKS, CASES, f"{POST}?kanaal=telefoon"):
        yield Step("GET", path)
    yield Step("PUT", "<d>", moment(kanaal="aangepast", voorkeurskanaal=...), headers={"X-NLX-Logrecord-ID": "x" * 300})
    yield Step("PUT", "<d>", moment(kanaal="aangepast"))
    for change in ({"kanaal": "some-kanaal"}, {}, {"medewerkerIdentificatie": {"achternaam": "Nieuw"}}):
        yield Step("PATCH", "<d>", change)
        yield Step("GET", "<d>")
    both = {"medewerker": "", "medewerkerIdentificatie": {"identificatie": "9"}}
    yield Step("PATCH", "<c>", {"medewerker": "<near>/404"})
    yield Step("PATCH", "<c>", {"medewerker": ""})
    yield Step("PATCH", "<c>", both)
    yield Step("PATCH", "<e>", both)
    yield Step("PUT", "<d>", moment(vorigContactmoment=None, medewerker=""))
    yield Step("PUT", "<d>", moment(medewerkerIdentificatie=None, medewerker="<near>/200"))
    yield Step("PATCH", "<d>", {"medewerkerIdentificatie": None})
    faults: dict[str, Any] = {
        "kanaal": "x" * 51,
        "initiatiefnemer": "x",
        "onderwerpLinks": ["x"],
        "registratiedatum": "x",
    }
    for body in ({name: value} for name, value in faults.items()):
        yield Step("PATCH", "<d>", {**body, "tekst": "half"})
        yield Step("PUT", "<d>", {**moment(tekst="half"), **body})
        yield Step("GET", "<d>")
    yield Step("PUT", "<d>", moment(bronorganisatie=...))
    yield from end_steps()


def end_steps() -> Iterator[Step]:
    """Write to what does not exist, and delete."""
    for method in ("PUT", "PATCH", "DELETE", "GET"):
        yield Step(method, f"{POST}/{UNKNOWN}", moment())
    for path in ("<k>", "<o>", "<a>", "<a>", "<k>"):
        yield Step("DELETE", path)
        yield Step("GET", path)
    for path in (POST, LINKS, CASES, "<k>", "<o>", "<a>/audittrail"):
        yield Step("GET", path)


def value_steps() -> Iterator[Step]:
    """Send members at and over their limits, of wrong types, and absent."""
    values: dict[str, list[Any]] = {
        "bronorganisatie": [..., None, "", "12345678", "1234567890", "123456789", "12345678A", "000000012", 5, {}, []],
        "kanaal": [..., None, "", "é" * 50, "x" * 51, {}, []],
        "voorkeurskanaal": ["é" * 50, "x" * 51, {}],
        "voorkeurstaal": ["eng", "engl", []],
        "tekst": ["x" * 300, "a\nb", "x" * 10000, {}, "\0", "\ud800"],
        "initiatiefnemer": ["gemeente", "burger", "Klant", ...],
        "onderwerpLinks": [..., [], "https://x.nl", ["geen-url"], ["https://x.nl/".ljust(1001, "x")], {}, None],
        "registratiedatum": [..., "2020-01-01T14:00:00+02:00", "gisteren", "2020-01-01", None, "", 5],
        "medewerkerIdentificatie": [None, {}, ..., [], "x"],
        "medewerker": ["geen-url", "<near>/404", "<near>/200", "<near>/" + "x" * 1000, "", None],
        "volgendContactmoment": ["<c>"],
        "url": ["https://x.nl/"],
    }
    for name, sent in values.items():
        for value in sent:
            yield Step("POST", POST, moment(**{name: value}))
    for name, limit in {"identificatie": 24, "achternaam": 200, "voorletters": 20, "voorvoegselAchternaam": 10}.items():
        for length in (limit, limit + 1):
            yield Step("POST", POST, moment(medewerkerIdentificatie={name: "x" * length}))
    yield Step("POST", POST, moment(medewerker="geen-url", medewerkerIdentificatie=...))
    yield Step("POST", POST, moment(kanaal="x" * 51, voorkeurstaal="lang"))
    yield Step("POST", POST, moment(tekst="half", kanaal="x" * 51))
    yield Step("PATCH", "<c>", {"volgendContactmoment": "<d>"})
    for path in ("<c>", "<d>", POST):
        yield Step("GET", path)


def wrong() -> Iterator[Any]:
    """Yield every kind of wrong reference to a contactmoment."""
    yield from (f"<root>{POST}/{UNKNOWN}", "<weg>", f"<near>{ROOT}{POST}/<a-id>", "<near>/404", "<k>")
    yield from ("geen-url", "", 5, {}, [], True, "<a>/", f"{ROOT}{POST}/<a-id>")


def chain_steps() -> Iterator[Step]:
    """Follow, move and break chains."""
    for value in (*wrong(), "<a>"):
        yield Step("POST", POST, moment(vorigContactmoment=value, tekst="los"))
        yield Step("PUT", "<d>", moment(vorigContactmoment=value, tekst="los"))
        yield Step("PATCH", "<d>", {"vorigContactmoment": value})
        yield Step("GET", "<d>")
    yield Step("GET", f"{POST}?kanaal=telefoon")
    for path in ("<a>", "<b>"):
        yield Step("PATCH", "<a>", {"vorigContactmoment": path})
        yield Step("PUT", "<a>", moment(vorigContactmoment=path))
        yield Step("GET", "<a>")
    for vorig in ("<c>", None, "<d>"):
        yield Step("PATCH", "<b>", {"vorigContactmoment": vorig})
        yield from (Step("GET", path) for path in ("<a>", "<b>", "<c>", "<d>"))
    yield Step("PUT", "<b>", moment(vorigContactmoment="<a>"))
    yield Step("PATCH", "<e>", {"vorigContactmoment": "<b>"})
    yield from (Step("GET", path) for path in ("<a>", "<b>", "<d>", "<e>", POST))
    for path in ("<b>", "<a>"):
        yield Step("DELETE", path)
        yield from (Step("GET", other) for other in ("<a>", "<b>", "<e>"))
    yield Step("POST", POST, moment(vorigContactmoment="<e>"), keep="f")
    yield Step("DELETE", "<f>")
    yield Step("GET", "<e>")


def klant_steps() -> Iterator[Step]:
    """Relate contactmomenten with klanten."""
    for value in (..., None, *wrong()):
        yield Step("POST", LINKS, relation(contactmoment=value))
    for path in ("404", "naar-200", "naar-404", "403", "500"):
        yield Step("POST", LINKS, relation(klant=f"<near>/{path}"))
    for value in (..., None, "", "geen-url", "http://127.0.0.1:1/", 5, {}, [], "<near>/" + "x" * 1000):
        yield Step("POST", LINKS, relation(klant=value))
    for value in (..., None, "", "wrong_value", "Belanghebbende", "gesprekspartner", "gesprekspartner"):
        yield Step("POST", LINKS, relation(rol=value))
    yield Step("POST", LINKS, relation())
    for path, klant in itertools.product(("<b>", "<c>"), ("<near>/200", "<near>/klant")):
        yield Step("POST", LINKS, relation(contactmoment=path, klant=klant))
    yield from kept_steps()


def kept_steps() -> Iterator[Step]:
    """List, change and delete relations with klanten."""
    queries = (
        "",
        "?contactmoment=<a>",
        "?klant=<near>/200",
        "?klant=<near>/klant",
        "?rol=gesprekspartner&contactmoment=<a>",
    )
    for query in (*queries, "?rol=x", "?klant=geen-url", "?contactmoment=geen-url", "?onbekend=1", "?page=1"):
        yield Step("GET", f"{LINKS}{query}")
    for method in ("PUT", "PATCH"):
        yield Step(method, "<k>", relation(rol="gesprekspartner", klant="<near>/ander"))
    for method in ("GET", "DELETE", "GET", "DELETE"):
        yield Step(method, "<k>")
    yield from (Step("GET", path) for path in ("<a>", "<a>/audittrail", LINKS))
    yield Step("DELETE", "<b>")
    yield Step("GET", LINKS)


def object_steps() -> Iterator[Step]:
    """Relate contactmomenten with zaken."""
    for value in (..., None, *wrong()):
        yield Step("POST", CASES, case(number=2, contactmoment=value))
    for value in (..., None, "", "geen-url", "<near>/404", "<near>/200", 5, {}, []):
        yield Step("POST", CASES, case(object=value))
    for number, value in enumerate((..., None, "", "besluit", "Zaak"), start=10):
        yield Step("POST", CASES, case(number=number, objectType=value))
    for kind in ("ontbreekt", "weigert"):
        yield Step("POST", CASES, case(kind))
    yield Step("POST", CASES, case())
    yield Step("POST", CASES, case("laat-los"), keep="p")
    yield Step("POST", CASES, case(contactmoment="<b>"), keep="q")
    yield Step("POST", CASES, case(object=f"<near>/{'x' * 300}/zaken/a1111111-1111-4111-8111-111111111111"))
    yield Step("POST", CASES, case(object="https://x.nl/".ljust(1001, "x")))
    queries = (
        "",
        "?contactmoment=<a>",
        "?objectType=zaak",
        f"?object={zaak('bestaat')}",
        f"?object={zaak('laat-los')}",
    )
    for query in (*queries, "?objectType=besluit", "?object=geen-url", "?onbekend=1", "?page=1", "?contactmoment=x"):
        yield Step("GET", f"{CASES}{query}")
    for method in ("PUT", "PATCH"):
        yield Step(method, "<o>", case(number=3))
    for path in ("<o>", "<p>"):
        yield from (Step(method, path) for method in ("GET", "DELETE", "GET", "DELETE"))
    yield from (Step("GET", path) for path in ("<a>", "<a>/audittrail", CASES))
    yield Step("DELETE", "<b>")
    yield Step("GET", CASES)
