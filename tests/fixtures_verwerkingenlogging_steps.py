"""The series of requests that the probe of a log sends."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.fixtures_verwerkingenlogging import (
    ACTIES,
    ACTIVITEIT,
    ACTIVITY,
    OBJECTEN,
    OIN,
    PROCESSING,
    REGISTER,
    UNKNOWN,
    WINDOW,
    full,
    minimal,
    person,
    token,
)

V, W = PROCESSING["V"], PROCESSING["W"]
FIRST = "5d0b5cf4-4a7c-4b0e-9c3a-8f0f2a6f1b27"
TODAY = time.strftime("%Y-%m-%d", time.gmtime())


@dataclass(frozen=True)
class Step:
    """One request; names between angle brackets stand for what earlier answers gave."""

    method: str
    path: str
    body: Any = None
    who: str = "alles"
    keep: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"

    def __str__(self) -> str:
        return f"({self.method} {self.path} {self.who})"


def search(nummer: str = "P", path: str = ACTIES, who: str = "alles", **query: Any) -> Step:
    """Return a search for a person."""
    asked = {name: value for name, value in {**person(nummer), **query}.items() if value is not None}
    return Step("GET", f"{path}?{urlencode(asked, doseq=True)}", who=who)


def inspect(nummer: str = "P", who: str = "alles", **query: Any) -> Step:
    """Return a search in inzage."""
    return search(nummer, OBJECTEN, who, **{**WINDOW, **query})


def start_steps() -> Iterator[Step]:
    """Log what every section may build on."""
    yield Step("POST", ACTIES, full(), keep="first")
    yield Step("POST", ACTIES, minimal("R"), keep="gone")


def everywhere(**parts: Any) -> Iterator[Step]:
    """Give one request for each operation."""
    yield Step("POST", ACTIES, minimal("R"), keep="any", **parts)
    yield Step("POST", ACTIES, minimal("R", vertrouwelijkheid="vertrouwelijk"), **parts)
    yield Step("GET", "<first>", **parts)
    yield Step("PUT", "<first>", {"<": "<first_body>"}, **parts)
    yield Step("PATCH", f"{ACTIES}?verwerkingId={V}", {"bewaartermijn": "P4Y"}, **parts)
    yield search("P", vertrouwelijkheid="normaal", **parts)
    yield inspect("P", **parts)
    yield Step("GET", "<first_thing>", **parts)
    yield Step("GET", REGISTER, **parts)
    yield Step("GET", f"{ACTIVITEIT}/{FIRST}", **parts)


def access_steps() -> Iterator[Step]:
    """Call with every kind of credential."""
    roles = [
        f"alleen-{verb}-{level}"
        for verb in ("create", "read", "update", "delete")
        for level in ("normal", "confidential")
    ]
    for who in ("", "geen", *roles, "vertrouwelijk", "gewoon", "ander-component"):
        yield from ([search(who=who)] if who == "" else everywhere(who=who))
        yield Step("DELETE", "<gone>", who=who) if "delete" not in who else search(who=who)
    yield from [
        Step("DELETE", "<gone>", who=""),
        Step("GET", "<first>", who=""),
        Step("POST", ACTIES, minimal(), who=""),
    ]
    yield from [Step("GET", REGISTER, who=""), inspect(who=""), Step("POST", ACTIES, {}, who="")]
    old, good = token("alles", exp=int(time.time()) - 3600), token("alles")
    stranger = token("alles", client_id="onbekend")
    for value in ("Bearer geen-jwt", f"Bearer {good[:-4]}AAAA", f"Bearer {old}", f"Basic {good}", f"Bearer {stranger}"):
        for method, path in (("GET", ACTIES), ("POST", ACTIES), ("GET", OBJECTEN)):
            yield Step(method, path, minimal(), who="", headers={"Authorization": value})


def protocol_steps() -> Iterator[Step]:
    """Ask for the description, other media types, other methods and other paths."""
    root = ACTIES.rsplit("/", 1)[0]
    for api in ("bewerking", "inzage", "var"):
        yield Step("GET", f"{root.replace('bewerking', api)}/openapi.json", who="")
    for path in (ACTIES, "<first>", OBJECTEN, "<first_thing>", REGISTER):
        for method in ("PUT", "PATCH", "POST", "DELETE"):
            if (method, path) not in {("POST", ACTIES), ("PATCH", ACTIES), ("PUT", "<first>"), ("DELETE", "<first>")}:
                yield Step(method, path, minimal())
    yield from (Step("GET", path, headers={"Accept": "application/xml"}) for path in (search().path, "<first>"))
    yield Step("GET", search().path.replace("?", "/?"))
    yield from body_steps()


def body_steps() -> Iterator[Step]:
    """Send bodies that are no JSON objects, and ask for what is not offered."""
    root = ACTIES.rsplit("/", 1)[0]
    for content in (b"{", b"", b"null", b"[]", b"\xff"):
        yield Step("POST", ACTIES, content)
        yield Step("PATCH", f"{ACTIES}?verwerkingId={V}", content)
    yield Step("POST", ACTIES, b"{}", media_type="text/plain")
    yield Step("PATCH", f"{ACTIES}?verwerkingId={V}", b"{}", media_type="application/xml")
    yield from (Step("GET", f"{path}/{name}") for path in (ACTIES, OBJECTEN) for name in ("abc", UNKNOWN))
    yield search(onbekend="1")
    for name in ("wijzigBewaartermijnVerwerking", "wijzigVertrouwelijkheidVerwerking"):
        yield Step("POST", f"{root}/{name}", {"verwerkingId": V, "bewaartermijn": "P1Y"}, who="geen")
    yield Step("GET", "<first>")
    yield Step("GET", "<first>")
    yield search()


WRONG: dict[str, list[Any]] = {
    "tijdstip": ["2020-11-01T12:00:00", "2020-11-01", "2020-02-30T12:00:00Z", "", None, 1604228400, ...],
    "vertrouwelijkheid": ["geheim", "", None, 1, "Normaal", "opgeheven", ...],
    "bewaartermijn": ["10Y", "P", "PT", "P10X", "150", 150, "tien jaar"],
    "uitvoerder": ["0000000182100219300", "0000000182100219300A", 1821002193000, "000000018210021930001"],
    "verwerkingId": ["zaak-42", 42],
    "verwerkingIdAfnemer": ["zaak-42"],
    "verwerkingsactiviteitUrl": ["geen url", 12, "https://x.nl/".ljust(2043, "x")],
    "actieNaam": ["é" * 243, 5, {}, "\0", "\ud800"],
    "gebruiker": ["x" * 41],
    "verwerkteObjecten": [
        ...,
        None,
        {},
        person(),
        ["x"],
        [[]],
        [person(), person("Q", objectId=...)],
        [person(soortObjectId=...)],
        [person(objecttype="pand")],
        [person(objecttype="Persoon")],
        [person(objectId=1234567)],
        [person(objectId="x" * 41)],
        [person(betrokkenheid="x" * 243)],
        [person(verwerkteSoortenGegevens=[{}])],
        [person(verwerkteSoortenGegevens=["BSN"])],
        [person(verwerkteSoortenGegevens=[{"soortGegeven": "x" * 243}])],
    ],
}


def value_steps() -> Iterator[Step]:
    """Send each member in forms that are wrong, in a create and in a change."""
    yield Step("POST", ACTIES, full(), keep="put")
    for name, values in WRONG.items():
        for value in values:
            yield Step("POST", ACTIES, minimal("R", **{name: value}))
            change = {"<": "<put_body>", name: value} if value is not ... else {"verwerkteObjecten": []}
            if name != "verwerkteObjecten" or value in (None, {}):
                yield Step("PUT", "<put>", change)
    thing = {"url": "<put_thing>", "verwerktObjectId": "<put_thing_id>", **person()}
    wrong: list[dict[str, Any]] = [{"verwerkteSoortenGegevens": [{}]}, {"objecttype": "pand"}, {"objectId": "x" * 41}]
    for extra in wrong:
        yield Step("PUT", "<put>", {"<": "<put_body>", "verwerkteObjecten": [{**thing, **extra}]})
    yield from [search("R", vertrouwelijkheid="normaal"), search()]
    yield Step("GET", "<put>")


def lenient_steps() -> Iterator[Step]:
    """Send what is allowed, up to its limits."""
    allowed: list[dict[str, Any]] = [
        {"tijdstip": "2020-11-01T12:00:00.123-05:00"},
        {"tijdstip": "2020-11-01T12:00:00Z"},
        *({"bewaartermijn": term} for term in ("P1Y6M", "P12M", "P3Y6M4DT12H30M5S", "PT12H")),
        {"verwerkingsactiviteitUrl": "https://x.nl/".ljust(2042, "x")},
        {"actieNaam": "é" * 242, "systeem": "x" * 242, "gebruiker": "x" * 40},
        {"actieNaam": "  ruimte  ", "afnemerId": "x" * 40},
        {"soortAfnemerId": "BSN", "afnemerId": "999990019"},
        {"verwerkteObjecten": []},
        {"verwerkteObjecten": [person("1234567"), person("x" * 40, soortObjectId="Klant" * 40, betrokkenheid="父")]},
        {"verwerkingId": UNKNOWN.upper()},
        {"extraElement": "x"},
        {"vervallen": True},
        {"actieId": UNKNOWN, "url": "https://example.invalid/x", "tijdstipRegistratie": "2001-01-01T00:00:00Z"},
        {"verwerkteObjecten": [{**person(), "url": "<first_thing>", "verwerktObjectId": "<first_thing_id>"}]},
        {"verwerkingId": V},
        {"verwerkingId": V},
    ]
    for number, members in enumerate(allowed):
        yield Step("POST", ACTIES, minimal("R", **members), keep=f"fine{number}")
        yield Step("GET", f"<fine{number}>")
    headers = {"Bewaartermijn": "P99Y", "Vertrouwelijkheid": "vertrouwelijk", "VerwerkingId": W, "OIN": OIN}
    yield Step("POST", ACTIES, minimal("R"), headers=headers)
    yield Step("POST", ACTIES, minimal("R", vertrouwelijkheid="vertrouwelijk"), who="alleen-create-normal")
    for _ in range(2):
        yield Step("POST", ACTIES, minimal("R", actieNaam="zelfde"), keep="same")
    yield Step("PATCH", f"{ACTIES}?verwerkingId={UNKNOWN.lower()}", {"bewaartermijn": "P8Y"})
    yield Step("GET", "<first_thing>")
    for page in (1, 2, 3):
        yield search("R", page=page)


def search_steps() -> Iterator[Step]:
    """Search with every parameter, right and wrong."""
    for day in ("2020-10-23", "2020-10-24", "2020-10-25", "2020-11-24"):
        yield Step("POST", ACTIES, minimal("S1", actieNaam=day, tijdstip=f"{day}T12:00:00+01:00"))
    yield Step(
        "POST", ACTIES, minimal("S2", tijdstip="2020-10-24T00:00:00+02:00", verwerkingsactiviteitId=ACTIVITY["A"])
    )
    yield Step("POST", ACTIES, minimal("S2", verwerkingsactiviteitIdAfnemer=ACTIVITY["A"]))
    yield Step("POST", ACTIES, minimal("S2", verwerkingsactiviteitId=ACTIVITY["B"]))
    yield Step(
        "POST", ACTIES, minimal(verwerkteObjecten=[person("S3"), person("S4", soortObjectId="Personeelsnummer")])
    )
    yield Step("POST", ACTIES, minimal(verwerkteObjecten=[person("S5"), person("S5", betrokkenheid="Getuige")]))
    for nummer in ("123", "0123", "1234", "A+1/é & b", "50%25"):
        yield Step("POST", ACTIES, minimal(nummer, actieNaam=nummer))
    yield from (search(nummer) for nummer in ("123", "A+1/é & b", "50%25", "S3", "S4", "S5", "nooit"))
    yield search("P")
    places: list[tuple[str, dict[str, Any]]] = [(ACTIES, {}), (OBJECTEN, WINDOW)]
    for path, extra in places:
        for name in ("objecttype", "soortObjectId", "objectId", "beginDatum", "eindDatum"):
            yield search("S1", path, **{**extra, name: None})
        yield Step("GET", path)
        for begin, end in (("2020-10-24", "2020-10-25"), ("2020-10-24", "2020-10-24"), ("2020-10-25", "2020-10-23")):
            yield search("S1", path, beginDatum=begin, eindDatum=end)
        yield search("S1", path, beginDatum=TODAY, eindDatum="9999-12-31")
        yield search("S2", path, **extra, verwerkingsactiviteitId=ACTIVITY["A"])
        yield search("S2", path, beginDatum="2020-10-24", eindDatum="2020-11-01", verwerkingsactiviteitId=ACTIVITY["A"])
        yield search("S2", path, beginDatum="2020-10-24", eindDatum="2020-10-25")
        for name, value in (
            ("objecttype", "pand"),
            ("objecttype", "Persoon"),
            ("beginDatum", "24-10-2020"),
            ("beginDatum", "2020-02-30"),
            ("eindDatum", "gisteren"),
            ("verwerkingsactiviteitId", "abc"),
            ("soortObjectId", "x" * 243),
            ("soortObjectId", "x" * 242),
            ("objectId", "x" * 41),
            ("objectId", "x" * 40),
            ("objectId", ""),
        ):
            yield search("S1", path, **{**extra, name: value})
        yield search("S3", path, **extra)
        yield search("S4", path, **extra)


def level_steps() -> Iterator[Step]:
    """Search and read actions of each confidentiality."""
    yield Step("POST", ACTIES, minimal("L", actieNaam="n", verwerkingId=ACTIVITY["A"]), keep="n")
    yield Step("POST", ACTIES, minimal("L", actieNaam="v", vertrouwelijkheid="vertrouwelijk", verwerkingId=W), keep="v")
    secret = minimal("L", actieNaam="o", vertrouwelijkheid="vertrouwelijk", verwerkingId=UNKNOWN, bewaartermijn="P1Y")
    yield Step("POST", ACTIES, secret, keep="o")
    yield Step("PATCH", f"{ACTIES}?verwerkingId={UNKNOWN}", {"vertrouwelijkheid": "opgeheven"})
    asked: list[Any] = [[], "normaal", "vertrouwelijk", "opgeheven", "geheim", "vertrouwelijk,opgeheven"]
    asked += [
        ["vertrouwelijk", "opgeheven"],
        ["normaal", "vertrouwelijk"],
        ["normaal", "geheim"],
        ["vertrouwelijk", "normaal"],
    ]
    for who in ("alleen-read-normal", "alleen-read-confidential"):
        yield from (search("L", who=who, vertrouwelijkheid=value) for value in asked)
        yield search("L", who=who, vertrouwelijkheid="normaal", vertrouwelijkheid__in="vertrouwelijk")
        yield inspect("L", who)
        yield inspect("L", who, vertrouwelijkheid="vertrouwelijk", beperkteSet="false")
        yield inspect("L", who, vertrouwelijkheid__in="vertrouwelijk")
        for name in "nvo":
            yield Step("GET", f"<{name}>", who=who)
            yield Step("GET", f"<{name}_thing>", who=who)
    yield from turn_steps()


def turn_steps() -> Iterator[Step]:
    """Change the confidentiality of actions by PUT and PATCH."""
    for who in ("alleen-update-normal", "alleen-update-confidential"):
        for name in "nvo":
            for level in ("normaal", "vertrouwelijk", "opgeheven"):
                yield Step("PUT", f"<{name}>", {"<": f"<{name}_body>", "vertrouwelijkheid": level}, who=who)
        yield from (Step("GET", f"<{name}>") for name in "nvo")
    yield search("L")
    for processing, level in ((ACTIVITY["A"], "normaal"), (W, "vertrouwelijk"), (UNKNOWN, "opgeheven")):
        changes = [{"bewaartermijn": "P2Y"}, {"bewaartermijn": "P3Y", "vertrouwelijkheid": "vertrouwelijk"}]
        changes += [{"vertrouwelijkheid": "opgeheven"}, {"vertrouwelijkheid": level}]
        for who in ("alleen-update-normal", "alleen-update-confidential"):
            for change in changes:
                yield Step("PATCH", f"{ACTIES}?verwerkingId={processing}", change, who=who)
                yield search("L")
                yield inspect("L", "alleen-read-confidential")


def put_steps() -> Iterator[Step]:
    """Change actions wholly."""
    yield Step("POST", ACTIES, full(verwerkteObjecten=[person("U1", betrokkenheid="a"), person("U2")]), keep="u")
    yield Step("POST", ACTIES, minimal("U1", verwerkingId=V, actieNaam="ander"), keep="w")
    yield Step("PUT", "<u>", {"<": "<u_body>", "actieNaam": "een", "tijdstip": "2020-11-02T12:00:00Z"}, keep="changed")
    yield Step("GET", "<changed>")
    yield from [search("U1"), Step("GET", "<w>"), inspect("U1"), Step("GET", "<u_thing>")]
    yield Step("PUT", "<changed>", {"<": "<u_body>", "actieNaam": "twee", "verwerkingsactiviteitId": ACTIVITY["B"]})
    yield from [Step("GET", "<u>"), search("U1"), search("U1", verwerkingsactiviteitId=ACTIVITY["A"])]
    yield Step("PUT", "<u>", {"<": "<u_body>", "actieId": "<w_id>", "tijdstipRegistratie": "2001-01-01T00:00:00Z"})
    yield from [Step("GET", "<w>"), Step("GET", "<u>")]
    thing = {"url": "<u_thing>", "verwerktObjectId": "<u_thing_id>", **person("U3"), "betrokkenheid": "a"}
    yield Step("PUT", "<u>", {"<": "<u_body>", "verwerkteObjecten": [thing]})
    yield from [search("U1"), search("U2"), search("U3"), inspect("U2"), Step("GET", "<u_thing>")]
    without = {name: value for name, value in thing.items() if name not in ("url", "verwerktObjectId")}
    yield Step("PUT", "<u>", {"<": "<u_body>", "verwerkteObjecten": [without]})
    yield from [Step("GET", "<first>"), Step("GET", "<u>")]
    for left_out in ("actieNaam", "bewaartermijn", "tijdstip", "vertrouwelijkheid", "verwerkteObjecten"):
        yield Step("PUT", "<u>", {n: v for n, v in full(verwerkteObjecten=[thing]).items() if n != left_out})
        yield Step("GET", "<u>")
    for value in ("", None):
        yield Step("PUT", "<u>", {"<": "<u_body>", "gegevensbron": value})
    yield Step("GET", "<u>")
    yield Step("PUT", "<w>", {"<": "<w_body>"})
    for path in (f"{ACTIES}/{UNKNOWN}", f"{ACTIES}/abc"):
        yield Step("PUT", path, {"<": "<u_body>"})
        yield Step("GET", path)
    secret = {"<": "<w_body>", "vertrouwelijkheid": "vertrouwelijk"}
    yield from [
        Step("PUT", "<w>", secret),
        search("U1", vertrouwelijkheid="normaal"),
        inspect("U1"),
        Step("GET", "<w>"),
    ]
    yield Step("PUT", "<w>", {**secret, "actieNaam": "derde"}, who="alleen-update-confidential")
    yield Step("PUT", "<w>", {**secret, "vertrouwelijkheid": "normaal"})
    yield from [search("U1", vertrouwelijkheid="normaal"), inspect("U1"), search("U1")]


def patch_steps() -> Iterator[Step]:
    """Change processings."""
    mine = "11111111-2222-4333-8444-555555555555"
    where = f"{ACTIES}?verwerkingId={mine}"
    for number in range(5):
        body = full(verwerkingId=mine, actieNaam=str(number), verwerkteObjecten=[person("T", betrokkenheid="a")])
        yield Step("POST", ACTIES, body if number else minimal("T", verwerkingId=mine), keep=f"t{number}", who="gewoon")
    yield Step("POST", ACTIES, minimal("T2", verwerkingIdAfnemer=mine, verwerkingsactiviteitId=mine), keep="t5")
    yield Step("PUT", "<t4>", {"<": "<t4_body>", "verwerkingId": W})
    yield Step("PUT", "<t3>", {"<": "<t3_body>", "actieNaam": "drie"})
    for change in ({"bewaartermijn": "P9Y", "vertrouwelijkheid": "vertrouwelijk"}, {"vertrouwelijkheid": "normaal"}):
        yield Step("PATCH", where, change, who="alleen-update-normal")
        yield search("T")
    changes: list[Any] = [{"bewaartermijn": "P7Y"}, {"bewaartermijn": "P8Y", "actieNaam": "x", "vervallen": True}, {}]
    changes += [{"bewaartermijn": value} for value in ("10 jaar", 10, None)]
    changes += [{"vertrouwelijkheid": value} for value in ("geheim", None)]
    changes += [{"bewaartermijn": "P9Y", "vertrouwelijkheid": "vertrouwelijk"}, {"bewaartermijn": "P6Y"}]
    changes += [
        {"vertrouwelijkheid": value} for value in ("opgeheven", "vertrouwelijk", "normaal", "opgeheven", "normaal")
    ]
    for change in changes:
        yield Step("PATCH", where, change)
        yield from (Step("GET", f"<t{number}>") for number in range(6))
        yield from [
            search("T"),
            search("T", vertrouwelijkheid="normaal"),
            inspect("T"),
            inspect("T", "alleen-read-normal"),
        ]
    for query in ("", "?verwerkingId=", "?verwerkingId=zaak-42", f"?verwerkingId={ACTIVITY['B']}"):
        yield Step("PATCH", f"{ACTIES}{query}", {"bewaartermijn": "P1Y"})
        yield Step("GET", "<t5>")
    yield Step("POST", ACTIES, minimal("T", verwerkingId=mine, bewaartermijn="P5Y", vertrouwelijkheid="vertrouwelijk"))
    for change in ({"bewaartermijn": "P1Y"}, {"bewaartermijn": "P2Y", "vertrouwelijkheid": "vertrouwelijk"}):
        yield Step("PATCH", where, change, who="alleen-update-normal")
        yield search("T")
    yield from [Step("PATCH", where, {"vertrouwelijkheid": "opgeheven"}), search("T")]
    yield from [Step("PATCH", where, {"bewaartermijn": "P4Y"}, who="alleen-update-normal"), search("T")]
    yield Step("DELETE", "<t1>")
    yield from [Step("PATCH", where, {"bewaartermijn": "P3Y"}), Step("GET", "<t1>"), search("T")]


def delete_steps() -> Iterator[Step]:
    """Delete actions of each confidentiality."""
    mine = "66666666-2222-4333-8444-555555555555"
    for name in ("d1", "d2"):
        yield Step("POST", ACTIES, minimal("D", verwerkingId=mine, actieNaam="weg"), keep=name)
    yield Step("POST", ACTIES, minimal("D", vertrouwelijkheid="vertrouwelijk", verwerkingId=W), keep="d3")
    yield Step("PUT", "<d1>", {"<": "<d1_body>", "actieNaam": "later"})
    yield from [Step("DELETE", "<d3>", who="alleen-delete-normal"), Step("GET", "<d3>")]
    yield Step("PATCH", f"{ACTIES}?verwerkingId={W}", {"vertrouwelijkheid": "opgeheven"})
    yield from [Step("DELETE", "<d3>", who="alleen-delete-normal"), Step("GET", "<d3>")]
    yield from [Step("DELETE", "<d3>", who="alleen-delete-confidential"), search("D"), inspect("D")]
    for who in ("alleen-delete-normal", "alleen-delete-normal", "alles"):
        yield from [
            Step("DELETE", "<d1>", who=who),
            Step("GET", "<d1>"),
            Step("GET", "<d1_thing>"),
            Step("GET", "<d2>"),
        ]
        yield from [search("D"), inspect("D")]
    yield from [Step("PUT", "<d1>", {"<": "<d1_body>"}), Step("GET", "<d1>")]
    yield from [Step("DELETE", f"{ACTIES}/{name}") for name in (UNKNOWN, "abc")]
    yield Step("DELETE", "<d2>", who="alleen-delete-confidential")
    yield from [Step("PATCH", f"{ACTIES}?verwerkingId={mine}", {"bewaartermijn": "P1Y"}), search("D")]
    yield from [Step("POST", ACTIES, minimal("D", verwerkingId=mine, actieNaam="weg")), search("D")]


def inzage_steps() -> Iterator[Step]:
    """Inspect, with and without headers, and look for what was logged of it."""
    yield Step(
        "POST", ACTIES, full(verwerkteObjecten=[person("I", betrokkenheid="a"), person("J"), person("I")]), keep="i"
    )
    url = f"https://var.example.nl/{ACTIVITY['B']}"
    headers = {"OIN": OIN, "VerwerkingId": W, "VerwerkingsactiviteitId": ACTIVITY["B"], "VerwerkingsactiviteitUrl": url}
    wrong = {"OIN": "abc", "VerwerkingId": "not-a-uuid", "VerwerkingsactiviteitId": ACTIVITY["B"]}
    for sent in (headers, {}, wrong, {"Vertrouwelijkheid": "Vertrouwelijk", **headers}):
        yield Step("GET", inspect("I").path, headers=sent)
        yield Step("GET", "<i_thing>", headers=sent)
        yield search("I")
        yield search("I", page=2, beginDatum=TODAY)
    yield inspect("J")
    yield search("I", page=3)


def page_steps() -> Iterator[Step]:
    """Turn pages."""
    for number in range(9):
        level = "vertrouwelijk" if number % 4 == 3 else "normaal"
        yield Step("POST", ACTIES, minimal("N", "O", actieNaam=str(number), vertrouwelijkheid=level))
    yield Step("GET", f"{search('N').path}&vertrouwelijkheid=normaal", who="alleen-read-normal", keep="page")
    for who in ("alleen-read-normal", "alles", "alleen-update-normal", ""):
        yield Step("GET", "<page>", who=who)
    yield from [search("N", page=number) for number in (2, 3, 4)]
    yield from [inspect("N", page=number) for number in (1, 2, 3)]


def register_steps() -> Iterator[Step]:
    """Read the register."""
    yield from [Step("GET", REGISTER), Step("GET", REGISTER, who="")]
    yield from [Step("GET", f"{ACTIVITEIT}/{name}") for name in (FIRST, FIRST, UNKNOWN, "abc")]
    yield Step("GET", f"{ACTIVITEIT}/{FIRST}")
    for tag in ('"x"', "{tag}", '"x", {tag}'):
        yield Step("GET", f"{ACTIVITEIT}/{FIRST}", headers={"If-None-Match": tag})


SECTIONS = {
    "access": access_steps,
    "protocol": protocol_steps,
    "values": value_steps,
    "lenient": lenient_steps,
    "search": search_steps,
    "levels": level_steps,
    "put": put_steps,
    "patch": patch_steps,
    "delete": delete_steps,
    "inzage": inzage_steps,
    "pages": page_steps,
    "register": register_steps,
}


def steps(section: str) -> Iterator[Step]:
    """Give the steps of a section, in order; later ones build on what earlier ones made."""
    yield from start_steps()
    yield from SECTIONS[section]()
