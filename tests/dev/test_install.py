"""The installer hands pip's configuration to uv, which does not read it."""

import re
from pathlib import Path

from tools.install_packages import pip_configuration, uv_options

ROOT = Path(__file__).parents[2]
LISTING = """\
:env:.cert='/etc/ssl/company.pem'
global.cert='/etc/ssl/other.pem'
global.extra-index-url='https://one.example/simple https://two.example/simple'
global.find-links='\\n/opt/wheels\\n/opt/more'
install.no-index='false'
download.index-url='https://elsewhere.example'
"""


def test_the_environment_wins_over_the_files_of_pip():
    assert pip_configuration(LISTING) == {
        "cert": "/etc/ssl/company.pem",
        "extra-index-url": "https://one.example/simple https://two.example/simple",
        "find-links": "/opt/wheels /opt/more",
        "no-index": "false",
    }


def test_each_index_of_pip_is_an_option_of_uv():
    best = ["--index-strategy", "unsafe-best-match"]
    assert uv_options({}) == best
    assert uv_options(pip_configuration(LISTING)) == [
        *best,
        *("--index", "https://one.example/simple", "--index", "https://two.example/simple"),
        *("--find-links", "/opt/wheels", "--find-links", "/opt/more"),
    ]
    assert uv_options({"index-url": "https://a.example", "trusted-host": "a.example", "no-index": "1"}) == [
        *best,
        *("--default-index", "https://a.example", "--allow-insecure-host", "a.example", "--no-index"),
    ]


def pins(name: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+(?:\[\w+\])?==[^ ;]+)", (ROOT / name).read_text(), re.MULTILINE))


def test_each_set_of_packages_has_those_of_the_smaller_one() -> None:
    """A package that was locked in one file only would be missing from `make run`, or from the tests."""
    service, run, dev = (pins(f"requirements{part}.txt") for part in ("", "-run", "-dev"))
    assert service - run == run - dev == set()
    assert service
