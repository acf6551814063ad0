"""Clusters of EMR that live and die within a second, and run their steps: Hadoop Streaming played by hand, over moto's S3."""

import fnmatch
import gzip
import io
import json
import os
import re
import struct
import subprocess
import tempfile
import threading
import time

import boto3
import botocore.loaders
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

TICK = 0.1
MODEL = ServiceModel(botocore.loaders.Loader().load_service_model("emr", "service-2"))
lock = threading.RLock()
clusters = {}
rules = []
hdfs = {}
s3 = None


class Refused(Exception):
    pass


def start(endpoint):
    global s3
    keys = dict(aws_access_key_id="seed", aws_secret_access_key="seed")
    s3 = boto3.client("s3", region_name="eu-central-1", endpoint_url=endpoint, **keys)


def answer(_app, environ, start_response):
    action = environ["HTTP_X_AMZ_TARGET"].split(".")[1]
    body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
    try:
        check(action, body)
        with lock:
            said, status = ACTIONS[action](body), "200 OK"
    except Refused as error:
        said, status = {"__type": "ValidationException", "message": str(error)}, "400 Bad Request"
    text = json.dumps(said).encode()
    headers = [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(text)))]
    start_response(status, headers)
    return [text]


def check(action, body):
    """As botocore's model of EMR has it, and enumerations, which botocore leaves to the service."""
    shape = MODEL.operation_model(action).input_shape
    report = ParamValidator().validate(body, shape)
    if report.has_errors():
        raise Refused(report.generate_report())
    enumerations(body, shape)


def enumerations(value, shape):
    if shape.type_name == "structure":
        for name, inner in value.items():
            enumerations(inner, shape.members[name])
    elif shape.type_name == "list":
        for inner in value:
            enumerations(inner, shape.member)
    elif shape.type_name == "string" and shape.enum and value not in shape.enum:
        raise Refused("%r is none of %s" % (value, ", ".join(shape.enum)))


class Cluster:
    def __init__(self, request):
        instances = request["Instances"]
        if "InstanceFleets" in instances and "InstanceGroups" in instances:
            raise Refused("Instance fleets and instance groups are mutually exclusive.")
        if not request.get("ReleaseLabel", "").startswith(("emr-5.", "emr-6.", "emr-7.")):
            raise Refused("The supplied release label is invalid: %s." % request.get("ReleaseLabel"))
        for group in instances.get("InstanceGroups", []):
            if not re.match(r"[a-z]\d[a-z]*\.\d*x?large$", group["InstanceType"]):
                raise Refused("Instance type %s is not supported." % group["InstanceType"])
        self.id = "j-%013d" % (len(clusters) + 1)
        self.request = request
        self.state = "STARTING"
        self.reason = {}
        self.steps = []
        self.ending = None
        self.process = None
        self.created = time.time()
        self.add(request.get("Steps", []))
        clusters[self.id] = self
        threading.Thread(target=self.live, daemon=True).start()

    def add(self, steps):
        if self.state.startswith("TERMINAT"):
            raise Refused("A job flow that is shutting down, terminated, or finished may not be modified.")
        ids = []
        for step in steps:
            if sum(map(len, step["HadoopJarStep"]["Args"])) > 10240:
                raise Refused("A step's arguments have 10,240 characters at most.")
            ids.append("s-%s%03d" % (self.id[2:], len(self.steps)))
            self.steps.append({"Id": ids[-1], "State": "PENDING", "Step": step})
        return ids

    def rule(self, state):
        name = self.request["Name"]
        return next((r["Do"] for r in rules if re.search(r["Name"], name) and r["State"] == state), None)

    def live(self):
        for state in ["STARTING", "BOOTSTRAPPING"]:
            self.state = state
            time.sleep(TICK)
            while self.rule(state) == "hold" and not self.ending:
                time.sleep(0.02)
            if self.rule(state) == "fail":
                code = "VALIDATION_ERROR" if state == "STARTING" else "BOOTSTRAP_FAILURE"
                self.ending = ("TERMINATED_WITH_ERRORS", code, "it failed while " + state)
            if self.ending:
                return self.end()
        idle = time.time()
        while not self.ending:
            waiting = [step for step in self.steps if step["State"] == "PENDING"]
            if waiting:
                self.state = "RUNNING"
                self.run(waiting[0])
                idle = time.time()
            elif not self.request["Instances"].get("KeepJobFlowAliveWhenNoSteps"):
                self.ending = ("TERMINATING", "ALL_STEPS_COMPLETED", "Steps completed")
            elif time.time() - idle > self.request["AutoTerminationPolicy"]["IdleTimeout"] / 60:
                self.ending = ("TERMINATING", "USER_REQUEST", "Auto-terminate")
            else:
                self.state = "WAITING"
                time.sleep(0.02)
        self.end()

    def end(self):
        state, code, message = self.ending
        self.reason = {"Code": code, "Message": message}
        self.state = "TERMINATING"
        for step in self.steps:
            if step["State"] == "PENDING":
                step["State"] = "CANCELLED"
        time.sleep(TICK)
        self.state = "TERMINATED_WITH_ERRORS" if state == "TERMINATED_WITH_ERRORS" else "TERMINATED"

    def run(self, step):
        step["State"] = "RUNNING"
        time.sleep(TICK)
        while self.rule("RUNNING") == "hold" and not self.ending and step["State"] == "RUNNING":
            time.sleep(0.02)
        if self.ending or step["State"] != "RUNNING":
            step["State"] = "CANCELLED" if step["State"] != "RUNNING" else "INTERRUPTED"
            return
        play = Play(step["Step"]["HadoopJarStep"]["Args"], step["Id"])
        try:
            play.run()
            step["State"] = "COMPLETED"
        except Exception as error:
            play.complaint = str(error)
            step["State"] = "FAILED"
            step["FailureDetails"] = {"Reason": "Unknown Error.", "Message": "exit code 1"}
            action = step["Step"]["ActionOnFailure"]
            if action == "TERMINATE_CLUSTER":
                self.ending = ("TERMINATED_WITH_ERRORS", "STEP_FAILURE", "Shut down as step failed")
            elif action == "CANCEL_AND_WAIT":
                for other in self.steps:
                    if other["State"] == "PENDING":
                        other["State"] = "CANCELLED"
        if self.rule("LOGS") != "never":
            threading.Timer(3 * TICK, self.log, [step["Id"], play]).start()

    def log(self, step, play):
        bucket, folder = re.match(r"s3://([^/]+)/(.*)", self.request["LogUri"]).groups()
        folder += self.id
        put = lambda key, text: s3.put_object(Bucket=bucket, Key=folder + key, Body=gzip.compress(text))
        for number, stderr in enumerate(play.stderr):
            put("/containers/%s/container_%06d/stderr.gz" % (play.application, number), stderr)
        put("/steps/%s/syslog.gz" % step, play.syslog().encode())

    def described(self):
        return {
            "Id": self.id,
            "Name": self.request["Name"],
            "Status": {"State": self.state, "StateChangeReason": self.reason, "Timeline": {"CreationDateTime": self.created}},
            "NormalizedInstanceHours": 0,
            "LogUri": self.request.get("LogUri"),
            "ReleaseLabel": self.request["ReleaseLabel"],
            "Tags": self.request.get("Tags", []),
        }


class Play:
    """A command of Hadoop Streaming."""

    def __init__(self, arguments, step):
        self.application = "application_1700000000000_%s" % step[-7:]
        self.options = {"-D": {}, "-input": []}
        self.stderr = []
        self.counters = {}
        self.complaint = None
        assert arguments[0] == "hadoop-streaming", arguments
        for name, value in zip(arguments[1::2], arguments[2::2]):
            if name == "-D":
                key, _, value = value.partition("=")
                self.options["-D"][key] = value
            elif name == "-input":
                self.options[name].append(value)
            else:
                self.options[name] = value

    def run(self):
        output = self.options["-output"]
        if files(output):
            raise Exception("Output directory %s already exists" % output)
        inputs = [pair for name in self.options["-input"] for pair in files(name)]
        if not inputs:
            raise Exception("Input path does not exist: %s" % self.options["-input"])
        with tempfile.TemporaryDirectory() as self.dir:
            for named in self.options["-files"].split(","):
                place, name = named.split("#")
                path = os.path.join(self.dir, name)
                with open(path, "wb") as file:
                    file.write(files(place)[0][1])
                os.chmod(path, 0o755)
            properties = self.options["-D"]
            maps = []
            for number, (name, data) in enumerate(inputs):
                if properties["stream.map.input"] == "text" and data and not data.endswith(b"\n"):
                    data += b"\n"
                place = {"mapreduce_map_input_file": name, "mapreduce_map_input_start": "0"}
                place["mapreduce_map_input_length"] = str(len(data))
                maps.append(self.task(self.options["-mapper"], "m", number, len(inputs), data, place))
            parts = maps
            if self.options["-reducer"] != "NONE":
                count = int(properties["mapreduce.job.reduces"])
                shuffled = [[] for _ in range(count)]
                for output_of_map in maps:
                    for key, value in pairs(output_of_map):
                        shuffled[partition(key) % count].append((key, value))
                parts = []
                for number, records in enumerate(shuffled):
                    data = b"".join(joined(pair) for pair in sorted(records, key=lambda pair: pair[0]))
                    parts.append(self.task(self.options["-reducer"], "r", number, len(inputs), data, {}))
        for number, part in enumerate(parts):
            write("%s/part-%05d" % (output, number), part)
        write(output + "/_SUCCESS", b"")

    def task(self, command, letter, number, maps, data, place):
        task = "1700000000000_0001_%s_%06d" % (letter, number)
        environment = {re.sub(r"\W", "_", name): value for name, value in self.options["-D"].items()}
        environment.update(
            place,
            PATH=os.environ["PATH"],
            mapreduce_job_maps=str(maps),
            mapreduce_task_partition=str(number),
            mapreduce_task_id="task_" + task,
            mapreduce_task_attempt_id="attempt_" + task + "_0",
        )
        ran = subprocess.run(command.split(" "), cwd=self.dir, env=environment, input=data, capture_output=True)
        self.stderr.append(ran.stderr)
        for group, name, amount in re.findall(rb"^reporter:counter:([^,]*),([^,]*),(-?\d+)", ran.stderr, re.M):
            names = self.counters.setdefault(group.decode(), {})
            names[name.decode()] = names.get(name.decode(), 0) + int(amount)
        if ran.returncode:
            raise Exception("subprocess failed with code %d" % ran.returncode)
        return ran.stdout

    def syslog(self):
        begin = "2026-01-01 00:00:00,000 %s mapreduce.Job: "
        text = begin % "INFO" + "Running job: %s\n" % self.application.replace("application", "job")
        if self.complaint:
            return text + begin % "ERROR" + self.complaint + "\n"
        text += begin % "INFO" + "Counters: 1\n\tMap-Reduce Framework\n\t\tMap input records=1\n"
        for group, names in self.counters.items():
            text += "\t%s\n" % group + "".join("\t\t%s=%d\n" % pair for pair in names.items())
        return text


def files(uri):
    """The files at a place or below it, in the order of their names."""
    if uri.startswith("hdfs:"):
        return [(name, data) for name, data in sorted(hdfs.items()) if name.startswith(uri + "/") and "/_" not in name]
    bucket, key = re.match(r"s3[an]?://([^/]+)/(.*)", uri).groups()
    key = key.rstrip("/")
    found = []
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=re.split(r"[*?\[{]", key)[0])
    for object in (object for page in pages for object in page.get("Contents", [])):
        name = object["Key"]
        if name == key or name.startswith(key + "/") or fnmatch.fnmatch(name, key):
            if not name.rsplit("/", 1)[1 if "/" in name else 0].startswith(("_", ".")):
                data = s3.get_object(Bucket=bucket, Key=name)["Body"].read()
                found.append(("s3://%s/%s" % (bucket, name), gzip.decompress(data) if name.endswith(".gz") else data))
    return found


def write(uri, data):
    if uri.startswith("hdfs:"):
        hdfs[uri] = data
    else:
        bucket, key = re.match(r"s3[an]?://([^/]+)/(.*)", uri).groups()
        s3.put_object(Bucket=bucket, Key=key, Body=data)


def pairs(data):
    stream = io.BytesIO(data)
    while head := stream.read(4):
        key = stream.read(struct.unpack(">I", head)[0])
        yield key, stream.read(struct.unpack(">I", stream.read(4))[0])


def joined(pair):
    return b"".join(struct.pack(">I", len(part)) + part for part in pair)


def partition(key):
    """Hadoop's hash of bytes."""
    hash = 1
    for byte in key:
        hash = (31 * hash + (byte - 256 if byte > 127 else byte)) & 0xFFFFFFFF
    return hash & 0x7FFFFFFF


def known(request, name="ClusterId"):
    if request[name] not in clusters:
        raise Refused("Cluster id '%s' is not valid." % request[name])
    return clusters[request[name]]


def cancel(request):
    for step in known(request).steps:
        if step["Id"] in request["StepIds"] and step["State"] in ("PENDING", "RUNNING"):
            step["State"] = "CANCELLED"
    return {"CancelStepsInfoList": []}


def terminate(request):
    for id in request["JobFlowIds"]:
        cluster = known({"ClusterId": id})
        if not cluster.ending:
            cluster.ending = ("TERMINATING", "USER_REQUEST", "Terminated by user request")
    return {}


def summary(step):
    status = {"State": step["State"], "Timeline": {}}
    if "FailureDetails" in step:
        status["FailureDetails"] = step["FailureDetails"]
    return {"Id": step["Id"], "Name": step["Step"]["Name"], "Status": status}


ACTIONS = {
    "RunJobFlow": lambda request: {"JobFlowId": Cluster(request).id},
    "AddJobFlowSteps": lambda request: {"StepIds": known(request, "JobFlowId").add(request["Steps"])},
    "DescribeCluster": lambda request: {"Cluster": known(request).described()},
    "ListSteps": lambda request: {"Steps": [summary(step) for step in reversed(known(request).steps)]},
    "ListClusters": lambda request: {
        "Clusters": [
            cluster.described()
            for cluster in clusters.values()
            if cluster.state in request.get("ClusterStates", [cluster.state])
        ]
    },
    "ListInstances": lambda request: {"Instances": [] if known(request) else []},
    "CancelSteps": cancel,
    "TerminateJobFlows": terminate,
}


def asked(call, arguments):
    """What tests want."""
    with lock:
        if call == "emr_rule":
            rules.append(arguments)
            return {}
        if call == "emr_call":
            return ACTIONS[arguments["Action"]](arguments["Request"])
        if call == "emr_make":
            return {"Id": Cluster(arguments).id}
        found = [c for c in clusters.values() if re.search(arguments["Name"], c.request["Name"])]
        return {"Clusters": [{"Id": c.id, "State": c.state, "Request": c.request, "Steps": [s["State"] for s in c.steps], "StepIds": [s["Id"] for s in c.steps]} for c in found]}
