"""spark.py WORKLOAD OUT IN [IN2]: the workloads in Spark, with two threads and a heap of 4 GB.

They are queries over data frames, which is what Spark is fastest at.
"""

import sys
import tempfile

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

workload, out, *rest = sys.argv[1:]


def lines():
    return spark.read.text(rest[0])


def rows(path, schema):
    return spark.read.csv(path, sep="\t", quote="", schema=schema)


def words(expression):
    table = lines().select(f.explode(f.expr(expression)).alias("word"))
    return table.where("word <> ''").groupBy("word").count()


def largest_pages():
    page = lines().selectExpr(
        """split(split(value, '"')[2], ' ')[1] AS status""",
        """split(split(split(value, '"')[1], ' ')[1], '[?]')[0] AS path""",
        """coalesce(try_cast(split(split(value, '"')[2], ' ')[2] AS BIGINT), 0) AS bytes""",
    )
    pages = page.groupBy("status", "path").agg(f.count("*"), f.sum("bytes").alias("bytes"))
    return pages.orderBy(f.desc("bytes"), "status", "path").limit(100)


def paid_orders():
    schema = "status STRING, customer STRUCT<address: STRUCT<country: STRING>>, payment STRUCT<method: STRING, total: DOUBLE>"
    orders = spark.read.schema(schema).json(rest[0]).where("status = 'paid' AND payment.total >= 20")
    groups = orders.groupBy("customer.address.country", "payment.method")
    return groups.agg(f.count("*"), f.avg("payment.total"))


def key_sums():
    return rows(rest[0], "key STRING, number BIGINT").groupBy("key").agg(f.count("*"), f.sum("number"))


def tier_sums():
    events = rows(rest[0], "id STRING, amount BIGINT")
    users = rows(rest[1], "id STRING, country STRING, tier STRING")
    return events.join(users, "id").groupBy("country", "tier").agg(f.count("*"), f.sum("amount"))


queries = {
    "W1w": lambda: words("split(value, ' ')"),
    "W1r": lambda: words(r"""regexp_extract_all(lower(value), r"(?U)([\w']+)", 1)"""),
    "W2": largest_pages,
    "W3": paid_orders,
    "W4": key_sums,
    "W5": tier_sums,
    "W8": lambda: lines().orderBy("value"),
}
if workload not in queries:
    sys.exit(f"there is no query for {workload}")
with tempfile.TemporaryDirectory(prefix="spark-") as scratch:
    settings = {
        "spark.driver.memory": "4g",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": scratch,
        "spark.sql.shuffle.partitions": "8",
        "spark.ui.enabled": "false",
    }
    spark = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    answer = queries[workload]()
    fields = [f.col(f"`{name}`").cast("string") for name in answer.columns]
    answer.select(f.concat_ws("\t", *fields)).write.text(out)
    spark.stop()
