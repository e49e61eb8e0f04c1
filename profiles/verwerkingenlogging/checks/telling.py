"""Checks on what an application tells the API that it calls: the six headers, and inzage."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator

from conformance import (
    INZAGE,
    Api,
    Blocked,
    Deed,
    Finding,
    Heard,
    Json,
    Text,
    application,
    done,
    fresh,
    leaves,
    same,
    shown,
)

from .deeds import (
    AN_UUID,
    DURATION,
    FILLED,
    OIN,
    UUID,
    about_header,
    asked,
    concludes,
    entries,
    header,
    investigated,
    logged,
    mildly,
    opened,
    organisation,
    unless,
)

NAMES = (
    "OIN",
    "VerwerkingsactiviteitId",
    "VerwerkingsactiviteitUrl",
    "VerwerkingId",
    "Vertrouwelijkheid",
    "Bewaartermijn",
)
WORDS = ("normaal", "vertrouwelijk", "opgeheven")
DIGITS = Text("20 cijfers", "20 digits")
YEAR = datetime.timedelta(days=366)


def sends_oin(api: Api) -> None:
    """Each call to an API with personal data says for which organisation it is."""
    deed = opened(api)
    home = application(api).organisations.get(application(api).home)
    concludes(api, (one for call in asked(api, deed) for one in _oin(call, home.oin if home else "")))


def _oin(call: Heard, wanted: str) -> Iterator[Finding]:
    value = header(call, "OIN")
    fine = OIN.fullmatch(value) is not None
    yield from unless(fine, about_header("OIN"), DIGITS, value, call)
    if fine and wanted:
        yield from unless(value == wanted, about_header("OIN"), same(wanted), value, call)


def sends_processing(api: Api) -> None:
    """Each call says of which processing it is part, as the application itself logs it."""
    minimal = application(api).minimal
    for deed in (opened(api), investigated(api)):
        with api.continuing():
            concludes(api, (one for call in asked(api, deed) for one in _processing(call, mild=minimal)))
            known = {entry.text("verwerkingId").lower() for entry in logged(deed)} - {""}
            concludes(api, _same_as_logged(asked(api, deed), "VerwerkingId", known))


def _processing(call: Heard, *, mild: bool = False) -> Iterator[Finding]:
    value = header(call, "VerwerkingId")
    absent = unless(bool(value), about_header("VerwerkingId"), FILLED, value, call)
    # Minimal logging is only lawful for what is not confidential.
    yield from mildly(absent) if mild and header(call, "Vertrouwelijkheid").lower() != "vertrouwelijk" else absent
    if value:
        yield from unless(UUID.fullmatch(value) is not None, about_header("VerwerkingId"), AN_UUID, value, call)


def _same_as_logged(calls: list[Heard], name: str, known: set[str]) -> Iterator[Finding]:
    wanted = Text(f"zoals gelogd: {', '.join(sorted(known))}", f"as logged: {', '.join(sorted(known))}")
    for call in calls:
        value = header(call, name)
        if value and known:
            yield from unless(value.lower() in known, about_header(name), wanted, value, call)


def sends_confidentiality(api: Api) -> None:
    """Each call says how confidential the processing is, as the application itself logs it."""
    for deed in (opened(api), investigated(api)):
        with api.continuing():
            concludes(api, (one for call in asked(api, deed) for one in _confidentiality(call)))
            known = {entry.text("vertrouwelijkheid").lower() for entry in logged(deed)} - {""}
            concludes(api, _same_as_logged(asked(api, deed), "Vertrouwelijkheid", known))


def _confidentiality(call: Heard) -> Iterator[Finding]:
    value, what = header(call, "Vertrouwelijkheid"), about_header("Vertrouwelijkheid")
    wanted = Text(" of ".join(WORDS), " or ".join(WORDS))
    yield from unless(value.lower() in WORDS, what, wanted, value, call)
    if value.lower() in WORDS:
        yield from mildly(unless(value in WORDS, what, wanted, value, call))


def sends_term(api: Api) -> None:
    """Each call says how long the processing is kept, when the application knows that."""
    deed = opened(api)
    known = {entry.text("bewaartermijn") for entry in entries(deed)} - {""}
    concludes(api, (one for call in asked(api, deed) for one in _term(call, known)))
    logged(deed)


def _term(call: Heard, known: set[str]) -> Iterator[Finding]:
    value, what = header(call, "Bewaartermijn"), about_header("Bewaartermijn")
    wanted = Text("een duur, zoals P5Y", "a duration, such as P5Y")
    absent = unless(bool(value), what, wanted, value, call)
    if not value or value.isdigit():  # what is logged can be determined; a bare number of years is tolerated
        found = absent if not value else unless(False, what, wanted, value, call)
        yield from found if known and not value else mildly(found)
    elif DURATION.fullmatch(value) is None:
        yield from unless(False, what, wanted, value, call)
    else:
        yield from _same_as_logged([call], "Bewaartermijn", {one.lower() for one in known})


def sends_activity(api: Api) -> None:
    """What a call says of the activity is well-formed and as the application itself logs it."""
    deed = opened(api)
    forms = {"VerwerkingsactiviteitId": ("verwerkingsactiviteitId", _is_uuid, AN_UUID)}
    forms["VerwerkingsactiviteitUrl"] = ("verwerkingsactiviteitUrl", _is_url, Text("een URL", "a URL"))
    for name, (member, fits, wanted) in forms.items():
        known = {entry.text(member).lower() for entry in entries(deed)} - {""}
        for call in asked(api, deed):
            value = header(call, name)
            concludes(api, mildly(unless(bool(value), about_header(name), FILLED, value, call)))
            if value:
                with api.continuing():
                    concludes(api, unless(fits(value), about_header(name), wanted, value, call))
                    concludes(api, _same_as_logged([call], name, known))


def headers_have_their_names(api: Api) -> None:
    """No logging header is there only under another name than that of the table."""
    calls = [call for deed in (opened(api), investigated(api)) for call in asked(api, deed)]
    if not any(header(call, name) or _other_spelling(call, name) for call in calls for name in NAMES):
        nl = "Er is geen enkele header over het loggen; dat beoordelen VL-H-SEND-001 tot en met VL-H-SEND-004."
        raise Blocked(nl, "There is no header about logging at all; VL-H-SEND-001 to VL-H-SEND-004 judge that.")
    concludes(api, (one for call in calls for name in NAMES for one in _misspelled(call, name)))


def _misspelled(call: Heard, name: str) -> Iterator[Finding]:
    other = "" if header(call, name) else _other_spelling(call, name)
    yield from unless(not other, Text("naam van de header", "name of the header"), same(name), other, call)


def _other_spelling(call: Heard, name: str) -> str:
    for key in call.call.headers:
        parts = re.split(r"[-_. ]", key.lower())
        ends = {"".join(parts[start:]) for start in range(len(parts))}
        if key.lower() != name.lower() and name.lower() in ends:
            return key
    return ""


def attributes_stay_in_headers(api: Api) -> None:
    """The payload and the query of a call have no member that is named as a logging header."""
    calls = [call for deed in (opened(api), investigated(api)) for call in asked(api, deed)]
    concludes(api, (one for call in calls for one in _elsewhere(call)))


def _elsewhere(call: Heard) -> Iterator[Finding]:
    content = call.call.json
    body = [*leaves(content)] if isinstance(content, dict | list) else []
    parts: list[tuple[str, Json]] = [*body, *call.call.query.items()]
    plain = {name.lower(): name for name in NAMES}
    told = {header(call, name) for name in ("OIN", "VerwerkingId", "VerwerkingsactiviteitId")} - {""}
    what, wanted = Text("inhoud en query van de aanroep", "body and query of the call"), _NONE
    for path, value in parts:
        name = re.sub(r"[-_]", "", path.rpartition(".")[2].lower())
        yield from unless(name not in plain, what, wanted, f"{path}: {shown(value)}", call)
        if name not in plain and value in told:  # a case may have the UUID of its processing, so this is no failure
            yield from mildly(unless(False, what, wanted, f"{path}: {shown(value)}", call))


_NONE = Text("geen attributen over het loggen", "no attributes about logging")


def processing_accompanies_what_may_change(api: Api) -> None:
    """A call in a confidential processing, or one of which the term is not known, says which processing it is."""
    open_ended = done(api, "openen", zaak=fresh(api, "zonder termijn"))
    calls = [call for deed in (investigated(api), open_ended) for call in asked(api, deed)]
    what = about_header("VerwerkingId")
    concludes(api, (one for c in calls for one in unless(bool(header(c, "VerwerkingId")), what, FILLED, "", c)))


def sends_oin_of_executor(api: Api) -> None:
    """A call for an organisation whose work another does has the OIN of that other."""
    name = organisation(api, outsourced=True)
    wanted = str(application(api).organisations[name].uitvoerder)
    calls = asked(api, opened(api, name))
    what = about_header("OIN")
    concludes(
        api, (f for c in calls for f in unless(header(c, "OIN") == wanted, what, same(wanted), header(c, "OIN"), c))
    )


def inspection_says_who_asks(api: Api) -> None:
    """A request to inzage has the headers about the organisation, its activity and its processing."""
    calls = _inspections(done(api, "inzage", zaak=fresh(api, "inzage")))
    forms: dict[str, tuple[Callable[[str], bool], Text]] = {
        "OIN": (_is_oin, DIGITS),
        "VerwerkingsactiviteitId": (_is_uuid, AN_UUID),
        "VerwerkingsactiviteitUrl": (_is_url, Text("een URL", "a URL")),
    }
    for call in calls:
        for name, (fits, wanted) in forms.items():
            with api.continuing():
                value = header(call, name)
                concludes(api, unless(fits(value), about_header(name), wanted, value, call))
        with api.continuing():
            # Whether it can be determined is not seen from outside, so that it is absent is at most a warning.
            concludes(api, _processing(call, mild=True))


def inspection_states_period(api: Api) -> None:
    """A request to inzage has a begin and an end, in that order."""
    calls = _inspections(done(api, "inzage", zaak=fresh(api, "inzage")))
    concludes(api, (one for call in calls for one in _period(call)))


def _period(call: Heard) -> Iterator[Finding]:
    begin, end = (_day(call.call.query.get(name, "")) for name in ("beginDatum", "eindDatum"))
    what, seen = Text("beginDatum en eindDatum", "beginDatum and eindDatum"), call.call.path.partition("?")[2]
    wanted = Text("twee datums, de eerste niet na de tweede", "two dates, the first not after the second")
    fine = begin is not None and end is not None and begin <= end
    yield from unless(fine, what, wanted, seen, call)
    if begin is not None and end is not None and fine:
        most = Text("ten hoogste een jaar", "at most a year")
        yield from mildly(unless(end - begin <= YEAR, what, most, seen, call))


def _day(value: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        return None


def _inspections(deed: Deed) -> list[Heard]:
    if not deed.to(INZAGE, "GET"):
        nl = "De applicatie vroeg niets op <adres>/inzage. Doet zij dat nooit, laat 'inzage' dan weg uit 'handelingen'."
        raise Blocked(nl, "The application asked nothing at <address>/inzage. If it never does, leave 'inzage' out.")
    return deed.to(INZAGE, "GET")


def _is_oin(value: str) -> bool:
    return OIN.fullmatch(value) is not None


def _is_uuid(value: str) -> bool:
    return UUID.fullmatch(value) is not None


def _is_url(value: str) -> bool:
    return re.fullmatch(r"https?://[^\s/]+\S*", value) is not None
