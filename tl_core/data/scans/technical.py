"""What is kept of a DICOM file besides its pixels: technical facts on an allow-list, and of words only known ones.

Everything else stays outside, whatever it is: also a known attribute with a value that does not belong there.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydicom import Dataset

MODALITIES = """
    AR BI BMD CR CT DG DX ES FID GM IO IVOCT IVUS LS MG MR NM OAM OCT OP OPM OPT OPTBSV OSS OT PT PX RF RG RTDOSE
    RTIMAGE SC SEG SM TG US XA XC
"""  # PS3.3, C.7.3.1.1.1, those with pictures
BODY_PARTS = """
    ABDOMEN ABDOMENPELVIS ADRENAL ANKLE AORTA ARM AXILLA BACK BLADDER BRAIN BREAST BRONCHUS BUTTOCK CALCANEUS CALF
    CAROTID CEREBELLUM CERVIX CHEEK CHEST CHESTABDOMEN CHESTABDPELVIS CLAVICLE COCCYX COLON CSPINE CTSPINE DUODENUM
    EAR ELBOW ESOPHAGUS EXTREMITY EYE FACE FEMUR FINGER FOOT FOREARM GALLBLADDER HAND HEAD HEADNECK HEART HIP
    HUMERUS ILEUM JAW KIDNEY KNEE LARYNX LEG LIVER LSPINE LSSPINE LUNG MANDIBLE MAXILLA MEDIASTINUM NECK NECKCHEST
    NOSE ORBIT OVARY PANCREAS PAROTID PATELLA PELVIS PENIS PHARYNX PROSTATE RECTUM RIB SCALP SCAPULA SHOULDER SINUS
    SKIN SKULL SPINE SPLEEN SSPINE STERNUM STOMACH TESTIS THIGH THUMB THYMUS THYROID TIBIA TLSPINE TMJ TOE TONGUE
    TRACHEA TSPINE UTERUS VAGINA WHOLEBODY WRIST ZYGOMA
"""  # PS3.16, Annex L, the usual ones
PHOTOMETRIC = frozenset({"MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB"})
MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/+-]{0,31}")  # a name of a device, no sentence


def value(dataset: Dataset, keyword: str) -> Any:
    """An attribute's value; None where it is missing or makes no sense."""
    try:
        return dataset.get(keyword)
    except Exception:  # pydicom converts when asked, and odd values break it in many ways
        return None


def word(dataset: Dataset, keyword: str) -> str:
    """An attribute as text without spaces at its ends; empty where there is none."""
    found = value(dataset, keyword)
    return str(found).strip().strip("\0").strip() if found is not None else ""


def figure(found: Any) -> float | None:
    """The first of one or several numbers; None for anything else."""
    try:
        first = float(found[0] if not isinstance(found, str | int | float) and hasattr(found, "__len__") else found)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return first if math.isfinite(first) else None


def facts(dataset: Dataset) -> dict[str, str | int | float]:
    """Technical traits of a sample: modality, body part, bits, kind of greys, and the model of the device.

    The model is asked for to see whether a class can be told from the device; PS3.15, Annex E does not list it.
    """
    known = {
        "modality": (word(dataset, "Modality").upper(), MODALITIES.split()),
        "body_part": (re.sub(r"[\s_]", "", word(dataset, "BodyPartExamined").upper()), BODY_PARTS.split()),
        "photometric": (word(dataset, "PhotometricInterpretation").upper(), PHOTOMETRIC),
    }
    told: dict[str, str | int | float] = {name: found for name, (found, usual) in known.items() if found in usual}
    bits = figure(value(dataset, "BitsStored"))
    if bits is not None and 1 <= bits <= 64:
        told["bits"] = int(bits)
    model = " ".join(word(dataset, "ManufacturerModelName").split())
    if MODEL.fullmatch(model):
        told["device"] = model
    return told
