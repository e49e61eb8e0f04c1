"""The command that writes a target file to fill in, and what a build server needs to judge it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import click

from conformance import __version__, contract
from conformance import profile as profiles
from conformance.errors import ProfileError, TargetError
from conformance.profile import Profile

SCHEMES = {
    "zgw-jwt": ["client_id: {name}", "secret: {{env: {env}}}"],
    "oauth": [
        "client_id: {name}",
        "#certificate: clients/{name}.pem   # with a key as well, when clients show one beside their token",
    ],
    "bearer": ["secret: {{env: {env}}}"],
    "api-key": ["header: X-Api-Key", "secret: {{env: {env}}}"],
    "mtls": [
        "certificate: clients/{name}.pem   # PEM, beside this file",
        "key: clients/{name}.key   # without password",
    ],
}
EVERYTHING = "alles"
ADDRESS = "http://192.0.2.10:9010"
JUDGED = {"zgw-jwt": "zgw-jwt", "oauth": "oauth-nlgov", "mtls": "mtls"}
CI = {  # the template, where it is written, and how a secret is named in it
    "github": ("github.yml", ".github/workflows/conformance.yml", "      {name}: ${{{{ secrets.{name} }}}}"),
    "gitlab": ("gitlab.yml", "conformance.gitlab-ci.yml", "#   {name}"),
    "container": ("Containerfile", "Containerfile", "#   {name}"),
}


@click.command("init")
@click.argument("target", type=click.Path(path_type=Path), default="target.yaml")
@click.option("--profile", "name", default="klanten", show_default=True, help="The standard that you will test.")
@click.option(
    "--scheme", type=click.Choice(list(SCHEMES)), default="zgw-jwt", show_default=True, help="How to authenticate."
)
@click.option("--url", default="https://test.example.nl/{api}/api/v1", show_default=True, help="The API root.")
@click.option(
    "--ci", "servers", multiple=True, type=click.Choice(list(CI)), help="Write this instead; may be repeated."
)
def command(target: Path, name: str, scheme: str, url: str, servers: tuple[str, ...]) -> None:
    """Write TARGET, with comments that say what to fill in; an existing file is left alone."""
    profile = profiles.load(name)
    if profile.row.guest:
        raise ProfileError(name, "judges the API of another profile", "name that one; its target file serves both")
    for server in servers:
        path = Path(CI[server][1])
        _write(path, _pipeline(profile, server))
        click.echo(f"Wrote {path}. Its first lines say what it needs.")
    if not servers:
        _write(target, "\n".join(_lines(profile, scheme, url)) + "\n")
        click.echo(f"Wrote {target}. Fill it in, export the secrets, then: conformance check {target}")


def _write(path: Path, content: str) -> None:
    if path.exists():
        raise TargetError(path, "exists already", "name another file, or take it away first")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    except OSError as fault:
        raise TargetError(path, f"cannot be written: {fault.strerror}", "name another file") from None


def _pipeline(profile: Profile, server: str) -> str:
    """Fill in a template for a build server."""
    template, _, line = CI[server]
    text = resources.files("conformance").joinpath("ci", template).read_text("utf-8")
    secrets = "\n".join(line.format(name=_variable(credential)) for credential, _ in _credentials(profile))
    filled = text.replace("      # @SECRETS@", secrets).replace("# @SECRETS@", secrets)
    return filled.replace("@PROFILE@", profile.name).replace("@VERSION@", __version__)


def _lines(profile: Profile, scheme: str, url: str) -> Iterator[str]:
    yield "# Which installation is tested, and how to reach it. Secrets are only named here, never written."
    yield "product: {name: Naam van het product, version: '1.0', supplier: Naam van de leverancier}"
    yield "apis:"
    for api in profile.row.apis:
        yield f"  {api}: {{url: '{url.replace('{api}', api)}'}}   # API root, with the version"
    yield "credentials:   # each is an application known to your authorization store, with exactly these scopes"
    for name, scopes in _credentials(profile):
        yield from _credential(name, scheme, scopes)
        if name == EVERYTHING:
            yield "  # The ones below are for the tests of scopes; without them those tests are blocked, not failed."
    yield "# Two more that tests can use: one with heeftAlleAutorisaties ('superuser: true'), and one whose scopes"
    yield "# are those of another component ('foreign: true')."
    yield from _access(profile, scheme)
    yield "# Where the product can reach the suite, which plays subjects and a Notificaties API; without it: blocked."
    mark = "" if scheme == "oauth" else "#"
    yield f"{mark}neighbours: {{address: '{ADDRESS}', listen: '0.0.0.0:9010', notifications: true}}"
    if profile.row.handelingen:
        yield from _applications(profile)
    yield "# settle: how many seconds a write may take until it can be read"
    yield "pace: {timeout: 30, settle: 0, parallel: 4, requests_per_second: 0}"
    yield "# disposable: nothing in this installation matters to anyone"
    yield "safety: {read_only: false, disposable: false}"
    yield "#tls: {ca: test-ca.pem, private_network: true}   # your own CA; a test installation without public TLS"
    yield "#     plain_url: where it would answer without TLS (port 80); phase_out: your schedule for old settings"
    yield "#data: {rsin: ['000000000', '100000009']}   # two organisations that the installation accepts"
    yield "#waivers: waivers.yaml   # failures that you explain; see 'conformance schema waivers'"
    yield "#declarations: {COM-DECL-001: 'your answer'}   # what nobody can see from outside; see 'conformance show'"


def _applications(profile: Profile) -> Iterator[str]:
    known = ", ".join(profile.row.handelingen)
    yield "# An application that uses this API is judged too when it can be set to work. It logs at <neighbours>/log,"
    yield "# asks for data at <neighbours>/bron and inspects at <neighbours>/inzage. The trigger gets JSON: {handeling,"
    yield "# persoon, personen, zaak, gemeente, vertrouwelijkheid, bewaartermijn, gebruiker, criteria, afnemer, actie,"
    yield "# adressen}; it may answer {gelukt: true, getoond: [what is seen]}. Without it those rows do not apply."
    yield "# A product that only uses this API, and offers none, leaves 'apis' and 'credentials' out."
    yield "#applications:"
    yield "#  trigger: {url: 'https://app.test.example.nl/aanleiding', headers: {X-Sleutel: ...}}   # a POST, or:"
    yield "#  trigger: {command: [./aanleiding]}   # no shell, no secrets; JSON on stdin; exit 0 is success, or:"
    yield "#  trigger: {manual: true}   # says at the terminal what to do, and waits at most 'patience' seconds"
    yield "#  provider: {url: 'https://app.test.example.nl/personen', method: POST, body: {persoon: '999990019'}}"
    yield f"#  handelingen: [{known}]   # what it does"
    yield "#  organisations:   # as it is set up: its own, another, and one whose work another organisation does"
    yield "#    a: {oin: '00000001821002193000'}"
    yield "#    b: {oin: '00000001821002194000'}"
    yield "#    uitbesteed: {oin: '00000001821002195000', uitvoerder: '00000099123456780000'}"
    yield "#  persons: ['999990019', '999990020']   # test numbers that it knows"
    yield "#  answer: {personen: ['999990019']}   # what the suite answers at <neighbours>/bron, in the form it expects"
    yield "#  source: true   # it asks others for data"
    yield "#  queue: false   # its entries wait in a durable queue"
    yield "#  minimal: false   # it logs minimally"
    yield "#  patience: 10   # how many seconds to wait for what it asks of the suite"


def _access(profile: Profile, scheme: str) -> Iterator[str]:
    known = JUDGED.get(scheme, "static-token")
    note = "" if scheme in JUDGED else "   # serves other profiles; 'conformance run iam' never accepts it"
    yield "# How access is arranged; 'conformance run iam' judges it, at the API of the profile named here."
    yield "access:"
    yield f"  scheme: {known}{note}"
    yield f"  profile: {profile.name}"
    yield "  clock_skew: 30   # how many seconds the clocks of two parties may differ"
    yield "  max_age: null   # how many seconds after iat a token still works; null when there is no limit"
    yield "  #issuer: vaste-uitgever   # when a token with another iss is refused"
    yield "  #public: [operation_id]   # operations that anyone may use on purpose"
    yield "  #components: [resource-server, gateway]   # what else of your product is to be judged"
    yield "  #admin_paths: [/jwtsecret/]   # functions for administrators, below the root of the API"
    yield "  #failures: 100   # how many wrong tokens the suite may send to see that they are slowed down"
    yield from _rights(scheme)
    yield from _gateway()
    if scheme == "oauth":
        yield from _oauth(profile)
    if scheme == "mtls":
        yield "  mtls:"
        yield "    forwarded_headers: [X-SSL-Client-Cert]   # in which your proxy passes a certificate on"
        yield "    #test_ca: {certificate: test-ca.pem, key: test-ca.key}   # to sign expired and wrong ones with"


def _rights(scheme: str) -> Iterator[str]:
    yield "  # When rights depend on the object: which members decide, and a type or owner that no autorisatie names."
    yield "  # A credential has limited rights by 'autorisaties: [{type: ..., max: zaakvertrouwelijk, scopes: [...]}]'."
    yield "  #objects: {type: zaaktype, other: 'https://...', level: vertrouwelijkheidaanduiding}"
    if scheme == "zgw-jwt":
        yield "  # When the product asks <neighbours>/autorisaties/api/v1 for rights: how many seconds until a change"
        yield "  # counts, and where the product takes notifications."
        yield "  #ac: {propagation: 10, callback: 'https://...'}"


def _gateway() -> Iterator[str]:
    yield "  # A gateway is judged on a route of its own, arranged like the others: it asks the suite for decisions at"
    yield f"  # {ADDRESS}/access/v1/evaluation and forwards to {ADDRESS}/upstream (see neighbours)."
    yield "  #gateway:"
    yield "  #  url: https://gateway.test.example.nl/proef   # the path of the main list comes after it"
    yield "  #  language: authzen   # or opa ({result: true} permits), or status (200 permits, 403 denies)"
    yield "  #  timeout: 5   # after how many seconds without a decision it refuses; at most 20"
    yield "  #  cache: 0   # for how many seconds it may use a decision again"
    yield "  #  key_header: Authorization   # in which header it shows its own key to the engine"
    yield "  #  internal_headers: [X-Userinfo]   # what only the gateway may tell the API"
    yield "  #  unpublished: /beheer   # a path on this route that it does not publish"
    yield "  #  question: {client: subject.id, method: action.name, path: resource.id}   # where it asks for these"


def _oauth(profile: Profile) -> Iterator[str]:
    yield "  oauth:"
    yield "    trust_mode: suite_as   # during the run the API trusts the issuers below, which the suite plays"
    yield f"    issuer: {ADDRESS}/issuer   # metadata at /.well-known/openid-configuration below it"
    yield f"    second_issuer: {ADDRESS}/tweede-issuer   # take this out when the API trusts one issuer only"
    yield f"    audience: https://api.voorbeeld.nl/{profile.name}   # the name of your API in aud"
    yield "    algorithm: RS256   # or PS256"
    yield "    token_validation: jwt   # or introspection, or both; then also introspection_cache, in seconds"
    yield "    jwks_refresh: 60   # how many seconds until a new key is known, and a removed one is not"
    yield "    sender_constrained: none   # or mtls (then each credential has a certificate), or dpop"
    yield "    #assurance: {operation: operation_id, minimum: substantial, levels: [low, substantial, high]}   # in acr"
    yield "    #roles: {claim: groups, permitted: [beheer], refused: [gast]}   # a claim by which the policy decides"
    yield "    scopes:   # each scope of the standard, and its name in your tokens"
    for scope in _scopes(profile):
        yield f"      {scope}: {scope}"


def _credentials(profile: Profile) -> Iterator[tuple[str, str]]:
    scopes = _scopes(profile)
    yield EVERYTHING, "all"
    yield "geen", "[]"
    for scope in scopes:
        yield f"alleen-{_plain(scope)}", f"[{scope}]"
    for scope in scopes:
        others = ", ".join(other for other in scopes if other != scope)
        yield f"zonder-{_plain(scope)}", f"[{others}]"


def _scopes(profile: Profile) -> list[str]:
    every = [scope for api in profile.row.apis for scope in contract.load(profile.contract(api)).scopes]
    return [*dict.fromkeys(every)]


def _variable(name: str) -> str:
    return "CONFORMANCE_" + name.replace("-", "_").upper()


def _plain(scope: str) -> str:
    return scope.replace(".", "-").replace(":", "-")


def _credential(name: str, scheme: str, scopes: str) -> Iterator[str]:
    yield f"  {name}:"
    yield f"    scheme: {scheme}"
    for line in SCHEMES[scheme]:
        yield f"    {line.format(name=name, env=_variable(name))}"
    yield f"    scopes: {scopes}"
