"""Writes bills as wallets and banks write them, from a list of what happened. All people are fictional.

A maker gives the lines of a file; a container makes bytes of them. ``MAKERS`` has one for every
layout of every format that ships.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import openpyxl

from bills.xls import xls
from lovefund.money import yuan

Lines = list[list[str]]


@dataclass(frozen=True, slots=True)
class Paid:
    """What happened to the account: ``fen`` > 0 came in. Oldest first in every list of them."""

    at: datetime
    fen: int
    party: str = "爱心家长甲"
    note: str = "爱心捐款"
    order: str = ""
    account: str = "6217000000000009"
    method: str = "零钱"
    fee_fen: int = 0


def paid(day: int, fen: int, **more: object) -> Paid:
    """A payment of a day in April 2026, at a time of its own."""
    at = datetime(2026, 4, day, 9, day % 60, 7)  # noqa: DTZ001
    return Paid(at, fen, **{"order": f"10026041{day:02d}{abs(fen):08d}", **more})  # type: ignore[arg-type]


def plain(fen: int) -> str:
    """An amount without commas."""
    return yuan(fen).replace(",", "")


def _period(rows: Sequence[Paid]) -> tuple[date, date]:
    if not rows:
        return date(2026, 4, 1), date(2026, 4, 30)
    return rows[0].at.date() - timedelta(days=1), rows[-1].at.date() + timedelta(days=1)


def balances(rows: Sequence[Paid], opening: int) -> list[int]:
    """The balance after each row."""
    found = []
    for row in rows:
        opening += row.fen
        found.append(opening)
    return found


def _sums(rows: Sequence[Paid]) -> tuple[list[int], list[int]]:
    return [r.fen for r in rows if r.fen > 0], [-r.fen for r in rows if r.fen < 0]


# The wallets


def wechat(rows: Sequence[Paid], *, money: str = "¥{}", neutral: Sequence[Paid] = ()) -> Lines:
    """微信支付账单明细; ``neutral`` are withdrawals, whose amount includes their fee."""
    came, went = _sums(rows)
    every = sorted([*rows, *neutral], key=lambda r: r.at)[::-1]
    first, last = _period(every[::-1])
    lines = [
        ["微信支付账单明细"],
        ["微信昵称：[石桥小学爱心基金]"],
        [f"起始时间：[{first} 00:00:00] 终止时间：[{last} 23:59:59]"],
        ["导出类型：[全部]"],
        ["导出时间：[2026-05-01 09:12:33]"],
        [""],
        [f"共{len(every)}笔记录"],
        [f"收入：{len(came)}笔 {plain(sum(came))}元"],
        [f"支出：{len(went)}笔 {plain(sum(went))}元"],
        [f"中性交易：{len(neutral)}笔 {plain(sum(-r.fen for r in neutral))}元"],
        ["注："],
        ["1. 充值/提现/理财通购买/零钱通存取/信用卡还款等交易，将计入中性交易"],
        ["2. 本明细仅展示当前账单中的交易，不包括已删除的记录"],
        ["3. 本明细仅供个人对账使用"],
        [""],
        ["----------------------微信支付账单明细列表--------------------"],
        "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注".split(
            ","
        ),
    ]
    for r in every:
        amount = money.format(plain(abs(r.fen)))
        if r in neutral:
            fee = f"服务费¥{plain(r.fee_fen)}"
            lines.append([str(r.at), "零钱提现", "农业银行(1234)", "/", "/", amount, "农业银行(1234)",
                          "提现已到账", f"{r.order}\t", "/\t", fee])  # fmt: skip
        else:
            side = "收入" if r.fen > 0 else "支出"
            kind = "二维码收款" if r.fen > 0 else "商户消费"
            lines.append([str(r.at), kind, r.party or "/", r.note or "/", side, amount,
                          r.method or "/", "已收钱", f"{r.order}\t", "/\t", "/"])  # fmt: skip
    return [line + [""] * (11 - len(line)) for line in lines]


WECHAT_ALL = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
    "货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
    "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
).split(",")


def wechat_merchant(rows: Sequence[Paid], *, old: bool = False) -> Lines:
    """微信支付商户交易账单: what went out are refunds, with a row of their own."""
    lines: Lines = []
    for r in rows:
        out = r.fen < 0
        amount = plain(abs(r.fen))
        cells = [str(r.at), "wx0001", "1900000001", "0", "", "42" + r.order, "LF" + r.order, r.party,
                 "NATIVE", "REFUND" if out else "SUCCESS", "OTHERS", "CNY",
                 "0.00" if out else amount, "0.00", "50" + r.order if out else "0",
                 "R" + r.order if out else "0", amount if out else "0.00", "0.00",
                 "ORIGINAL" if out else "", "SUCCESS" if out else "", r.note, "",
                 plain(r.fee_fen) + "000", "0.60%", "0.00" if out else amount,
                 amount if out else "0.00", ""]  # fmt: skip
        lines.append(["`" + c for c in (cells[:24] if old else cells)])
    came, went = _sums(rows)
    fees = sum(r.fee_fen for r in rows)
    sums = [str(len(rows)), plain(sum(came)), plain(sum(went)), "0.00", plain(fees)]
    titles = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
    heads = list(WECHAT_ALL)
    if old:
        titles = "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额"
        renamed = {"特约商户号": "子商户号", "应结订单金额": "总金额", "代金券金额": "企业红包金额",
                   "充值券退款金额": "企业红包退款金额"}  # fmt: skip
        heads = [renamed.get(h, h) for h in heads[:24]]
    else:
        sums += [plain(sum(came)), plain(sum(went))]
    return [heads, *lines, titles.split(","), ["`" + s for s in sums]]


_TIPS = [f"{n}.本回单……" for n in range(1, 10)]


def alipay(rows: Sequence[Paid], *, tips: int = 9) -> Lines:
    """支付宝电子客户回单; every cell is filled up with spaces."""
    came, went = _sums(rows)
    first, last = _period(rows)
    lines = [
        ["-" * 84],
        ["导出信息："],
        ["姓名：王老师"],
        ["支付宝账户：138******00"],
        [f"起始时间：[{first} 00:00:00]    终止时间：[{last} 23:59:59]"],
        ["导出交易类型：[全部]"],
        ["导出时间：[2026-05-01 09:12:52]"],
        [f"共{len(rows)}笔记录"],
        [f"收入：{len(came)}笔 {plain(sum(came))}元"],
        [f"支出：{len(went)}笔 {plain(sum(went))}元"],
        ["不计收支：0笔 0.00元"],
        [""],
        ["特别提示："],
        *([tip] for tip in _TIPS[:tips]),
        [""],
        [
            "------------------------支付宝（中国）网络技术有限公司  电子客户回单------------------------"
        ],
    ]
    heads = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注"
    lines.append([f"{h:<20}" for h in heads.split(",")] + [""])
    for r in reversed(rows):
        side = "收入" if r.fen > 0 else "支出"
        cells = [str(r.at), "转账红包", r.party, "abc***@163.com", r.note, side, plain(abs(r.fen)),
                 "余额", "交易成功", r.order + "\t", "\t", ""]  # fmt: skip
        lines.append([f"{c:<20}" for c in cells] + [""])
    return lines


def alipay_old(rows: Sequence[Paid]) -> Lines:
    """支付宝交易记录明细查询, of the web."""
    first, last = _period(rows)
    lines = [
        ["支付宝交易记录明细查询"],
        ["账号:[abc@163.com]"],
        [f"起始日期:[{first} 00:00:00]    终止日期:[{last} 23:59:59]"],
        ["---------------------------------交易记录明细列表------------------------------------"],
    ]
    heads = (
        "交易号,商家订单号,交易创建时间,付款时间,最近修改时间,交易来源地,类型,交易对方,商品名称,"
        "金额（元）,收/支,交易状态,服务费（元）,成功退款（元）,备注,资金状态"
    )
    lines.append([f"{h:<12}" for h in heads.split(",")] + [""])
    for r in reversed(rows):
        side = "收入" if r.fen > 0 else "支出"
        cells = [r.order, "", str(r.at), str(r.at), str(r.at), "支付宝网站", "即时到账交易", r.party,
                 r.note, plain(abs(r.fen)), side, "交易成功", "0.00", "0.00", "", "已" + side]  # fmt: skip
        lines.append([f"{c:<12}" for c in cells] + [""])
    lines += [
        ["-" * 70],
        [f"共{len(rows)}笔记录"],
        ["已收入:1笔", "1.00元"],
        ["导出时间:[2026-05-01]"],
    ]
    return lines


def alipay_merchant(rows: Sequence[Paid], *, opening: int = 100_000_000) -> Lines:
    """支付宝账务明细; newest first, values padded with a TAB."""
    came, went = _sums(rows)
    first, last = _period(rows)
    heads = (
        "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,"
        "账户余额（元）,交易渠道,业务类型,备注"
    )
    lines = [
        ["#支付宝账务明细查询"],
        ["#账号：[20880000000000000156]"],
        [f"#起始日期：[{first} 00:00:00]   终止日期：[{last} 00:00:00]"],
        [
            "#-----------------------------------------账务明细列表----------------------------------------"
        ],
        heads.split(","),
    ]
    for r, balance in reversed(list(zip(rows, balances(rows, opening), strict=True))):
        kind = "交易付款" if r.fen > 0 else "转账"
        cells = [r.order, "2026" + r.order, "LF" + r.order, r.note, str(r.at), r.party,
                 plain(max(r.fen, 0)), plain(min(r.fen, 0)), plain(balance), "支付宝", kind, ""]  # fmt: skip
        lines.append([c + "\t" for c in cells])
    return [
        *lines,
        [
            "#-----------------------------------------账务明细列表结束------------------------------------"
        ],
        [f"#支出合计：{len(went)}笔，共-{plain(sum(went))}元"],
        [f"#收入合计：{len(came)}笔，共{plain(sum(came))}元"],
        ["#导出时间：[2026年05月01日 10:00:00]"],
    ]


# The banks


def rural(rows: Sequence[Paid], *, opening: int = 100_000_000, total: bool = True) -> Lines:
    """农商行账户明细: headings in row 5, oldest first."""
    came, went = _sums(rows)
    lines = [
        ["石桥农商银行账户明细"],
        ["户名：石桥小学爱心基金", "", "账号：6210000000000001"],
        ["查询日期：{} 至 {}".format(*_period(rows))],
        [""],
        "交易日期,对方户名,收入金额,支出金额,余额,账号,币种,对方账号,用途,附言,核心流水号".split(
            ","
        ),
    ]
    for r, balance in zip(rows, balances(rows, opening), strict=True):
        lines.append(
            [str(r.at.date()), r.party, yuan(r.fen) if r.fen > 0 else "",
             yuan(-r.fen) if r.fen < 0 else "", yuan(balance), "6210000000000001", "人民币", r.account,
             r.note, "", r.order]
        )  # fmt: skip
    if total:
        lines.append(["合计", "", yuan(sum(came)), yuan(sum(went))])
    return lines


def icbc(rows: Sequence[Paid], *, opening: int = 100_000_000, old: bool = False) -> Lines:
    """工商银行借记卡: padded, newest first, one empty cell behind each row, a row of sums."""
    came, went = _sums(rows)
    heads = (
        "交易日期,摘要,交易详情,交易场所,交易国家或地区简称,钞/汇,交易金额(收入),交易金额(支出),交易币种,"
        "记账金额(收入),记账金额(支出),记账币种,余额,对方户名,对方账户"
    ).split(",")
    dropped = {2, 14} if old else set()

    def kept(cells: Sequence[str]) -> list[str]:
        return [c for i, c in enumerate(cells) if i not in dropped]

    lines = [["明细查询文件下载"], [""], ["卡号: 6222****0001", "卡别名: 爱心"], [""],
             ["子账户序号: 00000", "子账户类别: 活期", "子账户别名: "], [""], kept(heads)]  # fmt: skip
    for r, balance in reversed(list(zip(rows, balances(rows, opening), strict=True))):
        cells = [str(r.at.date()), r.note, "", "", "CHN", "钞", "-", "-", "-",
                 yuan(r.fen) if r.fen > 0 else "", yuan(-r.fen) if r.fen < 0 else "", "人民币",
                 yuan(balance), r.party, r.account]  # fmt: skip
        lines.append([f"{c:<20}\t" for c in kept(cells)] + [""])
    sums = ["人民币合计", *[""] * (7 if old else 8), yuan(sum(came)), yuan(sum(went)), ""]
    return [*lines, [" "], [f"{s:<12}\t" if s else s for s in sums]]


def icbc_corporate(
    rows: Sequence[Paid], *, opening: int = 100_000_000, layout: str = "two"
) -> Lines:
    """工商银行企业账户: ``two`` columns 借方 and 贷方, ``one`` with its direction, or ``moved``."""
    way = {
        "two": "借/贷,借方发生额,贷方发生额",
        "one": "借贷标志,发生额",
        "moved": "转出金额,转入金额",
    }
    heads = f"凭证号,本方账号,对方账号,交易时间,{way[layout]},对方行号,摘要,用途,对方单位名称,余额,个性化信息"
    lines = [["[HISTORYDETAIL]"], heads.split(",")]
    for r, balance in zip(rows, balances(rows, opening), strict=True):
        word = "贷" if r.fen > 0 else "借"
        out, came = (yuan(-r.fen), "") if r.fen < 0 else ("", yuan(r.fen))
        amounts = {"two": [word, out, came], "one": [word, yuan(abs(r.fen))], "moved": [out, came]}
        lines.append(
            [r.order, "1202000000000000001", r.account, str(r.at), *amounts[layout], "102100000000",
             r.note, "", r.party, yuan(balance), ""]
        )  # fmt: skip
    return lines


def abc_corporate(
    rows: Sequence[Paid], *, opening: int = 100_000_000, layout: str = "old"
) -> Lines:
    """农业银行企业账户: the account in row 2, headings in row 3, sums at the foot."""
    came, went = _sums(rows)
    heads = "交易日期,收入,支出,余额,对方账号,对方户名,摘要"
    if layout == "new":
        heads = "交易时间,收入金额,支出金额,账户余额,交易行名,对方省市,对方账号,对方户名,交易用途"
    lines = [["账户明细"], ["账号：10-000000000000001", "户名：石桥小学"], heads.split(",")]
    for r, balance in zip(rows, balances(rows, opening), strict=True):
        amounts = [
            yuan(r.fen) if r.fen > 0 else "",
            yuan(-r.fen) if r.fen < 0 else "",
            yuan(balance),
        ]
        if layout == "new":
            lines.append([str(r.at), *amounts, "", "", r.account, r.party, r.note])
        else:
            lines.append([str(r.at.date()), *amounts, r.account, r.party, r.note])
    return [*lines, ["合计", yuan(sum(came)), yuan(sum(went))]]


def abc_personal(rows: Sequence[Paid], *, opening: int = 100_000_000) -> Lines:
    """农业银行借记卡, as a CSV made of the PDF."""
    lines = [
        "交易日期,交易时间,交易摘要,交易金额,本次余额,对手信息,日 志 号,交易渠道,交易附言".split(
            ","
        )
    ]
    for r, balance in zip(rows, balances(rows, opening), strict=True):
        sign = "+" if r.fen > 0 else "-"
        lines.append([f"{r.at:%Y%m%d}", f"{r.at:%H%M%S}", r.note, sign + plain(abs(r.fen)),
                      plain(balance), r.party or "--", r.order, "电子商务", ""])  # fmt: skip
    return lines


def ccb(rows: Sequence[Paid], *, opening: int = 100_000_000, layout: str = "one") -> Lines:
    """建设银行: ``one`` signed amount, ``two`` columns, or the ``corporate`` account."""
    heads = {
        "one": "序号,摘要,币别,钞汇,交易日期,交易金额,账户余额,交易地点/附言,对方账号与户名",
        "two": "记账日期,交易日期,交易时间,支出,收入,账户余额,币种,摘要,对方账号,对方户名,交易地点",
        "corporate": "账号,账户名称,交易时间,借方发生额（支取）,贷方发生额（收入）,余额,币种,对方户名,"
        "对方账号,对方开户机构,记账日期,摘要,备注,账户明细编号-交易流水号",
    }
    lines = [["中国建设银行账户明细"], ["卡号/账号：6217000000000000001", "客户名称：石桥小学"]]
    if layout == "corporate":
        lines = []
    lines.append(heads[layout].split(","))
    for index, (r, balance) in enumerate(zip(rows, balances(rows, opening), strict=True), 1):
        day, out, came = f"{r.at:%Y%m%d}", max(-r.fen, 0), max(r.fen, 0)
        lines.append(
            {
                "one": [str(index), r.note, "人民币元", "钞", day, plain(r.fen), yuan(balance), "",
                        f"{r.account}/{r.party}"],
                "two": [day, day, f"{r.at:%H:%M:%S}", yuan(out), yuan(came), yuan(balance), "人民币",
                        r.note, r.account, r.party, ""],
                "corporate": ["44010000000000000001", "石桥小学", f"{r.at:%Y%m%d %H:%M:%S}",
                              plain(out), plain(came), plain(balance), "人民币", r.party, r.account,
                              "", day, r.note, "", r.order],
            }[layout]
        )  # fmt: skip
    return lines


def cmb(rows: Sequence[Paid], *, opening: int = 100_000_000, layout: str = "new") -> Lines:
    """招商银行: ``new`` with 联机余额, the ``old`` personal one, or the ``corporate`` account."""
    came, went = _sums(rows)
    first, last = _period(rows)
    heads = {
        "new": "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要",
        "old": "交易日期,交易时间,收入,支出,余额,交易类型,交易备注",
        "corporate": "交易日,交易时间,起息日,交易类型,借方金额,贷方金额,余额,摘要,流水号,用途,"
        "收/付方名称,收/付方帐号",
    }
    lines: Lines = []
    if layout == "old":
        lines = [["# 招商银行交易记录"], ["# 账    户: [一卡通:6225000000000001]"],
                 [f"# 起始日期: [{first:%Y%m%d}]   终止日期: [{last:%Y%m%d}]"], ["# 过滤设置: 无"]]  # fmt: skip
    lines.append(heads[layout].split(","))
    for r, balance in zip(rows, balances(rows, opening), strict=True):
        day, time = f"{r.at:%Y%m%d}", f"{r.at:%H:%M:%S}"
        out, into = (plain(-r.fen), "") if r.fen < 0 else ("", plain(r.fen))
        lines.append(
            {
                "new": [str(r.at.date()), "CNY", yuan(r.fen), yuan(balance), r.note, r.party, ""],
                "old": [day, time, into, out, plain(balance), "转账汇款", r.note],
                "corporate": [day, time, day, "转账", out, into, plain(balance), r.note, r.order, "",
                              r.party, r.account],
            }[layout]
        )  # fmt: skip
    if layout == "old":
        lines.append([f"# 收入合计: {len(came)}笔，共{plain(sum(came))}元"])
        lines.append([f"# 支出合计: {len(went)}笔，共{plain(sum(went))}元"])
    return lines


def boc(rows: Sequence[Paid], *, opening: int = 100_000_000) -> Lines:
    """中国银行, as a CSV made of the PDF; newest first, and dashes for what is empty."""
    heads = "记账日期,记账时间,币别,金额,余额,交易名称,渠道,网点名称,附言,对方账户名,对方卡号/账号,对方开户行,借记卡号"
    lines = [["中国银行交易流水明细单"], heads.split(",")]
    for r, balance in reversed(list(zip(rows, balances(rows, opening), strict=True))):
        lines.append([str(r.at.date()), f"{r.at:%H:%M:%S}", "人民币", yuan(r.fen), yuan(balance), r.note,
                      "手机银行", "-------------------", "----------", r.party or "-------", r.account,
                      "-------------------", "3167"])  # fmt: skip
    return lines


def psbc(rows: Sequence[Paid], *, opening: int = 100_000_000) -> Lines:
    """邮储银行: headings in row 6, rows numbered."""
    heads = "序号,交易日期,摘要,支出金额,收入金额,余额,对方户名,对方账号"
    lines = [["中国邮政储蓄银行"], ["账户明细"], ["户名：石桥小学", "账号：9510000000000001"],
             ["查询日期：{} 至 {}".format(*_period(rows))], [f"总笔数：{len(rows)}"], heads.split(",")]  # fmt: skip
    for index, (r, balance) in enumerate(zip(rows, balances(rows, opening), strict=True), 1):
        lines.append([str(index), f"{r.at:%Y-%m-%d %H:%M:%S}", r.note, yuan(-r.fen) if r.fen < 0 else "",
                      yuan(r.fen) if r.fen > 0 else "", yuan(balance), r.party, r.account])  # fmt: skip
    return lines


# The containers


def as_csv(lines: Lines, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The lines as text; cells are quoted where they must be."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode(encoding)


def as_xlsx(lines: Sequence[Sequence[object]], *others: Sequence[Sequence[object]]) -> bytes:
    """The lines as a workbook, one sheet for each."""
    book = openpyxl.Workbook()
    for number, rows in enumerate((lines, *others)):
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet is not None
        for y, row in enumerate(rows, 1):
            for x, value in enumerate(row, 1):
                cell = sheet.cell(y, x, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # never a formula
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_xls(lines: Lines) -> bytes:
    """The lines as an old workbook."""
    return xls(lines)


def as_zip(members: dict[str, bytes]) -> bytes:
    """Files in a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def as_zip_of_gbk(lines: Lines) -> bytes:
    """The lines as Alipay sends them."""
    return as_zip({"账单.csv": as_csv(lines, "gbk")})


def as_gbk(lines: Lines) -> bytes:
    """The lines in GBK."""
    return as_csv(lines, "gb18030")


def as_gbk_tabs(lines: Lines) -> bytes:
    """The lines in GBK, parted by TAB."""
    return as_csv(lines, "gb18030", "\t")


def as_utf8(lines: Lines) -> bytes:
    """The lines in UTF-8 behind a byte order mark."""
    return as_csv(lines, "utf-8-sig")


@dataclass(frozen=True)
class Maker:
    """A maker, the format it makes, its containers, and what of a row its columns can hold."""

    form: str
    make: Callable[..., Lines]
    containers: tuple[Callable[[Lines], bytes], ...]
    more: tuple[tuple[str, object], ...] = ()
    keeps: frozenset[str] = frozenset({"time", "party", "note", "order"})
    way: frozenset[str] = frozenset({"in", "out"})

    def lines(self, rows: Sequence[Paid], **more: object) -> Lines:
        """The lines of a file."""
        return self.make(rows, **{**dict(self.more), **more})

    def bytes(self, rows: Sequence[Paid], container: int = 0) -> bytes:
        """A file."""
        return self.containers[container](self.lines(rows))


_NO_TIME = frozenset({"party", "note", "order", "account", "balance"})
_BANK = frozenset({"time", "party", "note", "order", "account", "balance"})
MAKERS = {
    "wechat": Maker("wechat-personal", wechat, (as_utf8, as_xlsx)),
    "wechat-merchant": Maker("wechat-merchant", wechat_merchant, (as_utf8, as_xlsx)),
    "wechat-merchant-old": Maker(
        "wechat-merchant", wechat_merchant, (as_utf8, as_csv), (("old", True),)
    ),
    "alipay": Maker("alipay-personal", alipay, (as_gbk, as_zip_of_gbk)),
    "alipay-old": Maker("alipay-personal", alipay_old, (as_gbk, as_zip_of_gbk)),
    "alipay-merchant": Maker(
        "alipay-merchant", alipay_merchant, (as_gbk, as_zip_of_gbk), keeps=_BANK - {"account"}
    ),
    "rural": Maker("rural-credit", rural, (as_xls, as_xlsx, as_csv), keeps=_NO_TIME),
    "icbc": Maker("icbc-personal", icbc, (as_csv, as_xlsx), keeps=_NO_TIME - {"order"}),
    "icbc-old": Maker(
        "icbc-personal", icbc, (as_csv,), (("old", True),), _NO_TIME - {"order", "account"}
    ),
    "icbc-two": Maker("icbc-corporate", icbc_corporate, (as_gbk_tabs, as_xls), keeps=_BANK),
    "icbc-one": Maker(
        "icbc-corporate", icbc_corporate, (as_gbk_tabs, as_gbk), (("layout", "one"),), _BANK
    ),
    "icbc-moved": Maker(
        "icbc-corporate", icbc_corporate, (as_gbk_tabs, as_xlsx), (("layout", "moved"),), _BANK
    ),
    "abc": Maker("abc-corporate", abc_corporate, (as_xls, as_xlsx), keeps=_NO_TIME - {"order"}),
    "abc-new": Maker(
        "abc-corporate", abc_corporate, (as_xls, as_csv), (("layout", "new"),), _BANK - {"order"}
    ),
    "abc-personal": Maker("abc-personal", abc_personal, (as_csv, as_xlsx), keeps=_BANK - {"account"}),
    "ccb": Maker("ccb", ccb, (as_xls, as_xlsx), keeps=_NO_TIME - {"order"}),
    "ccb-two": Maker("ccb", ccb, (as_xls, as_csv), (("layout", "two"),), _BANK - {"order"}),
    "ccb-corporate": Maker("ccb", ccb, (as_xls, as_gbk), (("layout", "corporate"),), _BANK),
    "cmb": Maker("cmb", cmb, (as_csv, as_xlsx), keeps=_NO_TIME - {"order", "account"}),
    "cmb-old": Maker("cmb", cmb, (as_gbk,), (("layout", "old"),), frozenset({"time", "note", "balance"})),
    "cmb-corporate": Maker("cmb", cmb, (as_xls, as_csv), (("layout", "corporate"),), _BANK),
    "boc": Maker("boc", boc, (as_csv, as_xlsx), keeps=_BANK - {"order"}),
    "psbc": Maker("psbc", psbc, (as_xls, as_xlsx), keeps=_BANK - {"order"}),
}  # fmt: skip


def april() -> list[Paid]:
    """A month of gifts and outlay, with two honest equal ones."""
    return [
        paid(3, 12_800, party="爱心家长甲", note="义卖"),
        paid(10, 10_000, party="爱心家长乙"),
        replace(paid(10, 10_000, party="爱心家长乙"), order="100260410000000099"),
        paid(17, -5_030, party="文具店", note="作业本"),
        paid(29, 1, party="爱心人士", note="一分钱"),
    ]
