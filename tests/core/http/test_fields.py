from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields, validate

from metaia.core.errors import flatten
from metaia.core.http.fields import Amount, Id, Schema, Text, Version, camel


class Inner(Schema):
    street_name = Text(20, required=True)


class Outer(Schema):
    some_thing = Text(10)
    long_text = Text(100, lines=True)
    home_address = fields.Nested(Inner)
    owner_id = Id()
    expected_version = Version()
    price = Amount()


def load(given: Any) -> Any:
    return Outer().load(given)


def refused(given: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        load(given)
    return flatten(caught.value.messages)


def test_a_list_that_is_too_long_is_refused_before_its_elements_are_loaded():
    class Listed(Schema):
        many_parts = fields.List(fields.Nested(Inner), validate=validate.Length(min=1, max=2))

    def errors(*parts: Any) -> Any:
        with pytest.raises(ValidationError) as caught:
            Listed().load({"many_parts": [*parts]})
        return caught.value.messages

    assert Listed().load({"manyParts": [{"streetName": "x"}] * 2})["many_parts"][1] == {"street_name": "x"}
    assert errors(1, 1, 1) == errors(*range(9)) == {"manyParts": ["Length must be between 1 and 2."]}
    assert errors() == {"manyParts": ["Length must be between 1 and 2."]}
    assert errors(1)["manyParts"].keys() == {0}


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


@pytest.mark.parametrize("version", [3, 3.0, "3", "3.0"])
def test_a_version_comes_as_clients_write_integers(version):
    assert load({"expectedVersion": version}) == {"expected_version": 3}
    assert type(load({"expectedVersion": version})["expected_version"]) is int


@pytest.mark.parametrize(
    "number",
    [
        "3_0",
        "٣",
        "３",
        " 3",
        "3 ",
        "+3",
        "3e0",
        "3.5",
        "3.",
        "",
        "0x3",
        "3\n",
        "9" * 5000,
        1e300,
        2.5,
        [3],
        {},
    ],
)
def test_what_json_schema_calls_no_integer_is_refused(number):
    assert refused({"expectedVersion": number}).keys() == {"expectedVersion"}


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        (0.1 + 0.2, "0.3"), ("0.30000000000000004", "0.3"), (0.3 - 0.1 - 0.2, "0"), (12345678.1 * 3, "37037034.3"),
        (60, "60"), ("60.00", "60"), (1.005, "1.005"), (0.30001, "0.30001"), (1e-9, "1e-9"), ("0", "0"), (-0.0, "0"),
        (10**11, "1e11"), (99_999_999_999.99, "99999999999.99"), (1e300, "1e300"),
    ],
)  # fmt: skip
def test_amounts_lose_the_noise_of_floats_only(given, amount):
    loaded = load({"price": given})["price"]
    assert loaded == Decimal(amount)
    assert not loaded.is_signed()


@pytest.mark.parametrize(
    "amount",
    ["1_000", "١٩", "１９", "1E3", "1e3", "NaN", "Infinity", "-Infinity", " 1", "1 ", "1\n", "+1", "1,5", ".5", "5.",
     "", "0x10", "1" * 21, True, None, [1]],
)  # fmt: skip
def test_other_texts_are_no_amounts(amount):
    assert refused({"price": amount}).keys() == {"price"}


@pytest.mark.parametrize("version", [0, -1, 2**31, 1.5, True])
def test_a_version_is_a_positive_whole_number(version):
    assert refused({"expectedVersion": version}).keys() == {"expectedVersion"}


@given(st.from_regex(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", fullmatch=True))
def test_camel_case_stays_as_it_is(name):
    assert "_" not in camel(name)
    assert camel(camel(name)) == camel(name)
