"""duck.py WORKLOAD OUT IN [IN2] [--sorted]: the workloads as DuckDB's SQL, with two threads."""

import sys
import tempfile

import duckdb

workload, out, *rest = [word for word in sys.argv[1:] if word != "--sorted"]
is_sorted = "--sorted" in sys.argv


def rows(path, columns, delimiter="\\t"):
    return (
        f"read_csv('{path}', header=false, auto_detect=false, quote='', escape='',"
        f" delim='{delimiter}', columns={columns})"
    )


def lines():
    return rows(rest[0], {"line": "VARCHAR"}, "\x01")


def words(expression):
    return f"""
        SELECT word, count(*) FROM (SELECT unnest({expression}) AS word FROM {lines()})
        WHERE word <> '' GROUP BY word"""


def query():
    match workload:
        case "W1w":
            return words("string_split(line, ' ')")
        case "W1r":
            return words(r"regexp_extract_all(lower(line), '[\p{L}\p{N}_'']+')")
        case "W2":
            return f"""
                SELECT
                    split_part(split_part(line, '"', 3), ' ', 2) AS status,
                    split_part(split_part(split_part(line, '"', 2), ' ', 2), '?', 1) AS path,
                    count(*),
                    sum(coalesce(try_cast(split_part(split_part(line, '"', 3), ' ', 3) AS BIGINT), 0)) AS bytes
                FROM {lines()} GROUP BY status, path ORDER BY bytes DESC, status, path LIMIT 100"""
        case "W3":
            columns = {
                "status": "VARCHAR",
                "customer": "STRUCT(address STRUCT(country VARCHAR))",
                "payment": 'STRUCT("method" VARCHAR, total DOUBLE)',
            }
            return f"""
                SELECT customer.address.country AS country, payment.method AS method, count(*), avg(payment.total)
                FROM read_json('{rest[0]}', format='newline_delimited', columns={columns})
                WHERE status = 'paid' AND payment.total >= 20 GROUP BY country, method"""
        case "W4":
            table = rows(rest[0], {"key": "VARCHAR", "number": "BIGINT"})
            order = "ORDER BY key" if is_sorted else ""
            return f"SELECT key, count(*), sum(number)::BIGINT FROM {table} GROUP BY key {order}"
        case "W5":
            events = rows(rest[0], {"id": "VARCHAR", "amount": "BIGINT"})
            users = rows(rest[1], {"id": "VARCHAR", "country": "VARCHAR", "tier": "VARCHAR"})
            return f"""
                SELECT country, tier, count(*), sum(amount)::BIGINT
                FROM {events} JOIN {users} USING (id) GROUP BY country, tier"""
        case "W6":
            return "SELECT id, rank FROM ranks"
        case "W8":
            return f"SELECT line FROM {lines()} ORDER BY line"
    sys.exit(f"there is no query for {workload}")


def rank(db):
    edges = rows(rest[0], {"source": "INTEGER", "target": "INTEGER"})
    db.execute(f"CREATE TABLE edges AS SELECT * FROM {edges}")
    db.execute("CREATE TABLE nodes AS SELECT source AS id FROM edges UNION SELECT target FROM edges")
    db.execute("CREATE TABLE degrees AS SELECT source AS id, count(*) AS degree FROM edges GROUP BY source")
    (count,) = db.execute("SELECT count(*) FROM nodes").fetchone()
    db.execute(f"CREATE TABLE ranks AS SELECT id, 1.0::DOUBLE / {count} AS rank FROM nodes")
    for _ in range(5):
        db.execute(f"""
            CREATE OR REPLACE TABLE ranks AS
            SELECT id, 0.15 / {count} + 0.85 * coalesce(given, 0) AS rank
            FROM nodes LEFT JOIN (
                SELECT target AS id, sum(rank / degree) AS given
                FROM edges JOIN ranks ON ranks.id = source JOIN degrees ON degrees.id = source GROUP BY target
            ) USING (id)""")


with tempfile.TemporaryDirectory(prefix="duck-") as spill:
    db = duckdb.connect(config={"threads": 2, "temp_directory": spill, "preserve_insertion_order": False})
    if workload == "W6":
        rank(db)
    db.execute(f"COPY ({query()}) TO '{out}' (HEADER false, DELIMITER '\t', QUOTE '', ESCAPE '')")
    db.close()
