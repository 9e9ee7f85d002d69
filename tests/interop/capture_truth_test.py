#!/usr/bin/python3
"""pcap-analyze says what is true of generated captures: outcomes, times, losses, copies, jitter, of every call and stream.

Knows: the generators' truth files. Must not know: how the analyser finds it out. Next: tests/peers/voipgen.
"""
import json
import tempfile

import analyzer

JITTER_MS = 0.01
TIME_MS = 0.001
OUTCOMES = {"answered": "answered", "486": "busy", "404": "rejected", "503": "failed", "cancelled": "cancelled"}
TIMER_B_US = 32_000_000


def near(ours, true, margin):
    return ours is not None and abs(ours - true) <= margin


def compare_call(check, call, true, ends_us):
    name = f"{true['call_id']} ({true['kind']})"
    if true["kind"] == "timeout":
        # Failed once the wait is over; before that nobody can know.
        expired = ends_us - true["t_invite"] >= TIMER_B_US
        check.that(call["outcome"] == ("failed" if expired else "incomplete"), f"{name}: {call['outcome']}")
        check.that(call.get("failure") == ("timeout" if expired else None), f"{name}: failure {call.get('failure')}")
    else:
        check.that(call["outcome"] == OUTCOMES[true["kind"]], f"{name}: {call['outcome']}")
    found = [d for d in call["diagnosis"] if d["code"] == "invite_retransmitted"]
    check.that(bool(found) == bool(true["invites_resent"]), f"{name}: INVITE sent again {true['invites_resent']} times, said: {found}")

    def span(key, begin, end):
        expected = (true[end] - true[begin]) / 1000 if true[end] else None
        good = key not in call if expected is None else near(call.get(key), expected, TIME_MS)
        check.that(good, f"{name}: {key} {call.get(key)}, true {expected}")
    span("ring_ms", "t_invite", "t_ring")
    span("pdd_ms", "t_invite", "t_ring")
    span("answer_ms", "t_invite", "t_ans")
    span("duration_ms", "t_ans", "t_bye")
    if true["t_bye"]:
        check.that(call["ended_by"] == ("caller" if true["by_caller"] else "callee"), f"{name}: ended by {call['ended_by']}")
    check.that(len(call["streams"]) == len(true["streams"]), f"{name}: {len(call['streams'])} streams")


def compare_stream(check, ours, true, call):
    name = f"{call['call_id']} {true['src']}"
    check.that(ours["call_id"] == call["call_id"] and ours["match"] == "sdp", f"{name}: tied to {ours.get('call_id')} by {ours['match']}")
    check.that(ours["codec"] == call["codec"], f"{name}: codec {ours.get('codec')}")
    for key in ("received", "lost", "duplicate", "reordered"):
        check.that(ours[key] == true[key], f"{name}: {key} {ours[key]}, true {true[key]}")
    # Null: nobody can know it exactly (one report only, or a report that came before the packets it counts).
    if true["lost_tail"] is not None:
        check.that(ours.get("lost_tail") == true["lost_tail"], f"{name}: lost_tail {ours.get('lost_tail')}, true {true['lost_tail']}")
    for key in ("jitter_max_ms", "jitter_mean_ms"):
        check.that(near(ours[key], true[key], JITTER_MS), f"{name}: {key} {ours[key]}, true {true[key]}")


def generated(check):
    with tempfile.TemporaryDirectory() as folder:
        for shape in analyzer.SHAPES:
            capture, truth = analyzer.generate(folder, shape)
            calls, streams, summary = analyzer.analyze(capture)
            check.that(summary["skipped"] == 0 and summary["bad"] == 0, f"{shape}: {summary}")
            check.that(len(calls) == len(truth), f"{shape}: {len(calls)} calls, true {len(truth)}")
            by_ssrc = {int(s["ssrc"], 16): s for s in streams}
            check.that(len(by_ssrc) == sum(len(t["streams"]) for t in truth), f"{shape}: {len(by_ssrc)} streams")
            ends_us = last_packet_us(capture)
            for true in truth:
                compare_call(check, calls[true["call_id"]], true, ends_us)
                for stream in true["streams"]:
                    compare_stream(check, by_ssrc[stream["ssrc"]], stream, true)
            # The same bytes on every run.
            check.that(analyzer.analyze(capture) == (calls, streams, summary), f"{shape}: another run prints something else")


def last_packet_us(capture):
    """Time of the last packet, read with another program's eyes: the pcap and pcapng layouts in ten lines."""
    data = capture.read_bytes()
    last = 0
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        at, per_us = 0, 1
        while at < len(data):
            kind, size = (int.from_bytes(data[at + i:at + i + 4], "little") for i in (0, 4))
            if kind == 1 and data[at + 24:at + 32] and b"\x09\x00\x01\x00\x09" in data[at:at + size]:
                per_us = 1000
            if kind == 6:
                high, low = (int.from_bytes(data[at + i:at + i + 4], "little") for i in (12, 16))
                last = max(last, ((high << 32) | low) // per_us)
            at += size
        return last
    nano = data[:4] == b"\x4d\x3c\xb2\xa1"
    at = 24
    while at < len(data):
        sec, fraction, size = (int.from_bytes(data[at + i:at + i + 4], "little") for i in (0, 4, 8))
        last = max(last, sec * 1_000_000 + (fraction // 1000 if nano else fraction))
        at += 16 + size
    return last


def shared(check):
    """The captures made for this project elsewhere, with their own truth (other keys, other definition of jitter)."""
    for truth_file in sorted(analyzer.SHARED.glob("gen_*.truth.jsonl")):
        name = truth_file.name.removesuffix(".truth.jsonl")
        capture = next(c for c in analyzer.SHARED.glob(f"{name}.pcap*"))
        calls, streams, _ = analyzer.analyze(capture)
        # Their jitter lets events move the reference.
        _, moving, _ = analyzer.analyze(capture, "--jitter", "moving")
        ours = {(s["ssrc"], s["src"]): s for s in streams}
        ours_moving = {(s["ssrc"], s["src"]): s for s in moving}
        for true in map(json.loads, truth_file.read_text().splitlines()):
            call = calls[true["call_id"]]
            if true["kind"] == "timeout":
                check.that(call["outcome"] in ("failed", "incomplete"), f"{name}: timeout is {call['outcome']}")
            else:
                check.that(call["outcome"] == OUTCOMES[true["kind"]], f"{name}: {true['kind']} is {call['outcome']}")
            if true["kind"] == "answered":
                for key, begin, end in (("pdd_ms", "t_invite", "t_ring"), ("answer_ms", "t_invite", "t_ans"),
                                        ("duration_ms", "t_ans", "t_bye")):
                    # Their times are printed with six digits of a second.
                    check.that(near(call[key], (true[end] - true[begin]) * 1000, 0.002), f"{name}: {key} {call[key]}")
            for stream in true.get("streams", []):
                key = (stream["ssrc"].lower(), stream["src"])
                s = ours[key]
                check.that(s["call_id"] == true["call_id"] and s["match"] == "sdp", f"{name}: {key} not tied to its call")
                # Their count of received packets holds the copies; what is lost at an end nobody can see in RTP.
                check.that(s["received"] + s["duplicate"] == stream["recv"], f"{name}: {key} received {s['received']}")
                at_ends = stream["sent"] - (s["received"] + s["lost"])
                check.that(s["lost"] + at_ends == stream["lost"] and at_ends >= 0, f"{name}: {key} lost {s['lost']}, true {stream['lost']}")
                check.that(at_ends == 0 or stream["lost"] > 0, f"{name}: {key} misses packets that were not lost")
                check.that(s["duplicate"] == stream["dup"], f"{name}: {key} duplicate {s['duplicate']}")
                check.that(s["reordered"] == stream["late"], f"{name}: {key} reordered {s['reordered']}")
                m = ours_moving[key]
                for mine, theirs in (("jitter_max_ms", "jmax_ms"), ("jitter_mean_ms", "jmean_ms")):
                    check.that(near(m[mine], stream[theirs], JITTER_MS), f"{name}: {key} {mine} {m[mine]}, true {stream[theirs]}")
                    if not stream["dtmf"]:
                        check.that(near(s[mine], stream[theirs], JITTER_MS), f"{name}: {key} {mine} {s[mine]}, true {stream[theirs]}")


def main():
    check = analyzer.Check()
    generated(check)
    if analyzer.SHARED.is_dir():
        shared(check)
    else:
        print(f"SKIP: {analyzer.SHARED} is absent: only generated captures were compared")
    check.end()


if __name__ == "__main__":
    main()
