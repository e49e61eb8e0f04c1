"""A fixed sequence of requests that shows each mutant to differ from the reference; it judges nothing."""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from joserfc import jwt
from joserfc.jwk import OctKey
from werkzeug import Request, Response
from werkzeug.test import Client

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


class Neighbours:
    """What the supplier fetches and calls, with the messages that came."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.status = 201
        self.root = ""

    def __call__(self, request: Request) -> Response:
        """Answer by what the path says."""
        if request.path == "/notificaties":
            self.messages.append([bool(request.headers.get("Authorization")), request.get_json()])
            return Response(status=self.status)
        name = request.path.strip("/")
        if name.startswith("naar-"):
            return Response(status=302, headers={"Location": f"{self.root}/{name.removeprefix('naar-')}"})
        if name == "traag":
            time.sleep(1)
        return Response("{}", status=int(name) if name.isdigit() else 200, content_type="application/json")


@contextmanager
def neighbours() -> Iterator[Neighbours]:
    """Serve neighbours."""
    made = Neighbours()
    with fixtures.serve(Request.application(made)) as root:
        made.root = root
        yield made


class Probe:
    """Sends the sequence to one supplier and yields what it answers, without what changes from run to run."""

    def __init__(self, app: Any, near: Neighbours) -> None:
        self.app = app
        self.client = Client(app, use_cookies=False)
        self.near = near
        self.names: dict[str, str] = {"near": near.root}
        self.labels: dict[str, str] = {}

    def send(self, step: Step) -> Response:
        """Send one step."""
        headers = {"Accept": "application/json", **step.headers}
        if step.token and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {token(step.token)}"
        data = step.body
        if not isinstance(data, bytes | None):
            data = self.filled(json.dumps(data)).encode()
        path = self.filled(step.path)
        path = path.split("/", 3)[-1] if path.startswith("http") else f"{ROOT}{path}".lstrip("/")
        made = {name: self.filled(value) for name, value in headers.items() if value}
        if data is not None and step.media_type:
            made["Content-Type"] = step.media_type
        return self.client.open(f"/{path}", method=step.method, headers=made, data=data)

    def filled(self, text: str) -> str:
        """Fill in the names that were kept."""
        for name, value in self.names.items():
            text = text.replace(f"<{name}>", value)
        return text

    def run(self, section: str) -> Iterator[str]:
        """Yield every answer in one section."""
        self.app.resources.notifier.receiver = f"{self.near.root}/notificaties" if section == "notifications" else ""
        for step in (*setup_steps(), *SECTIONS[section]()):
            response = self.send(step)
            if step.keep:
                self.learn(step.keep, response)
            yield f"{step.method} {step.path} {str(step.body)[:80]} -> {self.plain(response)}"
        yield from (self.stable(json.dumps(message)) for message in self.near.messages)
        yield from self.last(section)

    def last(self, section: str) -> Iterator[str]:
        """Yield what takes more than one request to see."""
        if section == "notifications":
            self.near.status = 500
            yield self.plain(self.send(Step("POST", "/klanten", person("N500"))))
        if section == "race":
            with ThreadPoolExecutor(10) as pool:
                racing = list(pool.map(self.send, [Step("POST", "/klanten", person("RACE"))] * 10))
            yield str(sorted(response.status_code for response in racing))

    def learn(self, name: str, response: Response) -> None:
        """Keep the address, the ETag or the audit lines that an answer gave."""
        if name == "tag":
            self.names["tag"] = response.headers.get("ETag", "")
        elif name == "lines":
            lines = response.get_json()
            rows = lines if isinstance(lines, list) else []
            self.names |= {f"line{n}": row.get("uuid", "") for n, row in enumerate(rows)}
        elif isinstance(response.get_json(silent=True), dict):
            url = response.get_json().get("url", "")
            self.names |= {name: url, f"{name}-id": url.rsplit("/", 1)[-1], f"{name}-8": url.rsplit("/", 1)[-1][:8]}

    def plain(self, response: Response) -> str:
        """Return an answer without moments and random parts."""
        headers = sorted(f"{name}: {value}" for name, value in response.headers.items() if name != "Date")
        return self.stable(f"{response.status_code} {headers} {response.get_data(as_text=True)}")

    def stable(self, text: str) -> str:
        """Replace identifiers by their order of appearance, and this day by a word."""
        text = re.sub(rf"{time.strftime('%Y')}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+", "NOW.", text)
        text = re.sub(rf"{time.strftime('%Y')}-\d\d-\d\dT\d\d:\d\d:\d\d", "NOW", text)
        pattern = r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|(?<=\")[0-9a-f]{32}(?=\")"
        text = re.sub(r"Content-Length: \d+", "", text)
        text = re.sub(pattern, lambda found: self.label(found[0]), text)
        return text.replace(self.near.root, "NEAR")

    def label(self, found: str) -> str:
        """Return the label of an identifier; the kind of UUID shows."""
        kind = found[14] if "-" in found else "tag"
        same = found if found.startswith("00000000") else f"<{kind}{len(self.labels)}>"
        return self.labels.setdefault(found, same)


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
        "functie": "chef",
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
    for n, path in enumerate(("200", "404", "naar-200", "naar-404", "403", "410", "500", "traag")):
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


def _sections() -> dict[str, Callable[[], Iterable[Step]]]:
    made: dict[str, Callable[[], Iterable[Step]]] = {
        "life": life_steps,
        "cache": cache_steps,
        "description": description_steps,
        "page": page_steps,
        "odd": odd_steps,
        "audit": audit_steps,
        "end": end_steps,
        "klantnummer": number_steps,
        "notifications": notification_steps,
        "race": tuple,
        "subject": subject_steps,
        "access": access_steps,
    }
    made |= {f"filter {spec['name']}": partial(filter_steps, spec) for spec in KLANTEN["filters"]}
    return (
        made
        | {name: partial(member_steps, name) for name in member_rows() if name != "subjectType"}
        | {"soort": partial(member_steps, "subjectType")}
    )


SECTIONS = _sections()
HINTS = {
    "COM-OAS": "description", "COM-CACHE": "cache", "COM-AUTH": "access", "KL-AUTH": "access", "COM-HDR": "odd",
    "COM-AUD": "audit", "KL-NOT": "notifications", "COM-NOT": "notifications", "COM-PAGE": "page", "COM-NEG": "odd",
    "COM-REF": "subject", "KL-REF": "subject", "KL-SUBJ-0": "subject", "COM-HTTP": "end", "COM-ERR": "odd",
    "KL-UNIQ-006": "race", "KL-UNIQ": "klantnummer", "COM-VAL-007": "soort", "KL-SUBJ-005": "soort",
}  # fmt: skip


def likely(mutant: fixtures.Mutant) -> list[str]:
    """Return the sections in the order in which they are likely to show a mutant."""
    told = f"{mutant.name} {dict(mutant.arguments)}"
    names = [name for name in SECTIONS if name.removeprefix("filter ") in told]
    names += [section for prefix, section in HINTS.items() if any(kill.startswith(prefix) for kill in mutant.kills)]
    return list(dict.fromkeys([*names, *SECTIONS]))


def answers(near: Neighbours, section: str, **chosen: Any) -> Iterator[str]:
    """Yield the answers of a supplier to a section."""
    near.messages, near.status = [], 201
    return Probe(fixtures.supplier("klanten", page_size=3, timeout=0.3, **chosen), near).run(section)


@pytest.fixture(scope="module")
def near() -> Iterator[Neighbours]:
    """Serve neighbours for the module."""
    with neighbours() as made:
        yield made


@pytest.fixture(scope="module")
def lawful(near: Neighbours) -> Callable[[str], list[str]]:
    """Return what the reference answers to a section."""
    return cache(lambda section: list(answers(near, section)))


Lawful = Callable[[str], list[str]]


@pytest.mark.parametrize("section", SECTIONS)
def test_the_reference_answers_the_same_twice(near: Neighbours, lawful: Lawful, section: str) -> None:
    """What the reference answers does not depend on the run."""
    assert list(answers(near, section)) == lawful(section)


@pytest.mark.parametrize("section", SECTIONS)
def test_the_reference_never_fails(lawful: Lawful, section: str) -> None:
    """No request leads to a server error."""
    assert [answer for answer in lawful(section) if "-> 5" in answer] == []


@pytest.mark.parametrize("name", [mutant.name for mutant in fixtures.mutants("klanten")])
def test_a_mutant_answers_otherwise(near: Neighbours, lawful: Lawful, name: str) -> None:
    """Every mutant differs from the reference somewhere."""
    mutant = next(mutant for mutant in fixtures.mutants("klanten") if mutant.name == name)
    assert any(
        mine != other
        for section in likely(mutant)
        for mine, other in zip(answers(near, section, mutant=name), lawful(section), strict=False)
    )
