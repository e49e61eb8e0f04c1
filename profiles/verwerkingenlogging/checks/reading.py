"""Checks on reading one action by its id."""

from __future__ import annotations

from typing import Any

from conformance import Api, Blocked, named

from .acties import ACTIES, complete, fresh, full, known, logged, minimal, posted, twin, two_people, where
from .claims import answers, hides, is_action, keeps


def action_reads_as_it_was_logged(api: Api) -> None:
    """An action that is read equals the answer to its create."""
    api.judges_memory()
    made = posted(api, complete(api))
    whole = {name: value for name, value in known(api, made.json).items() if name in made.json}
    api.get(where(api, whole)).expects(keeps(whole), status=200)


def unknown_action_is_not_found(api: Api) -> None:
    """An action that does not exist gives 404."""
    api.get(where(api, twin(api))).expects(is_action(), status=200)
    api.get(api.url(ACTIES, fresh(api))).expects(answers(404))


def odd_action_id_is_refused(api: Api, *, values: list[str]) -> None:
    """An id that is not a UUID gives 400 or 404."""
    api.get(where(api, twin(api))).expects(is_action(), status=200)
    for value in values:
        with api.continuing():
            api.get(api.url(ACTIES, value)).expects(named(value, answers(400, 404)))


def deleted_action_is_not_found(api: Api) -> None:
    """An action that was deleted gives 404 or 410 and shows nothing; 400 is a warning."""
    name = api.word("Herkenbaar ")
    made = logged(api, minimal(api, actieNaam=name))
    reply = api.request("DELETE", where(api, made), phase="arrange")
    if not reply.ok:
        raise Blocked(f"Verwijderen lukte niet ({reply.status}).", f"It could not be deleted ({reply.status}).")
    full(api).get(where(api, made)).expects(answers(404, 410, tolerated=(400,)), hides(name))


def every_person_is_read(api: Api) -> None:
    """An action that is read by its id shows every person in it."""
    body: dict[str, Any] = minimal(api, *two_people(api))
    made = logged(api, body)
    api.get(where(api, made)).expects(keeps({"verwerkteObjecten": body["verwerkteObjecten"]}), status=200)
