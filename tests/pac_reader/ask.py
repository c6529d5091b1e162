"""Asks pacparser (Mozilla's own functions and SpiderMonkey) what files tell browsers.

Standard input: JSON list of {"pac": text, "hosts": [host, ...]}; output: JSON list of lists of answers, null for a file
that its engine does not take.
"""
import json
import sys

import pacparser


def answers(case):
    pacparser.init()
    try:
        pacparser.parse_pac_string(case["pac"])
        return [pacparser.find_proxy(f"http://{host}/", host) for host in case["hosts"]]
    except Exception:
        return None
    finally:
        pacparser.cleanup()


json.dump([answers(case) for case in json.load(sys.stdin)], sys.stdout)
