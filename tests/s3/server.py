"""Moto's server, and what the tests want done in it: a JSON object a line in, one a line out. It ends with its input."""

import json
import logging
import os
import sys

import boto3
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
endpoint = "http://%s:%s" % server.get_host_and_port()
os.environ.pop("AWS_PROFILE", None)
os.environ.update(AWS_ACCESS_KEY_ID="seed", AWS_SECRET_ACCESS_KEY="seed")
print(json.dumps(endpoint), flush=True)

for line in sys.stdin:
    request = json.loads(line)
    client = boto3.client("s3", region_name=request["region"], endpoint_url=endpoint)
    arguments = request["arguments"]
    if "File" in arguments:
        with open(arguments.pop("File"), "rb") as file:
            arguments["Body"] = file.read()
    try:
        answer = getattr(client, request["call"])(**arguments)
        answer.pop("ResponseMetadata", None)
        if "Body" in answer:
            answer["Body"] = answer["Body"].read().decode("latin-1")
        print(json.dumps(answer, default=str), flush=True)
    except Exception as error:
        print(json.dumps({"error": repr(error)}), flush=True)
