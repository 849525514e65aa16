"""The doors to cases: the desks, one of the clerk's community and one elsewhere, moves, photos."""

from tests.architecture.doors.asking import OWN, Sample

MATTER = {"summary": "路灯不亮", "urgency": "general", "source": "phone"}
ELSEWHERE = "500198001001001"

SAMPLES: list[Sample] = [
    ("cases", "", {}, {}),
    ("cases", "?desk=judge", {}, {}),
    ("case-report", "in the clerk's grid", {}, MATTER | {"area": f"{OWN}001"}),
    ("case-report", "elsewhere", {}, MATTER | {"area": ELSEWHERE}),
    ("case-figures", "", {}, {}),
    ("case-figures", f"?area={OWN}", {}, {}),
    ("case-morning", "", {}, {}),
    ("case-morning", "?form=xlsx", {}, {}),
    ("case-morning", f"?area={OWN}", {}, {}),
    ("cases-give", "the clerk's", {}, {"case": "HEREC", "target": f"team:{OWN}", "reason": "near"}),
    ("cases-give", "one elsewhere", {}, {"case": "AWAYC", "target": f"team:{OWN}", "reason": "near"}),
    ("case", "in the clerk's grid", {"ref": "HEREC"}, {}),
    ("case", "elsewhere", {"ref": "AWAYC"}, {}),
    ("case-unmasked", "in the clerk's grid", {"ref": "HEREC"}, {"reason": "to call them back"}),
    ("case-unmasked", "elsewhere", {"ref": "AWAYC"}, {"reason": "to call them back"}),
    ("case-move", "accept in the clerk's grid", {"ref": "HEREC", "how": "accept"}, {}),
    ("case-move", "accept elsewhere", {"ref": "AWAYC", "how": "accept"}, {}),
    ("case-move", "urge in the clerk's grid", {"ref": "HEREC", "how": "urge"}, {"reason": "waited for"}),
    ("case-move", "settle, which no page does", {"ref": "HEREC", "how": "settle"}, {"reason": "done"}),
    ("case-photo", "of the clerk's grid", {"ref": "HEREF"}, {}),
    ("case-photo", "of elsewhere", {"ref": "AWAYF"}, {}),
]
