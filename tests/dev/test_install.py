"""The installer hands pip's configuration to uv, which does not read it."""

from tools.install_packages import pip_configuration, uv_options

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
