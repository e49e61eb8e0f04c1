"""Checks on the connection itself: TLS, its certificate and its versions, and what plain HTTP gives."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from conformance.api import Api
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.handshake import Place, connected
from conformance.library.description import PLACES
from conformance.model import Finding, Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, found, has_status

PLAIN_PORT = 80
RESERVED = ("localhost", "test", "example", "invalid", "local", "internal", "lan", "home.arpa")
OLD = {"TLS 1.0": ssl.TLSVersion.TLSv1, "TLS 1.1": ssl.TLSVersion.TLSv1_1}
NEW = {"TLS 1.2": ssl.TLSVersion.TLSv1_2, "TLS 1.3": ssl.TLSVersion.TLSv1_3}


def plain_http_gives_nothing(api: Api) -> None:
    """Without TLS the server is silent, refuses, or points to https."""
    _not_for_tests(api)
    main, root = api.profile.main, urlsplit(api.run.target.root(api.profile.main.api))
    reply = api.get(main.name, {main.selector: api.word("X")})
    if not reply.ok:
        raise Blocked(f"De API antwoordt {reply.status}.", f"The API answers {reply.status}.")
    if root.scheme == "http":
        raise Mismatch([_found(Text("schema van de API-root", "scheme of the API root"), "https", "http", reply)])
    place = plain_place(api)
    for path in (f"{root.path}/{PLACES[0]}", f"{root.path}{main.path}"):
        answer = plain_answer(place, path)
        if answer is not None:
            with api.continuing():
                judge_plain(api, f"http://{place.host}:{place.port}{path}", *answer)


def certificate_is_valid(api: Api) -> None:
    """The certificate names the host and chains to a trusted root, or to the configured authority."""
    place = tls_place(api)
    fault = handshake_fault(place, trusting(place.authorities))
    if fault is not None:
        wanted = Text("geldig voor deze host en vertrouwd", "valid for this host and trusted")
        raise Mismatch([Finding(Text("certificaat", "certificate"), wanted, same(fault))])


def old_versions_are_refused(api: Api) -> None:
    """TLS 1.0 and 1.1 are refused; TLS 1.2 or 1.3 is accepted."""
    place = tls_place(api)
    if all(handshake_fault(place, only(version)) for version in NEW.values()):
        what = Text("versies van TLS", "versions of TLS")
        raise Mismatch([Finding(what, same("TLS 1.2 / TLS 1.3"), Text("geen van beide", "neither"))])
    accepted = [name for name, version in OLD.items() if handshake_fault(place, only(version)) is None]
    if accepted:
        what = Text("uitgefaseerde versies van TLS", "phased-out versions of TLS")
        raise Mismatch([Finding(what, Text("geweigerd", "refused"), same(", ".join(accepted)))])


def handed_out_urls_are_https(api: Api) -> None:
    """Every address in an answer starts with https."""
    tls_place(api)
    main = api.profile.main
    body = api.sample(main.name)
    made = api.post(main.name, body)
    if not made.ok:
        raise Blocked(f"Aanmaken lukte niet ({made.status}).", f"The resource could not be created ({made.status}).")
    with api.continuing():
        made.expects(_https("Location"), _https("url"))
    api.get(main.name, {main.selector: body[main.selector]}).expects(has_status(200), _https("next", "previous"))


def plain_answer(place: Place, path: str, **headers: str) -> tuple[int, str] | None:
    """Ask for a path without TLS; gives the status and Location, or None when all is silent."""
    connection = http.client.HTTPConnection(place.host, place.port, timeout=place.timeout)
    try:
        connection.request("GET", path, headers={"Accept": "*/*", **headers})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location") or ""
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def handshake_fault(place: Place, context: ssl.SSLContext | None) -> str | None:
    """Shake hands; gives None when that succeeds and else why not. Raises Blocked when nobody listens."""
    if context is None:
        return "not offered by this client"
    with connected(place) as raw:
        try:
            with context.wrap_socket(raw, server_hostname=place.host):
                return None
        except (OSError, ssl.CertificateError) as fault:
            return str(getattr(fault, "verify_message", "") or getattr(fault, "reason", "") or fault)


def trusting(authorities: Path | None) -> ssl.SSLContext:
    """Make a context that trusts this authority, or the authorities that the world trusts."""
    if authorities is not None:
        return ssl.create_default_context(cafile=str(authorities))
    context = ssl.create_default_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    return context


def only(version: ssl.TLSVersion) -> ssl.SSLContext | None:
    """Make a context that offers one version and trusts anyone; None when this client cannot offer it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            if version in OLD.values():
                context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = version
        except (ValueError, ssl.SSLError):
            return None
    return context


def plain_place(target: Api) -> Place:
    """Say where the API would be without TLS: port 80 of the same host, or what the target file says."""
    place, row = _place(target), target.run.target.row.tls
    plain = urlsplit(row.plain_url or f"http://{place.host}:{PLAIN_PORT}")
    return Place(plain.hostname or place.host, plain.port or PLAIN_PORT, place.timeout)


def is_private(host: str) -> bool:
    """Tell whether a host is only reachable on a private network or is a name for tests."""
    name = host.lower().rstrip(".")
    if name.endswith(tuple(f".{word}" for word in RESERVED)) or not set(name) & set(".:"):
        return True
    try:
        found_at = {str(row[4][0]) for row in socket.getaddrinfo(host, None)}
        return bool(found_at) and all(not ipaddress.ip_address(one.split("%")[0]).is_global for one in found_at)
    except (OSError, ValueError):
        return False


def _not_for_tests(target: Api) -> None:
    root = urlsplit(target.run.target.root(target.profile.main.api))
    if target.run.target.row.tls.private_network:
        raise NotApplicable(
            "Testinstallatie op een besloten netwerk (tls.private_network): de leverancier verklaart dit zelf.",
            "Test installation on a private network (tls.private_network): the supplier declares this.",
        )
    if root.scheme == "http" and is_private(root.hostname or ""):
        raise NotApplicable(
            "Testinstallatie zonder TLS op een besloten netwerk: de leverancier verklaart dit zelf.",
            "Test installation without TLS on a private network: the supplier declares this.",
        )


def tls_place(target: Api) -> Place:
    """Say where the API listens with TLS; a test installation without it is not judged."""
    _not_for_tests(target)
    if urlsplit(target.run.target.root(target.profile.main.api)).scheme != "https":
        raise NotApplicable(
            "De API draait zonder TLS (zie COM-TLS-001).", "The API runs without TLS (see COM-TLS-001)."
        )
    return _place(target)


def _place(target: Api) -> Place:
    root, row = urlsplit(target.run.target.root(target.profile.main.api)), target.run.target.row
    authorities = target.run.target.document.path.parent / row.tls.ca if row.tls.ca else None
    return Place(root.hostname or "", root.port or 443, row.pace.timeout, authorities)


def judge_plain(target: Api, url: str, status: int, location: str) -> None:
    """Find data without TLS, and warn of other answers than silence, a lasting redirect to https and a refusal."""
    if 400 <= status < 500 or (status in {301, 308} and location.startswith("https://")):
        return
    severity = Severity.FAILURE if 200 <= status < 300 else Severity.WARNING
    wanted = Text("geen antwoord, 301 of 308 naar https, of 4xx", "no answer, 301 or 308 to https, or 4xx")
    one = Finding(same(url), wanted, same(f"{status} {location[:200]}".strip()), None, severity)
    if severity is Severity.WARNING:
        target.warn(one)
    else:
        raise Mismatch([one])


def _found(what: Text, expected: str, actual: str, reply: Reply) -> Finding:
    return Finding(what, same(expected), same(actual), reply.exchange)


def _https(*names: str) -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        for name in names:
            value: Json = reply.headers.get(name) if name == "Location" else reply[name]
            if value and not str(value).startswith("https://"):
                yield found(same(name), same("https://…"), same(str(value)[:200]))

    return claim
