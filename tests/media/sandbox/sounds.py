"""Voice messages made by the tests: good ones, and hostile ones."""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

RATE = 48_000  # samples a second
AMR_FRAME = b"\x3c" + bytes(31)  # 20 ms at 12.2 kbit/s


class Unseekable(io.BytesIO):
    """A file that a recorder streams to: no header is completed at the end."""

    def seekable(self) -> bool:
        return False


def sound(
    format_: str, codec: str, seconds: float = 7.5, *, live: bool = False, video: bool = False
) -> bytes:
    """Return silence in a container; `live` ones have no duration."""
    file = Unseekable() if live else io.BytesIO()
    with av.open(
        file, "w", format=format_, options={"live": "1"} if live and format_ == "webm" else {}
    ) as out:
        stream: Any = out.add_stream(codec, rate=RATE)
        stream.layout = "mono"
        if video:
            _add_video(out)
        samples = 960
        for number in range(round(seconds * RATE / samples)):
            frame = AudioFrame("s16", "mono", samples)
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
            frame.rate, frame.pts, frame.time_base = RATE, number * samples, Fraction(1, RATE)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


def _add_video(out: Any) -> None:
    stream = out.add_stream("mpeg4", rate=5)
    stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
    for _ in range(3):
        out.mux(stream.encode(VideoFrame(32, 32, "yuv420p")))
    out.mux(stream.encode(None))


def amr(seconds: float = 2.0) -> bytes:
    """Return an AMR file, which FFmpeg reads and does not write."""
    return b"#!AMR\n" + AMR_FRAME * round(seconds * 50)


def lying_ogg() -> bytes:
    """Return 7 seconds of Ogg/Opus with a last page that claims a year."""
    body = bytearray(sound("ogg", "libopus", 7.0))
    at = body.rindex(b"OggS")
    body[at + 6 : at + 14] = struct.pack("<q", 365 * 86_400 * RATE)
    body[at + 22 : at + 26] = bytes(4)
    body[at + 22 : at + 26] = struct.pack("<I", _ogg_crc(bytes(body[at:])))
    return bytes(body)


def _ogg_crc(page: bytes) -> int:
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


def lying_wav() -> bytes:
    """Return a second of WAV that claims 4 gigabytes."""
    body = bytearray(sound("wav", "pcm_s16le", 1.0))
    body[4:8] = b"\xff\xff\xff\xff"
    at = body.index(b"data")
    body[at + 4 : at + 8] = b"\xff\xff\xff\xff"
    return bytes(body)
