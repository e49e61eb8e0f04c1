"""The sections of the probe of the fixtures: sequences of requests."""

import json
import time
from collections.abc import Iterator
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

import fixtures
from tests.fixtures_bodies import ADRES, BRANCH, Step, klant, linked, person, token


def description_steps() -> Iterator[Step]:
    """Look at the published description and at paths that do not exist."""
    for path in ("/openapi.json", "/schema/openapi.yaml", "/openapi.yaml", "/bestaat-niet"):
        yield Step("GET", path, token="", headers={"Origin": "https://example.org"})


def setup_steps() -> Iterator[Step]:
    """Make a klant of each kind."""
    note = {"X-Audit-Toelichting": "nieuw", "X-NLX-Logrecord-ID": "x"}
    yield Step("POST", "/klanten", person("A"), keep="a", headers=note)
    yield Step("POST", "/klanten", klant("B", "niet_natuurlijk_persoon"), keep="b")
    yield Step("POST", "/klanten", klant("C", "vestiging"), keep="c")
    yield Step("POST", "/klanten", linked("D", "<near>/200"), keep="d")
    yield Step(
        "POST", "/klanten", person("00A-0001", adres=..., functie=..., voornaam=..., url="https://x.nl/"), keep="e"
    )


def life_steps() -> Iterator[Step]:
    """Read, change and list a klant of each kind."""
    for name in "abcde":
        yield Step("GET", f"<{name}>")
        yield Step("GET", f"<{name}>")
    yield Step("GET", "/klanten?achternaam=Proef")
    yield Step("PUT", "<a>", {**person("A"), "functie": "nieuw"}, headers={"X-NLX-Logrecord-ID": "x" * 300})
    yield Step("GET", "<a>")
    yield Step("PATCH", "<a>", {"functie": "deel", "adres": {"postcode": "1234AB"}})
    yield Step(
        "PATCH", "<a>", {"subjectIdentificatie": {"geslachtsnaam": "Ander", "verblijfsadres": {"aoaPostcode": "1"}}}
    )
    yield Step("GET", "<a>")
    yield Step("PATCH", "<a>", {})
    yield Step("PATCH", "<e>", {"adres": ADRES, "onbekend": 1})
    yield Step("PATCH", "<e>", {"adres": None})
    yield Step("PUT", "<e>", person("00A-0001", functie=..., adres=None))
    yield Step(
        "PUT", "<c>", klant("C", "vestiging", subjectIdentificatie={**BRANCH, "handelsnaam": ["Z"]}, functie=...)
    )
    for name in ("bronorganisatie", "websiteUrl", "klantnummer"):
        yield Step("PUT", "<c>", {**klant("C", "vestiging"), name: None})
        yield Step("PUT", "<c>", klant("C", "vestiging", **{name: ...}))
    yield Step("POST", "/klanten", person("A"))
    yield Step("POST", "/klanten", person("A", bronorganisatie="100000009"), keep="f")
    yield Step("PUT", "<b>", klant("A", "niet_natuurlijk_persoon"))
    yield Step("PATCH", "<b>", {"klantnummer": "A"})
    yield Step("GET", "/klanten?klantnummer=A")
    yield Step("GET", "/klanten?klantnummer=A&bronorganisatie=100000009")
    for body in ({"emailadres": "geen", "functie": "half"}, {"adres": {"postcode": "12345678"}, "functie": "half"}):
        yield Step("PATCH", "<b>", body)
        yield Step("PUT", "<b>", {**klant("B", "niet_natuurlijk_persoon"), **body})
        yield Step("GET", "<b>")
    yield Step("POST", "/klanten", person("HALF", emailadres="geen", functie="half"))
    yield Step("GET", "/klanten?functie=half")


def cache_steps() -> Iterator[Step]:
    """Ask conditionally."""
    yield Step("GET", "<a>", keep="tag")
    none = "If-None-Match"
    for value in ("<tag>", '"x", <tag>', '"oud"', "W/<tag>", "*", "oud"):
        yield Step("GET", "<a>", headers={none: value})
    yield Step("HEAD", "<a>")
    yield Step("HEAD", "<a>", headers={none: "<tag>"})
    yield Step("GET", "<a>", headers={none: "<tag>"}, token="")
    for body in ({"achternaam": "Nieuw"}, {"adres": {"postcode": "9"}}, {"subjectIdentificatie": {"voornamen": "X"}}):
        yield Step("PATCH", "<a>", body)
        yield Step("GET", "<a>", headers={none: "<tag>"})
    yield Step("GET", "/klanten?achternaam=Nieuw")
    yield Step("GET", "<b>")


def access_steps() -> Iterator[Step]:
    """Try every operation with every application, and tokens that are wrong."""
    who = [name.lower().replace("_", "-").removeprefix("conformance-") for name in fixtures.environment("klanten")]
    body = klant("B", "niet_natuurlijk_persoon", functie="toegang")
    yield Step("GET", "<b>/audittrail", keep="lines")
    for name in ["", *who]:
        yield Step("GET", "/klanten?klantnummer=B", token=name)
        yield Step("HEAD", "/klanten", token=name)
        yield Step("POST", "/klanten", person(f"P{len(name)}{name[-6:-4]}"), token=name)
        yield Step("GET", "<b>", token=name)
        yield Step("HEAD", "<b>", token=name)
        yield Step("PUT", "<b>", body, token=name)
        yield Step("PATCH", "<b>", {"functie": name or "geen"}, token=name)
        yield Step("GET", "<b>/audittrail", token=name)
        yield Step("GET", "<b>/audittrail/<line0>", token=name)
        yield Step("GET", "<b>")
        yield Step("DELETE", "/klanten/2e9a1f0c-9c0e-4c5e-8f57-0d7c7d6f1a11", token=name)
    yield Step("POST", "/klanten", person("WEG"), keep="weg")
    yield Step("DELETE", "<weg>", token="alleen-klanten-lezen")
    yield Step("GET", "<weg>")
    yield Step("POST", "/klanten", {}, token="geen")
    yield from token_steps()


def payload_of(claims: dict[str, Any]) -> str:
    """Return claims as they stand in a token."""
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("x" * 40)).split(".")[1]


def token_steps() -> Iterator[Step]:
    """Send tokens that are broken, foreign, unsigned or out of time."""
    now, good = int(time.time()), token("alles")
    header, payload, signature = good.split(".")
    odd = [payload_of({"alg": name}) for name in ("none", "XX1")]
    bearer = [
        "abc",
        good[:-10],
        f"{header}.{payload}.{signature[::-1]}",
        f"{odd[0]}.{payload}.",
        f"{odd[1]}.{payload}.{signature}",
        token("alles", client_id="bestaat-niet"),
        token("alles", exp=now - 3600),
        token("alles", nbf=now + 3600),
        token("alles", client_id=None),
    ]
    for value in bearer:
        yield Step("GET", "/klanten?klantnummer=B", headers={"Authorization": f"Bearer {value}"})
    for value in (f"Basic {good}", good, "Bearer "):
        yield Step("GET", "/klanten?klantnummer=B", headers={"Authorization": value})
    yield Step("GET", f"/klanten?klantnummer=B&access_token={good}", token="")
    for name, value in (
        ("Cookie", "sessie=1"),
        ("X-NLX-Request-Application-Id", "x"),
        ("Origin", "https://kwaad.example"),
    ):
        yield Step("GET", "/klanten?klantnummer=B", token="", headers={name: value})


def audit_steps() -> Iterator[Step]:
    """Read audit trails."""
    yield Step("PATCH", "<a>", {"functie": "eerst"})
    yield Step("PUT", "<a>", person("A"))
    unknown = "/klanten/2e9a1f0c-9c0e-4c5e-8f57-0d7c7d6f1a11"
    yield Step("PATCH", "<a>", {"emailadres": "geen"})
    yield Step("GET", "<a>/audittrail", keep="lines")
    for name in ("line0", "line1", "line2"):
        yield Step("GET", f"<a>/audittrail/<{name}>")
        yield Step("GET", f"<b>/audittrail/<{name}>")
    for path in ("a", "<a-8>", "-", "<a-8>/audittrail/<line0>"):
        yield Step("GET", f"/klanten/{path}" if "/" in path else f"/klanten/{path}/audittrail")
    yield Step("GET", f"{unknown}/audittrail")
    yield Step("GET", f"<a>/audittrail/{unknown[-36:]}")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        yield Step(method, "<a>/audittrail", {})
        yield Step(method, "<a>/audittrail/<line0>", {})
    yield Step("GET", "<a>/audittrail")


def odd_steps() -> Iterator[Step]:
    """Send methods, media types, headers and bodies that are odd."""
    unknown = "/klanten/2e9a1f0c-9c0e-4c5e-8f57-0d7c7d6f1a11"
    yield from (Step(method, "/klanten", person("ODD")) for method in ("PUT", "PATCH"))
    yield Step("POST", "<a>", {})
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        yield Step(method, unknown, person("NIEUW"))
    for path in ("/klanten/", "<a>/", "/klanten/abc", "/klanten/123", "/klanten/%00"):
        yield Step("GET", path)
    for accept in ("application/xml", "", "*/*"):
        yield Step("GET", "<a>", headers={"Accept": accept})
    for media_type in ("text/xml", "text/plain", None, "application/json; charset=utf-8"):
        yield Step("POST", "/klanten", person(f"M{str(media_type)[-5:]}"), media_type=media_type)
    yield Step("GET", "<a>", headers={"Accept-Crs": "EPSG:4326"})
    yield Step("POST", "/klanten", person("LANG"), headers={"X-Audit-Toelichting": "x" * 2000})
    good = json.dumps(person("BYTES", achternaam="@@")).encode()
    bodies = [
        b"{",
        b"",
        b"nul",
        good.replace(b"@@", b"\xff"),
        b"[]",
        b'"x"',
        b"5",
        b"1.5",
        b"0",
        b"true",
        b"null",
        b"[{}]",
    ]
    bodies += [good.replace(b"@@", b"\\u0000"), good.replace(b"@@", b"\\ud800"), good.replace(b'"@@"', b"1e400")]
    bodies += [good.replace(b'"@@"', b"[" * 200 + b"]" * 200), good.replace(b"@@", b"x" * 1000000)]
    yield from (Step("POST", "/klanten", body) for body in bodies)


def page_steps() -> Iterator[Step]:
    """Page, and filter in odd ways."""
    yield Step("POST", "/klanten", person("Z1", bedrijfsnaam="A&B é+1 x"))
    yield Step("GET", "/klanten?bedrijfsnaam=A%26B+%C3%A9%2B1+x")
    yield Step("GET", "/klanten?klantnummer=00A-")
    yield Step("GET", "/klanten?onbekend=1")
    for page in ("1", "2", "3", "0", "-1", "abc", "1.5", "999999"):
        yield Step("GET", f"/klanten?bronorganisatie=000000000&page={page}")
    yield Step("GET", "/klanten?klantnummer=bestaat-niet")


def notification_steps() -> Iterator[Step]:
    """Write, so that messages are sent."""
    yield Step("PUT", "<c>", klant("C", "vestiging"))
    yield Step("PATCH", "<c>", {"functie": "x"})
    yield Step("POST", "/klanten", person("FOUT", emailadres="geen"))
    yield Step("DELETE", "<c>")


def end_steps() -> Iterator[Step]:
    """Delete."""
    yield Step("DELETE", "<a>")
    yield Step("GET", "<a>")
    yield Step("GET", "<a>/audittrail")
    yield Step("GET", "/klanten?klantnummer=A")
    yield Step("DELETE", "<a>")
    yield Step("POST", "/klanten", person("A"))
    yield Step("DELETE", "<b>/audittrail")
    yield Step("DELETE", "/klanten", {})
    yield Step("GET", "/klanten")
