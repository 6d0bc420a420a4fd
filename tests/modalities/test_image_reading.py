"""Pictures of every kind come in upright, opaque, in 8 bits and small enough; the rest is refused with a reason."""

import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from tl_core.data.refused import Refused
from tl_core.modalities.image import reading
from tl_core.words import say


@pytest.fixture
def take(tmp_path):
    """Read a picture, or bytes; gives the answer with the stored picture and thumbnail."""
    for name in ("samples", "thumbnails"):
        (tmp_path / name).mkdir()

    def read(content, kind="PNG", **options):
        path = tmp_path / "upload"
        if isinstance(content, Image.Image):
            content.save(path, kind, **options)
        else:
            path.write_bytes(content)
        item = {"path": str(path), "samples": str(tmp_path / "samples"), "thumbnails": str(tmp_path / "thumbnails")}
        answer = reading.read(item)
        stored = tmp_path / "samples" / answer["file"]
        assert hashlib.sha256(stored.read_bytes()).hexdigest().startswith(answer["id"])
        answer["picture"] = Image.open(stored)
        answer["thumbnail"] = Image.open(tmp_path / "thumbnails" / f"{answer['id']}.webp")
        assert answer["picture"].mode in ("L", "RGB")
        assert max(answer["picture"].size) <= reading.LONGEST_SIDE
        assert max(answer["thumbnail"].size) <= reading.THUMBNAIL
        assert not answer["picture"].getexif()
        return answer

    return read


def noise(size=(40, 30), mode="RGB"):
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(pixels).convert(mode)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "PPM"])
def test_small_pictures_keep_every_pixel(take, kind):
    answer = take(noise(), kind)
    assert answer["file"].endswith(".png")
    assert np.array_equal(np.asarray(answer["picture"]), np.asarray(noise()))
    assert answer["traits"]["width"] == 40
    assert answer["traits"]["height"] == 30


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF", "AVIF", "JPEG2000", "ICO"])
def test_other_formats(take, kind):
    assert take(noise((64, 64)), kind)["picture"].size == (64, 64)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "YCbCr"])
def test_modes(take, mode):
    kind = "TIFF" if mode in ("CMYK", "YCbCr") else "PNG"
    answer = take(noise(mode=mode), kind)
    assert answer["picture"].mode == ("L" if mode in ("1", "L", "LA") else "RGB")


def test_large_photos_are_made_smaller(take):
    answer = take(noise((3000, 1500)), "JPEG")
    assert answer["picture"].size == (1024, 512)
    assert answer["picture"].format == "JPEG"
    assert (answer["traits"]["width"], answer["traits"]["height"]) == (3000, 1500)
    assert answer["thumbnail"].size == (256, 128)


def test_large_greys_keep_every_level(take):
    grey = Image.linear_gradient("L").resize((600, 600))
    assert np.array_equal(np.asarray(take(grey, "TIFF")["picture"]), np.asarray(grey))


def test_transparency_lies_on_white(take):
    clear = Image.new("RGBA", (10, 10), (255, 0, 0, 0))
    clear.putpixel((0, 0), (255, 0, 0, 255))
    picture = take(clear)["picture"]
    assert picture.getpixel((0, 0)) == (255, 0, 0)
    assert picture.getpixel((5, 5)) == (255, 255, 255)
    palette = clear.convert("P")
    assert take(palette, transparency=palette.getpixel((5, 5)))["picture"].getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_cameras_held_in_any_way(take, orientation):
    upright = Image.new("RGB", (40, 20), "white")
    upright.paste("black", (0, 0, 10, 10))  # the upper left corner
    inverse = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]  # Transpose that undoes the turn
    turned = upright if inverse is None else upright.transpose(Image.Transpose(inverse))
    exif = Image.Exif()
    exif[0x0112] = orientation
    answer = take(turned, exif=exif)
    assert np.array_equal(np.asarray(answer["picture"]), np.asarray(upright))
    assert (answer["traits"]["width"], answer["traits"]["height"]) == (40, 20)


@pytest.mark.parametrize("top", [255, 4095, 65535])
def test_sixteen_bits_are_stretched(take, top):
    values = np.linspace(top // 8, top, 10_000).reshape(100, 100).astype(np.uint16)
    picture = np.asarray(take(Image.fromarray(values), "TIFF")["picture"])
    assert (picture.min(), picture.max()) == (0, 255)
    assert np.all(np.diff(picture.reshape(-1).astype(int)) >= 0)


def test_floats_and_flat_greys(take):
    values = np.full((20, 20), np.nan, dtype=np.float32)
    values[:10] = np.linspace(0, 1, 200).reshape(10, 20)
    assert np.asarray(take(Image.fromarray(values), "TIFF")["picture"]).max() == 255
    assert np.asarray(take(Image.fromarray(np.full((20, 20), 700, np.uint16)), "TIFF")["picture"]).max() == 0


def test_one_dead_pixel_does_not_darken_a_scan(take):
    values = np.tile(np.arange(100, 200, dtype=np.uint16), (100, 1))
    values[0, 0] = 65535
    assert np.median(np.asarray(take(Image.fromarray(values), "TIFF")["picture"])) > 100


def test_of_an_animation_the_first_picture(take):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "lime")]
    for kind in ("GIF", "PNG", "WEBP", "TIFF"):
        answer = take(frames[0], kind, save_all=True, append_images=frames[1:])
        assert answer["picture"].getpixel((5, 5))[0] > 200


def test_the_same_pixels_are_the_same_sample(take):
    first = take(noise(), "PNG")
    again = take(noise(), "BMP")
    assert again["id"] == first["id"]
    assert (first["fresh"], again["fresh"]) == (True, False)


def truncated(kind="JPEG"):
    stream = io.BytesIO()
    noise((200, 200)).save(stream, kind)
    return stream.getvalue()[:5000]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "refusals.empty_file"),
        (b"hello", "refusals.not_a_picture"),
        (b"%PDF-1.7 ...", "refusals.pdf"),
        (bytes(128) + b"DICM" + bytes(100), "refusals.dicom_no_picture"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "refusals.heic"),
        (truncated(), "refusals.damaged"),
        (truncated("PNG"), "refusals.damaged"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "refusals.not_a_picture"),
        (b"P6 8000 8000 255\n" + bytes(100), "refusals.too_many_pixels"),
        (b"P6 0 8 255\n", "refusals.not_a_picture"),
    ],
)
def test_refused(take, content, reason):
    with pytest.raises(Refused) as refused:
        take(content)
    assert refused.value.reason == reason
    assert say(reason, **refused.value.values)


def test_every_format_is_one_that_pillow_knows():
    Image.init()
    assert set(reading.FORMATS) <= set(Image.OPEN)
