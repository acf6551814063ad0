#!/usr/bin/env python3
"""spark.py rdd|df WORKLOAD OUTDIR IN [IN2]: PySpark local[2]; SPARK_MEM for the driver's heap (default 4g)."""
import json, os, re, shutil, sys

from pyspark.sql import SparkSession, functions as F

api, w, out, inp, *rest = sys.argv[1:]
shutil.rmtree(out, ignore_errors=True)
if os.path.isfile(out):
    os.remove(out)
s = (
    SparkSession.builder.master("local[2]").config("spark.driver.memory", os.environ.get("SPARK_MEM", "4g"))
    .config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "8").config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1").config("spark.local.dir", "/tmp/mrjob-bench-spill/spark").getOrCreate()
)
s.sparkContext.setLogLevel("ERROR")
sc = s.sparkContext
WORD = re.compile(r"[\w']+")


def log(l):
    q = l.split('"', 2)
    t = q[2].split(None, 2)
    return t[0] + "\t" + q[1].split(" ")[1].split("?", 1)[0], (1, int(t[1]) if t[1] != "-" else 0)


def order(l):
    o = json.loads(l)
    p = o["payment"]
    if o["status"] == "paid" and p["total"] >= 20:
        return [(o["customer"]["address"]["country"] + "\t" + p["method"], (1, p["total"]))]
    return []


def add2(a, b):
    return a[0] + b[0], a[1] + b[1]


if api == "rdd":
    t = sc.textFile(inp, 8)
    if w == "W1w":
        r = t.flatMap(str.split).map(lambda x: (x, 1)).reduceByKey(lambda a, b: a + b, 8).map(lambda x: f"{x[0]}\t{x[1]}")
    elif w == "W1r":
        r = t.flatMap(lambda l: WORD.findall(l.lower())).map(lambda x: (x, 1)).reduceByKey(lambda a, b: a + b, 8).map(lambda x: f"{x[0]}\t{x[1]}")
    elif w == "W2":
        r = sc.parallelize(t.map(log).reduceByKey(add2, 8).takeOrdered(100, lambda x: (-x[1][1], x[0])), 1).map(lambda x: f"{x[0]}\t{x[1][0]}\t{x[1][1]}")
    elif w == "W3":
        r = t.flatMap(order).reduceByKey(add2, 8).map(lambda x: f"{x[0]}\t{x[1][0]}\t{x[1][1] / x[1][0]}")
    elif w == "W4":
        r = t.map(lambda l: l.split("\t")).map(lambda x: (x[0], (1, int(x[1])))).reduceByKey(add2, 8).map(lambda x: f"{x[0]}\t{x[1][0]}\t{x[1][1]}")
    elif w == "W6":
        e = t.map(lambda l: tuple(l.split("\t")))
        links = e.flatMap(lambda x: [(x[0], x[1]), (x[1], None)]).groupByKey(8).mapValues(lambda v: [d for d in v if d is not None]).cache()
        n = links.count()
        ranks = links.mapValues(lambda _: 1 / n)
        for _ in range(5):
            give = links.join(ranks, 8).flatMap(lambda x: [(x[0], 0.0)] + [(d, x[1][1] / len(x[1][0])) for d in x[1][0]])
            ranks = give.reduceByKey(lambda a, b: a + b, 8).mapValues(lambda v: 0.15 / n + 0.85 * v)
        r = ranks.map(lambda x: f"{x[0]}\t{x[1]}")
    elif w == "W8":
        r = t.map(lambda l: (l[:10], l)).sortByKey(numPartitions=8).values()
    r.saveAsTextFile(out)
else:
    t = s.read.text(inp)
    if w == "W1w":
        d = t.select(F.explode(F.split("value", " ")).alias("k")).where("k <> ''").groupBy("k").count()
    elif w == "W1r":
        d = t.select(F.explode(F.expr(r"regexp_extract_all(lower(value), r'''(?U)[\w\']+''', 0)".replace(r"r'''(?U)[\w\']+'''", "\"(?U)[\\\\w']+\""))).alias("k")).groupBy("k").count()
    elif w == "W2":
        q = F.split("value", '"')
        z = F.split(q[2], " ")
        d = (
            t.select(F.concat_ws("\t", z[1], F.split(F.split(q[1], " ")[1], "[?]")[0]).alias("k"), F.coalesce(F.expr("try_cast(split(split(value,'\"')[2],' ')[2] as bigint)"), F.lit(0)).alias("b"))
            .groupBy("k").agg(F.count("*").alias("n"), F.sum("b").alias("s")).orderBy(F.desc("s"), "k").limit(100)
        )
    elif w == "W3":
        d = (
            s.read.schema("status string, customer struct<address:struct<country:string>>, payment struct<method:string,total:double>").json(inp)
            .where("status='paid' and payment.total>=20").groupBy("customer.address.country", "payment.method").agg(F.count("*").alias("n"), F.avg("payment.total"))
        )
    elif w == "W4":
        d = s.read.csv(inp, sep="\t", schema="k string, v bigint", quote="").groupBy("k").agg(F.count("*"), F.sum("v"))
    elif w == "W5":
        e = s.read.csv(inp, sep="\t", schema="u string, v bigint", quote="")
        u = s.read.csv(rest[0], sep="\t", schema="u string, c string, t string", quote="")
        d = e.join(u, "u").groupBy("c", "t").agg(F.count("*"), F.sum("v"))
    elif w == "W8":
        d = t.orderBy("value")
    d.select(F.concat_ws("\t", *[F.col(f"`{c}`").cast("string") for c in d.columns])).write.text(out)
s.stop()
