from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields

from metaia.core.errors import flatten
from metaia.core.http.fields import Id, Schema, Text, Version, camel


class Inner(Schema):
    street_name = Text(20, required=True)


class Outer(Schema):
    some_thing = Text(10)
    long_text = Text(100, lines=True)
    home_address = fields.Nested(Inner)
    owner_id = Id()
    expected_version = Version()


def load(given: Any) -> Any:
    return Outer().load(given)


def refused(given: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        load(given)
    return flatten(caught.value.messages)


def test_keys_come_in_either_case_at_every_level():
    camel_case = {"someThing": "x", "homeAddress": {"streetName": "y"}}
    snake_case = {"some_thing": "x", "home_address": {"street_name": "y"}}
    assert load(camel_case) == load(snake_case) == snake_case


def test_keys_go_out_in_camel_case():
    assert Outer().dump({"some_thing": "x", "home_address": {"street_name": "y"}}) == {
        "someThing": "x",
        "homeAddress": {"streetName": "y"},
    }


def test_a_key_in_both_cases_is_refused():
    assert refused({"someThing": "x", "some_thing": "x"}) == {
        "someThing": ["Given twice, in camelCase and snake_case."]
    }


def test_unknown_keys_are_refused_by_name_and_place():
    assert refused({"nope": 1, "homeAddress": {"streetName": "y", "no": 2}}).keys() == {
        "nope",
        "homeAddress.no",
    }


@pytest.mark.parametrize("body", [[], "text", 7, None, True])
def test_a_body_that_is_no_object_is_refused(body):
    assert refused(body) == {"body": ["Invalid input type."]}


@given(st.sampled_from([*map(chr, range(32)), "\x7f"]), st.text("ab", max_size=3), st.text("ab", max_size=3))
def test_control_characters_are_refused(control, before, after):
    assert refused({"someThing": before + control + after}).keys() == {"someThing"}


@pytest.mark.parametrize("text", ["one\ntwo", "one\ttwo", "one\r\ntwo"])
def test_longer_texts_may_have_lines(text):
    assert load({"longText": text}) == {"long_text": text}
    assert refused({"longText": text + "\x00"}).keys() == {"longText"}


def test_texts_are_trimmed_before_they_are_measured():
    assert load({"someThing": "  " + "x" * 10 + "  "}) == {"some_thing": "x" * 10}
    assert refused({"someThing": "   "}).keys() == {"someThing"}
    assert refused({"someThing": "x" * 11}).keys() == {"someThing"}


def test_ids_come_out_in_one_form():
    assert load({"ownerId": "01890A5D-AC96-774B-BCCE-B302099A8057"}) == {
        "owner_id": "01890a5d-ac96-774b-bcce-b302099a8057"
    }


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "01890a5dac96774bbcceb302099a8057",
        "{01890a5d-ac96-774b-bcce-b302099a8057}",
        "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057",
        "０1890a5d-ac96-774b-bcce-b302099a8057",
        "01890a5d-ac96-774b-bcce-b302099a8_57",
        "01890a5d-ac96-774b-bcce-b302099a8057\n",
    ],
)
def test_an_id_has_one_form(text):
    assert refused({"ownerId": text}) == {"ownerId": ["Not a valid UUID."]}


def test_texts_are_stored_in_nfc():
    assert load({"someThing": "e\u0301" * 10}) == {"some_thing": "é" * 10}


@pytest.mark.parametrize("version", [0, -1, 2**31, "3", 1.5, True])
def test_a_version_is_a_positive_whole_number(version):
    assert refused({"expectedVersion": version}).keys() == {"expectedVersion"}


@given(st.from_regex(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", fullmatch=True))
def test_camel_case_stays_as_it_is(name):
    assert "_" not in camel(name)
    assert camel(camel(name)) == camel(name)
