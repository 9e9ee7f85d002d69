# Knows: how to find the RTP streams of a capture file and turn a PCMU or PCMA stream into samples, and the other way round.
# Must not know: SIP; quality figures (that is what pcap-analyze is tested for).
# Next: audio_check.py.
"""Classic pcap files only (what `tcpdump -w` writes here); IPv4 and UDP."""

import collections
import struct

import numpy

Stream = collections.namedtuple("Stream", "src dst ssrc payload_type packets")  # packets: (time_s, sequence, timestamp, payload)
LINK_HEADER = {1: 14, 101: 0, 113: 16, 276: 20, 0: 4}


def _expand_alaw():
    code = numpy.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    value = numpy.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << numpy.maximum(exponent - 1, 0))
    return numpy.where(code & 0x80, value, -value).astype(numpy.int16)


def _expand_ulaw():
    code = ~numpy.arange(256) & 0xFF
    value = ((((code & 15) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return numpy.where(code & 0x80, -value, value).astype(numpy.int16)


DECODE = {0: _expand_ulaw(), 8: _expand_alaw()}  # by RTP payload type (RFC 3551 §6)


def encode(samples, payload_type):
    """G.711 bytes of 16-bit samples: the nearest code of the table."""
    table = DECODE[payload_type].astype(numpy.int32)
    order = numpy.argsort(table, kind="stable")
    middles = (table[order][1:] + table[order][:-1]) / 2
    return order[numpy.searchsorted(middles, samples)].astype(numpy.uint8).tobytes()


def udp_packets(path):
    """Yields (time_s, source "ip:port", destination "ip:port", payload) of every UDP packet over IPv4."""
    with open(path, "rb") as file:
        data = file.read()
    magic = struct.unpack_from("<I", data)[0] if len(data) >= 24 else 0
    order, unit = {0xA1B2C3D4: ("<", 1e-6), 0xA1B23C4D: ("<", 1e-9), 0xD4C3B2A1: (">", 1e-6), 0x4D3CB2A1: (">", 1e-9)}[magic]
    link = LINK_HEADER[struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF]
    at = 24
    while at + 16 <= len(data):
        seconds, fraction, captured, _ = struct.unpack_from(order + "IIII", data, at)
        frame = data[at + 16 + link:at + 16 + captured]
        at += 16 + captured
        if len(frame) < 28 or frame[0] >> 4 != 4 or frame[9] != 17:
            continue
        header = (frame[0] & 15) * 4
        source_port, destination_port, length = struct.unpack_from(">HHH", frame, header)
        source, destination = ".".join(map(str, frame[12:16])), ".".join(map(str, frame[16:20]))
        yield (seconds + fraction * unit, f"{source}:{source_port}", f"{destination}:{destination_port}",
               frame[header + 8:header + length])


def streams(path):
    """The RTP streams of a capture, in the order of their first packets: version 2, payload type 0 or 8, ten packets or more."""
    found = {}
    for time_s, source, destination, payload in udp_packets(path):
        if len(payload) < 12 or payload[0] >> 6 != 2 or payload[1] & 0x7F not in DECODE:
            continue
        sequence, timestamp, ssrc = struct.unpack_from(">HII", payload, 2)
        start = 12 + 4 * (payload[0] & 15)
        key = (source, destination, ssrc, payload[1] & 0x7F)
        found.setdefault(key, []).append((time_s, sequence, timestamp, payload[start:]))
    return [Stream(*key, packets) for key, packets in found.items() if len(packets) >= 10]


def samples(stream):
    """The stream's 16-bit samples, each packet at the place that its timestamp gives it; silence where one is missing."""
    first = stream.packets[0][2]
    places = [((packet[2] - first + 2**31) % 2**32) - 2**31 for packet in stream.packets]
    low = min(places)
    size = max(place - low + len(packet[3]) for place, packet in zip(places, stream.packets))
    if size > 8000 * 3600:
        raise ValueError(f"{stream.src} > {stream.dst}: its timestamps span more than an hour")
    heard = numpy.zeros(size, numpy.int16)
    for place, packet in zip(places, stream.packets):
        heard[place - low:place - low + len(packet[3])] = DECODE[stream.payload_type][numpy.frombuffer(packet[3], numpy.uint8)]
    return heard


def write_pcap(path, packets):
    """packets: (time_s, (ip, port), (ip, port), payload); for scenarios that play a capture and for tests of this file."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for time_s, (source, source_port), (destination, destination_port), payload in packets:
            addresses = bytes(map(int, source.split("."))) + bytes(map(int, destination.split(".")))
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 28 + len(payload), 0, 0, 64, 17, 0) + addresses
            total = sum(struct.unpack(">10H", ip))
            total = (total & 0xFFFF) + (total >> 16)
            total = (total & 0xFFFF) + (total >> 16)
            ip = ip[:10] + struct.pack(">H", ~total & 0xFFFF) + ip[12:]
            frame = bytes(12) + b"\x08\x00" + ip + struct.pack(">HHHH", source_port, destination_port, 8 + len(payload), 0) + payload
            file.write(struct.pack("<IIII", int(time_s), int(time_s % 1 * 1e6), len(frame), len(frame)) + frame)


def rtp_packets(audio, payload_type, source, destination, ssrc=0x1234, start_s=0.0, first_sequence=1, ptime_ms=20):
    """What write_pcap wants, for a whole recording."""
    code, step = encode(audio, payload_type), 8 * ptime_ms
    for number in range(len(code) // step):
        header = struct.pack(">BBHII", 0x80, payload_type | (0x80 if number == 0 else 0), (first_sequence + number) & 0xFFFF,
                             number * step, ssrc)
        yield start_s + number * ptime_ms / 1000, source, destination, header + code[number * step:(number + 1) * step]
