"""Checks on clients that are known by a certificate: who gets in, who does not, and with which rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import quote

from conformance.api import Api
from conformance.certificates import SERVER, Authority, Certificate, Order, made
from conformance.credentials import Credential
from conformance.errors import Blocked, NotApplicable
from conformance.library.attempts import reader, unless_cut_off
from conformance.library.lists import RESULTS, ids
from conformance.library.standing import listed
from conformance.model import same
from conformance.reply import holds
from conformance.trust import MtlsRow

REFUSED = (400, 401, 403)
STRANGER = "vreemd certificaat"
VERIFIED = {"SSL_CLIENT_VERIFY": "SUCCESS", "X-SSL-Client-Verify": "SUCCESS"}


def certificate_is_required(api: Api, *, resource: str) -> None:
    """Without a client certificate nothing can be read; with it, it can."""
    listed(resource, api)
    _stays_out(api.anonymous(), resource)


def certificates_give_access(api: Api, *, resource: str) -> None:
    """Each certificate in the target file of a client that may read opens the list."""
    asked = {*api.operation("GET", resource).scopes}
    for client in _clients(api):
        if client.scopes is None or asked & client.scopes:
            with api.continuing():
                replace(api, credential=client).get(resource, api.nothing(resource)).expects(status=200)


def certificate_of_another_authority_is_refused(api: Api, *, resource: str) -> None:
    """A certificate that imitates the one of a client in all but its signature gives no access."""
    listed(resource, api)
    shown = _own(api).read()
    for authority in (Authority.imitating(shown), None):
        with api.continuing(), made(Order(shown.subject), authority, api.run.now()) as imitation:
            _stays_out(_as(api, imitation), resource)


def certificate_out_of_its_time_is_refused(api: Api, *, resource: str) -> None:
    """A certificate of the right authority that is expired, or not valid yet, gives no access."""
    with _ordered(api, resource) as (authority, order):
        for one in (order.expired(), order.future()):
            with api.continuing(), made(one, authority, api.run.now()) as odd:
                _stays_out(_as(api, odd), resource)


def certificate_of_a_server_is_refused(api: Api, *, resource: str) -> None:
    """A certificate of the right authority that is for servers only gives no access."""
    with (
        _ordered(api, resource) as (authority, order),
        made(replace(order, usage=SERVER), authority, api.run.now()) as odd,
    ):
        _stays_out(_as(api, odd), resource)


def client_is_who_the_certificate_names(api: Api, *, resource: str) -> None:
    """A client without rights stays without, also when a header names the client that has them."""
    listed(resource, api)
    other, own = replace(api, credential=_powerless(api)), _own(api)
    with api.continuing():
        _stays_out(other, resource)
    oin = "".join(str(one.value) for one in own.read().subject if one.oid.dotted_string == "2.5.4.5")
    for headers in ({"OIN": oin, "X-OIN": oin, "X-Client-OIN": oin}, _forwarded(api, own)):
        with api.continuing():
            _stays_out(other, resource, headers)


def forwarded_certificate_gives_no_access(api: Api, *, resource: str) -> None:
    """The headers in which a proxy passes a certificate on do nothing when a client sends them."""
    listed(resource, api)
    _stays_out(api.anonymous(), resource, _forwarded(api, _own(api)))


def certificate_gives_no_more_than_its_rights(api: Api, *, resource: str) -> None:
    """With the certificate of a client that may only read, nothing is made."""
    api.standing(resource)
    body, selector, caller = api.sample(resource), api.resource(resource).selector, reader(resource, api)
    if (status := caller.get(resource, api.nothing(resource)).status) != 200:
        raise Blocked(f"Deze client mag niet lezen ({status}).", f"This client may not read ({status}).")
    with api.continuing():
        caller.post(resource, body).expects(status=403)
    api.pause()
    nothing = holds(RESULTS, same("[]"), lambda reply: ids(reply.json), lambda found: not found)
    api.get(resource, {selector: body[selector]}).expects(nothing, status=200)


def _row(api: Api) -> MtlsRow:
    access = api.run.target.row.access
    return (access.mtls if access else None) or MtlsRow()


def _clients(api: Api) -> list[Credential]:
    return [one for one in api.run.target.credentials.values() if one.certificate and not one.row.foreign]


def _own(api: Api) -> Certificate:
    if api.credential is None or api.credential.certificate is None:
        raise NotApplicable("De client laat geen certificaat zien.", "The client shows no certificate.")
    return api.credential.certificate


def _powerless(api: Api) -> Credential:
    for one in _clients(api):
        if one.scopes == frozenset() and not one.row.superuser:
            return one
    raise Blocked(
        "Het doelbestand heeft geen client met een certificaat en zonder rechten (scopes: []). Voeg die toe.",
        "The target file has no client with a certificate and without rights (scopes: []). Add one.",
    )


def _as(api: Api, certificate: Certificate) -> Api:
    assert api.credential is not None
    row = api.credential.row.model_copy(update={"scopes": []})
    return replace(api, credential=Credential(STRANGER, row, "", None, certificate))


@contextmanager
def _ordered(api: Api, resource: str) -> Iterator[tuple[Authority, Order]]:
    """Give the test authority and what it signs, after a certificate of it that is right in all was accepted."""
    files = _row(api).test_ca
    if files is None:
        raise NotApplicable(
            "Het doelbestand geeft geen test-CA (access: {mtls: {test_ca: {certificate: …, key: …}}}).",
            "The target file gives no test CA (access: {mtls: {test_ca: {certificate: …, key: …}}}).",
        )
    found = Certificate.beside(api.run.target.document.path, files.certificate, files.key)
    if (fault := found.fault()) is not None:
        told = f"access.mtls.test_ca {files.certificate}"
        raise Blocked(f"{told} is niet te gebruiken ({fault}).", f"{told} cannot be used ({fault}).")
    authority, order = Authority.of(found), Order(_own(api).read().subject)
    with made(order, authority, api.run.now()) as good:
        status = _as(api, good).get(resource, api.nothing(resource)).status
    if status != 200:
        raise Blocked(
            f"Ook een goed certificaat van de test-CA geeft {status}.",
            f"A good certificate of the test CA gives {status} too.",
        )
    yield authority, order


def _forwarded(api: Api, certificate: Certificate) -> dict[str, str]:
    text, shown = certificate.pem(), certificate.read()
    subject = shown.subject.rfc4514_string()
    usual = ["X-SSL-Client-Cert", "X-Client-Cert", "SSL-Client-Cert"]
    one_line = quote(text, safe="")
    return {
        **dict.fromkeys([*usual, *_row(api).forwarded_headers], one_line),
        "X-Forwarded-Client-Cert": f'Cert="{one_line}";Subject="{subject}"',
        "Client-Cert": f":{''.join(text.splitlines()[1:-1])}:",
        "ssl-client-subject-dn": quote(subject, safe="=, "),
        **VERIFIED,
    }


def _stays_out(api: Api, resource: str, headers: Mapping[str, str] | None = None) -> None:
    """Expect a refusal: by a status, or because no connection is made."""
    reply = unless_cut_off(lambda: api.get(resource, api.nothing(resource), headers=headers))
    if reply is not None:
        reply.expects(status=REFUSED)
