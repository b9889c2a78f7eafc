"""What is written around the analysis meetings of the demonstration: invitation, an objection with its result, the resolution.

In the language of the complaint. Not here: who is there and when (`player`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    invitation: dict[str, str]
    objection: str
    result: str
    resolution: str


CHINESE = Words(
    {"place": "二楼会议室", "agenda": "1. 事实与数量\n2. 可能的原因\n3. 先做什么"},
    "客户侧的货没查完就定原因，太早。",
    "先拆检 1 件，客户侧明早现场复测；若有别的原因，开下一轮。",
    "1. 在库、在途、在制全部封存，检验合格才放。\n2. 不良品换货，先送到客户。\n3. 原因要写到程序和防错，不能停在人。",
)
ENGLISH = Words(
    {"place": "Meeting room, second floor", "agenda": "1. Facts and quantities\n2. Possible causes\n3. What comes first"},
    "Too early to name a cause while the customer's stock is unchecked.",
    "One piece is cut open today, the customer's stock is checked tomorrow; another cause opens another round.",
    "1. Everything in stock, in transit and in work is set aside until tested.\n2. Bad pieces are replaced first.\n"
    "3. The cause has to reach the procedure, not stop at a person.",
)


def meeting_words(language: str) -> Words:
    return ENGLISH if language == "en" else CHINESE
