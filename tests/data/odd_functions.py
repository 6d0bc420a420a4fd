"""What a limited child may be asked to survive."""

import ctypes
import os
import time

from tl_core.data.refused import Refused


def behave(item: dict) -> dict:
    match item["do"]:
        case "answer":
            return {"twice": item["value"] * 2, "child": os.getpid()}
        case "echo":
            return {"text": item["text"]}
        case "print":
            print("noise on standard output", flush=True)
            return {"printed": True}
        case "refuse":
            raise Refused("refusals.damaged", detail="so")
        case "raise":
            raise KeyError("a name that must not get out")
        case "crash":
            ctypes.string_at(0)
        case "leave":
            os._exit(3)
        case "burn":
            while True:
                pass
        case "sleep":
            time.sleep(60)
        case "hoard":
            return {"bytes": len(bytearray(2_000_000_000))}
    return {}
