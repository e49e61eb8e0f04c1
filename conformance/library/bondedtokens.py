"""Checks on access tokens beside a client certificate: a token does nothing on the connection of somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance import auth
from conformance.api import Api
from conformance.certificates import Certificate
from conformance.credentials import Credential
from conformance.errors import Blocked, NotApplicable
from conformance.library.attempts import accepted, ask, moment, still_open, unless_cut_off
from conformance.library.minting import all_invalid, invalid, let_in, minted, minter, policy, present
from conformance.library.standing import listed
from conformance.trust import THUMBPRINT, bound_to

OTHER_CLIENT = 403
BEFORE = (400, 403)
UNREADABLE = "geen-vingerafdruk!"


def token_of_another_client_is_refused(api: Api, *, resource: str) -> None:
    """A token is refused on the connection of another client, of which the own token is accepted there."""
    _certified(api)
    other = _other(api, resource)
    listed(resource, api)
    token = minted(resource, api)
    accepted(resource, api, token)
    with api.continuing():
        invalid(resource, api, present(resource, other, token), OTHER_CLIENT)
    still_open(resource, api)


def bound_token_needs_its_certificate(api: Api, *, resource: str) -> None:
    """A token that is bound to a certificate is accepted with it, and refused with another one or without any."""
    _bound(api)
    other, token = _other(api, resource), minted(resource, api)
    listed(resource, api)
    let_in(resource, api, token)
    # Who compares clients refuses the token of one on the connection of another. The same client with a token that
    # is bound to another certificate shows whether the binding itself is read.
    wrong = (bound_to(_shown(other)), {"cnf": {THUMBPRINT: UNREADABLE}})
    all_invalid(resource, api, [minted(resource, api, **claims) for claims in wrong])
    with api.continuing():
        invalid(resource, api, present(resource, other, token), OTHER_CLIENT)
    with api.continuing():
        _without_certificate(resource, api, token)
    still_open(resource, api)


def _certified(api: Api) -> Certificate:
    """Give the certificate that goes beside tokens; raises NotApplicable, with what to add, when there is none."""
    access = api.run.target.row.access
    if access is not None and access.scheme == "mtls":
        raise NotApplicable(
            "De API kent clients aan hun certificaat alleen. Leest zij ook access tokens? Noem die dan in het"
            " doelbestand (access: {scheme: oauth-nlgov, oauth: {trust_mode: suite_as, …}}).",
            "The API knows clients by their certificate only. Does it read access tokens too? Then name these in the"
            " target file (access: {scheme: oauth-nlgov, oauth: {trust_mode: suite_as, …}}).",
        )
    full = minter(api)[0]
    if full.certificate is None:
        raise NotApplicable(
            f"Toegang '{full.name}' laat geen certificaat zien. Tonen clients er een naast hun token? Geef dan elke"
            " toegang in het doelbestand een certificate en een key.",
            f"Credential '{full.name}' shows no certificate. Do clients show one beside their token? Then give each"
            " credential in the target file a certificate and a key.",
        )
    return full.certificate


def _bound(api: Api) -> None:
    """See that tokens are bound to certificates; raises NotApplicable, with what to add, when they are not."""
    _certified(api)
    if policy(api)[1].sender_constrained != "mtls":
        raise NotApplicable(
            "Tokens zijn niet aan een certificaat gebonden. Zijn zij dat wel? Schrijf dan in het doelbestand"
            " sender_constrained: mtls (onder access.oauth).",
            "Tokens are not bound to a certificate. Are they? Then write sender_constrained: mtls in the target file"
            " (below access.oauth).",
        )


def _other(api: Api, resource: str) -> Api:
    """Give another client that may read, after its own token was accepted on its own connection."""
    found = next(_others(api, resource), None)
    if found is None:
        raise Blocked(
            "Het doelbestand heeft geen tweede client met een eigen certificaat, die mag lezen. Voeg die toe.",
            "The target file has no second client with a certificate of its own, that may read. Add one.",
        )
    assert found.grant is not None
    other = replace(api, credential=found)
    token = auth.access_token(found.grant, auth.access_claims(found, moment(resource, api)))
    if (status := present(resource, other, token).status) != 200:
        nl = f"Toegang '{found.name}' komt met het eigen token en certificaat ook niet binnen ({status})."
        raise Blocked(nl, f"Credential '{found.name}' does not get in with its own token and certificate ({status}).")
    return other


def _others(api: Api, resource: str) -> Iterator[Credential]:
    full, asked = api.run.target.full, {*api.operation("GET", resource).scopes}
    for one in api.run.target.credentials.values():
        may_read = one.row.plain and (one.scopes is None or asked & one.scopes)
        another = one.certificate is not None and one.certificate.thumbprint() != _shown(api).thumbprint()
        if one.grant and another and may_read and one.row.client_id != full.row.client_id:
            yield one


def _shown(api: Api) -> Certificate:
    assert api.credential is not None
    assert api.credential.certificate is not None
    return api.credential.certificate


def _without_certificate(resource: str, api: Api, token: str) -> None:
    """Expect that a token gives no access without a certificate, by an answer or because no connection is made."""
    nobody = replace(api, credential=None)
    reply = unless_cut_off(lambda: present(resource, nobody, token))
    if reply is None:
        return
    # A proxy that wants a certificate on each connection answers before anyone reads the token, mostly with 400.
    before = reply.status in BEFORE and unless_cut_off(lambda: ask(resource, nobody, None))
    invalid(resource, api, reply, *([reply.status] if before and before.status == reply.status else []))
