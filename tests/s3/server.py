"""Moto's server, and what the tests want done in it: a JSON object a line in, one a line out. It ends with its input."""

import gzip
import json
import logging
import os
import re
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../emr"))
import boto3
import stand_in
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
lock = threading.Condition()
faults = []
requests = []
usual = DomainDispatcherApplication.__call__


def faulty(app, environ, start_response):
    """Answers a request as usual, unless it is a program's and should go wrong."""
    if environ["PATH_INFO"].startswith("/stand-in/"):
        return stand_in.node(environ, start_response)
    if "Credential=seed/" in environ.get("HTTP_AUTHORIZATION", ""):
        return usual(app, environ, start_response)
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    key = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].partition("/")[0]
    query = environ.get("QUERY_STRING", "")
    line = "%s %s?%s" % (environ["REQUEST_METHOD"], environ["PATH_INFO"], query)
    if target:
        line = "POST %s as %s" % (target, key)
    elif query.startswith("Action="):
        line += " as " + key
    answer = stand_in.answer if target.startswith("ElasticMapReduce.") else usual
    with lock:
        requests.append(line)
        fault = next((f for f in faults if f["Times"] > 0 and re.search(f["Line"], line)), None)
        how = {} if fault is None else fault["How"]
        if fault is not None:
            fault["Times"] -= 1
        if "Hold" in how:
            lock.wait_for(lambda: fault.get("Released"), timeout=60)
    if "Lost" in how:
        b"".join(answer(app, environ, lambda *_: None))
    if "Lost" in how or "Gone" in how:
        start_response("502 Bad Gateway", [("Content-Type", "text/html"), ("Content-Length", "0")])
        return [b""]
    if "Status" in how:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        body = "<Error><Code>%s</Code><Message>as the test wants it</Message></Error>" % how["Code"]
        if target:
            body = json.dumps({"__type": how["Code"], "message": "as the test wants it"})
        start_response("%d Fault" % how["Status"], [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
        return [body.encode()]
    if "Cut" in how:
        body = b"".join(usual(app, environ, start_response))
        return [body[: len(body) // 2]]
    return answer(app, environ, start_response)


def completed(app, environ, start_response):
    """Moto calls the answer to the last request of an upload by another name than S3, which AWS's own library minds."""
    if environ["REQUEST_METHOD"] != "POST" or "uploadId=" not in environ.get("QUERY_STRING", ""):
        return faulty(app, environ, start_response)
    answer = []
    body = b"".join(faulty(app, environ, lambda *start: answer.append(start)))
    body = body.replace(b"CompleteMultipartUploadResponse", b"CompleteMultipartUploadResult")
    status, headers = answer[0][:2]
    headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
    start_response(status, headers + [("Content-Length", str(len(body)))])
    return [body]


DomainDispatcherApplication.__call__ = completed
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
endpoint = "http://%s:%s" % server.get_host_and_port()
os.environ.pop("AWS_PROFILE", None)
os.environ.update(AWS_ACCESS_KEY_ID="seed", AWS_SECRET_ACCESS_KEY="seed")
stand_in.start(endpoint)
print(json.dumps(endpoint), flush=True)


def answered(call, client, arguments):
    if call == "fault":
        with lock:
            faults.append(arguments)
        return {}
    if call == "release":
        with lock:
            for fault in faults:
                if fault["Line"] == arguments["Line"]:
                    fault.update(Released=True, Times=0)
            lock.notify_all()
        return {}
    if call == "requests":
        with lock:
            return {"Lines": [line for line in requests if re.search(arguments["Line"], line)]}
    if call == "unpacked":
        body = client.get_object(**arguments)["Body"].read()
        return {"Text": (gzip.decompress(body) if arguments["Key"].endswith(".gz") else body).decode("latin-1")}
    if call == "put_many":
        for number in range(arguments["Count"]):
            client.put_object(Bucket=arguments["Bucket"], Key="many/%05d" % number, Body=b"x\n")
        return {}
    if call.startswith("emr_"):
        return stand_in.asked(call, arguments)
    if "File" in arguments:
        with open(arguments.pop("File"), "rb") as file:
            arguments["Body"] = file.read()
    answer = getattr(client, call)(**arguments)
    answer.pop("ResponseMetadata", None)
    if "Body" in answer:
        answer["Body"] = answer["Body"].read().decode("latin-1")
    return answer


clients = {}
for line in sys.stdin:
    request = json.loads(line)
    region = request["region"]
    if region not in clients:
        clients[region] = boto3.client("s3", region_name=region, endpoint_url=endpoint)
    try:
        print(json.dumps(answered(request["call"], clients[region], request["arguments"]), default=str), flush=True)
    except Exception as error:
        print(json.dumps({"error": repr(error)}), flush=True)
