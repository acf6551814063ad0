"""Clusters of EMR that live and die within a second, and run their steps: Hadoop Streaming played by hand, over moto's S3."""

import fnmatch
import itertools
import gzip
import io
import json
import os
import re
import signal
import struct
import subprocess
import sys
import tarfile
import tempfile
import threading
import time

import boto3
import botocore.loaders
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

TICK = 0.1
RELEASES = ["emr-7.14.0", "emr-spark-8.0.0", "emr-7.13.0", "emr-7.1.0", "emr-6.15.0", "emr-6.6.0", "emr-5.36.2", "emr-5.29.0"]
# Architecture and virtual processors.
KINDS = {kind: ("X86_64", vcpus) for kind, vcpus in [("m5.xlarge", 4), ("m5.2xlarge", 8), ("m6i.2xlarge", 8), ("r6id.xlarge", 4)]}
KINDS.update({kind: ("AARCH64", 4) for kind in ["m6g.xlarge", "m7g.xlarge"]})
# What a node has in its path. Without a signature nothing that a test makes go wrong goes wrong.
SHIM = """#!%s
import json, os, sys, time, urllib.request
SIGNED = "AWS4-HMAC-SHA256 Credential=seed/20260101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0"
endpoint, step = "%s", os.environ.get("STEP", "")
name, arguments = os.path.basename(sys.argv[0]), sys.argv[1:]

def ask(path, body=None, method=None):
    request = urllib.request.Request(endpoint + path, data=body, method=method, headers={"Authorization": SIGNED, "Content-Type": "application/octet-stream"})
    return urllib.request.urlopen(request).read()

def stand_in(call, **arguments):
    return json.loads(ask("/stand-in/" + call, json.dumps(arguments).encode(), "POST"))

def node(path):
    return path.replace("/home/hadoop", os.environ["HADOOP_HOME_OF_TESTS"])

if name == "aws":
    source, target = [word for word in arguments[2:] if word != "--only-show-errors"]
    if target.startswith("s3://"):
        if os.path.exists(os.environ["HADOOP_HOME_OF_TESTS"] + "/mute"):
            sys.exit("upload failed: An error occurred (AccessDenied) when calling the PutObject operation")
        ask("/" + target.removeprefix("s3://"), open(source, "rb").read(), "PUT")
    else:
        os.makedirs(os.path.dirname(node(target)), exist_ok=True)
        open(node(target), "wb").write(ask("/" + source.removeprefix("s3://")))
elif name == "yarn" and arguments[0] == "logs":
    print(stand_in("logs", id=arguments[2])["text"])
elif name == "yarn" and arguments[1] == "-list":
    for id in stand_in("tagged", tag=arguments[3])["ids"]:
        print(id, "mrjob", "MAPREDUCE")
elif name == "yarn":
    stand_in("kill", id=arguments[2])
else:
    if name == "hadoop":
        assert arguments[0] == "jar" and os.path.isfile(arguments[1]), arguments
        arguments = arguments[2:]
    id = stand_in("submit", step=step, arguments=arguments)["id"]
    print("2026-01-01 00:00:00,000 INFO impl.YarnClientImpl: Submitted application " + id, file=sys.stderr, flush=True)
    while not (found := stand_in("look", id=id))["ended"]:
        time.sleep(0.02)
    sys.stderr.write(found["said"])
    sys.exit(found["code"])
"""
# The same by the Hadoop of the tests.
REAL = {
    "hadoop-streaming": """#!/bin/sh
exec %(cluster)s/bin/hadoop jar %(cluster)s/lib/hadoop-streaming*.jar %(options)s "$@"
""",
    "yarn": """#!/bin/sh
case $1 in
application) exec %(cluster)s/bin/hadoop org.apache.hadoop.yarn.client.cli.ApplicationCLI "$@" ;;
logs) shift; exec %(cluster)s/bin/hadoop org.apache.hadoop.yarn.client.cli.LogsCLI "$@" ;;
esac
""",
}
# `hadoop fs -cat`, of an address in which what means something in a pattern is escaped.
CAT = """#!%s
import boto3, sys
assert sys.argv[1:3] == ["fs", "-cat"], sys.argv
bucket, key = sys.argv[3].replace(chr(92), "").removeprefix("s3://").split("/", 1)
keys = dict(aws_access_key_id="seed", aws_secret_access_key="seed")
s3 = boto3.client("s3", region_name="eu-central-1", endpoint_url="%s", **keys)
sys.stdout.buffer.write(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
"""
MODEL = ServiceModel(botocore.loaders.Loader().load_service_model("emr", "service-2"))
lock = threading.RLock()
clusters = {}
applications = {}
rules = []
hdfs = {}
s3 = None


class Refused(Exception):
    code = "ValidationException"


class Invalid(Refused):
    code = "InvalidRequestException"


def start(at):
    global s3, endpoint
    endpoint = at
    keys = dict(region_name="eu-central-1", endpoint_url=at, aws_access_key_id="seed", aws_secret_access_key="seed")
    s3 = boto3.client("s3", **keys)
    iam = boto3.client("iam", **keys)
    for role in ["EMR_DefaultRole", "EMR_DefaultRole_V2"]:
        iam.create_role(RoleName=role, AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName="EMR_EC2_DefaultRole")


def answer(_app, environ, start_response):
    action = environ["HTTP_X_AMZ_TARGET"].split(".")[1]
    body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
    try:
        check(action, body)
        with lock:
            said, status = ACTIONS[action](body), "200 OK"
    except Refused as error:
        said, status = {"__type": error.code, "message": str(error)}, "400 Bad Request"
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
        if request.get("ReleaseLabel") not in RELEASES:
            raise Refused("The supplied release label is invalid: %s." % request.get("ReleaseLabel"))
        for group in instances.get("InstanceGroups", []):
            if group["InstanceType"] not in KINDS:
                raise Refused("Instance type %s is not supported." % group["InstanceType"])
        release = request["ReleaseLabel"]
        for policy in ("AutoTerminationPolicy", "ManagedScalingPolicy"):
            if policy in request and release == "emr-5.29.0":
                raise Refused("%s isn't supported by release %s." % (policy, release))
        for application in request.get("Applications", []):
            if release.startswith("emr-spark-") and application["Name"].lower() == "hadoop":
                raise Refused("The application Hadoop isn't in release %s." % release)
        if "no-default-vpc" in request["Name"] and not {"Ec2SubnetId", "Ec2SubnetIds"} & set(instances):
            raise Refused("No default VPC for this user")
        if not 60 <= request.get("AutoTerminationPolicy", {}).get("IdleTimeout", 60) <= 604800:
            raise Refused("IdleTimeout is from 60 to 604800.")
        self.id = "j-%013d" % (len(clusters) + 1)
        self.request = request
        self.state = "STARTING"
        self.reason = {}
        self.steps = []
        self.ending = None
        self.ready = self.ended = self.home = None
        self.said = ""
        self.created = time.time()
        self.add(request.get("Steps", []), request.get("StepExecutionRoleArn"))
        clusters[self.id] = self
        threading.Thread(target=self.live, daemon=True).start()

    def add(self, steps, role=None):
        self.role = role
        if role and "SecurityConfiguration" not in self.request:
            raise Refused("Runtime roles are not enabled on cluster %s." % self.id)
        if self.state.startswith("TERMINAT"):
            raise Refused("A job flow that is shutting down, terminated, or finished may not be modified.")
        if len(steps) > 256:
            raise Refused("Maximum number of active steps(State = 'Running', 'Pending' or 'Cancel_Pending') for cluster exceeded.")
        ids = []
        for step in steps:
            if self.concurrency() > 1 and step["ActionOnFailure"] != "CONTINUE":
                raise Refused("ActionOnFailure must be CONTINUE where steps run at once.")
            if sum(map(len, step["HadoopJarStep"]["Args"])) > 10240:
                raise Refused("A step's arguments have 10,240 characters at most.")
            ids.append("s-%s%03d" % (self.id[2:], len(self.steps)))
            self.steps.append({"Id": ids[-1], "State": "PENDING", "Step": step})
        return ids

    def concurrency(self):
        return self.request.get("StepConcurrencyLevel", 1)

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
            if state == "STARTING" and self.request.get("ServiceRole", "").endswith("_V2") and "Ec2SubnetId" not in self.request["Instances"]:
                # Nobody has tagged the default network.
                self.ending = ("TERMINATED_WITH_ERRORS", "VALIDATION_ERROR", "The subnet configuration was invalid")
            if state == "BOOTSTRAPPING" and not self.ending and not self.bootstrapped():
                self.ending = ("TERMINATED_WITH_ERRORS", "BOOTSTRAP_FAILURE", "bootstrap action 1 returned a non-zero return code")
            if self.ending:
                return self.end()
        self.ready = idle = time.time()
        while not self.ending:
            waiting = [step for step in self.steps if step["State"] == "PENDING"]
            if waiting:
                self.state = "RUNNING"
                at_once = [threading.Thread(target=self.run, args=[step]) for step in waiting[: self.concurrency()]]
                for run in at_once:
                    run.start()
                for run in at_once:
                    run.join()
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
        # Its machines are gone.
        for step in self.steps:
            if "Process" in step and step["State"] not in ("COMPLETED", "FAILED"):
                end_session(step["Process"].pid)
            for play in self.plays(step):
                play.kill()
        self.ended = time.time()
        self.state = "TERMINATED_WITH_ERRORS" if state == "TERMINATED_WITH_ERRORS" else "TERMINATED"

    def bootstrapped(self):
        """Runs the scripts that are there as a node does, with an `aws` of our own."""
        self.node = tempfile.TemporaryDirectory(prefix="mrjob-tests-node-")
        self.home = self.node.name
        programs = {name: SHIM % (sys.executable, endpoint) for name in ["aws", "hadoop", "hadoop-streaming", "yarn"]}
        if self.rule("HADOOP"):
            cluster = os.environ["MRJOB_TEST_HADOOP"]
            options = " ".join("-D %s=%s" % pair for pair in dict(S3A, **{"fs.s3a.endpoint": endpoint}).items())
            programs.update({name: text % dict(cluster=cluster, options=options) for name, text in REAL.items()})
        os.mkdir(self.home + "/bin")
        for name, text in programs.items():
            with open(self.home + "/bin/" + name, "w") as file:
                file.write(text)
            os.chmod(self.home + "/bin/" + name, 0o755)
        path = self.home + "/bin:" + os.environ["PATH"]
        self.environment = environment = dict(os.environ, PATH=path, HADOOP_HOME_OF_TESTS=self.home, TMPDIR=self.home)
        for action in self.request.get("BootstrapActions", []):
            script = action["ScriptBootstrapAction"]
            if not files(script["Path"]):
                continue
            with open(self.home + "/script", "wb") as file:
                file.write(files(script["Path"])[0][1])
            ran = subprocess.run(["sh", self.home + "/script"] + script.get("Args", []), env=environment, cwd=self.home, capture_output=True)
            self.said = ran.stderr.decode()
            if ran.returncode:
                return False
        return True

    def run(self, step):
        """Runs a step's command as EMR does: what cancels the step ends the process that starts it, and no other."""
        if self.rule("SCRIPT") == "mute":
            open(self.home + "/mute", "w").close()
        with lock:
            if step["State"] != "PENDING":
                return
            step["Timeline"] = {"CreationDateTime": self.created, "StartDateTime": time.time()}
            step["State"] = "RUNNING"
        jar = step["Step"]["HadoopJarStep"]
        assert jar["Jar"] == "command-runner.jar", jar
        command = ["sh", "-c", '"$@"; exit $?', "command-runner"] + jar["Args"]
        with open("%s/%s" % (self.home, step["Id"]), "wb") as stderr, lock:
            environment = dict(self.environment, STEP=step["Id"])
            step["Process"] = process = subprocess.Popen(command, env=environment, cwd=self.home, stdout=stderr, stderr=stderr, start_new_session=True)
            if step["State"] != "RUNNING":
                process.terminate()
        while process.poll() is None and not self.ending:
            time.sleep(0.02)
        if self.ending:
            step["State"] = "CANCELLED" if step["State"] != "RUNNING" else "INTERRUPTED"
            return
        if step["State"] != "RUNNING":
            return
        step["Timeline"]["EndDateTime"] = time.time()
        if process.returncode == 0:
            step["State"] = "COMPLETED"
        else:
            step["State"] = "FAILED"
            step["FailureDetails"] = {"Reason": "Unknown Error.", "Message": "exit code %d" % process.returncode}
            action = step["Step"]["ActionOnFailure"]
            if action == "TERMINATE_CLUSTER":
                self.ending = ("TERMINATED_WITH_ERRORS", "STEP_FAILURE", "Shut down as step failed")
            elif action == "CANCEL_AND_WAIT":
                for other in self.steps:
                    if other["State"] == "PENDING":
                        other["State"] = "CANCELLED"
        if self.rule("LOGS") != "never":
            late = 15 if self.rule("LOGS") == "late" else 3
            threading.Timer(late * TICK, self.log, [step]).start()

    def plays(self, step):
        with lock:
            return [play for play in applications.values() if play.step == step["Id"]]

    def log(self, step):
        bucket, folder = re.match(r"s3://([^/]+)/(.*)", self.request["LogUri"]).groups()
        folder += self.id
        put = lambda key, text: s3.put_object(Bucket=bucket, Key=folder + key, Body=gzip.compress(text))
        for play in self.plays(step):
            for number, stderr in enumerate(play.stderr):
                put("/containers/%s/container_%06d/stderr.gz" % (play.application, number), stderr)
        with open("%s/%s" % (self.home, step["Id"]), "rb") as file:
            put("/steps/%s/stderr.gz" % step["Id"], file.read())

    def times(self):
        times = {"CreationDateTime": self.created, "ReadyDateTime": self.ready, "EndDateTime": self.ended}
        return {name: time for name, time in times.items() if time}

    def described(self):
        return {
            "Id": self.id,
            "Name": self.request["Name"],
            "Status": {"State": self.state, "StateChangeReason": self.reason, "Timeline": self.times()},
            "NormalizedInstanceHours": 4,
            "StepConcurrencyLevel": self.concurrency(),
            "AutoTerminate": not self.request["Instances"].get("KeepJobFlowAliveWhenNoSteps"),
            "LogUri": self.request.get("LogUri"),
            "ReleaseLabel": self.request["ReleaseLabel"],
            "InstanceCollectionType": "INSTANCE_FLEET" if "InstanceFleets" in self.request["Instances"] else "INSTANCE_GROUP",
            "Tags": self.request.get("Tags", []),
        }


def end_session(session):
    """Kills all that a process has started, whatever its process group."""
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getsid(int(process)) == session:
                os.kill(int(process), signal.SIGKILL)
        except ProcessLookupError:
            pass


class Play(threading.Thread):
    """An application of YARN: Hadoop Streaming, which goes on when its client ends."""

    def __init__(self, step, arguments):
        super().__init__(daemon=True)
        self.step = step
        self.cluster = next(c for c in clusters.values() if any(s["Id"] == step for s in c.steps))
        self.application = "application_1700000000000_%07d" % (len(applications) + 1)
        self.options = {"-D": {}, "-input": []}
        self.stderr = []
        self.counters = {}
        self.complaint = None
        self.ended = self.killed = False
        self.asked = 0
        for name, value in zip(arguments[::2], arguments[1::2]):
            if name == "-D":
                key, _, value = value.partition("=")
                self.options["-D"][key] = value
            elif name == "-input":
                self.options[name].append(value)
            else:
                self.options[name] = value
        self.tags = self.options["-D"]["mapreduce.job.tags"].split(",")
        home = self.cluster.home
        for archive in self.options.get("-libjars", "").split(",") if "-libjars" in self.options else []:
            place = archive.removeprefix("file://").replace("/home/hadoop", home)
            assert os.path.isfile(place), "no " + archive

    def run(self):
        try:
            self.play()
        except Exception as error:
            self.complaint = str(error)
        self.ended = True

    def kill(self):
        self.killed = True
        while self.is_alive():
            time.sleep(0.02)

    def check(self):
        if self.killed:
            raise Exception("Application killed by user.")

    def play(self):
        output = self.options["-output"]
        if files(output):
            raise Exception("Output directory %s already exists" % output)
        inputs = [pair for name in self.options["-input"] for pair in files(name)]
        if not inputs:
            raise Exception("Input path does not exist: %s" % self.options["-input"])
        writes = itertools.count()
        while self.cluster.rule("RUNNING") == "hold":
            self.check()
            # A task of it writes all the while.
            write("%s/_temporary/%d" % (output, next(writes) % 10), b"half")
            time.sleep(0.02)
        if output.startswith("s3"):
            remove(output + "/_temporary/")
        if self.cluster.rule("SLOW"):
            time.sleep(2)
        with tempfile.TemporaryDirectory() as self.dir:
            for named in self.options["-files"].split(","):
                place, name = named.split("#")
                path = os.path.join(self.dir, name)
                with open(path, "wb") as file:
                    file.write(files(place)[0][1])
                os.chmod(path, 0o755)
            for named in self.options["-archives"].split(",") if "-archives" in self.options else []:
                place, name = named.split("#")
                with tarfile.open(fileobj=io.BytesIO(files(place, False)[0][1])) as archive:
                    archive.extractall(os.path.join(self.dir, name), filter="data")
            properties = self.options["-D"]
            if self.options.get("-inputformat", "").endswith(".NLineInputFormat"):
                inputs = [(name, line) for name, data in inputs for line in data.splitlines(True)]
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
        self.check()
        task = "1700000000000_0001_%s_%06d" % (letter, number)
        environment = {re.sub(r"\W", "_", name): value for name, value in self.options["-D"].items()}
        program = os.path.join(self.dir, "bin", "hadoop")
        if not os.path.exists(program):
            os.mkdir(os.path.dirname(program))
            with open(program, "w") as file:
                file.write(CAT % (sys.executable, endpoint))
            os.chmod(program, 0o755)
        environment.update(
            place,
            PATH="%s:%s" % (os.path.dirname(program), os.environ["PATH"]),
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

    def said(self):
        begin = "2026-01-01 00:00:00,000 %s mapreduce.Job: "
        text = begin % "INFO" + "Running job: %s\n" % self.application.replace("application", "job")
        if self.complaint:
            text += begin % "ERROR" + self.complaint + "\n"
        text += begin % "INFO" + "Counters: 1\n\tMap-Reduce Framework\n\t\tMap input records=1\n"
        for group, names in self.counters.items():
            text += "\t%s\n" % group + "".join("\t\t%s=%d\n" % pair for pair in names.items())
        return text


# How Hadoop reads `s3://` by S3A.
S3A = {
    "fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
    "fs.s3a.endpoint.region": "eu-central-1",
    "fs.s3a.path.style.access": "true",
    "fs.s3a.connection.ssl.enabled": "false",
    "fs.s3a.access.key": "seed",
    "fs.s3a.secret.key": "seed",
    "fs.s3a.aws.credentials.provider": "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
}


def submit(arguments):
    with lock:
        play = Play(arguments["step"], arguments["arguments"])
        assert not play.cluster.ending
        applications[play.application] = play
    play.start()
    return {"id": play.application}


def look(arguments):
    play = applications[arguments["id"]]
    return {"ended": play.ended, "said": play.said() if play.ended else "", "code": 1 if play.complaint else 0}


def tagged(arguments):
    return {"ids": [id for id, play in applications.items() if arguments["tag"] in play.tags]}


def kill(arguments):
    applications[arguments["id"]].kill()
    return {}


def logs(arguments):
    """Aggregated some time after the end."""
    play = applications[arguments["id"]]
    play.asked += 1
    text = b"".join(b"LogType:stderr\n" + stderr for stderr in play.stderr)
    return {"text": text.decode("utf-8", "replace") if play.asked > 1 else ""}


def node(environ, start_response):
    """What the programs of a node ask."""
    call = environ["PATH_INFO"].rsplit("/", 1)[1]
    arguments = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    text = json.dumps(NODE[call](arguments)).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
    return [text]


NODE = {"submit": submit, "look": look, "tagged": tagged, "kill": kill, "logs": logs}


def files(uri, unpacks=True):
    """The files at a place or below it, or that a pattern fits, in the order of their names."""
    parts = [part.split(",") for part in re.split(r"[{}]", uri)]
    if len(parts) > 1:
        return [pair for each in itertools.product(*parts) for pair in files("".join(each), unpacks)]
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
                found.append(("s3://%s/%s" % (bucket, name), gzip.decompress(data) if name.endswith(".gz") and unpacks else data))
    return found


def write(uri, data):
    if uri.startswith("hdfs:"):
        hdfs[uri] = data
    else:
        bucket, key = re.match(r"s3[an]?://([^/]+)/(.*)", uri).groups()
        s3.put_object(Bucket=bucket, Key=key, Body=data)


def remove(uri):
    bucket, key = re.match(r"s3[an]?://([^/]+)/(.*)", uri).groups()
    for object in s3.list_objects_v2(Bucket=bucket, Prefix=key).get("Contents", []):
        s3.delete_object(Bucket=bucket, Key=object["Key"])


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
        raise Invalid("Cluster id '%s' is not valid." % request[name])
    return clusters[request[name]]


def cancel(request):
    for step in known(request).steps:
        if step["Id"] in request["StepIds"] and step["State"] in ("PENDING", "RUNNING"):
            step["State"] = "CANCELLED"
            if "Process" in step:
                step["Process"].terminate()
    return {"CancelStepsInfoList": []}


def terminate(request):
    for id in request["JobFlowIds"]:
        cluster = known({"ClusterId": id})
        if not cluster.ending:
            cluster.ending = ("TERMINATING", "USER_REQUEST", "Terminated by user request")
    return {}


def kinds(request):
    if request["ReleaseLabel"] not in RELEASES:
        raise Invalid("Release label %s is not valid." % request["ReleaseLabel"])
    found = [{"Type": kind, "Architecture": architecture, "VCPU": vcpus} for kind, (architecture, vcpus) in KINDS.items()]
    return {"SupportedInstanceTypes": found}


def instances(request):
    cluster = known(request)
    groups = cluster.request["Instances"].get("InstanceGroups", [])
    fleets = cluster.request["Instances"].get("InstanceFleets", [])
    if fleets and "InstanceGroupTypes" in request or groups and "InstanceFleetType" in request:
        raise Invalid("Instance fleets and instance groups are mutually exclusive.")
    wanted = request.get("InstanceGroupTypes", ["MASTER", "CORE", "TASK"])
    groups = [group for group in groups if group["InstanceRole"] in wanted]
    for fleet in fleets:
        if request.get("InstanceFleetType", fleet["InstanceFleetType"]) == fleet["InstanceFleetType"]:
            kind = fleet["InstanceTypeConfigs"][0]
            units = fleet.get("TargetOnDemandCapacity", 0) + fleet.get("TargetSpotCapacity", 0)
            count = -(-units // kind.get("WeightedCapacity", 1))
            groups.append({"InstanceRole": fleet["InstanceFleetType"], "InstanceType": kind["InstanceType"], "InstanceCount": count})
    state = "TERMINATED" if cluster.state.startswith("TERMINATED") else "RUNNING"
    made = lambda group, number: {
        "Ec2InstanceId": "i-%s-%d" % (group["InstanceRole"].lower(), number),
        "InstanceType": group["InstanceType"],
        "Market": group.get("Market", "ON_DEMAND"),
        "Status": {"State": state, "Timeline": {"CreationDateTime": cluster.created}},
    }
    return {"Instances": [made(group, number) for group in groups for number in range(group["InstanceCount"])]}


def summary(step):
    status = {"State": step["State"], "Timeline": step.get("Timeline", {})}
    if "FailureDetails" in step:
        status["FailureDetails"] = step["FailureDetails"]
    return {"Id": step["Id"], "Name": step["Step"]["Name"], "Status": status}


ACTIONS = {
    "RunJobFlow": lambda request: {"JobFlowId": Cluster(request).id},
    "AddJobFlowSteps": lambda request: {"StepIds": known(request, "JobFlowId").add(request["Steps"], request.get("ExecutionRoleArn"))},
    "DescribeCluster": lambda request: {"Cluster": known(request).described()},
    "ListSteps": lambda request: {"Steps": [summary(step) for step in reversed(known(request).steps)]},
    "ListClusters": lambda request: {
        "Clusters": [
            cluster.described()
            for cluster in clusters.values()
            if cluster.state in request.get("ClusterStates", [cluster.state])
        ]
    },
    "ListInstances": instances,
    "ListReleaseLabels": lambda request: {"ReleaseLabels": RELEASES},
    "ListSupportedInstanceTypes": kinds,
    "CancelSteps": cancel,
    "TerminateJobFlows": terminate,
}


def asked(call, arguments):
    """What tests want."""
    with lock:
        if call == "emr_rule":
            rules.append(arguments)
            return {}
        if call == "emr_release":
            rules[:] = [rule for rule in rules if rule["Name"] != arguments["Name"]]
            return {}
        if call == "emr_call":
            return ACTIONS[arguments["Action"]](arguments["Request"])
        if call == "emr_make":
            return {"Id": Cluster(arguments).id}
        if call == "emr_applications":
            plays = [play for play in applications.values() if re.search(arguments["Name"], play.options["-D"]["mapreduce.job.name"])]
            return {"States": ["ended" if play.ended else "runs" for play in plays]}
        found = [c for c in clusters.values() if re.search(arguments["Name"], c.request["Name"])]
        return {"Clusters": [{"Id": c.id, "State": c.state, "Request": c.request, "Steps": [s["State"] for s in c.steps], "StepRole": c.role, "StepIds": [s["Id"] for s in c.steps], "StepNames": [s["Step"]["Name"] for s in c.steps], "StepEnds": [s.get("Timeline", {}).get("EndDateTime") for s in c.steps], "Bootstrapped": c.said} for c in found]}
