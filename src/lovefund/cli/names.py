"""Every command by topic: its one-line help and the module it lives in."""

from __future__ import annotations

from typing import NamedTuple

from lovefund.language import N_


class Name(NamedTuple):
    """A command's topic, its module below ``lovefund.cli`` and its help (a message id)."""

    topic: str
    module: str
    help: str


TOPICS = {
    "begin": N_("To begin"),
    "in": N_("Money and goods come in"),
    "life": N_("The life of a grant"),
    "out": N_("Money and goods go out"),
    "move": N_("Money moves"),
    "mend": N_("To mend and to close"),
    "show": N_("To publish and print"),
    "read": N_("To read"),
    "audit": N_("To audit"),
    "safe": N_("To keep the books safe"),
    "plan": N_("Budgets, projects and sponsors"),
    "pupils": N_("Pupils' files"),
}

#: What stands beside a topic in the menu.
HINTS = {
    "begin": N_("open a fund, balances from before, restrictions, keys"),
    "in": N_("gifts, goods, interest, what nobody can place, money for one pupil"),
    "life": N_("applications, visits, reviews, notices, payment, signatures"),
    "out": N_("grants, outlay, goods, advances, fees, refunds"),
    "move": N_("bank cash, empty a wallet, send to another fund"),
    "mend": N_("corrections, voids, names, lost receipts; close a month or year"),
    "show": N_("statements, vouchers, journals, receipts, exports"),
    "read": N_("balances, entries, donors, stock, all funds; today or on any day"),
    "audit": N_("check, what changed since, samples, tests, sealed texts opened and logged"),
    "safe": N_("copy the books, bring a copy back, try whether it would do"),
    "plan": N_("budget against actual, contracts and stages, pledges, the end of a fund"),
    "pupils": N_("files of pupils, kept sealed; each reading is logged"),
}

COMMANDS = {
    "open": Name("begin", "verbs_begin", N_("Open a fund; makes the books where there are none.")),
    "opening": Name("begin", "verbs_begin", N_("Bring forward balances from before lovefund.")),
    "keys": Name("begin", "keys", N_("Print the recovery sheet of the keys, or restore them.")),
    "officer": Name(
        "begin", "officer", N_("Appoint officers, make their keys, end offices, recuse.")
    ),
    "restrict": Name(
        "begin", "verbs_begin", N_("Open a restriction that a donor's agreement sets.")
    ),
    "change-restriction": Name(
        "begin", "verbs_begin", N_("Lift, add or change a restriction with the donor's consent.")
    ),
    "book": Name("begin", "carrying", N_("Book a decision that was signed elsewhere.")),
    "rules": Name(
        "begin", "rules", N_("The fund's own rules: write, adopt, show, explain, print, compare.")
    ),
    "resume": Name("begin", "resume", N_("Bring back what was typed and is not booked yet.")),
    "campaign": Name("in", "verbs_receive", N_("Open a drive for gifts, or a bazaar.")),
    "donate": Name("in", "verbs_receive", N_("Record a gift of money.")),
    "donate-goods": Name("in", "verbs_receive", N_("Record a gift of goods.")),
    "donate-service": Name(
        "in", "verbs_receive", N_("Record a donated service with its document.")
    ),
    "donations": Name("in", "bulk", N_("Record many gifts from a CSV or XLSX file.")),
    "import": Name(
        "in", "importing", N_("Read a bill of WeChat, Alipay or a bank; teach a new format.")
    ),
    "inbox": Name("in", "inbox", N_("What bills brought in: look, decide, accept, set aside.")),
    "interest": Name("in", "verbs_receive", N_("Record interest.")),
    "unidentified": Name("in", "verbs_receive", N_("Record money that nobody can place yet.")),
    "identify": Name("in", "verbs_receive", N_("Say what an unidentified receipt was.")),
    "agency-in": Name("in", "verbs_receive", N_("Record money to be passed on to a named pupil.")),
    "register": Name("pupils", "pupils", N_("Keep a pupil's file, or change or freeze it.")),
    "pupils": Name(
        "pupils",
        "pupils",
        N_("The pupils' files (private, logged); keep those of a list."),
    ),
    "apply": Name("life", "verbs_case", N_("Record an application for one pupil.")),
    "applications": Name("life", "applying", N_("Record the applications of a CSV or XLSX file.")),
    "confirm": Name("life", "verbs_case", N_("The class teacher confirms an application.")),
    "visit": Name("life", "verbs_case", N_("Record a home visit.")),
    "review": Name("life", "verbs_case", N_("Record what the committee or the group decided.")),
    "notice": Name("life", "noticing", N_("Post the notice of an application; take it down.")),
    "object": Name("life", "verbs_case", N_("Record an objection to a notice.")),
    "answer": Name("life", "verbs_case", N_("Answer an objection.")),
    "approve": Name("life", "verbs_case", N_("Approve an application: its money is reserved.")),
    "tell": Name("life", "verbs_case", N_("Tell the families: what is reserved is owed to them.")),
    "pay": Name("life", "verbs_case", N_("Pay an application out of what is reserved for it.")),
    "signed": Name("life", "verbs_case", N_("The guardians signed for the money.")),
    "follow-up": Name("life", "verbs_case", N_("Record what a grant did.")),
    "refuse": Name("life", "verbs_case", N_("Refuse an application, or some of its cases.")),
    "lapse": Name("life", "verbs_case", N_("Money that nobody fetched goes back to its pot.")),
    "cases": Name("life", "casework", N_("The applications: where each stands, what is next.")),
    "case": Name("life", "casework", N_("One application, step by step.")),
    "grant": Name("out", "verbs_spend", N_("Pay one grant.")),
    "grants": Name("out", "bulk", N_("Pay many grants from a CSV or XLSX file.")),
    "promise": Name(
        "out", "verbs_spend", N_("Record a grant told to the family, to be paid later.")
    ),
    "pay-promised": Name("out", "verbs_spend", N_("Pay a promised grant.")),
    "reserve": Name("out", "verbs_spend", N_("Reserve money for a grant that was decided.")),
    "withdraw": Name(
        "out", "verbs_spend", N_("Free a reservation; withdraw an application or some cases.")
    ),
    "return-grant": Name("out", "verbs_spend", N_("Record a grant that came back.")),
    "spend": Name("out", "verbs_spend", N_("Pay for something a programme needs.")),
    "fee": Name("out", "verbs_spend", N_("Record a fee of the bank or wallet.")),
    "owe-refund": Name("out", "verbs_spend", N_("Record that a gift has to be given back.")),
    "pay-refund": Name("out", "verbs_spend", N_("Pay a refund that is owed.")),
    "agency-out": Name("out", "verbs_spend", N_("Pass agency money on to its pupil.")),
    "buy-goods": Name("out", "verbs_spend", N_("Buy goods into stock.")),
    "give-goods": Name("out", "verbs_spend", N_("Give goods out of stock.")),
    "sell-goods": Name("out", "verbs_spend", N_("Sell goods out of stock, at a bazaar.")),
    "count-stock": Name("out", "verbs_spend", N_("Record what a stock count found.")),
    "advance": Name("out", "verbs_spend", N_("Advance money to a member of staff.")),
    "settle-advance": Name("out", "verbs_spend", N_("Settle an advance.")),
    "budget": Name(
        "plan", "budgets", N_("Set what programmes may cost in a year; hold them to it.")
    ),
    "project-open": Name("plan", "verbs_plan", N_("Open a building project with its budget.")),
    "contract": Name("plan", "verbs_plan", N_("Sign a contract: its sum is reserved.")),
    "accept-stage": Name("plan", "verbs_plan", N_("A stage of a contract was accepted.")),
    "end-contract": Name("plan", "verbs_plan", N_("End a contract that is not paid out.")),
    "project-complete": Name("plan", "verbs_plan", N_("A project is done.")),
    "projects": Name("plan", "planning", N_("The projects: budget, contracts, payments.")),
    "project": Name("plan", "planning", N_("One project, step by step.")),
    "pledge": Name("plan", "verbs_plan", N_("Keep what a sponsor pledged; nothing is booked.")),
    "pledge-end": Name("plan", "verbs_plan", N_("Nothing more is expected of a pledge.")),
    "pledges": Name("plan", "planning", N_("Pledges: what came, what is overdue (private).")),
    "sponsor": Name("plan", "verbs_plan", N_("Write a year's report to a sponsor, as PDF.")),
    "wind-up": Name("plan", "verbs_plan", N_("End this fund: all it has goes to its successor.")),
    "move": Name("move", "verbs_move", N_("Bank cash, or move wallet money to the bank.")),
    "transfer": Name("move", "verbs_move", N_("Send money to another fund of these books.")),
    "correct": Name("mend", "verbs_mend", N_("Mend an entry that is wrong, red and blue.")),
    "void": Name("mend", "verbs_mend", N_("Cancel an entry whole; its numbers stay used.")),
    "mend-name": Name("mend", "verbs_mend", N_("Mend a misspelt name, or withdraw it.")),
    "hide-name": Name(
        "mend", "verbs_mend", N_("Take a donor's name off what is published, at the donor's wish.")
    ),
    "copy-receipt": Name("mend", "verbs_mend", N_("Log a lost receipt before printing it again.")),
    "add-evidence": Name("mend", "verbs_mend", N_("Add photos or papers to an entry.")),
    "override": Name(
        "mend", "verbs_rules", N_("Set an article of the rules aside for one entry, with minutes.")
    ),
    "agree": Name(
        "mend",
        "verbs_rules",
        N_("Agree to an override, an emergency or a reconciliation, as the second officer."),
    ),
    "reconcile": Name(
        "mend", "reconciling", N_("Reconcile a place with its bill: what differs, and why.")
    ),
    "adjustment": Name(
        "show", "reconciling", N_("Print the table of a reconciliation, for two to sign.")
    ),
    "count-cash": Name(
        "mend", "verbs_count", N_("Count the cash before two witnesses; book the difference.")
    ),
    "open-box": Name("in", "verbs_count", N_("Open a donation box before two witnesses.")),
    "clearing": Name(
        "audit", "reconciling", N_("Accounts that money only passes through: what, since when.")
    ),
    "close": Name("mend", "verbs_mend", N_("Close the books through a day, or a whole year.")),
    "publish": Name("show", "printing", N_("Publish the statement of a period as PDF.")),
    "vouchers": Name("show", "printing", N_("Print the vouchers of a period as PDF.")),
    "journals": Name(
        "show", "printing", N_("Print the cash and bank journals of a period as PDF.")
    ),
    "receipt": Name(
        "show", "printing", N_("Print receipts as PDF; printed again they are duplicates.")
    ),
    "signing-sheet": Name(
        "show", "casework", N_("Print the sheet on which guardians sign (private).")
    ),
    "bank-list": Name("show", "casework", N_("Write the list that the bank pays from (private).")),
    "reports": Name(
        "show", "reporting", N_("The three statutory statements of a month, quarter or year.")
    ),
    "audit": Name(
        "show", "reporting", N_("Write the auditor's kit: every ledger of a period in one folder.")
    ),
    "export": Name(
        "show", "printing", N_("Write the books, or a period of them, for other programs.")
    ),
    "today": Name("read", "today", N_("What is due: cash, grants, notices, statements, items.")),
    "balance": Name("read", "reading", N_("Balances, today or on any day.")),
    "journal": Name("read", "reading", N_("The entries of a period.")),
    "show": Name("read", "reading", N_("One entry and all that belongs to it.")),
    "donor": Name("read", "reading", N_("All gifts of one donor (private).")),
    "restrictions": Name("read", "reading", N_("The restrictions and what may be spent of each.")),
    "stock": Name("read", "reading", N_("Goods in stock.")),
    "open-items": Name("read", "reading", N_("What is owed, advanced or unidentified.")),
    "agency": Name("read", "reading", N_("Money held for named pupils (private).")),
    "pupil": Name(
        "read", "pupils", N_("All that is known of one pupil, on paper too (private, logged).")
    ),
    "funds": Name("read", "reading", N_("All funds in these books.")),
    "overview": Name("read", "reading", N_("One table over all funds for a period.")),
    "accounts": Name("read", "reading", N_("The chart of accounts.")),
    "statements": Name("read", "reading", N_("The statements published so far.")),
    "why": Name("read", "explaining", N_("What stands behind a figure of a statement.")),
    "trace": Name("read", "explaining", N_("What became of a gift, to the fen.")),
    "verify": Name("read", "proving", N_("Check a published statement, as anyone can.")),
    "witness": Name(
        "read", "witness", N_("Sign a published statement as its witness; keep who signed.")
    ),
    "check": Name(
        "audit", "checking", N_("Check every entry, balance and paper; the conduct too.")
    ),
    "sample": Name("audit", "sampling", N_("Draw a sample of entries that nobody can steer.")),
    "tests": Name("audit", "checking", N_("An auditor's tests of a period.")),
    "diff": Name(
        "audit",
        "differing",
        N_("What the books say otherwise than once, and which entries did it."),
    ),
    "unseal": Name("audit", "unsealing", N_("Open the sealed texts of one entry; it is logged.")),
    "access": Name("audit", "unsealing", N_("Who opened which sealed texts, and why.")),
    "selftest": Name("safe", "selftest", N_("Let the program prove itself on books of its own.")),
    "backup": Name("safe", "safe", N_("Copy the books and their papers, and check the copy.")),
    "restore": Name("safe", "safe", N_("Bring a backup back; what was there is kept.")),
    "drill": Name("safe", "safe", N_("Try whether the newest backup would do, and write it down.")),
    "upgrade": Name("safe", "safe", N_("Bring the books of an older lovefund to this one.")),
}

#: Other names that people type for a command.
ALIASES = {"receipts": "receipt"}
