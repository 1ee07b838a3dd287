"""Voice messages: one audio stream in an accepted codec. The duration is the sum of the packets'."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
from av.container import InputContainer

from .refusal import CORRUPT, EMPTY, TOO_LONG, TOO_SHORT, Refused, Unsupported

SHORTEST, LONGEST = 0.3, 600.0  # seconds
LONGEST_AAC_FRAME = 2_048 * 2  # samples, with SBR
# By content type: FFmpeg's demuxer, so that no other one ever reads the file, and the accepted codecs.
DEMUXERS = {
    "audio/ogg": ("ogg", {"opus"}),
    "audio/webm": ("matroska", {"opus"}),
    "audio/mp4": ("mov", {"aac"}),
    "audio/3gpp": ("mov", {"aac", "amr_nb", "amr_wb"}),
    "audio/mpeg": ("mp3", {"mp3"}),
    "audio/wav": ("wav", {"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le"}),
    "audio/amr": ("amr", {"amr_nb", "amr_wb"}),
    "audio/aac": ("aac", {"aac"}),
}


def check(file: Path, content_type: str, _folder: Path) -> dict[str, Any]:
    """Return the duration in seconds. Raises Refused, Unsupported, or FFmpegError for a corrupt file."""
    if content_type not in DEMUXERS:
        raise Unsupported(content_type)
    demuxer, codecs = DEMUXERS[content_type]
    with file.open("rb") as opened, av.open(opened, mode="r", format=demuxer) as container:
        if container.streams.video or len(container.streams.audio) != 1:
            raise Unsupported("a video, or not exactly one audio stream")
        codec = container.streams.audio[0].codec_context.codec.canonical_name
        if codec not in codecs:
            raise Unsupported(f"codec {codec}")
        seconds = _duration(container, codec)
    if seconds < SHORTEST:
        raise Refused(TOO_SHORT, f"{seconds:.2f} s")
    return {"files": [], "duration": round(seconds, 2)}


def _duration(container: InputContainer, codec: str) -> float:
    """Return the sum of the packets' durations in seconds; what the file claims is ignored. Raises Refused."""
    stream = container.streams.audio[0]
    rate = stream.codec_context.sample_rate or 8_000
    packets, seconds = 0, 0.0
    for packet in container.demux(stream):
        if packet.size == 0:  # the end
            continue
        packets += 1
        seconds += float((packet.duration or 0) * (packet.time_base or 0))
        if seconds > LONGEST:
            raise Refused(TOO_LONG)
    if not packets:
        raise Refused(EMPTY, "no packets")
    if codec == "aac" and seconds > packets * LONGEST_AAC_FRAME / rate:
        raise Refused(CORRUPT, "packets that claim to be longer than a frame")
    return seconds
