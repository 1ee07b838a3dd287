"""Voice messages in the sandbox: measured durations, and the code that each refused one gets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.media.sandbox import sounds
from tests.media.sandbox.conftest import Check

OGG, WEBM, MP4, THREE_GP = "audio/ogg", "audio/webm", "audio/mp4", "audio/3gpp"
MP3, WAV, AMR, AAC = "audio/mpeg", "audio/wav", "audio/amr", "audio/aac"
MEGABYTE = 1024 * 1024
UNSUPPORTED = "unsupported_audio"
GOOD: dict[str, tuple[str, Callable[[], bytes], float]] = {
    "Ogg": (OGG, lambda: sounds.sound("ogg", "libopus"), 7.5),
    "WebM of a recorder, without a duration": (WEBM, lambda: sounds.sound("webm", "libopus", live=True), 7.5),
    "M4A": (MP4, lambda: sounds.sound("ipod", "aac"), 7.5),
    "3GP": (THREE_GP, lambda: sounds.sound("3gp", "aac"), 7.5),
    "MP3": (MP3, lambda: sounds.sound("mp3", "libmp3lame"), 7.5),
    "WAV": (WAV, lambda: sounds.sound("wav", "pcm_s16le"), 7.5),
    "ADTS": (AAC, lambda: sounds.sound("adts", "aac"), 7.5),
    "AMR": (AMR, sounds.amr, 2.0),
    "Ogg that claims a year": (OGG, sounds.lying_ogg, 7.0),
    "WAV that claims 4 GB": (WAV, sounds.lying_wav, 1.0),
}
REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a video": (MP4, lambda: sounds.sound("mp4", "aac", video=True), UNSUPPORTED),
    "another codec": (OGG, lambda: sounds.sound("ogg", "flac"), UNSUPPORTED),
    "an unknown type": ("audio/flac", lambda: b"fLaC", UNSUPPORTED),
    "0.2 s": (OGG, lambda: sounds.sound("ogg", "libopus", 0.2), "too_short"),
    "601 s": (AMR, lambda: sounds.amr(601), "too_long"),
    "rubbish": (OGG, lambda: b"OggS" + bytes(1_000), "corrupt"),
    "a playlist": (MP4, lambda: b"#EXTM3U\nfile:///etc/passwd\n", "corrupt"),
    "nothing": (WAV, lambda: b"", "empty"),
    "no packets": (AMR, lambda: b"#!AMR\n", "empty"),
}


@pytest.mark.parametrize("name", GOOD)
def test_durations_are_measured(check: Check, name: str) -> None:
    content_type, make, seconds = GOOD[name]
    outcome = check("voice", content_type, make())
    assert outcome.refused is None
    assert outcome.duration == pytest.approx(seconds, abs=0.06)


@pytest.mark.parametrize("name", REFUSED)
def test_other_voice_messages_are_refused_with_their_code(check: Check, name: str) -> None:
    content_type, make, code = REFUSED[name]
    outcome = check("voice", content_type, make())
    assert outcome.refused == code
    assert outcome.peak < 200 * MEGABYTE
