import time
from dataclasses import dataclass, replace

import pytest

from complaints.catalogue import LEAVES
from complaints.guess import Guess, guess


@dataclass(frozen=True)
class Row:
    """A type as the administrator keeps it."""

    pk: int
    name: str
    name_en: str
    keywords: str


TYPES = [Row(pk, leaf.name, leaf.name_en, leaf.keywords) for pk, leaf in enumerate(LEAVES)]
LEAK, RUST, SHORT = (
    Row(1, "渗漏", "Leaks", "渗油 leak"),
    Row(2, "锈蚀", "Rust", "生锈 rust"),
    Row(3, "短少", "Short", "少了 缺件 short-shipped"),
)


def code_of(words):
    found = guess(words, TYPES)
    return found and LEAVES[found.id].code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("装机 40 台，试压 16 MPa 时有 7 台从接头根部渗油，拧紧后还渗。之前批次没有这个问题。明天要发货，今天必须有说法。", "leak"),
        ("The HX-32 couplings weep at the hexagon when pressurised to 160 bar, 6 of 48.", "leak"),
        ("水泵机械密封处漏水，地面全是水", "leak"),
        ("轴承座内孔超差，装配时压不进去，实测偏大0.05", "dimension"),
        ("HX-20 接头螺纹过紧，用手拧不进去，要用扳手", "fit"),
        ("We can't fit the coupling onto the shaft, it doesn't fit", "fit"),
        ("Two of the housings cracked when tightening the bolts", "crack"),
        ("B6-110 端盖砂眼，加工后露出来的", "casting"),
        ("Covers arrived with scratches and dents, looks second hand", "appearance"),
        ("喷涂色差，ΔE 超出封样", "surface"),
        ("开箱发现零件已经生锈，防锈油没涂到位", "surface"),
        ("送检结果显示碳含量不符合，材质不对", "material"),
        ("DN50 蝶阀阀杆卡滞，手柄扳不动", "function"),
        ("The valve is stuck, motor trips every time we start it", "function"),
        ("油泵启动后异响很大，振动明显", "noise"),
        ("We found metal chips inside the fittings", "cleanliness"),
        ("一箱里面混了两种型号的接头，有HX-20也有HX-25", "mixed"),
        ("这批货没有合格证，也没有材质报告，无法入库", "documents"),
        ("外箱压扁，里面的泵也碰坏了", "packaging-damage"),
        ("HX-20 接头外箱标签写成 HX-25", "packaging-label"),
        ("Labels on the boxes show the wrong part number", "packaging-label"),
        ("没有用防锈袋包装，直接散装在箱子里", "packaging-method"),
        ("订单说好 10 号交货，到现在还没发货，我们生产线要断料了", "late"),
        ("Our order was due on 3 November and has still not arrived.", "late"),
        ("订了200件只到了150件，剩下的什么时候给", "incomplete"),
        ("司机把货送到老厂区了，地址早就通知变更", "place"),
        ("数量短少，少了 12 件，箱单写 400", "short"),
        ("Three gaskets are missing from the kit", "short"),
        ("多发了一箱，请安排拉回", "over"),
        ("You sent HX-25 instead of HX-32", "wrong-item"),
        ("打电话过去态度很差，很不耐烦", "attitude"),
        ("I have called four times and nobody answers, no reply to e-mails either", "response"),
        ("派来的技术员不懂设备，答非所问", "competence"),
        ("Your driver was drunk and insulted our storekeeper", "conduct"),
        ("你们业务员向我们采购要回扣", "integrity"),
        ("We were charged more than the quotation", "price"),
        ("发票抬头开错了，需要重开", "invoice"),
        ("合同约定的违约金你们不认", "contract"),
        ("We want our money back, the refund hasn't arrived", "refund"),
        ("上次修了还是老毛病，修不好就换", "repair"),
        ("要买密封备件，说停产了买不到", "spares"),
        ("还在质保期内却要我们付费，拒绝保修", "warranty"),
        ("新设备没人来培训，工人不会用", "guidance"),
        ("这个结构设计不合理，滤芯难拆", "design"),
        ("图纸版本不对，按旧版做的", "drawing"),
        ("现场安装的管路接线乱，验收没通过", "site-work"),
        ("You changed the supplier of the seals without notice", "change"),
        ("销售答应送的配件一直没兑现", "promise"),
        ("宣传册写能耐 200 度，实际 120 度就不行，虚假宣传", "advertising"),
        ("你们厂排放的气味很重，周围居民投诉", "environment"),
        ("我要举报你们检验报告造假", "whistle-blowing"),
        ("你好，请回电", None),
        ("Hello, please call me", None),
        ("", None),
    ],
)
def test_what_customers_say(words, code):
    assert code_of(words) == code


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.code)
def test_a_type_is_found_by_its_own_names(leaf):
    assert code_of(leaf.name) == leaf.code
    assert code_of(leaf.name_en) == leaf.code


def test_it_says_which_words_told():
    assert guess("New couplings leaking again; ＲＵＳＴ too, leaks everywhere", [LEAK]) == Guess(1, 2.0, ("leaking",))
    assert guess("三件渗油，还渗漏", [LEAK, RUST]) == Guess(1, 4, ("渗油", "渗漏"))


def test_what_is_denied_gives_way_to_what_is_said():
    assert guess("没有渗油，但是少了 3 件", [LEAK, SHORT]).id == 3
    assert guess("There is no leak, but it was short shipped", [LEAK, SHORT]).id == 3


def test_two_words_between_no_and_what_is_denied():
    assert guess("not a single leak but short shipped", [LEAK, SHORT]).id == 3
    assert guess("No big leak, rust", [LEAK, RUST]).id == 2
    assert guess("No matter what, leak and rust", [LEAK, RUST]).id == 1


def test_the_score():
    phrase = Row(1, "", "", "packing-list-does-not-match 保压不足 渗油")
    assert guess("packing list does not match", [phrase]) is None
    assert guess("list does not match", [replace(phrase, keywords="list-does-not-match")]).score == 6.5
    assert guess("保压不足", [phrase]).score == 4
    assert guess("渗油", [phrase]).score == 2


def test_of_equals_the_first_mentioned():
    assert guess("生锈、渗油", [LEAK, RUST]).id == 2
    assert guess("渗油、生锈", [LEAK, RUST]).id == 1


def test_longer_keywords_hide_the_shorter_ones_inside():
    certificate, label = Row(1, "", "", "标签"), Row(2, "", "", "标签写错")
    assert guess("外箱标签写错", [certificate, label]) == Guess(2, 4, ("标签写错",))


def test_a_word_of_several_types_tells_little():
    assert guess("渗油", [LEAK, Row(2, "", "", "渗油")]) is None


def test_a_type_without_keywords_is_found_by_its_name():
    assert guess("包装破损很严重", [Row(7, "包装破损", "", "")]).id == 7


@pytest.mark.parametrize("hostile", ["leak ", "渗油", "a", "no ", "没有"])
def test_a_megabyte_is_bounded(hostile):
    begun = time.process_time()
    guess(hostile * (1_000_000 // len(hostile)), TYPES)
    assert time.process_time() - begun < 0.5
