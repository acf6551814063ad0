#!/usr/bin/env python3
"""duck.py WORKLOAD OUT IN [IN2] [--sorted] [--mem 400MB]: DuckDB, 2 threads."""
import argparse, os
import duckdb

p = argparse.ArgumentParser()
p.add_argument("w"); p.add_argument("out"); p.add_argument("inp"); p.add_argument("inp2", nargs="?")
p.add_argument("--mem"); p.add_argument("--tmp", default="/tmp/mrjob-bench-spill/duck"); p.add_argument("--sorted", action="store_true")
a = p.parse_args()
c = duckdb.connect()
c.execute("set threads=2")
os.makedirs(a.tmp, exist_ok=True)
c.execute(f"set temp_directory='{a.tmp}'")
c.execute("set preserve_insertion_order=false")
if a.mem:
    c.execute(f"set memory_limit='{a.mem}'")
TEXT = f"read_csv('{a.inp}', header=false, columns={{'l':'VARCHAR'}}, delim='\x01', quote='', escape='', auto_detect=false)"


def tsv(path, cols):
    return f"read_csv('{path}', header=false, delim='\\t', quote='', escape='', auto_detect=false, columns={cols})"


E = f"read_csv('{a.inp}', header=false, delim='\\t', columns={{'s':'INTEGER','d':'INTEGER'}}, auto_detect=false)"
Q = {
    "W1w": f"select w, count(*) n from (select unnest(string_split(l,' ')) w from {TEXT}) where w<>'' group by w",
    "W1r": f"select w, count(*) n from (select unnest(regexp_extract_all(lower(l), '[\\p{{L}}\\p{{N}}_'']+')) w from {TEXT}) group by w",
    "W2": f"""select st || chr(9) || path k, count(*) n, sum(b) s from (
        select split_part(split_part(split_part(l,'"',2),' ',2),'?',1) path, split_part(split_part(l,'"',3),' ',2) st,
        coalesce(try_cast(split_part(split_part(l,'"',3),' ',3) as bigint),0) b from {TEXT}) group by k order by s desc, k limit 100""",
    "W3": f"""select customer.address.country c, payment.method m, count(*) n, avg(payment.total) t
        from read_json('{a.inp}', format='newline_delimited', columns={{'status':'VARCHAR',
        'customer':'STRUCT(address STRUCT(country VARCHAR))','payment':'STRUCT("method" VARCHAR, total DOUBLE)'}})
        where status='paid' and payment.total>=20 group by c, m""",
    "W4": f"select k, count(*) n, sum(v)::BIGINT s from {tsv(a.inp, {'k':'VARCHAR','v':'BIGINT'})} group by k",
    "W5": f"""select c, t, count(*) n, sum(v)::BIGINT s from {tsv(a.inp, {'u':'VARCHAR','v':'BIGINT'})} e
        join {tsv(a.inp2, {'u':'VARCHAR','c':'VARCHAR','t':'VARCHAR'})} u using (u) group by c, t""",
    "W8": f"select l from {TEXT} order by l",
}
if a.w == "W6":
    c.execute(f"create table e as select * from {E}")
    c.execute("create table r as with n as (select s id from e union select d from e) select id, 1.0::double/(select count(*) from n) r from n")
    c.execute("create table g as select s, count(*) n from e group by s")
    n = c.execute("select count(*) from r").fetchone()[0]
    for _ in range(5):
        c.execute(f"""create or replace table r as select r.id, 0.15/{n} + 0.85*coalesce(x.q,0) r from r left join
            (select d, sum(r.r/g.n) q from e join r on r.id=e.s join g on g.s=e.s group by d) x on x.d=r.id""")
    q = "select * from r"
else:
    q = Q[a.w]
if a.sorted:
    q += " order by all" if a.w == "W3" or a.w == "W5" else " order by 1"
c.execute(f"copy ({q}) to '{a.out}' (header false, delimiter '\\t', quote '', escape '')")
