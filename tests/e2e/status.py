# SPDX-License-Identifier: EUPL-1.2
"""What operators and monitors see: metrics and health over HTTP, why names fail, what is in flight, and the shadow run
beside another resolver."""

import http.client
import json
import re
import socket
import sys
import time

import ground
from daemon import Daemon, Operator, ctl

STATUS_PORT = 9199


def get(path, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", STATUS_PORT, timeout=5)
    try:
        connection.request(method, path)
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
    finally:
        connection.close()


def value(text, name, **labels):
    """The sum of the samples of `name` that have these labels."""
    total = 0.0
    for line in text.splitlines():
        match = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if not match or match[1] != name:
            continue
        own = dict(re.findall(r'(\w+)="([^"]*)"', match[2] or ""))
        if all(own.get(label) == wanted for label, wanted in labels.items()):
            total += float(match[3])
    return total


def health(verdict):
    verdict.expect(get("/livez")[0] == 200, "/livez: alive")
    status, text = 0, ""
    deadline = time.monotonic() + 10
    while status != 200 and time.monotonic() < deadline:
        status, text = get("/readyz")
        time.sleep(0.1)
    verdict.expect(status == 200, f"/readyz: ready once primed ({text.strip()})")
    verdict.expect(get("/")[0] == 404 and get("/metrics", "POST")[0] == 405, "another page: 404; POST: 405")


def metrics(verdict, daemon, names):
    before = get("/metrics")[1]
    for name in names * 3:
        daemon.ask(name.name, name.type)
    daemon.ask(names[0].name, names[0].type, tcp=True)
    after = get("/metrics")[1]

    def grown(name, **labels):
        return value(after, name, **labels) - value(before, name, **labels)
    count = len(names)
    verdict.expect(grown("rootward_client_queries_total", proto="udp", result="hit") == 2 * count and
                   grown("rootward_client_queries_total", proto="udp", result="miss") == count and
                   grown("rootward_client_queries_total", proto="tcp", result="hit") == 1,
                   "client queries by transport and by what became of them")
    verdict.expect(grown("rootward_client_latency_seconds_count", result="hit") == 2 * count + 1 and
                   grown("rootward_client_latency_seconds_count", result="miss") == count,
                   "the latency histogram has each of them, hits and misses apart")
    hit = grown("rootward_client_latency_seconds_sum", result="hit") / (2 * count + 1)
    miss = grown("rootward_client_latency_seconds_sum", result="miss") / count
    verdict.expect(0 < hit < miss, f"a hit is faster than a miss ({hit * 1e6:.0f} us, {miss * 1e3:.1f} ms)")
    verdict.expect(value(after, "rootward_root_queries_total", purpose="priming", outcome="answered") > 0 and
                   value(after, "rootward_root_queries_total", purpose="resolution", outcome="sent") > 0,
                   "root queries by identity, purpose and outcome")
    verdict.expect(grown("rootward_upstream_queries_total", outcome="answered") > 0 and
                   grown("rootward_validation_total", status="secure") > 0 and value(after, "rootward_cache_bytes") > 0,
                   "upstream queries, validation and the cache's memory")
    verdict.figure("mean latency", f"hit {hit * 1e6:.0f} us, miss {miss * 1e3:.1f} ms")


def follows_from_denials(verdict, daemon, operator):
    """RFC 8198: a name that a cached NSEC record denies costs nobody a query, and counts as a hit."""
    daemon.ask("zzzz-one.", "A")
    before = operator.ctl("cache", "stats")[1]
    reply = daemon.ask("zzzz-two.", "A")
    after = operator.ctl("cache", "stats")[1]
    verdict.expect(reply and reply.rcode == "NXDOMAIN" and after["hits"] - before["hits"] == 1 and
                   after["misses"] == before["misses"], "an answer that follows from a denial counts as a hit")
    verdict.expect(0 < after["index_octets"] < after["used_octets"], "and the cache says what its index takes")
    verdict.expect(value(get("/metrics")[1], "rootward_cache_index_bytes") == after["index_octets"], "as the metrics do")


def shows_no_case(verdict, lab, operator):
    """The case that queries are given on their way is nobody's business: not in answers, not in what an operator sees."""
    mixed = []
    for name in [n for n in lab.names() if n.sound][:60]:
        reply = operator.ctl("lookup", name.name, name.type)[1]
        texts = [record["owner"] for record in reply.get("answer", []) + reply.get("authority", [])]
        texts += [record["rdata"] for record in reply.get("answer", []) if record["type"] in ("CNAME", "NS", "MX", "PTR")]
        texts += [hop["zone"] for hop in reply.get("hops", [])] + [hop["question"] for hop in reply.get("hops", [])]
        mixed += [text for text in texts if text != text.lower()]
    verdict.expect(not mixed, f"no name shows the case that it was asked in {mixed[:3]}")


def configured_servers(verdict, lab, operator, name):
    """`servers` shows whom a question would go to: also those of the configuration."""
    operator.reload(**{"stub-zones": [{"name": "stub.example.", "servers": ["127.0.0.99"]}],
                       "forward-zones": [{"name": "forward.example.", "servers": ["127.0.0.98"]}]})
    stub = operator.ctl("servers", "www.stub.example.")[1]
    forward = operator.ctl("servers", "www.forward.example.")[1]
    other = operator.ctl("servers", name.name)[1]
    root = operator.ctl("servers", ".")[1]
    operator.reload(**{"stub-zones": [], "forward-zones": []})
    verdict.expect(stub["source"] == "stub-zone" and stub["servers"][0]["address"] == "127.0.0.99:53" and
                   stub["servers"][0]["name"] is None, "servers: those of a stub zone")
    verdict.expect(forward["source"] == "forward-zone" and forward["servers"][0]["address"] == "127.0.0.98:53",
                   "servers: those of a forward zone")
    verdict.expect(other["source"] in ("delegation", "root") and root["source"] == "root" and len(root["servers"]) > 1,
                   "servers: those of a delegation, and the root's")


def bounds(verdict):
    held = []
    for _ in range(100):
        try:
            held.append(socket.create_connection(("127.0.0.1", STATUS_PORT), timeout=2))
        except OSError:
            break
    time.sleep(0.2)
    dripping = held[0]
    dripping.sendall(b"GET /metrics HT")
    time.sleep(7)
    dripping.settimeout(2)
    try:
        closed = dripping.recv(100) == b"" or True
    except (TimeoutError, socket.timeout):
        closed = False
    except OSError:
        closed = True
    verdict.expect(closed, "a request that never ends is given up")
    for one in held:
        one.close()
    time.sleep(0.3)
    verdict.expect(get("/livez")[0] == 200, "a hundred idle connections do not keep monitors out for good")


def failures(verdict, lab, operator):
    daemon = operator.daemon
    bogus = [n for n in lab.names() if n.outcome == "SERVFAIL"][:3]
    for name in bogus:
        daemon.ask(name.name, name.type, timeout=8)
    questions = {q["name"]: q for q in operator.ctl("failures")[1]["questions"]}
    found = [name for name in bogus if name.name in questions and questions[name.name]["reason"]]
    verdict.expect(bogus and len(found) == len(bogus), f"the reason of each SERVFAIL is found ({len(found)} of {len(bogus)})")
    verdict.expect(value(get("/metrics")[1], "rootward_client_failures_total") >= len(bogus), "and counted by reason")
    verdict.expect(operator.ctl("inflight")[1]["schema"] == "rootward/inflight/1" and
                   operator.ctl("servers", bogus[0].name)[1]["schema"] == "rootward/servers/1", "inflight and servers")
    status, reply, _ = operator.ctl("log", "debug")
    daemon.ask("no-such-name.invalid-tld-here.", "A")
    verdict.expect(status == 0 and reply["level"] == "debug", "the log level changes while it runs")
    operator.ctl("log", "info")


def shadow(verdict, lab, operator, names):
    file = operator.daemon.home / "names.txt"
    file.write_text("".join(f"{n.name} {n.type}\n" for n in names))
    with lab.peer("unbound") as peer:
        words = ("compare", "--json", "--with", peer.address, "--at", operator.daemon.address, "--names", file)
        done = ctl(*words, limit=120)
        report = json.loads(done.stdout) if done.stdout else {}
        verdict.expect(report.get("asked") == len(names) and done.returncode == (1 if report["different"] else 0),
                       f"compare: {report.get('same')} of {len(names)} names the same as Unbound says; exit "
                       f"{done.returncode}")
        verdict.expect(report.get("different", 99) <= len(names) // 20, f"{report.get('differences')}"[:300])
        operator.reload(**{"local-zones": [{"name": names[0].name, "type": "refuse", "data": []}]})
        done = ctl(*words, limit=120)
        different = [d["name"] for d in json.loads(done.stdout)["differences"]]
        verdict.expect(done.returncode == 1 and names[0].name in different, "a name answered otherwise is shown; exit 1")
        operator.reload(**{"local-zones": []})


def port_taken(verdict, lab):
    """Metrics that cannot be served do not keep names from being resolved."""
    other = Daemon(lab, {"status": {"listen": f"127.0.0.1:{STATUS_PORT}"}}, address="127.0.0.76")
    took = other.await_tcp()
    status, _, text = other.end()
    verdict.expect(took is not None and status == 0 and "status.listen" in text,
                   "a taken port for metrics: it says so and answers")


def main():
    ground.in_lab("--no-alternates", "--leaves", "200")
    verdict = ground.Verdict("status: metrics, health, reasons, the shadow run")
    lab = ground.labkit.Lab()
    names = [n for n in lab.names(kind="tld-apex") if n.sound and n.outcome == "NOERROR"][:20]
    daemon = Daemon(lab, {"status": {"listen": f"127.0.0.1:{STATUS_PORT}"}}, address="127.0.0.75")
    daemon.await_tcp()
    operator = Operator(daemon)
    health(verdict)
    metrics(verdict, daemon, names)
    failures(verdict, lab, operator)
    shadow(verdict, lab, operator, [n for n in lab.names() if n.sound][:100])
    follows_from_denials(verdict, daemon, operator)
    shows_no_case(verdict, lab, operator)
    configured_servers(verdict, lab, operator, names[0])
    port_taken(verdict, lab)
    bounds(verdict)
    status, _, text = daemon.end()
    verdict.expect(status == 0, f"it ends with status {status} {'' if status == 0 else text[-500:]}")
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
