"""Checks on what a gateway lets through in words: headers of its own, and reasons that are not for the caller."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from conformance.api import Api
from conformance.errors import NotApplicable
from conformance.library.gates import (
    API,
    DENIED,
    Passage,
    Sent,
    deny,
    enforced,
    evaluated,
    fault,
    gate,
    opened,
    permit,
    reached,
    through,
)
from conformance.model import Finding, Severity, Text, same
from conformance.neighbours.behind import JSON_TYPE, NOTHING
from conformance.reply import Claim, Found, Reply, found, has_status

WELL_KNOWN = (
    "X-Forwarded-User",
    "X-Userinfo",
    "X-Consumer-Username",
    "X-Authenticated-Userid",
    "X-Client-Id",
    "X-Scopes",
    "X-SSL-Client-Cert",
    "X-Forwarded-Client-Cert",
)
INTERNAL = ("X-Internal-Token", "X-Upstream-Addr", "X-Userinfo")
ADMIN = "beleidsregel 17b van team toegang is leidend"
POLICY = "nl.voorbeeld.beleid.toegang.v3"


def forged_headers_are_removed(api: Api) -> None:
    """A header that the gateway uses for itself reaches the API only with what the gateway put in it."""
    opened(api)
    declared = gate(api).internal_headers
    for spell in (str, str.lower, lambda name: name.replace("-", "_")):
        forged = {spell(name): api.word("vervalst-") for name in dict.fromkeys([*declared, *WELL_KNOWN])}
        passage = through(api, Sent(headers=forged))
        with api.continuing():
            _none_forged(api, passage, forged, declared)
        for one in passage.asked:
            body = one.call.json
            subject = json.dumps(body.get("subject")) if isinstance(body, dict) else ""
            for name, value in forged.items():
                if value in subject:
                    what = Text("subject in de beslisvraag", "subject in the question")
                    with api.continuing():
                        actual = Text(f"uit header {name}", f"from header {name}")
                        raise fault(what, Text("uit het token", "from the token"), actual, passage)


def internal_headers_stay_inside(api: Api) -> None:
    """Headers with which the API and the gateway talk to each other are not in the answer to the caller."""
    declared = gate(api).internal_headers
    if not declared:
        nl = "Noem in het doelbestand de interne headers: access: {gateway: {internal_headers: [X-…]}}."
        en = "Name the internal headers in the target file: access: {gateway: {internal_headers: [X-…]}}."
        raise NotApplicable(nl, en)
    opened(api)
    told = {name: api.word("intern-") for name in dict.fromkeys([*declared, *INTERNAL])}
    passage = through(api, answer=replace(NOTHING, headers={**JSON_TYPE, **told}))
    reached(passage)
    passage.reply.expects(*(_hides(name, told[name]) for name in declared))


def reasons_stay_inside(api: Api) -> None:
    """What the engine says for administrators is not told to the caller."""
    context = {
        "reason_admin": {"403": ADMIN},
        "reason_user": {"nl": "U mag dit niet.", "en": "You may not do this."},
        "policies": [POLICY],
    }
    opened(api)
    passage = through(api, engine=deny(gate(api), context))
    evaluated(passage)
    enforced(passage)
    text = passage.reply.text + " ".join(map(str, passage.reply.headers.values()))
    for part in (ADMIN, POLICY, "reason_admin"):
        if part in text:
            what, none = (
                Text("inhoud van de weigering", "body of the refusal"),
                Text("niets voor beheerders", "nothing for administrators"),
            )
            with api.continuing():
                raise fault(what, none, same(part), passage)


def unknown_obligations_are_harmless(api: Api) -> None:
    """A permit with an obligation that the gateway does not know gives the answer of the API, or a refusal."""
    opened(api)
    passage = through(api, engine=permit(gate(api), {"obligations": [{"id": "x-unknown"}]}))
    evaluated(passage)
    wanted = (passage.reply.status,) if passage.forwarded and passage.reply.ok else (DENIED,)
    passage.reply.expects(has_status(wanted))


def _none_forged(api: Api, passage: Passage, forged: dict[str, str], declared: list[str]) -> None:
    """Fail on a header that the gateway uses itself, and warn of one that others use."""
    known = {name.lower().replace("_", "-") for name in declared}
    values = " ".join(reached(passage).call.headers.values())
    for name, value in forged.items():
        if value in values:
            own = name.lower().replace("_", "-") in known
            wanted = Text(f"geen {name} van de beller", f"no {name} of the caller")
            severity = Severity.FAILURE if own else Severity.WARNING
            finding = Finding(API, wanted, same(value), passage.reply.exchange, severity)
            api.world.findings.append(finding) if own else api.warn(finding)


def _hides(name: str, value: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if value in reply.headers.get(name, ""):
            yield found(same(f"header {name}"), Text("afwezig", "absent"), same(value))

    return claim
