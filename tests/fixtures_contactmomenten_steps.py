"""More sequences of requests that the probe of Contactmomenten sends: lists, access, caching and audit trails."""

import json
from collections.abc import Iterator

import fixtures
from tests.fixtures_bodies import Step
from tests.fixtures_contactmomenten import (
    CASES,
    LINKS,
    POST,
    PROFILE,
    UNKNOWN,
    case,
    moment,
    relation,
    token,
)

FILTERS = {
    "vorigContactmoment": ("<a>", f"<root>{POST}/{UNKNOWN}", "https://example.com", "geen-url"),
    "volgendContactmoment": ("<b>", f"<root>{POST}/{UNKNOWN}", "https://example.com", "geen-url"),
    "bronorganisatie": ("423182687", "123456789"),
    "kanaal": ("telefoon", "tele", "bestaat-niet", "A%26B+%C3%A9%2B1+x", ""),
    "voorkeurskanaal": ("e-mail", "x"),
    "voorkeurstaal": ("nld", "eng"),
    "initiatiefnemer": ("klant", "gemeente", "burger"),
    "medewerker": ("<near>/200", "geen-url"),
}
MOMENTS = (
    "2020-01-01T12:00:00Z",
    "2020-01-01T11:00:00-01:00",
    "2020-01-01T13:00:00%2B01:00",
    "2020-01-01T11:59:59.5Z",
    "gisteren",
)


def data_steps() -> Iterator[Step]:
    """Make contactmomenten that differ in what lists look at."""
    for number, when in enumerate(("2020-06-01T00:00:00Z", "2019-03-02T22:00:00Z", "2020-01-01T11:59:59.75Z")):
        members = {"registratiedatum": when, "kanaal": f"k{number}", "tekst": f"z{(number * 2) % 3}"}
        other = {"initiatiefnemer": ("gemeente", "klant")[number % 2], "voorkeurskanaal": f"v{(number + 1) % 3}"}
        third = {
            "bronorganisatie": ("950428139", "100000009", "000000000")[number],
            "medewerker": f"<near>/m{2 - number}",
        }
        yield Step("POST", POST, moment(**members, **other, **third))
    yield Step("POST", POST, moment(kanaal="A&B é+1 x"))


def filter_steps() -> Iterator[Step]:
    """Filter on every member."""
    yield from data_steps()
    for name, values in FILTERS.items():
        for value in values:
            yield Step("GET", f"{POST}?{name}={value}")
            yield Step("GET", f"{POST}?{name}={value}&voorkeurstaal=nld&kanaal=telefoon")
    for suffix in ("", "__gt", "__gte", "__lt", "__lte"):
        for value in MOMENTS:
            yield Step("GET", f"{POST}?registratiedatum{suffix}={value}")
    yield Step("GET", f"{POST}?registratiedatum__gte=2020-01-01T00:00:00Z&registratiedatum__lt=2020-01-01T12:00:00Z")
    for path in (POST, LINKS, CASES):
        yield Step("GET", f"{path}?onbekend=1")
        yield Step("GET", f"{path}?contactmoment=<a>")


def order_steps() -> Iterator[Step]:
    """Order by everything that the standard lists."""
    yield from data_steps()
    names = (
        "registratiedatum",
        "kanaal",
        "bronorganisatie",
        "voorkeurskanaal",
        "tekst",
        "initiatiefnemer",
        "medewerker",
    )
    for name in (*names, "url", "klant", "onderwerp_links", "medewerker_identificatie", "onbekend"):
        for sign in ("", "-"):
            yield Step("GET", f"{POST}?ordering={sign}{name}")
            yield Step("GET", f"{POST}?ordering={sign}{name}&page=2")


def page_steps() -> Iterator[Step]:
    """Page through contactmomenten and relations."""
    yield from data_steps()
    for page in ("1", "2", "3", "0", "-1", "abc", "1.5", "999999"):
        yield Step("GET", f"{POST}?bronorganisatie=000000000&page={page}")
    for path in (POST, LINKS, CASES, f"{POST}?kanaal=k1"):
        yield Step("GET", path)
        yield Step("GET", f"{path}{'&' if '?' in path else '?'}page=1")


def cache_steps() -> Iterator[Step]:
    """Ask conditionally for each resource."""
    none = "If-None-Match"
    for path in ("<a>", "<k>", "<o>"):
        yield Step("GET", path, keep="tag")
        for value in ("<tag>", '"x", <tag>', '"oud"', "W/<tag>", "*", "oud"):
            yield Step("GET", path, headers={none: value})
        yield Step("HEAD", path)
        yield Step("HEAD", path, headers={none: "<tag>"})
        yield Step("GET", path, headers={none: "<tag>"}, token="")
    changes = ({"tekst": "nieuw"}, {"vorigContactmoment": "<d>"}, {"medewerkerIdentificatie": {"voorletters": "X"}})
    yield Step("GET", "<a>", keep="tag")
    for body in changes:
        yield Step("PATCH", "<a>", body)
        yield Step("GET", "<a>", headers={none: "<tag>"}, keep="tag")
    yield Step("POST", POST, moment(vorigContactmoment="<b>"))
    yield Step("GET", "<b>", keep="tag")
    yield Step("POST", POST, moment(vorigContactmoment="<e>"))
    yield Step("GET", "<e>", keep="tag")
    yield Step("GET", "<a>/audittrail", keep="lines")
    yield Step("GET", "<a>/audittrail/<line0>")


def access_steps() -> Iterator[Step]:
    """Try every operation with every application, and tokens that are wrong."""
    yield Step("GET", "<a>/audittrail", keep="lines")
    who = [name.lower().replace("_", "-").removeprefix("conformance-") for name in fixtures.environment(PROFILE)]
    gone = f"/{UNKNOWN}"
    for number, name in enumerate(["", *who]):
        for path in (POST, LINKS, CASES, "<a>", "<k>", "<o>", "<a>/audittrail", "<a>/audittrail/<line0>"):
            yield Step("GET", path, token=name)
        yield from (Step("HEAD", path, token=name) for path in (POST, "<a>", LINKS))
        yield Step("POST", POST, moment(tekst=name), token=name)
        yield Step("PUT", "<d>", moment(tekst=name), token=name)
        yield Step("PATCH", "<d>", {"tekst": name or "geen"}, token=name)
        yield Step("POST", LINKS, relation(klant=f"<near>/k{number}"), token=name)
        yield Step("POST", CASES, case(number=100 + number), token=name)
        yield from (Step("DELETE", f"{path}{gone}", token=name) for path in (POST, LINKS, CASES))
        yield Step("GET", "<d>")
    yield Step("DELETE", "<e>", token="alleen-contactmomenten-lezen")
    yield Step("GET", "<e>")
    yield from token_steps()


def token_steps() -> Iterator[Step]:
    """Send tokens that are broken, foreign, unsigned or out of time."""
    good = token("alles")
    header, payload, signature = good.split(".")
    none, odd = ("eyJhbGciOiJub25lIn0", "eyJhbGciOiJYWDEifQ")
    bearer = ["abc", good[:-10], f"{header}.{payload}.{signature[::-1]}", f"{none}.{payload}."]
    bearer += [f"{odd}.{payload}.{signature}", token("alles", client_id="bestaat-niet"), token("alles", client_id=None)]
    bearer += [token("alles", exp=1), token("alles", nbf=2**33)]
    for value in (*(f"Bearer {one}" for one in bearer), f"Basic {good}", good, "Bearer "):
        yield Step("GET", f"{POST}?kanaal=balie", headers={"Authorization": value})
    yield Step("GET", f"{POST}?kanaal=balie&access_token={good}", token="")
    extra = {"Cookie": "sessie=1", "X-NLX-Request-Application-Id": "x", "Origin": "https://kwaad.example"}
    for name, text in extra.items():
        yield Step("GET", f"{POST}?kanaal=balie", token="", headers={name: text})


def audit_steps() -> Iterator[Step]:
    """Read audit trails."""
    yield Step("PATCH", "<a>", {"tekst": "eerst"})
    yield Step("PUT", "<a>", moment())
    yield Step("PATCH", "<a>", {"kanaal": "x" * 51})
    yield Step("DELETE", "<k>")
    yield Step("GET", "<a>/audittrail", keep="lines")
    for name in ("line0", "line1", "line2", "line3"):
        yield Step("GET", f"<a>/audittrail/<{name}>")
        yield Step("GET", f"<b>/audittrail/<{name}>")
    for part in ("a", "<a-8>", "-", UNKNOWN):
        yield Step("GET", f"{POST}/{part}/audittrail")
    yield Step("GET", f"<a>/audittrail/{UNKNOWN}")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        yield Step(method, "<a>/audittrail", {})
        yield Step(method, "<a>/audittrail/<line0>", {})
    yield Step("GET", "<a>/audittrail")
    yield Step("DELETE", "<a>")
    yield Step("GET", "<a>/audittrail")


def odd_steps() -> Iterator[Step]:
    """Send methods, media types, headers, paths and bodies that are odd."""
    for path in ("/openapi.json", "/schema/openapi.yaml", "/openapi.yaml", "/bestaat-niet"):
        yield Step("GET", path, token="", headers={"Origin": "https://example.org"})
    yield from (Step(method, POST, moment()) for method in ("PUT", "PATCH"))
    yield Step("POST", "<a>", {})
    for path in (f"{POST}/", "<a>/", f"{POST}/abc", f"{POST}/123", f"{POST}/%00"):
        yield Step("GET", path)
    for accept in ("application/xml", "", "*/*"):
        yield Step("GET", "<a>", headers={"Accept": accept})
    for media_type in ("text/xml", "text/plain", None, "application/json; charset=utf-8"):
        yield Step("POST", POST, moment(), media_type=media_type)
    yield Step("GET", "<a>", headers={"Accept-Crs": "EPSG:4326"})
    yield Step("POST", POST, moment(), headers={"X-Audit-Toelichting": "x" * 2000})
    good = json.dumps(moment(tekst="@@")).encode()
    bodies = [b"{", b"", b"nul", good.replace(b"@@", b"\xff"), b"[]", b'"x"', b"5", b"1.5", b"true", b"null", b"[{}]"]
    bodies += [good.replace(b"@@", b"\\u0000"), good.replace(b"@@", b"\\ud800"), good.replace(b'"@@"', b"1e400")]
    yield from (Step("POST", POST, body) for body in bodies)
    yield Step("DELETE", POST, {})
    yield Step("GET", POST)


def notification_steps() -> Iterator[Step]:
    """Write, so that messages are sent."""
    yield Step("PUT", "<d>", moment(kanaal="anders"))
    yield Step("PATCH", "<d>", {"tekst": "x"})
    yield Step("POST", POST, moment(kanaal="x" * 51))
    yield Step("POST", LINKS, relation(rol="gesprekspartner"))
    yield Step("DELETE", "<d>")
