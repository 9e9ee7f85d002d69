# Knows: for each section of RFC 4475 and RFC 5118 a message of our own with the same difficulty, and what a proxy owes it.
# Must not know: how it is sent.
# Next: torture_test.py; tests/unit/sip/torture_test.cpp asks the scanner alone.
"""Where a proxy would forward, the message is an INVITE that our routes take to the gateway; where the RFC's own method is of another
kind, the answer is the one that this proxy gives to it (OPTIONS 200, REGISTER 501, else 405: CHANGELOG, sip-trunk-proxy(1))."""

import dataclasses
import re

NUMBER = "02079460200"  # the gateway's
SDP = (b"v=0\r\no=- 29739 7272939 IN IP4 192.0.2.5\r\ns=-\r\nc=IN IP4 192.0.2.5\r\nt=0 0\r\nm=audio 49217 RTP/AVP 0 12\r\n"
       b"m=video 3227 RTP/AVP 31\r\na=rtpmap:31 LPC\r\n")
SDP6 = (b"v=0\r\no=- 29739 7272939 IN IP6 2001:db8::20\r\ns=-\r\nc=IN IP6 2001:db8::20\r\nt=0 0\r\nm=audio 6000 RTP/AVP 2\r\n"
        b"a=rtpmap:2 G726-32/8000\r\n")
MULTIPART = (b"--7a9c\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\nHello\r\n--7a9c\r\n"
             b"Content-Type: application/octet-stream\r\n\r\n\x00\x01\xff\x00\r\n\r\n\x80\r\n--7a9c--\r\n")


@dataclasses.dataclass
class Case:
    """strict, lenient: what the scanner says (0 accepted, -1 dropped, else the status of the answer). udp, tcp: what happens live:
    "forward", "drop", "wait" (no answer, the rest of the message is awaited), a status, or a status and "close"."""
    section: str
    name: str
    message: bytes     # @ME@ = the sender's address and port, @T@ = the transport
    strict: int
    lenient: int
    udp: str
    clause: str
    tcp: str = ""      # as udp
    wants: tuple = ()  # expressions that the forwarded message, or the answer, must match
    lacks: tuple = ()  # and that it must not
    changed: tuple = ()  # fields that may change on the way, beside those that a proxy changes anyway
    trailing: bool = False  # what follows the message by UDP is thrown away and is by TCP the next one

    def bytes(self, me, transport):
        return self.message.replace(b"@ME@", me.encode()).replace(b"@T@", transport.encode())


def request(name, start, *fields, body=b""):
    """A plain request, its fields replaced by those of the same name ("Name!" only takes one away), others added."""
    method = start.split()[0]
    plain = ["Via: SIP/2.0/@T@ @ME@;branch=z9hG4bKtorture-" + re.sub("[^a-z0-9]", "", name),
             "From: <sip:alice@company.example>;tag=" + re.sub("[^a-z0-9]", "", name),
             f"To: <sip:{NUMBER}@company.example>", f"Call-ID: {name}.torture", f"CSeq: 8 {method}", "Max-Forwards: 70",
             "Contact: <sip:alice@@ME@>"]
    long = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type"}
    name_of = lambda field: (lambda n: long.get(n, n))(re.match(r"[^:!]*", field)[0].strip().lower())
    replaced = {name_of(field) for field in fields}
    lines = [field for field in plain if name_of(field) not in replaced] + [f for f in fields if not re.fullmatch(r"[\w-]+!", f)]
    if "content-length" not in replaced:
        lines.append(f"Content-Length: {len(body)}")
    return (start + "\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape") + body


def invite(name, *fields, uri=f"sip:{NUMBER}@company.example", body=SDP, start=None):
    kind = () if any(field.lower().startswith("content-type") for field in fields) else ("Content-Type: application/sdp",)
    return request(name, start or f"INVITE {uri} SIP/2.0", *kind, *fields, body=body)


def other(name, method, *fields, uri="sip:company.example", body=b"", start=None):
    return request(name, start or f"{method} {uri} SIP/2.0", *fields, body=body)


def response(name, start, *fields, body=b""):
    return request(name, start, "Max-Forwards!", *fields, body=body)


LONG = "extreme" * 15
V6 = "Via: SIP/2.0/@T@ [2001:db8::9:1];rport;branch=z9hG4bKas3-"

RFC4475 = [
    # 3.1.1 Valid messages
    Case("3.1.1.1", "wsinv", (
        f"INVITE sip:{NUMBER}@company.example;unknownparam SIP/2.0\r\nTO :\r\n sip:{NUMBER}@company.example ;   other    = x1918n\r\n"
        "from   : \"J Doe \\\\\\\"\"       <sip:alice@company.example>\r\n  ;\r\n  tag = 98asjd8\r\nMaX-fOrWaRdS: 0068\r\n"
        f"Call-ID: wsinv.torture\r\nContent-Length   : {len(SDP)}\r\ncseq: 0009\r\n  INVITE\r\nVia  : SIP  /   2.0\r\n /@T@\r\n"
        "    @ME@;branch=390skdjuw\r\ns :\r\nNewFangledHeader:   newfangled value\r\n continued newfangled value\r\n"
        "UnknownHeaderWithUnusualValue: ;;,,;;,;\r\nContent-Type: application/sdp\r\n"
        "v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n"
        " z9hG4bK30239\r\nm:\"Quoted string \\\"\\\"\" <sip:alice@@ME@> ; newparam =\r\n      newvalue ;\r\n"
        "  secondparam ; q = 0.33\r\n\r\n").encode() + SDP, 0, 0, "forward", "RFC 4475 §3.1.1.1",
        wants=(rb"Max-Forwards: 67|MaX-fOrWaRdS: 67", rb"\r\n continued newfangled value\r\n", rb"192\.168\.255\.111   ; branch=\r\n z9hG4bK30239"),
        changed=("to",)),
    Case("3.1.1.2", "intmeth", other("intmeth", "!odd-Method0123456789_*+`.%indeed'~",
         "To: \"BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f\" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@company.example>",
         "From: token1~` token2'+_ token3*%!.- <sip:alice@company.example>;fromParam''~+*_!.-%=\"работающий\";tag=_token~1'+`*%!-.",
         "Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{", "Max-Forwards: 255", "extensionHeader-!.%*+_`'~:\ufeff大停電",
         uri="sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@company.example"),
         0, 0, "405", "RFC 4475 §3.1.1.2; RFC 3261 §8.2.1", wants=(rb"NUL:\\\x00 DEL", rb"Allow: ")),
    Case("3.1.1.3", "esc01", invite("esc01", "From: <sip:I%20have%20spaces@company.example>;tag=938", "To: sip:%75se%72@company.example",
         "Contact:\r\n  <sip:cal%6Cer@@ME@;%6C%72;n%61me=v%61lue%25%34%31>", uri=f"sip:%30{NUMBER[1:]}@company.example"),
         0, 0, "forward", "RFC 4475 §3.1.1.3; escapes are decoded once", wants=(rb"INVITE sip:\+442079460200@", rb"n%61me=v%61lue%25%34%31>")),
    Case("3.1.1.4", "escnull", other("escnull", "REGISTER", "To: sip:null-%00-null@company.example", "From: sip:null-%00-null@company.example;tag=839",
         "Contact: <sip:%00@@ME@>", "Contact: <sip:%00%00@@ME@>", "L:0"), 0, 0, "501", "RFC 4475 §3.1.1.4"),
    Case("3.1.1.5", "esc02", other("esc02", "RE%47IST%45R", "To: \"%Z%45\" <sip:resource@company.example>", "C%6Fntact: <sip:alias2@@ME@>"),
         0, 0, "405", "RFC 4475 §3.1.1.5: not REGISTER; RFC 3261 §8.2.1"),
    Case("3.1.1.6", "lwsdisp", invite("lwsdisp", "From: caller<sip:alice@company.example>;tag=323"), 0, 0, "forward", "RFC 4475 §3.1.1.6"),
    Case("3.1.1.7", "longreq", invite("longreq", f"To: \"I have a user name of {LONG} proportion\"<sip:{NUMBER}@company.example:6000;unknownparam1=very{LONG}value;"
         f"long{LONG}name=shortvalue;{LONG}NoValue>", f"From: sip:{LONG}@company.example;tag={'1298' * 60}424;unknown{LONG};unknown{LONG}{LONG}=\"{LONG}\"",
         f"Call-ID: longreq.one{LONG}", "CSeq: 3882340 INVITE", f"Unknown-{LONG}-Name: unknown-{LONG}-value; unknown-{LONG}-parameter-name = unknown-{LONG}-value",
         "Via: SIP/2.0/@T@ @ME@", *(f"v: SIP/2.0/TCP sip{n}.example.com;received=192.0.2.{n};branch=very{LONG}branchvalue" for n in range(33, 1, -1)),
         f"Contact: <sip:amazingly{LONG}@@ME@>"), 0, 0, "forward", "RFC 4475 §3.1.1.7; RFC 3261 §17.2.3 for the Via without a branch"),
    Case("3.1.1.8", "dblreq", other("dblreq", "REGISTER", "I: dblreq.torture", "Content-Length: 0") +
         b"\r\n" + invite("dblreq2", "Max-Forwards: 8"), 0, 0, "501", "RFC 4475 §3.1.1.8; RFC 3261 §18.3", trailing=True),
    Case("3.1.1.9", "semiuri", other("semiuri", "OPTIONS", "Accept: application/sdp, application/pkcs7-mime,\r\n        multipart/mixed, multipart/signed",
         uri="sip:user;par=u%40example.net@company.example"), 0, 0, "200", "RFC 4475 §3.1.1.9"),
    Case("3.1.1.10", "transports", invite("transports", "Via: SIP/2.0/@T@ @ME@;branch=z9hG4bKtransports", "Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKb",
         "Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bKc", "Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKd", "Via: SIP/2.0/TCP t5.example.com;branch=z9hG4bKe"),
         0, 0, "forward", "RFC 4475 §3.1.1.10", wants=(rb"Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKd\r\n",)),
    Case("3.1.1.11", "mpart01", invite("mpart01", "Content-Type: multipart/mixed;boundary=7a9c", "Content-Transfer-Encoding: binary", body=MULTIPART),
         0, 0, "forward", "RFC 4475 §3.1.1.11", wants=(rb"\x00\x01\xff\x00\r\n\r\n\x80",)),
    Case("3.1.1.12", "unreason", response("unreason", "SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое", "CSeq: 35 INVITE", body=SDP),
         0, 0, "drop", "RFC 4475 §3.1.1.12; RFC 6026 §7.3"),
    Case("3.1.1.13", "noreason", response("noreason", "SIP/2.0 100 ", "CSeq: 35 INVITE"), 0, 0, "drop", "RFC 4475 §3.1.1.13; RFC 3261 §16.7 step 5"),
    # 3.1.2 Invalid messages
    Case("3.1.2.1", "badinv01", invite("badinv01", "Via: SIP/2.0/@T@ @ME@;;,;,,", "Contact: \"Joe\" <sip:joe@example.org>;;;;"), 400, 400, "400", "RFC 4475 §3.1.2.1"),
    Case("3.1.2.2", "clerr", invite("clerr", "Content-Length: 9999"), 400, 400, "400", "RFC 4475 §3.1.2.2; RFC 3261 §18.3", tcp="wait"),
    Case("3.1.2.3", "ncl", invite("ncl", "Content-Length: -999", "Max-Forwards: 254"), 400, 400, "400", "RFC 4475 §3.1.2.3", tcp="400 close"),
    Case("3.1.2.4", "scalar02", other("scalar02", "REGISTER", "CSeq: 36893488147419103232 REGISTER", "Max-Forwards: 300", "Expires: 1" + "0" * 100,
         "Contact: <sip:user@@ME@>\r\n  ;expires=280297596632815"), 400, 400, "400", "RFC 4475 §3.1.2.4; RFC 3261 §8.1.1.5"),
    Case("3.1.2.5", "scalarlg", response("scalarlg", "SIP/2.0 503 Service Unavailable", "CSeq: 9292394834772304023312 OPTIONS",
         "Retry-After: 949302838503028349304023988", "Warning: 1812 overture \"In Progress\""), -1, -1, "drop", "RFC 4475 §3.1.2.5"),
    Case("3.1.2.6", "quotbal", invite("quotbal", f"To: \"Mr. J. User <sip:{NUMBER}@company.example>"), 400, 400, "400", "RFC 4475 §3.1.2.6"),
    Case("3.1.2.7", "ltgtruri", invite("ltgtruri", uri=f"<sip:{NUMBER}@company.example>"), 400, 0, "forward", "RFC 4475 §3.1.2.7: not sent on",
         wants=(rb"^INVITE sip:\+442079460200@[^<> ]+ SIP/2.0\r\n",)),
    Case("3.1.2.8", "lwsruri", invite("lwsruri", "CSeq: 2130706432 INVITE", uri=f"sip:{NUMBER}@company.example; lr"), 400, 400, "400", "RFC 4475 §3.1.2.8"),
    Case("3.1.2.9", "lwsstart", invite("lwsstart", start=f"INVITE  sip:{NUMBER}@company.example  SIP/2.0"), 400, 0, "forward", "RFC 4475 §3.1.2.9: not sent on",
         wants=(rb"^INVITE sip:\+442079460200@[^ ]+ SIP/2.0\r\n",)),
    Case("3.1.2.10", "trws", invite("trws", start=f"INVITE sip:{NUMBER}@company.example SIP/2.0  "), 400, 0, "forward", "RFC 4475 §3.1.2.10: not sent on",
         wants=(rb"^INVITE sip:\+442079460200@[^ ]+ SIP/2.0\r\n",)),
    Case("3.1.2.11", "escruri", invite("escruri", uri=f"sip:{NUMBER}@company.example?Route=%3Csip:example.com%3E"), 400, 0, "forward",
         "RFC 4475 §3.1.2.11: not sent on, and no header field", lacks=(rb"^[^\r]*\?", rb"%3Csip", rb"\nRoute:")),
    Case("3.1.2.12", "baddate", invite("baddate", "Date: Fri, 01 Jan 2010 16:00:00 EST"), 0, 0, "forward", "RFC 4475 §3.1.2.12"),
    Case("3.1.2.13", "regbadct", invite("regbadct", "Contact: sip:alice@@ME@?Route=%3Csip:sip.example.com%3E"), 400, 0, "forward", "RFC 4475 §3.1.2.13; RFC 3261 §20"),
    Case("3.1.2.14", "badaspec", invite("badaspec", f"To: \"Watson, Thomas\" < sip:{NUMBER}@company.example >"), 400, 0, "forward", "RFC 4475 §3.1.2.14",
         wants=(rb"\r\nTo: \"Watson, Thomas\" < sip:02079460200@company.example >\r\n",)),
    Case("3.1.2.15", "baddn", invite("baddn", "From:    Bell, Alexander <sip:alice@company.example>;tag=43", f"To:      Watson, Thomas <sip:{NUMBER}@company.example>"), 400, 0, "forward", "RFC 4475 §3.1.2.15: not passed on",
         wants=(rb"\r\nTo: +\"Watson, Thomas\" <sip:",), changed=("to",)),
    Case("3.1.2.16", "badvers", other("badvers", "OPTIONS", "Via: SIP/7.0/@T@ @ME@;branch=z9hG4bKbadvers", start="OPTIONS sip:company.example SIP/7.0"),
         505, 505, "505", "RFC 4475 §3.1.2.16"),
    Case("3.1.2.17", "mismatch01", other("mismatch01", "OPTIONS", "CSeq: 8 INVITE"), 400, 400, "400", "RFC 4475 §3.1.2.17"),
    Case("3.1.2.18", "mismatch02", other("mismatch02", "NEWMETHOD", "CSeq: 8 INVITE", body=SDP), 501, 501, "501", "RFC 4475 §3.1.2.18"),
    Case("3.1.2.19", "bigcode", response("bigcode", "SIP/2.0 4294967301 better not break the receiver", "CSeq: 353494 INVITE"), -1, -1, "drop", "RFC 4475 §3.1.2.19"),
    # 3.2 and 3.3: transactions, applications
    Case("3.2.1", "badbranch", invite("badbranch", "Via: SIP/2.0/@T@ @ME@;branch=z9hG4bK"), 400, 0, "forward", "RFC 4475 §3.2.1; RFC 3261 §17.2.3"),
    Case("3.3.1", "insuf", invite("insuf", "From!", "To!", "Call-ID!", "Max-Forwards!", "CSeq: 193942 INVITE"), 400, 400, "400", "RFC 4475 §3.3.1; RFC 3261 §8.1.1"),
    Case("3.3.2", "unkscm", other("unkscm", "OPTIONS", uri="nobodyKnowsThisScheme:totallyopaquecontent"), 416, 416, "416", "RFC 4475 §3.3.2; RFC 3261 §16.3 step 2"),
    Case("3.3.3", "novelsc", other("novelsc", "OPTIONS", uri="soap.beep://192.0.2.103:3002"), 416, 416, "416", "RFC 4475 §3.3.3; RFC 3261 §16.3 step 2"),
    Case("3.3.4", "unksm2", invite("unksm2", "To: isbn:2983792873", "From: <http://www.example.com>;tag=3234233"), 0, 0, "forward", "RFC 4475 §3.3.4"),
    Case("3.3.5", "bext01", invite("bext01", "Require: nothingSupportsThis, nothingSupportsThisEither", "Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis"),
         0, 0, "420", "RFC 4475 §3.3.5; RFC 3261 §16.3 step 5", wants=(rb"\r\nUnsupported: noProxiesSupportThis, norDoAnyProxiesSupportThis\r\n",),
         lacks=(rb"Unsupported:[^\r]*nothingSupportsThis",)),
    Case("3.3.6", "invut", invite("invut", "Content-Type: application/unknownformat", body=b"<audio>\r\n <pcmu port=\"443\"/>\r\n</audio>\r\n"),
         0, 0, "forward", "RFC 4475 §3.3.6; 415 is an endpoint's answer"),
    Case("3.3.7", "regaut01", invite("regaut01", "Authorization: NoOneKnowsThisScheme opaque-data=here"), 0, 0, "forward", "RFC 4475 §3.3.7: unmodified",
         wants=(rb"\r\nAuthorization: NoOneKnowsThisScheme opaque-data=here\r\n",)),
    Case("3.3.8", "multi01", invite("multi01", "CSeq: 5 INVITE", "CSeq: 59 INVITE", "Call-ID: multi01.torture", "Call-ID: multi01.2", "Max-Forwards: 70", "Max-Forwards: 5",
         "From: <sip:a@company.example>;tag=1", "From: <sip:b@company.example>;tag=2"), 400, 400, "400", "RFC 4475 §3.3.8; RFC 3261 §7.3.1"),
    Case("3.3.9", "mcl01", other("mcl01", "OPTIONS", "Content-Length: 13", "Content-Length: 5", "Content-Type: text/plain",
         body=b"There's no way to know how many octets are supposed to be here.\r\n"), 400, 400, "400", "RFC 4475 §3.3.9", tcp="400 close"),
    Case("3.3.10", "bcast", response("bcast", "SIP/2.0 200 OK", "Via: SIP/2.0/@T@ @ME@;branch=z9hG4bK1324923", "Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23",
         "CSeq: 35 INVITE", body=SDP), 0, 0, "drop", "RFC 4475 §3.3.10; RFC 6026 §7.3"),
    Case("3.3.11", "zeromf", invite("zeromf", "Max-Forwards: 0"), 0, 0, "483", "RFC 4475 §3.3.11; RFC 3261 §16.3 step 3"),
    Case("3.3.12", "cparam01", other("cparam01", "REGISTER", "Contact: sip:+19725552222@@ME@;unknownparam"), 0, 0, "501", "RFC 4475 §3.3.12"),
    Case("3.3.13", "cparam02", other("cparam02", "REGISTER", "Contact: <sip:+19725552222@@ME@;unknownparam>"), 0, 0, "501", "RFC 4475 §3.3.13"),
    Case("3.3.14", "regescrt", invite("regescrt", "M: <sip:alice@@ME@?Route=%3Csip:sip.example.com%3E>"), 0, 0, "forward", "RFC 4475 §3.3.14",
         wants=(rb"\?Route=%3Csip:sip.example.com%3E>\r\n",), lacks=(rb"\nRoute:",)),
    Case("3.3.15", "sdp01", invite("sdp01", "Accept: text/nobodyKnowsThis"), 0, 0, "forward", "RFC 4475 §3.3.15; 406 is the recipient's answer"),
    Case("3.4.1", "inv2543", invite("inv2543", "Via: SIP/2.0/@T@ @ME@", "From: <sip:+13035551111@company.example;user=phone>", "Max-Forwards!", "Contact!", "Content-Length!",
         "Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>"), 0, 0, "forward", "RFC 4475 §3.4.1; by TCP RFC 3261 §18.3", tcp="400 close",
         wants=(rb"\r\nMax-Forwards: 70\r\n", rb"\r\nContent-Length: [1-9]", rb"<sip:UserB@example.com;maddr=ss1.example.com>"),
         changed=("content-length",)),
]

RFC5118 = [
    Case("4.1", "ipv6-good", other("ipv6-good", "REGISTER", V6 + "1", "Contact: \"Caller\" <sip:caller@[2001:db8::1]>", uri="sip:[2001:db8::10]"), 0, 0, "501", "RFC 5118 §4.1"),
    Case("4.2", "ipv6-bad", other("ipv6-bad", "REGISTER", V6 + "2", uri="sip:2001:db8::10"), 400, 400, "400", "RFC 5118 §4.2"),
    Case("4.3", "port-ambiguous", other("port-ambiguous", "REGISTER", V6 + "3", uri="sip:[2001:db8::10:5070]"), 0, 0, "501", "RFC 5118 §4.3"),
    Case("4.4", "port-unambiguous", other("port-unambiguous", "REGISTER", V6 + "4", uri="sip:[2001:db8::10]:5070"), 0, 0, "501", "RFC 5118 §4.4"),
    Case("4.5", "via-received-with-delim", invite("via-received-with-delim", "Via: SIP/2.0/@T@ [2001:db8::9:1];rport;received=[2001:db8::9:255];branch=z9hG4bKas3-111"),
         0, 0, "forward", "RFC 5118 §4.5: parsed, not sent on", lacks=(rb"received=\[", rb"2001:db8::9:255")),
    Case("4.5", "via-received-no-delim", invite("via-received-no-delim", "Via: SIP/2.0/@T@ [2001:db8::9:1];rport;received=2001:db8::9:255;branch=z9hG4bKas3"),
         0, 0, "forward", "RFC 5118 §4.5", lacks=(rb"2001:db8::9:255",)),
    Case("4.6", "ipv6-in-sdp", invite("ipv6-in-sdp", V6 + "5", "Contact: \"Caller\" <sip:alice@[2001:db8::20]>", body=SDP6), 0, 0, "forward", "RFC 5118 §4.6"),
    Case("4.7", "mult-ip-in-header", invite("mult-ip-in-header", V6 + "6", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144",
         "Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;\r\n received=192.0.2.200"), 0, 0, "forward", "RFC 5118 §4.7"),
    Case("4.8", "mult-ip-in-sdp", invite("mult-ip-in-sdp", V6 + "7", body=b"v=0\r\no=bob 280744730 28977631 IN IP4 host.example.com\r\ns=\r\nt=0 0\r\nm=audio 22334 RTP/AVP 0\r\n"
         b"c=IN IP4 192.0.2.1\r\nm=video 6024 RTP/AVP 107\r\nc=IN IP6 2001:db8::1\r\na=rtpmap:107 H263-1998/90000\r\n"), 0, 0, "forward", "RFC 5118 §4.8"),
    Case("4.9", "ipv4-mapped-ipv6", invite("ipv4-mapped-ipv6", "Via: SIP/2.0/@T@ [::ffff:192.0.2.10]:19823;rport;branch=z9hG4bKbh19",
         "Via: SIP/2.0/UDP [::ffff:192.0.2.2];branch=z9hG4bKas3-111", "Contact: \"T. desk phone\" <sip:alice@[::ffff:192.0.2.2]>",
         body=SDP6.replace(b"2001:db8::20", b"::ffff:192.0.2.2")), 0, 0, "forward", "RFC 5118 §4.9"),
    Case("4.10", "ipv6-bug-abnf-3-colons", invite("ipv6-bug-abnf-3-colons", "To: sip:user@[2001:db8:::192.0.2.1]", "Contact: <sip:alice@[2001:db8:::192.0.2.1]>"),
         0, 0, "forward", "RFC 5118 §4.10: tolerated"),
    Case("4.10", "ipv6-bug-in-uri", other("ipv6-bug-in-uri", "OPTIONS", "To: sip:user@[2001:db8:::192.0.2.1]", uri="sip:user@[2001:db8:::192.0.2.1]"),
         0, 0, "200", "RFC 5118 §4.10: tolerated"),
    Case("4.10", "ipv6-correct-abnf-2-colons", other("ipv6-correct-abnf-2-colons", "OPTIONS", "To: sip:user@[2001:db8::192.0.2.1]", uri="sip:user@[2001:db8::192.0.2.1]"),
         0, 0, "200", "RFC 5118 §4.10"),
]
