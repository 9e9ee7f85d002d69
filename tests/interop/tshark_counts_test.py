#!/usr/bin/python3
"""tshark and pcap-analyze count the same RTP packets in each stream, and the same SIP messages.

Knows: that tshark is an independent program. Must not know: how either counts. Next: capture_truth_test.py.
"""
import concurrent.futures
import tempfile

import analyzer

# What tshark knows and we do not yet (a row goes when the analyser learns it), or finds where there is no RTP.
OTHERWISE = {
    "ndpi_skinny.pcap": "tshark reads SCCP and knows its media endpoints",
    "ndpi_stun_wa_call.pcapng": "not RTP by its sequence numbers: tshark's heuristic takes single packets",
    "pcpp_sip_reqs.pcap": "SIP in PPPoE",
    "sipnab_DTMFsipinfo.pcap": "SIP in PPPoE",
    "zeek_sip_sip-junk-before-request.pcap": "tshark finds a request behind junk",
    "sipnab_c07-sip-r2.cap": "a NetMon file",
    "sipnab_rtsp-packets.cap": "a NetMon file",
}


def compare(check, capture, name, known=(), codes=(0,)):
    _, streams, summary = analyzer.analyze(capture, codes=codes)
    ours = {}
    for stream in streams:
        key = analyzer.stream_key(stream)
        ours[key] = ours.get(key, 0) + stream["packets"]
    # Without SDP in the capture tshark needs its heuristic; with SDP the heuristic could find more than was announced.
    theirs, sip = known or analyzer.tshark_counts(capture)
    if sum(theirs.values()) != sum(ours.values()):
        theirs, sip = analyzer.tshark_counts(capture, heuristic=True)
    for key in sorted(set(ours) | set(theirs)):
        check.that(ours.get(key) == theirs.get(key), f"{name}: {key}: ours {ours.get(key)}, tshark's {theirs.get(key)}")
    check.that(sum(ours.values()) == summary["capture"]["rtp"], f"{name}: the summary counts other RTP packets than the streams")
    check.that(summary["capture"]["sip"] == sip, f"{name}: SIP messages: ours {summary['capture']['sip']}, tshark's {sip}")


def main():
    analyzer.need("tshark")
    check = analyzer.Check()
    with tempfile.TemporaryDirectory() as folder:
        for name in analyzer.SHAPES:
            capture, _ = analyzer.generate(folder, name)
            compare(check, capture, name)
    if analyzer.SHARED.is_dir():
        captures = [c for c in sorted(analyzer.SHARED.glob("*.*cap*")) if c.name not in OTHERWISE]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for capture, known in zip(captures, pool.map(analyzer.tshark_counts, captures)):
                # 3: what else the capture holds (SIP over TCP, a torn end) is said to be left out; RTP is counted all the same.
                compare(check, capture, capture.name, known, codes=(0, 3))
    else:
        print(f"SKIP: {analyzer.SHARED} is absent: only generated captures were compared")
    check.end()


if __name__ == "__main__":
    main()
