"""What made-up customers say, put together from few words so that searching has common and rare ones to find."""

import random
from dataclasses import dataclass
from functools import lru_cache

from complaints.search import keys

PARTS = {
    "zh": ["液压接头", "减速机", "法兰盘", "线束", "端盖", "蝶阀", "螺栓", "轴承座", "齿轮箱", "密封圈"],
    "en": [
        "coupling",
        "gearbox",
        "flange",
        "wiring harness",
        "end cap",
        "butterfly valve",
        "bolt",
        "bearing housing",
        "gear set",
        "seal ring",
    ],
}
FAULTS = {
    "zh": ["试压渗油", "运转异响", "镀层起泡", "端子松脱", "机加工后有砂眼", "低温卡滞", "螺纹毛刺", "内孔超差", "外箱破损", "短装",
           "送货延迟", "标签错贴", "尺寸超差", "色差明显", "开裂"],
    "en": ["leaks under pressure", "runs noisily", "plating blisters", "terminals pull out", "shows sand holes", "seizes when cold",
           "has burrs on the thread", "bore out of tolerance", "carton crushed", "pieces short", "arrived late", "labels swapped",
           "dimension out of drawing", "colour differs", "cracked"],
}  # fmt: skip
WISHES = {
    "zh": ["请尽快换货。", "要求整改报告。", "今天必须有说法。", "请派人到现场。", "先说明原因。"],
    "en": [
        "Please replace them.",
        "We need a corrective action report.",
        "We need an answer today.",
        "Send somebody to our site.",
        "Tell us why first.",
    ],
}


@dataclass(frozen=True)
class Said:
    language: str
    about: str
    title: str
    words: str


def say(pick: random.Random) -> Said:
    """One complaint's words: Chinese in three of five."""
    language = "zh" if pick.random() < 0.6 else "en"
    # Squared: the first of the lists are common, the last ones rare.
    part = PARTS[language][int(pick.random() ** 2 * 10)]
    fault = FAULTS[language][int(pick.random() ** 2 * 15)]
    bad, total = pick.randint(1, 40), pick.randint(40, 400)
    wish = pick.choice(WISHES[language])
    if language == "zh":
        return Said(
            language, part, f"{part}{fault}，{bad} / {total}", f"{part}装机 {total} 台，{bad} 台{fault}。之前批次没有这个问题。{wish}"
        )
    return Said(
        language, part, f"{part.capitalize()} {fault}, {bad} of {total}", f"{bad} of {total}: the {part} {fault}. Never before. {wish}"
    )


@lru_cache(maxsize=200_000)
def keys_of_line(line: str) -> tuple[int, ...]:
    return tuple(keys(line))


def keys_of(lines: list[str]) -> list[int]:
    """As `search.keys` of the lines together: nothing that is looked for reaches over the end of a line."""
    return sorted({key for line in lines for key in keys_of_line(line)})
