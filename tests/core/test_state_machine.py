import pytest

from metaia.core.state_machine import Machine

LIGHT = Machine(
    "light",
    [
        ("red", "go", "green", ["driver", "police"]),
        ("red", "wave", "red", ["police"]),
        ("green", "stop", "red", ["police"]),
        ("green", "turn off", "dark", ["police"]),
    ],
)


def test_states_and_actions_come_in_the_order_of_the_table():
    assert LIGHT.states == ("red", "green", "dark")
    assert LIGHT.actions == ("go", "wave", "stop", "turn off")


def test_an_action_leads_somewhere_or_nowhere():
    found = LIGHT.find("red", "go")
    assert found is not None
    assert found.target == "green"
    assert LIGHT.find("dark", "go") is None
    assert LIGHT.find("nowhere", "go") is None


def test_only_those_named_may():
    assert LIGHT.allowed("red", frozenset({"driver"})) == ["go"]
    assert LIGHT.allowed("red", frozenset({"driver", "police"})) == ["go", "wave"]
    assert LIGHT.allowed("red", frozenset()) == []
    assert LIGHT.allowed("dark", frozenset({"police"})) == []


def test_never_is_told_from_not_now():
    assert LIGHT.ever("go", frozenset({"driver"}))
    assert not LIGHT.ever("stop", frozenset({"driver"}))


def test_a_wish_for_a_state_finds_the_action_that_changes_into_it():
    found = LIGHT.towards("red", "green")
    assert found is not None
    assert found.action == "go"
    assert LIGHT.towards("red", "red") is None
    assert LIGHT.towards("red", "dark") is None


def test_of_two_actions_into_a_state_the_one_is_found_that_the_parties_may_do():
    rows = [("held", "pay", "confirmed", ("system",)), ("held", "confirm", "confirmed", ("customer",))]
    machine = Machine("booking", rows)
    for party, action in (("customer", "confirm"), ("system", "pay"), ("partner", "pay")):
        found = machine.towards("held", "confirmed", frozenset({party}))
        assert found is not None
        assert found.action == action


def test_a_path_has_the_fewest_steps_that_the_parties_may_do():
    rows = [
        ("a", "go", "b", ["x"]),
        ("a", "run", "c", ["y"]),
        ("b", "go", "c", ["x"]),
        ("c", "go", "a", ["x"]),
    ]
    machine = Machine("light", rows)

    def actions(state, target, *parties):
        return [step.action for step in machine.path(state, target, frozenset(parties))]

    assert actions("a", "c", "x") == ["go", "go"]
    assert actions("a", "c", "x", "y") == ["run"]
    assert actions("c", "b", "x") == ["go", "go"]
    assert actions("b", "c", "y") == actions("a", "a", "x") == actions("a", "d", "x") == []


def test_a_table_with_two_ways_for_one_action_is_refused():
    with pytest.raises(ValueError, match="only once"):
        Machine("light", [("a", "go", "b", ["x"]), ("a", "go", "c", ["x"])])
