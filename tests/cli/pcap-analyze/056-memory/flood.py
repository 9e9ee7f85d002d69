# A capture of INVITEs whose texts are as long as a datagram allows; the Call-IDs differ only at their end.
import struct
import sys

out = sys.stdout.buffer
out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 101))
long = b"x" * 20000
for n in range(4000):
    sip = (b"INVITE sip:b@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK%d\r\nFrom: <sip:%s@h>;tag=%s\r\n"
           b"To: <sip:b@h>\r\nCall-ID: %s%d\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n" % (n, long, long, long, n))
    udp = struct.pack("!HHHH", 5060, 5060, 8 + len(sip), 0) + sip
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2))) + udp
    out.write(struct.pack("<IIII", 1700000000 + n // 1000, n % 1000 * 1000, len(ip), len(ip)) + ip)
