-- lovefund: the database of a love fund's books. One file for SQLite and PostgreSQL.
--
-- Common DDL keeps to what both engines accept: BIGINT and TEXT, dates as YYYY-MM-DD, no
-- serials. `CHECK (x = CAST(x AS BIGINT))` refuses 1.5 and 'abc' where SQLite would take them.
-- Trigger bodies are the only text written twice, between the marks; the PostgreSQL half is a
-- block comment, so that `sqlite3 fund.db < schema.sql` works as it stands.
--
-- The line of an entry is the truth. Its other columns, the postings and every table below
-- `posting` are its index: `lovefund check` computes them again from the lines. Only the inbox,
-- `bill` and `bill_row`, lies beside the books: it can be made again from the files.

-- The versions that these tables have had; the newest is their own.
CREATE TABLE schema_version (
    version BIGINT NOT NULL PRIMARY KEY CHECK (version >= 1 AND version = CAST(version AS BIGINT))
);
INSERT INTO schema_version (version) VALUES (5);

-- A chart of accounts as it was published when a fund was opened under it.
CREATE TABLE chart (
    sha256 TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    content TEXT NOT NULL
);

-- A fund; `keys_id` names its key files, which are never in the database.
CREATE TABLE fund (
    fund TEXT NOT NULL PRIMARY KEY,
    chart_sha256 TEXT NOT NULL REFERENCES chart (sha256),
    keys_id TEXT NOT NULL,
    practice BIGINT NOT NULL CHECK (practice IN (0, 1))
);

-- The log of each fund: its size and Merkle frontier, the last day of recording, and the last
-- day that is closed for ever (law 7). The row is locked before anything else is read.
CREATE TABLE log_head (
    fund TEXT NOT NULL PRIMARY KEY REFERENCES fund (fund),
    size BIGINT NOT NULL CHECK (size >= 0 AND size = CAST(size AS BIGINT)),
    frontier TEXT NOT NULL,
    last_at TEXT NOT NULL,
    closed_through TEXT NOT NULL
);

-- One entry, one line. `postings` and `total_fen` seal its postings, which go in first.
CREATE TABLE entry (
    fund TEXT NOT NULL REFERENCES fund (fund),
    no BIGINT NOT NULL CHECK (no >= 0 AND no = CAST(no AS BIGINT)),
    kind TEXT NOT NULL,
    effective_on TEXT NOT NULL CHECK (length(effective_on) = 10),
    recorded_on TEXT NOT NULL CHECK (length(recorded_on) = 10),
    recorded_at TEXT NOT NULL,
    officer TEXT NOT NULL,
    request TEXT NOT NULL,
    of_no BIGINT CHECK (of_no < no),
    voucher_year BIGINT,
    voucher_no BIGINT CHECK (voucher_no >= 1),
    postings BIGINT NOT NULL CHECK (postings >= 0),
    total_fen BIGINT NOT NULL CHECK (total_fen = CAST(total_fen AS BIGINT)),
    line TEXT NOT NULL,
    leaf TEXT NOT NULL CHECK (length(leaf) = 64),
    PRIMARY KEY (fund, no),
    CONSTRAINT entry_request UNIQUE (fund, request),
    CONSTRAINT entry_voucher UNIQUE (fund, voucher_year, voucher_no),
    CONSTRAINT entry_of FOREIGN KEY (fund, of_no) REFERENCES entry (fund, no),
    CHECK (effective_on <= recorded_on),
    CHECK ((voucher_no IS NULL) = (postings = 0))
);
CREATE INDEX entry_by_day ON entry (fund, effective_on);
CREATE INDEX entry_by_of ON entry (fund, of_no);

-- The accounts of a fund with their totals since its opening. A guarded account (money, stock)
-- may never be below zero, whatever the isolation level (law 2).
CREATE TABLE account (
    fund TEXT NOT NULL REFERENCES fund (fund),
    code TEXT NOT NULL,
    guarded BIGINT NOT NULL CHECK (guarded IN (0, 1)),
    debit_fen BIGINT NOT NULL CHECK (abs(debit_fen) <= 900000000000000 AND debit_fen = CAST(debit_fen AS BIGINT)),
    credit_fen BIGINT NOT NULL CHECK (abs(credit_fen) <= 900000000000000 AND credit_fen = CAST(credit_fen AS BIGINT)),
    PRIMARY KEY (fund, code),
    CONSTRAINT account_not_overdrawn CHECK (guarded = 0 OR debit_fen >= credit_fen)
);

-- The restrictions (pots) of a fund. `programmes` are what a restricted one may be spent on,
-- parted by spaces; money and stock of a pot may never be below zero (laws 2 and 3).
CREATE TABLE restriction (
    fund TEXT NOT NULL REFERENCES fund (fund),
    code TEXT NOT NULL,
    class TEXT NOT NULL CHECK (class IN ('general', 'restricted', 'agency')),
    programmes TEXT NOT NULL,
    agreement TEXT NOT NULL,
    opened_no BIGINT NOT NULL,
    money_fen BIGINT NOT NULL CHECK (money_fen = CAST(money_fen AS BIGINT)),
    stock_fen BIGINT NOT NULL CHECK (stock_fen = CAST(stock_fen AS BIGINT)),
    payable_fen BIGINT NOT NULL CHECK (payable_fen = CAST(payable_fen AS BIGINT)),
    reserved_fen BIGINT NOT NULL CHECK (reserved_fen = CAST(reserved_fen AS BIGINT)),
    PRIMARY KEY (fund, code),
    CONSTRAINT restriction_not_overdrawn CHECK (money_fen >= 0 AND stock_fen >= 0 AND reserved_fen >= 0)
);

-- `amount_fen` from `credit` to `debit` inside one restriction: balanced by its shape (law 1).
CREATE TABLE posting (
    fund TEXT NOT NULL,
    entry_no BIGINT NOT NULL,
    posting_no BIGINT NOT NULL CHECK (posting_no >= 1),
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    restriction TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    PRIMARY KEY (fund, entry_no, posting_no),
    CONSTRAINT posting_entry FOREIGN KEY (fund, entry_no) REFERENCES entry (fund, no)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT posting_debit FOREIGN KEY (fund, debit) REFERENCES account (fund, code),
    CONSTRAINT posting_credit FOREIGN KEY (fund, credit) REFERENCES account (fund, code),
    CONSTRAINT posting_restriction FOREIGN KEY (fund, restriction) REFERENCES restriction (fund, code),
    CHECK (debit <> credit),
    CHECK (amount_fen <> 0 AND abs(amount_fen) <= 100000000000 AND amount_fen = CAST(amount_fen AS BIGINT))
);

-- Kept balances: what moved on each account in each restriction in each month.
CREATE TABLE balance (
    fund TEXT NOT NULL,
    account TEXT NOT NULL,
    restriction TEXT NOT NULL,
    month TEXT NOT NULL CHECK (length(month) = 7),
    debit_fen BIGINT NOT NULL CHECK (abs(debit_fen) <= 900000000000000 AND debit_fen = CAST(debit_fen AS BIGINT)),
    credit_fen BIGINT NOT NULL CHECK (abs(credit_fen) <= 900000000000000 AND credit_fen = CAST(credit_fen AS BIGINT)),
    PRIMARY KEY (fund, account, restriction, month),
    FOREIGN KEY (fund, account) REFERENCES account (fund, code),
    FOREIGN KEY (fund, restriction) REFERENCES restriction (fund, code)
);

-- Goods in stock, by kind and restriction.
CREATE TABLE goods (
    fund TEXT NOT NULL,
    item TEXT NOT NULL,
    restriction TEXT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity >= 0 AND quantity = CAST(quantity AS BIGINT)),
    value_fen BIGINT NOT NULL CHECK (value_fen >= 0 AND value_fen = CAST(value_fen AS BIGINT)),
    PRIMARY KEY (fund, item, restriction),
    FOREIGN KEY (fund, restriction) REFERENCES restriction (fund, code)
);

-- What an entry left open (a payable, an advance, money reserved) and how much is settled.
CREATE TABLE open_item (
    fund TEXT NOT NULL,
    entry_no BIGINT NOT NULL,
    account TEXT NOT NULL,
    restriction TEXT NOT NULL,
    opened_fen BIGINT NOT NULL CHECK (opened_fen = CAST(opened_fen AS BIGINT)),
    settled_fen BIGINT NOT NULL CHECK (settled_fen = CAST(settled_fen AS BIGINT)),
    PRIMARY KEY (fund, entry_no, account, restriction),
    FOREIGN KEY (fund, entry_no) REFERENCES entry (fund, no),
    CONSTRAINT open_item_not_oversettled CHECK (settled_fen BETWEEN 0 AND opened_fen)
);

-- Receipts handed out. Numbers have no gaps and are never used twice; a void keeps its own.
CREATE TABLE receipt (
    fund TEXT NOT NULL,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    entry_no BIGINT NOT NULL,
    PRIMARY KEY (fund, year, number),
    CONSTRAINT receipt_entry UNIQUE (fund, entry_no),
    FOREIGN KEY (fund, entry_no) REFERENCES entry (fund, no)
);

-- Every time that a receipt was printed: copy 0 is the original, each later one a duplicate.
CREATE TABLE receipt_print (
    fund TEXT NOT NULL,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    copy BIGINT NOT NULL CHECK (copy >= 0 AND copy = CAST(copy AS BIGINT)),
    printed_at TEXT NOT NULL,
    officer TEXT NOT NULL,
    PRIMARY KEY (fund, year, number, copy),
    FOREIGN KEY (fund, year, number) REFERENCES receipt (fund, year, number)
);

-- Published statements; `content` is statement.json, whose hash stands in the entry.
CREATE TABLE statement (
    fund TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    entry_no BIGINT NOT NULL,
    period_from TEXT NOT NULL,
    period_to TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (fund, number),
    FOREIGN KEY (fund, entry_no) REFERENCES entry (fund, no),
    CHECK (period_from <= period_to)
);

-- Adopted rulebooks (管理办法); `content` is the TOML text, whose hash stands in the entry.
CREATE TABLE rulebook (
    fund TEXT NOT NULL,
    entry_no BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (fund, entry_no),
    FOREIGN KEY (fund, entry_no) REFERENCES entry (fund, no)
);

-- Sealed texts and nonces of an entry, encrypted under a key that is not in the database.
CREATE TABLE sealed (
    fund TEXT NOT NULL,
    entry_no BIGINT NOT NULL,
    vault TEXT NOT NULL CHECK (vault IN ('donors', 'pupils')),
    content TEXT NOT NULL,
    PRIMARY KEY (fund, entry_no, vault),
    CONSTRAINT sealed_entry FOREIGN KEY (fund, entry_no) REFERENCES entry (fund, no)
        DEFERRABLE INITIALLY DEFERRED
);

-- The inbox: a bill of a wallet or a bank that was read in, each file once. What it says of
-- people and accounts is in `content`, encrypted under the donors' key.
CREATE TABLE bill (
    fund TEXT NOT NULL REFERENCES fund (fund),
    no BIGINT NOT NULL CHECK (no >= 1 AND no = CAST(no AS BIGINT)),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    form TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('bank', 'wechat', 'alipay')),
    place TEXT NOT NULL CHECK (place IN ('bank', 'wechat', 'alipay')),
    account TEXT NOT NULL,
    first_on TEXT NOT NULL CHECK (length(first_on) = 10),
    last_on TEXT NOT NULL CHECK (length(last_on) = 10),
    opening_fen BIGINT CHECK (opening_fen = CAST(opening_fen AS BIGINT)),
    closing_fen BIGINT CHECK (closing_fen = CAST(closing_fen AS BIGINT)),
    personal BIGINT NOT NULL CHECK (personal IN (0, 1)),
    imported_at TEXT NOT NULL,
    officer TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (fund, no),
    CONSTRAINT bill_once UNIQUE (fund, sha256),
    CHECK (first_on <= last_on)
);

-- A row of a bill: a candidate, never an entry. `identity` and `party` are hashes under the
-- fund's key. It is accepted exactly when an entry bears `identity` in its request; `same_no` is
-- the entry that a row repeats, and `decided` (encrypted) what somebody changed in it, or why it
-- was set aside.
CREATE TABLE bill_row (
    fund TEXT NOT NULL,
    bill_no BIGINT NOT NULL,
    row_no BIGINT NOT NULL CHECK (row_no >= 1 AND row_no = CAST(row_no AS BIGINT)),
    identity TEXT NOT NULL,
    party TEXT NOT NULL,
    effective_on TEXT NOT NULL CHECK (length(effective_on) = 10),
    happening TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen = CAST(amount_fen AS BIGINT)),
    aside BIGINT NOT NULL CHECK (aside IN (0, 1)),
    same_no BIGINT,
    decided TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (fund, bill_no, row_no),
    CONSTRAINT bill_row_identity UNIQUE (fund, identity),
    FOREIGN KEY (fund, bill_no) REFERENCES bill (fund, no),
    CONSTRAINT bill_row_same FOREIGN KEY (fund, same_no) REFERENCES entry (fund, no),
    CHECK (amount_fen <> 0 AND abs(amount_fen) <= 100000000000)
);
CREATE INDEX bill_row_by_day ON bill_row (fund, effective_on);
CREATE INDEX bill_row_by_party ON bill_row (fund, party);

-- @sqlite
CREATE TRIGGER posting_before_insert BEFORE INSERT ON posting
WHEN EXISTS (SELECT 1 FROM entry WHERE fund = NEW.fund AND no = NEW.entry_no)
BEGIN SELECT RAISE(ABORT, 'lovefund: the entry is sealed'); END;

CREATE TRIGGER entry_before_insert BEFORE INSERT ON entry
BEGIN
    SELECT RAISE(ABORT, 'lovefund: not the next entry') WHERE NEW.no IS NOT
        (SELECT coalesce(max(no) + 1, 0) FROM entry WHERE fund = NEW.fund);
    SELECT RAISE(ABORT, 'lovefund: not the next voucher') WHERE NEW.voucher_no IS NOT NULL
        AND NEW.voucher_no IS NOT (SELECT coalesce(max(voucher_no) + 1, 1) FROM entry
            WHERE fund = NEW.fund AND voucher_year = NEW.voucher_year);
    SELECT RAISE(ABORT, 'lovefund: the day of recording fell') WHERE NEW.recorded_on <
        (SELECT recorded_on FROM entry WHERE fund = NEW.fund AND no = NEW.no - 1);
    SELECT RAISE(ABORT, 'lovefund: the day is closed') WHERE NEW.effective_on <=
        (SELECT closed_through FROM log_head WHERE fund = NEW.fund);
    SELECT RAISE(ABORT, 'lovefund: postings do not match their seal') FROM (
        SELECT count(*) AS n, coalesce(sum(amount_fen), 0) AS total, coalesce(min(amount_fen), 1) AS least
        FROM posting WHERE fund = NEW.fund AND entry_no = NEW.no)
        WHERE n IS NOT NEW.postings OR total IS NOT NEW.total_fen
        OR (least < 0 AND (NEW.of_no IS NULL OR NEW.kind NOT IN ('correction', 'void')));
END;
CREATE TRIGGER receipt_before_insert BEFORE INSERT ON receipt
WHEN NEW.number IS NOT (SELECT coalesce(max(number) + 1, 1) FROM receipt
    WHERE fund = NEW.fund AND year = NEW.year)
BEGIN SELECT RAISE(ABORT, 'lovefund: not the next receipt'); END;

CREATE TRIGGER schema_version_no_update BEFORE UPDATE ON schema_version
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER schema_version_no_delete BEFORE DELETE ON schema_version
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER chart_no_update BEFORE UPDATE ON chart BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER chart_no_delete BEFORE DELETE ON chart BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER fund_no_update BEFORE UPDATE ON fund BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER fund_no_delete BEFORE DELETE ON fund BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER receipt_no_update BEFORE UPDATE ON receipt BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER receipt_no_delete BEFORE DELETE ON receipt BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER receipt_print_no_update BEFORE UPDATE ON receipt_print
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER receipt_print_no_delete BEFORE DELETE ON receipt_print
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER statement_no_update BEFORE UPDATE ON statement BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER statement_no_delete BEFORE DELETE ON statement BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER rulebook_no_update BEFORE UPDATE ON rulebook
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER rulebook_no_delete BEFORE DELETE ON rulebook
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER sealed_no_update BEFORE UPDATE ON sealed BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER sealed_no_delete BEFORE DELETE ON sealed BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER log_head_forward BEFORE UPDATE ON log_head
WHEN NEW.size < OLD.size OR NEW.closed_through < OLD.closed_through OR NEW.last_at < OLD.last_at
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER account_fixed BEFORE UPDATE OF fund, code, guarded ON account
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER account_no_delete BEFORE DELETE ON account BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER restriction_fixed BEFORE UPDATE OF fund, code, class, programmes, agreement, opened_no ON restriction
BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
CREATE TRIGGER restriction_no_delete BEFORE DELETE ON restriction BEGIN SELECT RAISE(ABORT, 'lovefund: append-only'); END;
-- @end

/* @postgresql
CREATE FUNCTION lovefund_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN RAISE EXCEPTION 'lovefund: append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;

CREATE FUNCTION lovefund_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM entry WHERE fund = NEW.fund AND no = NEW.entry_no) THEN
        RAISE EXCEPTION 'lovefund: the entry is sealed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION lovefund_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE n BIGINT; total BIGINT; least BIGINT;
BEGIN
    IF NEW.no IS DISTINCT FROM (SELECT coalesce(max(no) + 1, 0) FROM entry WHERE fund = NEW.fund) THEN
        RAISE EXCEPTION 'lovefund: not the next entry' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.voucher_no IS NOT NULL AND NEW.voucher_no IS DISTINCT FROM
        (SELECT coalesce(max(voucher_no) + 1, 1) FROM entry
            WHERE fund = NEW.fund AND voucher_year = NEW.voucher_year) THEN
        RAISE EXCEPTION 'lovefund: not the next voucher' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.recorded_on < (SELECT recorded_on FROM entry WHERE fund = NEW.fund AND no = NEW.no - 1) THEN
        RAISE EXCEPTION 'lovefund: the day of recording fell' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.effective_on <= (SELECT closed_through FROM log_head WHERE fund = NEW.fund) THEN
        RAISE EXCEPTION 'lovefund: the day is closed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT count(*), coalesce(sum(amount_fen), 0), coalesce(min(amount_fen), 1) INTO n, total, least
        FROM posting WHERE fund = NEW.fund AND entry_no = NEW.no;
    IF n <> NEW.postings OR total <> NEW.total_fen
        OR (least < 0 AND (NEW.of_no IS NULL OR NEW.kind NOT IN ('correction', 'void'))) THEN
        RAISE EXCEPTION 'lovefund: postings do not match their seal' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION lovefund_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number IS DISTINCT FROM (SELECT coalesce(max(number) + 1, 1) FROM receipt
            WHERE fund = NEW.fund AND year = NEW.year) THEN
        RAISE EXCEPTION 'lovefund: not the next receipt' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER posting_before_insert BEFORE INSERT ON posting FOR EACH ROW EXECUTE FUNCTION lovefund_posting();
CREATE TRIGGER entry_before_insert BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION lovefund_entry();
CREATE TRIGGER receipt_before_insert BEFORE INSERT ON receipt FOR EACH ROW EXECUTE FUNCTION lovefund_receipt();

CREATE TRIGGER schema_version_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON schema_version
    EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER chart_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON chart EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER fund_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON fund EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entry EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER posting_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON posting EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER receipt_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON receipt EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER receipt_print_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON receipt_print
    EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER statement_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON statement EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER rulebook_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON rulebook
    EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER sealed_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON sealed EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER log_head_no_delete BEFORE DELETE OR TRUNCATE ON log_head EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER log_head_forward BEFORE UPDATE ON log_head FOR EACH ROW
    WHEN (NEW.size < OLD.size OR NEW.closed_through < OLD.closed_through OR NEW.last_at < OLD.last_at)
    EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER account_no_delete BEFORE DELETE OR TRUNCATE ON account EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER account_fixed BEFORE UPDATE OF fund, code, guarded ON account EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER restriction_no_delete BEFORE DELETE OR TRUNCATE ON restriction EXECUTE FUNCTION lovefund_refuse();
CREATE TRIGGER restriction_fixed BEFORE UPDATE OF fund, code, class, programmes, agreement, opened_no ON restriction
    EXECUTE FUNCTION lovefund_refuse();
@end */
