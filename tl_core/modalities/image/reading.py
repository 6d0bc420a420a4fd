"""A stranger's picture -> an upright, opaque 8-bit copy of our own and a thumbnail. Runs in the limited child.

No torch, and numpy only for pictures of more than 8 bits.
"""

from __future__ import annotations

import hashlib
import io
import os
import warnings
from pathlib import Path
from typing import Any

from PIL import AvifImagePlugin, Image, Jpeg2KImagePlugin, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin

from tl_core.data.refused import Refused

TABLES = False  # classes come from folders, not from a table
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "TIFF", "WEBP", "AVIF", "JPEG2000", "PPM", "ICO")
PLUGINS = (AvifImagePlugin, Jpeg2KImagePlugin, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)  # loaded by import
MEGAPIXELS = 40
LARGEST = 200_000_000  # bytes
LONGEST_SIDE = 1024  # pixels kept: four times what networks look at
SMALL = 256  # pixels; JPEG would cost a small picture more than it saves
THUMBNAIL = 256  # pixels
JPEG_QUALITY = 95
UPRIGHT = 0x0112  # the EXIF tag of the orientation
TURNS = {  # value of that tag -> what undoes it
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = {TURNS[value] for value in (5, 6, 7, 8)}

Image.MAX_IMAGE_PIXELS = MEGAPIXELS * 1_000_000


def read(item: dict) -> dict:
    """``{"path", "samples", "thumbnails"}`` -> ``{"id", "file", "fresh", "traits"}``.

    Writes the picture and its thumbnail into the two folders (the last may be None), named by the digest of what is
    written. Raises ``Refused`` (area refusals).
    """
    path = Path(item["path"])
    size = path.stat().st_size
    if size == 0:
        raise Refused("refusals.empty_file")
    if size > LARGEST:
        raise Refused("refusals.too_big", limit=LARGEST // 10**6)
    picture, traits = _opened(path)
    content, ending = _encoded(picture)
    name = hashlib.sha256(content).hexdigest()[:16]
    fresh = _write(Path(item["samples"]) / f"{name}{ending}", content)
    if item["thumbnails"] is not None:
        _write(Path(item["thumbnails"]) / f"{name}.webp", _thumbnail(picture))
    return {"id": name, "file": f"{name}{ending}", "fresh": fresh, "traits": {**traits, "bytes": len(content)}}


def _opened(path: Path) -> tuple[Image.Image, dict[str, Any]]:
    """The picture in mode L or RGB, at most ``LONGEST_SIDE`` long, and what it was like before."""
    try:
        with warnings.catch_warnings(), _open(path) as source:
            if source.width * source.height == 0:
                raise Refused("refusals.empty_file")
            turn, (width, height), kind = _orientation(source), source.size, source.format
            picture = _plain(source)
    except (Refused, MemoryError):
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused("refusals.too_many_pixels", limit=MEGAPIXELS) from None
    except Image.UnidentifiedImageError:
        raise Refused(_what_else(path)) from None
    except Exception:  # over odd bytes Pillow's decoders raise whatever comes to hand
        raise Refused("refusals.damaged") from None
    if turn in SIDEWAYS:
        width, height = height, width
    traits = {
        "width": width,
        "height": height,
        "format": "JPEG" if kind == "MPO" else str(kind),  # what cameras call a JPEG with a second picture in it
        "mode": "grey" if picture.mode == "L" else "colour",
    }
    return (picture.transpose(turn) if turn is not None else picture), traits


def _open(path: Path) -> Image.Image:
    """Pillow only warns of what is a little too large: here that is an error."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    return Image.open(path, formats=FORMATS)


def _plain(source: Image.Image) -> Image.Image:
    """8 bits, opaque on white, small enough. Of an animation the first picture."""
    source.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # JPEG: decode at a half or less where that is enough
    picture: Image.Image = source
    if source.mode in ("I", "F") or source.mode.startswith("I;"):
        picture = _eight_bits(source)
    elif source.has_transparency_data or source.mode in ("La", "RGBa"):
        grey = source.mode in ("LA", "La")
        clear = source.convert("LA" if source.mode == "La" else "RGBA").convert("RGBA")
        picture = Image.new("RGBA", clear.size, "white")
        picture.alpha_composite(clear)
        picture = picture.convert("L" if grey else "RGB")
    elif source.mode not in ("L", "RGB", "CMYK"):
        picture = source.convert("L" if source.mode == "1" else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if picture.mode == "CMYK":
        picture = picture.convert("RGB")
    return picture.copy()  # loaded, and without what the file says besides


def _orientation(source: Image.Image) -> Image.Transpose | None:
    """How the camera was held; None when it does not say, or says it in a way that nobody understands."""
    try:
        return TURNS.get(source.getexif().get(UPRIGHT, 1))
    except Exception:  # damaged EXIF must not cost the picture
        return None


def _eight_bits(source: Image.Image) -> Image.Image:
    """16 and 32 bit greys: from the darkest to the brightest, without the outermost thousandth (dead pixels)."""
    import numpy as np

    values = np.nan_to_num(np.asarray(source, dtype=np.float32), posinf=0.0, neginf=0.0)
    low, high = np.percentile(values, (0.1, 99.9))
    if high <= low:
        low, high = float(values.min()), float(values.max())
    scaled = (values - low) * (255.0 / (high - low) if high > low else 0.0)
    return Image.fromarray(np.clip(np.rint(scaled), 0, 255).astype(np.uint8))


def _encoded(picture: Image.Image) -> tuple[bytes, str]:
    """Greys and small pictures without loss, photos as a good JPEG."""
    stream = io.BytesIO()
    if picture.mode == "L" or max(picture.size) <= SMALL:
        picture.save(stream, "PNG", compress_level=2)
        return stream.getvalue(), ".png"
    picture.save(stream, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return stream.getvalue(), ".jpg"


def _thumbnail(picture: Image.Image) -> bytes:
    small = picture.convert("RGB")
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.BILINEAR, reducing_gap=2.0)
    stream = io.BytesIO()
    small.save(stream, "WEBP", quality=80, method=0)
    return stream.getvalue()


def _write(path: Path, content: bytes) -> bool:
    """Whole or not at all; False when it was there already."""
    if path.exists():
        return False
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)  # a full disk left a part of it
    return True


def _what_else(path: Path) -> str:
    """Why a file is no picture for us, as far as its first bytes tell."""
    with open(path, "rb") as file:
        head = file.read(132)
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc"):
        return "refusals.heic"
    if head[128:132] == b"DICM":
        return "refusals.dicom"
    if head[:4] == b"%PDF":
        return "refusals.pdf"
    return "refusals.not_a_picture"
