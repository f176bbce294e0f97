"""The closed set of entry kinds, and the shape that postings of each may have.

A pair says which accounts a posting may debit and credit, by role, role prefix or class;
so an income account cannot be reached by a verb that has no business with it, and agency
money never touches income or outlay (财会〔2020〕9号 三). ``check`` holds every line to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from lovefund.core.accounts import Account
from lovefund.language import N_, _


@dataclass(frozen=True, slots=True)
class Kind:
    """``pairs`` of (debit, credit); ``names`` says it must name an earlier entry in ``of``.

    ``spends`` kinds may not take a restriction's available money below zero; ``pupils``
    kinds keep their sealed texts under the key for pupils; ``agency`` kinds live in the
    agency restriction and nowhere else. A ``decision`` is signed by who records it; ``duty``
    is what its officer does in the case that it belongs to (law 12).
    """

    slug: str
    zh: str
    en: str
    pairs: tuple[tuple[str, str], ...] = ()
    names: bool = False
    red: bool = False
    pupils: bool = False
    agency: bool = False
    decision: bool = False
    duty: str = ""


#: What an officer does in a case: core/duties.py keeps the three apart.
DRAFT, DECIDE, PAY = "draft", "decide", "pay"
#: What an officer does to a place of money over a span of days: nobody does it to what he paid.
RECONCILE = "reconcile"
#: The kinds that put a text in force: the fund's rulebook, and its district's book.
RULES_ADOPTED, DISTRICT_ADOPTED = "rules-adopted", "district-adopted"
ADOPTIONS = (RULES_ADOPTED, DISTRICT_ADOPTED)

# fmt: off
_ANY = (("*", "*"),)
_KINDS = (
    Kind("fund-opened", "基金开立", N_("Fund opened")),
    Kind(
        "opening-balance", "期初余额", N_("Balances brought forward"),
        (("money", "net"), ("stock", "net"), ("receivable", "net"), ("net", "payable"),
         ("money", "payable"), ("money", "agency"), ("agency-goods", "agency")),
        pupils=True,
    ),
    Kind("restriction-opened", "设立限定用途", N_("Restriction opened")),
    Kind("rules-adopted", "采用管理办法", N_("Rules adopted"), decision=True),
    Kind("district-adopted", "采用区县规定", N_("District's book adopted"), decision=True),
    Kind("override", "特批", N_("Rule set aside"), decision=True, duty=DECIDE),
    Kind(
        "override-agreed", "特批会签", N_("Override agreed"),
        names=True, decision=True, duty=DECIDE,
    ),
    Kind("campaign-opened", "劝募活动", N_("Drive opened")),
    Kind("donation", "捐款", N_("Donation"), (("money", "source:"),)),
    Kind("donation-in-kind", "实物捐赠", N_("Donation in kind"), (("stock", "source:"),)),
    Kind("service-donated", "捐赠服务", N_("Donated service"), (("programme:", "source:"),)),
    Kind("money-moved", "款项划转", N_("Money moved"), (("money", "money"), ("fee", "money"))),
    Kind("interest", "利息", N_("Interest"), (("money", "interest"),)),
    Kind("fee", "手续费", N_("Fee"), (("fee", "money"),)),
    Kind("unidentified", "待查收款", N_("Unidentified receipt"), (("money", "unidentified"),)),
    Kind(
        "identified", "待查款查明", N_("Unidentified receipt solved"),
        (("unidentified", "source:"), ("unidentified", "money"), ("money", "source:")),
        names=True,
    ),
    Kind(
        "refund-owed", "应退捐款", N_("Refund owed"),
        (("source:", "refund-due"), ("own-fault", "refund-due")), names=True, duty=DECIDE,
    ),
    Kind("refund-paid", "退还捐款", N_("Refund paid"), (("refund-due", "money"),), names=True, duty=PAY),
    Kind("grant-applied", "资助申请", N_("Grant applied for"), pupils=True, duty=DRAFT),
    Kind("grant-verified", "班主任核实", N_("Application verified"), names=True, pupils=True, duty=DRAFT),
    Kind("grant-visited", "家访", N_("Family visited"), names=True, pupils=True, duty=DRAFT),
    Kind("grant-reviewed", "评审", N_("Application reviewed"), names=True, pupils=True, duty=DRAFT),
    Kind("grant-noticed", "资助公示", N_("Notice posted"), names=True, pupils=True),
    Kind("grant-objected", "公示异议", N_("Objection raised"), names=True, pupils=True),
    Kind("grant-answered", "异议答复", N_("Objection answered"), names=True, pupils=True),
    Kind(
        "grant-refused", "资助不予批准", N_("Grant refused"),
        names=True, pupils=True, decision=True, duty=DECIDE,
    ),
    Kind("grant-approved", "资助批准", N_("Grant approved"), pupils=True, decision=True, duty=DECIDE),
    Kind(
        "grant-agreed", "紧急救助会签", N_("Emergency agreed"),
        names=True, pupils=True, decision=True, duty=DECIDE,
    ),
    Kind(
        "grant-withdrawn", "资助撤销", N_("Grant withdrawn"),
        (("grant-due", "programme:"), ("grant-due", "net")),
        names=True, pupils=True, decision=True, duty=DECIDE,
    ),
    Kind(
        "grant-lapsed", "逾期未领收回", N_("Grant lapsed unclaimed"),
        (("grant-due", "programme:"), ("grant-due", "net")), names=True, pupils=True,
    ),
    Kind("grant-promised", "应付资助", N_("Grant promised"), (("programme:", "grant-due"),), pupils=True),
    Kind(
        "grant-paid", "发放资助", N_("Grant paid"),
        (("programme:", "money"), ("grant-due", "money")), pupils=True, duty=PAY,
    ),
    Kind(
        "grant-returned", "资助退回", N_("Grant returned"),
        (("money", "programme:"), ("money", "net")), names=True, pupils=True, duty=PAY,
    ),
    Kind("grant-signed", "监护人签收", N_("Guardian signed"), names=True, pupils=True),
    Kind("grant-followed", "回访", N_("Grant followed up"), names=True, pupils=True),
    Kind("pupils-registered", "学生档案登记", N_("Pupils' files kept"), pupils=True),
    Kind(
        "outlay-paid", "项目支出", N_("Programme outlay"),
        (("programme:", "money"), ("fundraising", "money")), duty=PAY,
    ),
    Kind(
        "agency-received", "代收款", N_("Agency money received"),
        (("money", "agency"),), pupils=True, agency=True,
    ),
    Kind(
        "agency-paid", "代付款", N_("Agency money passed on"),
        (("agency", "money"),), pupils=True, agency=True, duty=PAY,
    ),
    Kind("goods-bought", "购入物资", N_("Goods bought"), (("stock", "money"),)),
    Kind("goods-given", "发放物资", N_("Goods given out"), (("programme:", "stock"),)),
    Kind("goods-sold", "义卖物资售出", N_("Goods sold"), (("money", "sales"), ("programme:", "stock"))),
    Kind("stock-counted", "物资盘点", N_("Stock counted"), (("shortage", "stock"), ("stock", "surplus"))),
    Kind("cash-counted", "现金盘点", N_("Cash counted"), (("shortage", "cash"), ("cash", "surplus"))),
    Kind("advance-paid", "预借款", N_("Advance paid"), (("advance", "money"),)),
    Kind(
        "advance-settled", "预借款报销", N_("Advance settled"),
        (("stock", "advance"), ("programme:", "advance"), ("money", "advance")), names=True,
    ),
    Kind("restriction-changed", "变更限定用途", N_("Restriction changed"), (("net", "money"), ("money", "net"))),
    Kind("transfer-out", "转出至其他基金", N_("Transferred to another fund"), (("net", "money"),)),
    Kind("transfer-in", "由其他基金转入", N_("Transferred from another fund"), (("money", "net"),)),
    Kind("correction", "更正", N_("Correction"), _ANY, names=True, red=True),
    Kind("void", "作废", N_("Void"), _ANY, names=True, red=True),
    Kind("name-mended", "姓名更正", N_("Name mended"), names=True),
    Kind("receipt-copied", "收据补打", N_("Receipt printed again"), names=True),
    Kind("evidence-added", "补充附件", N_("Evidence added"), names=True),
    Kind("unsealed", "启封", N_("Sealed texts opened"), names=True, pupils=True, decision=True),
    Kind("reconciled", "对账", N_("Place reconciled"), decision=True, duty=RECONCILE),
    Kind(
        "reconciliation-agreed", "对账会签", N_("Reconciliation agreed"),
        names=True, decision=True, duty=RECONCILE,
    ),
    Kind("period-closed", "结账", N_("Period closed")),
    Kind(
        "year-closed", "年终结转", N_("Year closed"),
        (("income", "net"), ("net", "outlay"), ("net", "income"), ("outlay", "net"), ("net", "net")),
    ),
    Kind("statement", "公示", N_("Statement published")),
    Kind("cosigned", "见证", N_("Statement cosigned"), names=True),
    Kind("officer-appointed", "任职", N_("Officer appointed"), names=True, decision=True),
    Kind("officer-ended", "离任", N_("Office ended"), names=True, decision=True),
    Kind("officer-rekeyed", "更换密钥", N_("Officer's key changed"), names=True, decision=True),
    Kind("handover", "交接", N_("Handover"), names=True, decision=True),
    Kind("handover-accepted", "接收", N_("Handover accepted"), names=True, decision=True),
    Kind("relation-declared", "关系申报", N_("Relation declared"), names=True, pupils=True),
    Kind("budget-set", "预算", N_("Budget set")),
    Kind("project-opened", "项目立项", N_("Project opened")),
    Kind(
        "contract-signed", "签订合同", N_("Contract signed"),
        names=True, decision=True, duty=DECIDE,
    ),
    Kind("stage-accepted", "阶段验收", N_("Stage accepted"), names=True),
    Kind("contract-ended", "合同终止", N_("Contract ended"), names=True),
    Kind("project-completed", "项目竣工", N_("Project completed"), names=True),
    Kind("pledged", "认捐", N_("Pledged"), pupils=True),
    Kind("pledge-ended", "认捐终止", N_("Pledge ended"), names=True, pupils=True),
    Kind("sponsor-reported", "资助人反馈", N_("Sponsor reported to"), names=True, pupils=True),
    Kind("wound-up", "基金终止", N_("Fund wound up"), decision=True, duty=DECIDE),
    Kind("files-received", "接收学生档案", N_("Pupils' files received"), pupils=True),
    Kind("agreements-received", "接收捐赠协议", N_("Agreements received")),
    Kind("recused", "回避", N_("Recused"), names=True, pupils=True, decision=True),
)
# fmt: on
KINDS: dict[str, Kind] = {kind.slug: kind for kind in _KINDS}


def kind_name(slug: str) -> str:
    """What a kind is called in the reader's language."""
    return _(KINDS[slug].en)


def matches(account: Account, pattern: str) -> bool:
    """Whether an account answers to a role, a role prefix (ending in ``:``) or a class."""
    return (
        pattern == "*"
        or account.role == pattern
        or account.kind.value == pattern
        or (pattern.endswith(":") and account.role.startswith(pattern))
    )


@cache
def pair_allowed(kind: Kind, debit: Account, credit: Account) -> bool:
    """Whether a posting of this kind may debit and credit these accounts."""
    return any(matches(debit, d) and matches(credit, c) for d, c in kind.pairs)
