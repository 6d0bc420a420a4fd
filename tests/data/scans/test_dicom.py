"""DICOM files become pictures that show what a viewer would, and say nothing else."""

import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.data.scans.made import content, dataset, noise, written
from tl_core.data.refused import Refused
from tl_core.data.scans.dicom import DECODERS, open_dicom
from tl_core.data.scans.scan import MOST, spread
from tl_core.data.scans.window import PRESETS, Window, shown
from tl_core.domain.scan import ScanReading
from tl_core.words import say

OWN = ScanReading()
RAMP = np.arange(-1024, 3072, dtype=np.int16).reshape(64, 64)


def theirs(name):
    """One of pydicom's own files."""
    return Path(str(get_testdata_file(name, download=False)))


@pytest.fixture
def look(tmp_path):
    """The only picture of a file with these pixels and attributes."""

    def open_one(pixels, reading=OWN, **attributes):
        [picture] = open_dicom(written(tmp_path / "scan", pixels, **attributes), reading).pictures
        return picture

    return open_one


def test_the_files_own_window(look):
    seen = look(RAMP, WindowCenter=50, WindowWidth=350).pixels
    assert np.array_equal(seen, shown(RAMP, Window(50, 350, "LINEAR")))


def test_a_ct_without_a_window_gets_the_usual_one(look):
    assert np.array_equal(look(RAMP).pixels, shown(RAMP, PRESETS["soft_tissue"]))


def test_others_go_from_dark_to_bright(look):
    seen = look(RAMP, Modality="MR").pixels
    assert (seen.min(), seen.max()) == (0, 255)


@pytest.mark.parametrize("name", PRESETS)
def test_presets(look, name):
    seen = look(RAMP, ScanReading(window=name), WindowCenter=50, WindowWidth=350).pixels
    assert np.array_equal(seen, shown(RAMP, PRESETS[name]))


def test_a_preset_means_nothing_to_other_scans(tmp_path):
    scan = open_dicom(written(tmp_path / "a", RAMP, Modality="MR"), ScanReading(window="lung"))
    assert [remark["reason"] for remark in scan.remarks] == ["refusals.scan_own_window"]
    [seen] = scan.pictures
    assert seen.pixels.max() == 255


def test_by_hand(look):
    seen = look(RAMP, ScanReading(window="hand", level=100, width=50), Modality="MR").pixels
    assert np.array_equal(seen, shown(RAMP, Window(100, 50)))


def test_rescale_comes_before_the_window(look):
    stored = (RAMP + 1024).astype(np.uint16)
    attributes = {"RescaleSlope": 2, "RescaleIntercept": -1024, "WindowCenter": 40, "WindowWidth": 400}
    assert np.array_equal(look(stored, **attributes).pixels, shown(2.0 * stored - 1024, Window(40, 400, "LINEAR")))


def test_monochrome1_is_white_where_others_are_black(look):
    dark = look(RAMP, WindowCenter=50, WindowWidth=350).pixels
    light = look(RAMP, WindowCenter=50, WindowWidth=350, PhotometricInterpretation="MONOCHROME1").pixels
    assert np.array_equal(light, 255 - dark)


def test_padding_does_not_darken_the_patient(look):
    stored = np.full((40, 40), -2000, np.int16)
    stored[10:30, 10:30] = np.linspace(1000, 1100, 400).reshape(20, 20)
    seen = look(stored, Modality="MR", PixelPaddingValue=-2000).pixels
    assert np.ptp(seen[10:30, 10:30].astype(int)) > 240


def test_bits_above_those_stored_are_no_greys(look):
    """Where overlays with writing were once hidden."""
    clean = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    attributes = {"BitsStored": 12, "HighBit": 11, "Modality": "MR", "WindowCenter": 2048, "WindowWidth": 4096}
    assert np.array_equal(look(clean | 0x8000, **attributes).pixels, look(clean, **attributes).pixels)


def test_a_table_of_greys(look):
    table = Dataset()
    table.add_new("LUTDescriptor", "US", [256, 0, 16])
    table.add_new("LUTData", "US", list(range(65535, -1, -257)))
    stored = np.arange(256, dtype=np.uint8).reshape(16, 16)
    seen = look(stored, Modality="CR", VOILUTSequence=Sequence([table])).pixels
    assert np.all(np.diff(seen.reshape(-1).astype(int)) <= 0)
    assert (seen.max(), seen.min()) == (255, 0)


def test_orientation(look):
    upright = look(RAMP, ImageOrientationPatient=[1, 0, 0, 0, 1, 0]).pixels
    mirrored = look(RAMP, ImageOrientationPatient=[-1, 0, 0, 0, 1, 0]).pixels
    assert np.array_equal(mirrored, upright[:, ::-1])
    assert np.array_equal(look(RAMP, PatientOrientation=["L", "H"], Modality="CT").pixels, upright[::-1])


def test_pixels_that_are_not_square(look):
    seen = look(noise(1), PixelSpacing=[2.0, 1.0])
    assert seen.pixels.shape == (64, 32)
    assert (seen.traits["width"], seen.traits["height"], seen.traits["spacing"]) == (32, 32, 1.0)
    transposed = look(noise(1), PixelSpacing=[2.0, 1.0], ImageOrientationPatient=[0, 1, 0, 1, 0, 0])
    assert transposed.pixels.shape == (32, 64)


def test_technical_facts_only(look):
    known = {"Modality": "MR", "BodyPartExamined": "Knee", "ManufacturerModelName": "Fast Scanner 3"}
    assert look(noise(1), **known).traits == {
        "modality": "MR", "body_part": "KNEE", "photometric": "MONOCHROME2", "bits": 16, "device": "Fast Scanner 3",
        "width": 32, "height": 32,
    }  # fmt: skip
    odd = {"Modality": "DOE", "BodyPartExamined": "JANE DOE", "ManufacturerModelName": "Doe^Jane"}
    assert look(noise(1), **odd).traits.keys() == {"photometric", "bits", "width", "height"}


class TestWho:
    def group(self, tmp_path, **attributes):
        return open_dicom(written(tmp_path / "scan", noise(1), **attributes), OWN).group

    def test_the_patient_however_many_studies(self, tmp_path):
        one = self.group(tmp_path, PatientID="Jane", StudyInstanceUID="1.2.3")
        assert one == self.group(tmp_path, PatientID=" Jane ", StudyInstanceUID="1.2.4")
        assert one != self.group(tmp_path, PatientID="John", StudyInstanceUID="1.2.3")
        assert "Jane" not in one

    @pytest.mark.parametrize("nobody", [None, "", "ANONYMOUS", "0000"])
    def test_else_the_study(self, tmp_path, nobody):
        one = self.group(tmp_path, PatientID=nobody, StudyInstanceUID="1.2.3")
        assert one == self.group(tmp_path, PatientID=nobody, StudyInstanceUID="1.2.3")
        assert one != self.group(tmp_path, PatientID=nobody, StudyInstanceUID="1.2.4")

    def test_else_nobody(self, tmp_path):
        assert self.group(tmp_path, PatientID=None, StudyInstanceUID=None) is None


class TestFrames:
    def test_few_frames_all_come_in(self, tmp_path):
        frames = np.stack([noise(n) for n in range(3)])
        scan = open_dicom(written(tmp_path / "cine", frames, WindowCenter=100, WindowWidth=400), OWN)
        pictures = list(scan.pictures)
        assert [picture.number for picture in pictures] == [1, 2, 3]
        assert [picture.traits["frame"] for picture in pictures] == [1, 2, 3]
        assert scan.remarks == []
        for picture, frame in zip(pictures, frames, strict=True):
            assert np.array_equal(picture.pixels, shown(frame, Window(100, 400, "LINEAR")))

    def test_of_many_a_number_in_even_steps(self, tmp_path):
        scan = open_dicom(written(tmp_path / "cine", np.stack([noise(n, 8) for n in range(100)])), OWN)
        numbers = [picture.number for picture in scan.pictures]
        assert len(numbers) == MOST
        assert set(np.diff(numbers)) == {2, 3}
        assert scan.remarks == [{"reason": "refusals.dicom_frames", "values": {"count": 100, "taken": MOST}}]
        assert say("refusals.dicom_frames", count=100, taken=MOST)

    def test_each_frame_by_its_own_figures(self, tmp_path):
        frames = np.stack([noise(1), noise(1)])
        groups = []
        for slope in (1, 2):
            group, transform = Dataset(), Dataset()
            transform.RescaleSlope, transform.RescaleIntercept = slope, 0
            group.PixelValueTransformationSequence = Sequence([transform])
            groups.append(group)
        shared, window = Dataset(), Dataset()
        window.WindowCenter, window.WindowWidth = 100, 400
        shared.FrameVOILUTSequence = Sequence([window])
        attributes = {
            "PerFrameFunctionalGroupsSequence": Sequence(groups),
            "SharedFunctionalGroupsSequence": Sequence([shared]),
        }
        one, two = open_dicom(written(tmp_path / "enhanced", frames, **attributes), OWN).pictures
        assert np.array_equal(one.pixels, shown(frames[0], Window(100, 400, "LINEAR")))
        assert np.array_equal(two.pixels, shown(2.0 * frames[0], Window(100, 400, "LINEAR")))

    def test_spread(self):
        assert spread(3) == [0, 1, 2]
        assert spread(10, every=4) == [1, 5, 9]
        assert spread(1, every=9) == [0]
        assert spread(0) == []
        assert len(spread(1000, every=2)) == MOST


class TestForms:
    """Known content, in the forms that hospitals and devices write."""

    @pytest.mark.parametrize(
        ("name", "like"),
        [
            ("MR_small_RLE.dcm", "MR_small.dcm"),
            ("MR_small_jp2klossless.dcm", "MR_small.dcm"),
            ("MR_small_jpeg_ls_lossless.dcm", "MR_small.dcm"),
            ("MR_small_bigendian.dcm", "MR_small.dcm"),
            ("MR_small_implicit.dcm", "MR_small.dcm"),
            ("MR_small_expb.dcm", "MR_small.dcm"),
        ],
    )
    def test_lossless_packing_changes_nothing(self, name, like):
        [packed], [plain] = (self.pictures(one) for one in (name, like))
        assert np.array_equal(packed.pixels, plain.pixels)

    @pytest.mark.parametrize("name", ["SC_rgb_jpeg_dcmtk.dcm", "SC_rgb_jls_lossy_line.dcm", "SC_rgb_rle_16bit.dcm"])
    def test_colours(self, name):
        [seen] = self.pictures(name)
        assert seen.pixels.dtype == np.uint8
        assert seen.pixels.shape == (100, 100, 3)
        assert seen.pixels[5, 50].tolist() == pytest.approx([255, 0, 0], abs=5)  # the first bar is red

    def test_a_palette(self):
        [seen] = self.pictures("examples_palette.dcm")
        assert seen.pixels.shape[2:] == (3,)

    @pytest.mark.parametrize(
        "how",
        [{"implicit_vr": True, "little_endian": True}, {"implicit_vr": False, "little_endian": False}],
    )
    def test_without_preamble_or_a_word_on_its_form(self, tmp_path, how):
        made = dataset(noise(1), WindowCenter=100, WindowWidth=400)
        if not how["little_endian"]:
            made.PixelData = noise(1).astype(">i2").tobytes()
        del made.file_meta
        stream = io.BytesIO()
        made.save_as(stream, **how)
        (tmp_path / "bare").write_bytes(stream.getvalue())
        [seen] = open_dicom(tmp_path / "bare", OWN).pictures
        assert np.array_equal(seen.pixels, shown(noise(1), Window(100, 400, "LINEAR")))

    def pictures(self, name):
        return open_dicom(theirs(name), OWN).pictures


class TestRefused:
    def reason(self, path):
        with pytest.raises(Refused) as refused:
            list(open_dicom(path, OWN).pictures)
        assert say(refused.value.reason, **refused.value.values)
        return refused.value.reason

    @pytest.mark.parametrize("name", ["rtplan.dcm", "test-SR.dcm", "waveform_ecg.dcm", "DICOMDIR", "reportsi.dcm"])
    def test_files_without_a_picture(self, name):
        assert self.reason(theirs(name)) == "refusals.dicom_no_picture"

    def test_cut_short(self, tmp_path):
        (tmp_path / "cut").write_bytes(content(dataset(noise(1)))[:-500])
        assert self.reason(tmp_path / "cut") == "refusals.dicom_damaged"

    def test_packed_in_a_way_nobody_reads(self, tmp_path):
        unknown = content(dataset(noise(1))).replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.9\0")
        (tmp_path / "packed").write_bytes(unknown)
        assert self.reason(tmp_path / "packed") == "refusals.dicom_packing"

    def test_twelve_bit_jpeg(self):
        assert self.reason(theirs("JPGExtended.dcm")) == "refusals.dicom_packing"

    def test_more_pixels_than_anybody_scans(self, tmp_path):
        path = written(tmp_path / "bomb", noise(1), Rows=60000, Columns=60000)
        assert self.reason(path) == "refusals.too_many_pixels"


def test_each_packing_has_its_decoder():
    """Installed, and none of them under the GPL."""
    for syntax, plugin in DECODERS.items():
        decoder = pydicom.pixels.get_decoder(syntax)
        assert not plugin or plugin in decoder.available_plugins, syntax
