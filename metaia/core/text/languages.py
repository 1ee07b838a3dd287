"""Languages of users: BCP 47 tags that CLDR knows, of locales as platforms write them.

Android writes `zh_CN_#Hans` and `en-rUS`, iOS `en_US@calendar=buddhist`, Flutter `zh_Hans_CN`, POSIX `en_US.UTF-8`,
browsers `en-US-u-hc-h12`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from babel import Locale, UnknownLocaleError
from babel.core import get_global

LONGEST = 20  # characters of a tag that is stored
MAX_LENGTH = 200  # characters that are read
_SCRIPTS = {"latin": "Latn", "cyrillic": "Cyrl", "devanagari": "Deva"}  # modifiers of POSIX
_WHOLE = {
    "c": "en", "posix": "en", "zh-chs": "zh-Hans", "zh-cht": "zh-Hant", "no-no-ny": "nn-NO", "i-lux": "lb",
    "zh-min-nan": "nan", "zh-xiang": "hsn", "zh-hakka": "hak",
}  # fmt: skip
_EXTENDED = re.compile(r"(?i)^(?:zh|ar|ms|sgn|kok|sw|uz|lv)-(?=[a-z]{3}(?:-|$))")  # zh-cmn-Hans, ar-arb


def nearest(text: str) -> str | None:
    """Return the tag of the nearest language that CLDR knows, None if it knows none.

    A region, variant or script that CLDR lacks for the language is left out, extensions are always.
    """
    language, script, region, variant = _subtags(text[:MAX_LENGTH])
    for parts in _candidates(language, script, region, variant):
        with suppress(ValueError, UnknownLocaleError):
            found = Locale.parse("_".join(filter(None, parts)))
            tag = str(found).replace("_", "-")
            # Babel fills in a likely region, or another script
            same = found.territory == parts[2] and (not parts[1] or found.script in {None, parts[1]})
            if same and len(tag) <= LONGEST:
                return tag
    return None


Subtags = tuple[str, str | None, str | None, str | None]  # language, script, region, variant


def _candidates(
    language: str, script: str | None, region: str | None, variant: str | None
) -> Iterator[Subtags]:
    if not re.fullmatch(r"[a-z]{2,3}", language) or language in {"und", "mul", "zxx"}:
        return
    yield language, script, region, variant
    yield language, script, region, None
    yield language, script, None, None
    yield language, None, region, None
    yield language, None, None, None


def _subtags(text: str) -> Subtags:
    """Return the subtags of a locale in any notation, in their usual case, with deprecated ones replaced."""
    posix, _, modifier = text.strip().partition("@")
    plain = re.split(r"[.,;\s]", posix, maxsplit=1)[0].removeprefix("b+")
    plain = re.sub(r"-r(?=[A-Z]{2}$)", "-", plain)  # Android's resources
    tag = re.sub(r"[_+#-]+", "-", plain).strip("-")
    tag = _EXTENDED.sub("", _WHOLE.get(tag.lower(), tag))
    language, *others = re.split(r"-[a-zA-Z0-9](?:-|$)", tag, maxsplit=1)[0].split("-")
    script = next((each.title() for each in others if re.fullmatch(r"[A-Za-z]{4}", each)), None)
    region = next((each.upper() for each in others if re.fullmatch(r"[A-Za-z]{2}|[0-9]{3}", each)), None)
    variant = next((each.upper() for each in others if re.fullmatch(r"[A-Za-z0-9]{5,8}", each)), None)
    renamed, _, its_script = (
        get_global("language_aliases").get(language.lower(), language.lower()).partition("_")
    )
    script = script or _SCRIPTS.get(modifier.lower()) or its_script or None
    if not variant and re.fullmatch(r"[A-Za-z]{5,8}", modifier):
        variant = modifier.upper()  # ca_ES@valencia
    region = next(iter(get_global("territory_aliases").get(region or "", [])), region)
    return renamed, script, region, variant
