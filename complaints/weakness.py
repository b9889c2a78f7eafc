"""Causes that end in a person's mistake, and measures that are only training or more checking (R18a).

Pure; both languages. Words are looked for, so this is advice and can be wrong: it says what to ask next, and proposing wants a further
why or a second measure, never another wording. Not here: what a plan lacks (`plans`).
"""

import re

# A mistake somebody made, whatever else is said of it.
MISTAKES = (
    r"疏忽|粗心|大意|马虎|失误|责任心",
    r"意识(不强|淡薄|不足|薄弱|不够|差)",
    r"(不|没有?|未)(认真|仔细|小心|细心|负责|留意|注意)",
    r"(看|拿|装|贴|放|记|写|输|发|数)错了?[。.!！]?$",
    r"忘(记|了)|漏(检|装|看|记|贴|做)了?[。.!！]?$",
    r"人为(原因|错误|因素)|操作(人员|工|员|者)?(不当|错误|有误)",
    r"(没有?|未)(能)?(严格|完全)?(按|照|依|遵)[^。；;]{0,14}(规定|要求|规程|规范|程序|标准|指导书|流程|图纸|工艺|执行|操作|检查|作业)",
    r"\b(operator|human|worker|personnel|employee|inspector|staff|person(al)?)('s)? (error|mistake|negligence|oversight|fault)\b",
    r"\b(careless(ness|ly)?|negligen(t|ce|tly)|inattenti(on|ve)|forgot(ten)?|overlooked|oversight)\b",
    r"\black of (attention|care|awareness|concentration|discipline)\b|\bnot pa(y|ying|id) attention\b",
    r"\b(operator|worker|inspector|employee|somebody|he|she)s? (did|does|do|had) ?(not|n't) (check|follow|notice|comply|read|look)",
    r"\bfailed to (check|follow|notice|comply)\b",
)
# Something other than a person that is missing: then the mistake is not where it ends.
LACKING = (
    r"(程序|规程|规范|标准|工装|夹具|设计|模板|系统|流程|指导书|机床|软件|清单|评审)[^。；;，,]{0,10}(没有|缺|未|无|不)",
    r"(没有|缺少?|无)(防错|首件|检具|工装|规定|标准|系统|传感|联锁|互锁)",
    r"\b(procedure|instruction|design|template|software|fixture|machine|process|check ?list|specification)s? (has|have|had) no\b",
    r"\b(procedure|instruction|design|template|software|fixture|machine|process|check ?list|specification)s? (lacks?|does not|did not)\b",
    r"\b(no|without an?) (interlock|fixture|sensor|gauge|procedure|instruction|check ?list|poka[- ]?yoke)\b",
)
# What is asked of people: to know better, to look again, to be told.
EXHORTING = (
    r"培训|教育|宣导|宣贯|交底|提醒(操作|员工|工人|班组|人员|大家|注意|各)|强调|告诫|批评|警告|罚款|处罚|考核|注意",
    r"加强[^。；;，,]{0,8}(检查|检验|管理|监督|抽检|巡检|力度|责任|意识|管控|自检|互检)",
    r"增加[^。；;，,]{0,6}(检查|检验|抽检|巡检)|(加严|严格)(检查|检验|把关|执行|要求)|全检|多检|复查",
    r"\b(re-?)?train(ed|ing|s)?\b|\b(re-?)?educat(e|ed|ion)\b|\bremind(ed|er|ers|ing)?\b|\b(re-?)?instruct(ed|ing)?\b",
    r"\bbrief(ed|ing)?\b|\btoolbox talk\b|\bwarn(ed|ing)?\b|\bawareness\b|\bbe more careful\b|\bpay (more )?attention\b",
    r"\b(more|extra|additional|increased?|strengthen(ed)?|tighten(ed)?|stricter|double|100 ?%)[ -](\w+ ){0,2}"
    r"(check(s|ing)?|inspections?|controls?|sampling|supervision)\b",
)
# What keeps a mistake from happening or from getting out, whoever stands there.
SYSTEMIC = (
    r"防错|防呆|防漏|联锁|互锁|工装|夹具|治具|检具|通止规|传感|感应|计数器|自动|报警|扫码|条码|二维码",
    r"写入|纳入|修订|修改|更改|改为|改成|改用|更新|更换|取消|停用|增设|加装|安装|新增|设计|程序|系统|软件|模板|标准化",
    r"作业指导书|规范|控制计划|图纸|公差|首件测",
    r"\b(poka[- ]?yoke|(mistake|fool|error)[- ]proof\w*|interlock\w*|fixture\w*|jig|gauge|sensor\w*|counter|automat\w*|alarm\w*)\b",
    r"\b(scan\w*|bar ?code\w*|(re)?design\w*|replac\w*|install\w*|software|template|revis\w*|updat\w*|chang\w*|add(ed|s)? to)\b",
    r"\b(control plan|work instruction\w*|procedure|specification|drawing|tolerance)\b",
)


def is_weak_cause(text: str) -> bool:
    """Whether it stops at somebody's mistake: one can still ask why nothing stopped it."""
    return _has(MISTAKES, text) and not _has(LACKING, text)


def is_weak_measure(text: str) -> bool:
    """Whether it is only training or more checking; beside something systemic these are welcome."""
    return _has(EXHORTING, text) and not _has(SYSTEMIC, text)


def _has(patterns: tuple[str, ...], text: str) -> bool:
    return any(re.search(pattern, text.strip(), re.IGNORECASE) for pattern in patterns)
