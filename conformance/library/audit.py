"""Checks on audit trails: every write leaves a line, and a line can only be read at its own resource."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from conformance.api import Api
from conformance.errors import Blocked, Mismatch, NotApplicable
from conformance.jsonvalue import equal, is_empty, leaves, member_of, shown
from conformance.model import Json, Severity, Text, same
from conformance.reply import Claim, Found, Reply, empty, found, holds, member, problem

READS = ("list", "retrieve")
PATCHED = ("partial_update", "update")
BODY = Text("inhoud van het antwoord", "body of the answer")
FILLED = Text("aanwezig en niet leeg", "present and not empty")


def trail_is_a_list(api: Api, *, resource: str) -> None:
    """The audit trail is an array of objects, without pages, that is not empty after a create."""
    rows = Text("een JSON-array met regels", "a JSON array of lines")
    claim = holds(BODY, rows, lambda reply: reply.json, lambda body: isinstance(body, list) and all(map(_is_line, body)))
    api.get(_trail(api.create(resource)["url"])).expects(claim, _not_empty(), status=200)


def create_is_recorded(api: Api, *, resource: str) -> None:
    """A create gives exactly one line, of which nieuw is the representation."""
    made = api.create(resource)
    reply = api.get(_trail(made["url"])).expects(_shows(made["url"], "create", once=True), status=200)
    _of(reply, made["url"], "create").expects(_represents("nieuw", made))


def update_is_recorded(api: Api, *, resource: str) -> None:
    """A PUT adds a line, of which oud is the representation before and nieuw the one after."""
    made = api.create(resource)
    changed = _written(api.put(made["url"], api.sample(resource)))
    shown_both = (_shows(made["url"], "create"), _shows(made["url"], "update"))
    reply = api.get(_trail(made["url"])).expects(*shown_both, status=200)
    _of(reply, made["url"], "update").expects(_represents("oud", made), _represents("nieuw", changed))


def partial_update_is_recorded(api: Api, *, resource: str) -> None:
    """A PATCH adds a line, in which oud and nieuw differ in the changed member."""
    made, text, word = api.create(resource), api.resource(resource).text, api.word()
    _written(api.patch(made["url"], {text: word}))
    reply = api.get(_trail(made["url"])).expects(_shows(made["url"], *PATCHED), status=200)
    reply.prefers(_shows(made["url"], "partial_update"))
    differ = (member(f"wijzigingen.oud.{text}", made[text]), member(f"wijzigingen.nieuw.{text}", word))
    _of(reply, made["url"], *PATCHED).expects(*differ)


def writes_are_recorded(api: Api, *, resource: str) -> None:
    """Create, PUT and PATCH each give a line with the right resultaat, resource and hoofdObject."""
    made, facts = api.create(resource), api.resource(resource)
    _written(api.put(made["url"], api.sample(resource)))
    _written(api.patch(made["url"], {facts.text: api.word()}))
    kinds = {("create",): 201, ("update",): 200, PATCHED: 200}
    claims = [_shows(made["url"], *acties) for acties in kinds]
    reply = api.get(_trail(made["url"])).expects(*claims, _writes(made["url"], len(kinds)), status=200)
    reply.prefers(_shows(made["url"], "partial_update"))
    for acties, result in kinds.items():
        with api.continuing():
            line = _of(reply, made["url"], *acties)
            line.expects(member("resultaat", result), member("resource", facts.singular), _points_to(made["url"]))


def user_is_recorded(api: Api, *, resource: str) -> None:
    """The line of a write names the user that is in the token."""
    credential, user, name = api.jwt_credential(), api.word("u-"), api.word("Tester ")
    signed = api.signed(credential, user_id=user, user_representation=name)
    made = _written(api.post(resource, api.sample(resource), headers=signed))
    _line(api, made["url"]).expects(member("gebruikersId", user), member("gebruikersWeergave", name))
