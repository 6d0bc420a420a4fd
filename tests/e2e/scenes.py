"""What a fake camera sees: short films of made-up things before a wall, for Chromium to take for a camera's picture."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

WIDTH, HEIGHT, FRAMES = 320, 240, 40
THINGS = ("mug", "book", "ball", "nothing")


def film(path: Path, thing: str, *, seed: int = 0, wall: int = 0) -> Path:
    """Write a film (Motion JPEG) of ``thing`` moving before one of two walls, over and over when it is played."""
    with open(path, "wb") as file:
        for number in range(FRAMES):
            file.write(_jpeg(_scene(thing, number / FRAMES, seed, wall)))
    return path


def pictures(thing: str, count: int, *, seed: int = 0, wall: int = 0) -> list[bytes]:
    """The same as JPEG files."""
    return [_jpeg(_scene(thing, number / count, seed, wall)) for number in range(count)]


def _scene(thing: str, moment: float, seed: int, wall: int) -> Image.Image:
    turn = 2 * math.pi * moment + seed
    picture = _wall(wall)
    size = int(120 * (1 + 0.12 * math.sin(turn)))
    place = (
        WIDTH // 2 - size // 2 + int(30 * math.sin(turn)),
        HEIGHT // 2 - size // 2 + int(16 * math.cos(1.3 * turn)),
    )
    one = _thing(thing).resize((size, size)).rotate(12 * math.sin(2 * turn))
    picture.paste(one, place, one)
    noise = np.random.default_rng([seed, int(moment * 1000)]).normal(0, 4, (HEIGHT, WIDTH, 3))
    return Image.fromarray((np.asarray(picture) + noise).clip(0, 255).astype(np.uint8))


def _wall(number: int) -> Image.Image:
    """A shelf, or a window."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), ((178, 168, 150), (140, 160, 175))[number])
    draw = ImageDraw.Draw(picture)
    if number == 0:
        for k in range(14):
            draw.rectangle((k * 24, 20, k * 24 + 18, 90), fill=(90 + 9 * k, 80 + 5 * (k * 7 % 13), 120 - 6 * k))
        draw.rectangle((0, 90, WIDTH, 98), fill=(110, 80, 50))
    else:
        draw.rectangle((40, 10, 280, 150), fill=(215, 230, 240))
        draw.line((160, 10, 160, 150), fill=(120, 120, 120), width=8)
    return picture


def _thing(name: str) -> Image.Image:
    picture = Image.new("RGBA", (120, 120), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    if name == "mug":
        draw.rounded_rectangle((20, 14, 84, 112), 14, fill=(200, 40, 40, 255))
        draw.arc((70, 36, 114, 88), -90, 90, fill=(200, 40, 40, 255), width=10)
    elif name == "book":
        draw.rectangle((6, 14, 114, 106), fill=(30, 60, 190, 255))
        draw.rectangle((56, 14, 64, 106), fill=(240, 240, 240, 255))
        for y in range(28, 98, 12):
            draw.line((68, y, 106, y), fill=(255, 255, 255, 255), width=3)
    elif name == "ball":
        draw.ellipse((6, 6, 114, 114), fill=(240, 150, 20, 255))
        draw.line((6, 60, 114, 60), fill=(0, 0, 0, 255), width=4)
        draw.line((60, 6, 60, 114), fill=(0, 0, 0, 255), width=4)
    return picture


def _jpeg(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=90)
    return stream.getvalue()
