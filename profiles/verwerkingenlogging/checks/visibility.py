"""Checks on what inzage shows to whom: by vertrouwelijkheid, and after an action was changed or deleted."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import Api, Claim, Found, Json, Reply, Text, found, has_status, same, shown

from .acties import NORMAAL, OPGEHEVEN, VERTROUWELIJK, full
from .arranging import states
from .claims import answers, hides, rows
from .inspection import Mark, look, marked, occurs, shows_nothing, shows_something, tells_only
from .occurrences import READ_ALL, reader
from .versions import meant, patched, removed, replaced_by, stored

VALUES = (NORMAAL, VERTROUWELIJK, OPGEHEVEN)


def normal_reader_sees_normal_only(api: Api) -> None:
    """With read:normal inzage shows the normal action only; a lifted one as well is a warning."""
    made = _marks(api)
    others = (made[VERTROUWELIJK], made[OPGEHEVEN])
    claim = occurs(made[NORMAAL], among=others, tolerated=(made[OPGEHEVEN],))
    look(reader(api), states(api)["person"]).expects(claim, status=200)


def confidential_reader_sees_lifted(api: Api) -> None:
    """With read:confidential inzage shows normal and lifted actions."""
    made = _marks(api)
    seen = look(api.client(READ_ALL), states(api)["person"])
    seen.expects(occurs(made[NORMAAL], made[OPGEHEVEN]), status=200)


def confidential_actions_are_never_shown(api: Api) -> None:
    """No scope and no parameter makes inzage show or count a confidential action."""
    made, one = _marks(api), states(api)["person"]
    hidden = made[VERTROUWELIJK]
    for client in (reader(api), api):
        with api.continuing():
            seen = look(client, one).expects(occurs(made[NORMAAL]), status=200)
            seen.expects(occurs(among=(hidden,)), hides(hidden.name), _counts_no_more())
    for name in ("vertrouwelijkheid", "vertrouwelijkheid__in"):
        with api.continuing():
            seen = look(api, one, **{name: VERTROUWELIJK}).expects(answers(200, 400))
            seen.expects(occurs(among=(hidden,)), hides(hidden.name))


def latest_version_is_inspected(api: Api) -> None:
    """An action that was changed twice is shown once, as it is now."""
    held = stored(api, bewaartermijn="P1825D")
    changes: dict[str, Json] = {"actieNaam": api.word("Nieuwe naam ")}
    now = replaced_by(api, held, **changes)
    change: dict[str, Json] = {"bewaartermijn": "P3650D"}
    patched(api, now, change)
    look(reader(api), held.one).expects(tells_only(now, **changes, **change), status=200)


def deleted_actions_are_not_shown(api: Api) -> None:
    """An action that inzage showed is not shown when it was deleted."""
    held = stored(api)
    with meant():
        look(full(api), held.one).expects(shows_something(), status=200)
    removed(api, held)
    look(full(api), held.one).expects(shows_nothing(), status=200)


def lifting_shows_the_action(api: Api) -> None:
    """An action that is lifted is shown to read:confidential, and was not before; read:normal as well is a warning."""
    held = stored(api, vertrouwelijkheid=VERTROUWELIJK)
    look(api, held.one).expects(shows_nothing(), status=200)
    patched(api, held, {"vertrouwelijkheid": OPGEHEVEN})
    look(api, held.one).expects(shows_something(), status=200)
    look(reader(api), held.one).expects(shows_nothing(tolerated=OPGEHEVEN), status=200)


def becoming_confidential_hides_the_action(api: Api) -> None:
    """An action that was shown and becomes confidential is shown to nobody."""
    held, clients = stored(api), (reader(api), api)
    for client in clients:
        with meant():
            look(client, held.one).expects(shows_something(), status=200)
    patched(api, held, {"vertrouwelijkheid": VERTROUWELIJK})
    for client in clients:
        look(client, held.one).expects(shows_nothing(), status=200)


def once_confidential_is_answered(api: Api) -> None:
    """An action that was confidential and is normal now may be shown or not; the search itself works."""
    held = stored(api, vertrouwelijkheid=VERTROUWELIJK)
    patched(api, held, {"vertrouwelijkheid": NORMAAL})
    look(reader(api), held.one).expects(has_status(200)).notes(shows_something())


def _marks(log: Api) -> dict[str, Mark]:
    made = states(log)
    return {value: marked(made[value], made["person"]) for value in VALUES}


def _counts_no_more() -> Claim:
    def claim(reply: Reply) -> Iterator[Found]:
        if isinstance(reply["count"], int) and reply["count"] > len(rows(reply)):
            what = Text("count en wat er te zien is", "count and what is shown")
            yield found(what, same(str(len(rows(reply)))), same(shown(reply["count"])))

    return claim
