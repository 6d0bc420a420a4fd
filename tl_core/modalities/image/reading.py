"""A stranger's picture or scan -> upright, opaque 8-bit copies of our own and thumbnails. Runs in the limited child.

No torch; numpy only for pictures of more than 8 bits, and libraries of scans only for scans.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import AvifImagePlugin, Image, Jpeg2KImagePlugin, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin

from tl_core.data.refused import Refused
from tl_core.data.scans.kinds import Kind, kind_of
from tl_core.data.sizes import check_size
from tl_core.data.written import write_whole

if TYPE_CHECKING:
    from tl_core.data.scans.scan import Scan
    from tl_core.domain.scan import ScanReading

TABLES, LISTS = False, True  # classes come from folders, or from a table that names the files
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "TIFF", "WEBP", "AVIF", "JPEG2000", "PPM", "ICO")
PLUGINS = (AvifImagePlugin, Jpeg2KImagePlugin, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)  # loaded by import
MEGAPIXELS = 40
LARGEST = 200_000_000  # bytes
LARGEST_SCAN = 500_000_000  # bytes: many frames lie in one file
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
    """``{"path", "samples", "thumbnails", "scan", "look"}`` -> ``{"id", "file", "fresh", "traits"}``.

    Writes the picture and its thumbnail into the two folders (the last may be None), named by the digest of what is
    written. ``scan``: the fields of a ``ScanReading``, or None. A scan adds ``{"scan": True, "group", "remarks"}``; of
    several frames or slices each is one of ``"parts"`` with its number ``"part"``. ``look``: where writing that may
    be burned in is looked for, in "all", in "scans" or (None) nowhere; what was found is the answer then, and nothing
    is written: see ``veil.veiled``. Raises ``Refused`` (area refusals).
    """
    path = Path(item["path"])
    kind = kind_of(path)
    check_size(path, LARGEST_SCAN if kind else LARGEST)
    if kind:
        return _scan(path, kind, item)
    picture, traits = _opened(path, item.get("scan"))
    return _question([picture], item, looked_at=item.get("look") == "all") or _kept(picture, traits, item)


def _scan(path: Path, kind: Kind, item: dict) -> dict:
    """A file of one or many pictures, none of them kept unless all can be read."""
    scan = _opened_scan(path, kind, _wishes(item.get("scan")))
    pictures = [(_small(Image.fromarray(pixels)), traits, number) for pixels, traits, number in scan.pictures]
    looked_at = kind == "dicom" and item.get("look") is not None
    question = _question([one[0] for one in pictures], item, looked_at=looked_at, declared=scan.written)
    if question:
        return {**question, "scan": True}
    parts = [{**_kept(picture, traits, item), "part": number} for picture, traits, number in pictures]
    shared = {"scan": True, "group": scan.group, "remarks": scan.remarks}
    alone = len(parts) == 1 and parts[0]["part"] is None
    return {**parts[0], **shared} if alone else {"parts": parts, **shared}


def _question(
    pictures: list[Image.Image], item: dict, *, looked_at: bool, declared: bool = False
) -> dict[str, Any] | None:
    """What a person must say of writing before this is kept."""
    if not looked_at and "masks" not in item:
        return None
    from tl_core.data.scans.veil import veiled

    return veiled(pictures, item, looked_at=looked_at, declared=declared)


def _opened_scan(path: Path, kind: Kind, reading: ScanReading) -> Scan:
    if kind == "nifti_pair":
        raise Refused("refusals.nifti_pair")
    if kind == "nifti":
        from tl_core.data.scans.nifti import open_nifti

        return open_nifti(path, reading)
    from tl_core.data.scans.dicom import open_dicom

    return open_dicom(path, reading)


def _wishes(asked: dict | None) -> ScanReading:
    from tl_core.domain.scan import ScanReading

    return ScanReading.model_validate(asked or {})


def _small(picture: Image.Image) -> Image.Image:
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return picture


def _kept(picture: Image.Image, traits: dict[str, Any], item: dict) -> dict:
    """Written, with its thumbnail."""
    content, ending = _encoded(picture)
    name = hashlib.sha256(content).hexdigest()[:16]
    fresh = write_whole(Path(item["samples"]) / f"{name}{ending}", content)
    if item["thumbnails"] is not None:
        write_whole(Path(item["thumbnails"]) / f"{name}.webp", _thumbnail(picture))
    return {"id": name, "file": f"{name}{ending}", "fresh": fresh, "traits": {**traits, "bytes": len(content)}}


def _opened(path: Path, wishes: dict | None) -> tuple[Image.Image, dict[str, Any]]:
    """The picture in mode L or RGB, at most ``LONGEST_SIDE`` long, and what it was like before."""
    try:
        with warnings.catch_warnings(), _open(path) as source:
            if source.width * source.height == 0:
                raise Refused("refusals.empty_file")
            turn, (width, height), kind = _orientation(source), source.size, source.format
            picture = _plain(source, wishes)
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


def _plain(source: Image.Image, wishes: dict | None) -> Image.Image:
    """8 bits, opaque on white, small enough. Of an animation the first picture."""
    source.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # JPEG: decode at a half or less where that is enough
    picture: Image.Image = source
    if source.mode in ("I", "F") or source.mode.startswith("I;"):
        picture = _eight_bits(source, wishes)
    elif source.has_transparency_data or source.mode in ("La", "RGBa"):
        grey = source.mode in ("LA", "La")
        clear = source.convert("LA" if source.mode == "La" else "RGBA").convert("RGBA")
        picture = Image.new("RGBA", clear.size, "white")
        picture.alpha_composite(clear)
        picture = picture.convert("L" if grey else "RGB")
    elif source.mode not in ("L", "RGB", "CMYK"):
        picture = source.convert("L" if source.mode == "1" else "RGB")
    picture = _small(picture)
    if picture.mode == "CMYK":
        picture = picture.convert("RGB")
    return picture.copy()  # loaded, and without what the file says besides


def _orientation(source: Image.Image) -> Image.Transpose | None:
    """How the camera was held; None when it does not say, or says it in a way that nobody understands."""
    try:
        return TURNS.get(source.getexif().get(UPRIGHT, 1))
    except Exception:  # damaged EXIF must not cost the picture
        return None


def _eight_bits(source: Image.Image, wishes: dict | None) -> Image.Image:
    """16 and 32 bit greys by the window a person set, else from the darkest to the brightest."""
    import numpy as np

    from tl_core.data.scans.window import Window, shown, window_of

    values, chosen = np.asarray(source), _wishes(wishes)
    window = window_of(values)
    if chosen.window == "hand" and chosen.level is not None and chosen.width is not None:
        window = Window(chosen.level, chosen.width)
    return Image.fromarray(shown(values, window))


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


def _what_else(path: Path) -> str:
    """Why a file is no picture for us, as far as its first bytes tell."""
    with open(path, "rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc"):
        return "refusals.heic"
    if head[:4] == b"%PDF":
        return "refusals.pdf"
    return "refusals.not_a_picture"
