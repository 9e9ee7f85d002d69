# Knows: how an INVITE (or any message given as a template) is broken, one place after the other, in the manner of PROTOS c07-sip.
# Must not know: who gets it.
# Next: mutation_test.py, mediated_mutation_test.py.
"""A template marks its places «name:kind|text». For each place every value of its kind is tried; `cases` gives them all in a fixed order,
`pairs` breaks two places at a time, drawn by a seed."""

import random
import re

PLACE = re.compile("«([a-z0-9_.-]+):([a-z0-9]+)\\|([^«»]*)»", re.S)

LENGTHS = (1, 64, 255, 256, 1024, 4096, 16384, 60000)
LONG = [b"a" * n for n in LENGTHS] + [b"\xc3\xa4" * 2000, b" " * 4096, b"0" * 4096]
FORMATS = [b"%s", b"%n", b"%x%x%x%x", b"%s" * 64, b"%n" * 64, b"%.65536d", b"%1$s%99999$n"]
CONTROLS = [b"\x00", b"a\x00b", b"\x00" * 64, b"\x01\x02\x1f\x7f", b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", "ä€𝄞".encode(), b"\xef\xbb\xbf"]
BLANKS = [b"", b" ", b"\t", b"\r", b"\n", b"\r\n", b"\r\n ", b"\r\n\r\n", b" \r\n\t "]
MARKS = [c.encode() for c in "<>\"'\\%&?#@:;,=/()[]{}|~^`$!*+-._"] + [b"%0", b"%00", b"%zz", b"%%", b"%c0%80", b"%25%30%30"]
RUNS = [c * n for c in (b"<", b">", b"\"", b",", b";", b":", b"%41", b"[", b"\\", b"@", b"=") for n in (2, 1000)]
NUMBERS = [str(n).encode() for n in (0, -1, 1, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63, -2**63, 2**64, 2**64 + 1)] + \
    [b"9" * 100, b"00000000000000000001", b"+1", b"1.5", b"0x10", b"1e9", b"-", b"1 1", b"1,1", "١".encode()]
HOSTS = [b"0.0.0.0", b"255.255.255.255", b"127.0.0.1", b"1.2.3", b"1.2.3.4.5", b"256.1.1.1", b"1.2.3.-4", b"0x7f.1", b"2130706433", b"[::]", b"[::1]", b"::1",
         b"[::ffff:1.2.3.4]", b"[1:2:3:4:5:6:7:8:9]", b"[", b"[]", b"[::", b"[:::1.2.3.4]", b"[fe80::1%25eth0]", b"[12345::]", b"a..b", b".", b"-", b"localhost", b"example.invalid",
         b"a." * 120 + b"a", b"host:0", b"host:65536", b"host:-1", b"host:99999999999", b"host:", b"224.0.0.1"]
URIS = [b"sip:", b"sip", b":", b"sips:a@b", b"tel:+1", b"tel:", b"http://a/b", b"urn:service:sos", b"sip:a@b@c", b"sip:@", b"sip:a@", b"sip:@b", b"sip::@b", b"sip:a:b@c:5", b"sip:a;b@c;d?e=f&g",
        b"sip:a@b;;;", b"sip:a@b?", b"sip:a@b??", b"sip:a@b;lr;lr=1;maddr=1.2.3.4;ttl=999;transport=x", b"sip:a@b:0", b"sip:a@b:65536", b"sip:%00@b", b"sip:a@[::1", b"sip:a@b;x=\"", b"<sip:a@b>", b"\"x\" <sip:a@b>",
        b"sip:" + b"a" * 4096 + b"@b", b"sip:a@b;" + b"p;" * 1000, b"sip:a@b?" + b"h=v&" * 1000]
WORDS = [b"INVITE", b"ACK", b"CANCEL", b"BYE", b"OPTIONS", b"REGISTER", b"invite", b"SIP/2.0", b"SIP/1.0", b"SIP/3.0", b"SIP/2.00", b"2.0", b"UDP", b"TCP", b"TLS", b"SCTP", b"UNKNOWN"]

KINDS = {
    "text": BLANKS + LONG + FORMATS + CONTROLS + MARKS + RUNS,
    "number": BLANKS[:4] + NUMBERS + LONG[3:6] + FORMATS[:2] + CONTROLS[:2],
    "host": BLANKS[:4] + HOSTS + LONG[3:6] + FORMATS[:2] + CONTROLS[:3],
    "uri": BLANKS[:6] + URIS + HOSTS[:4] + LONG[3:6] + FORMATS[:2] + CONTROLS,
    "word": BLANKS + WORDS + LONG[2:6] + FORMATS[:3] + CONTROLS + MARKS[:12],
    "mark": BLANKS + MARKS[:24] + CONTROLS[:2] + [b"::", b" : ", b"a"],
    "end": [b"", b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n\r\n", b"\r\n ", b" \r\n", b"\x00\r\n", b"\r\n\x00"],
}
# Whole lines: gone, twice, ten times, two hundred times, behind themselves on one line, in lower case, without a value.
LINES = {"gone": lambda line: b"", "twice": lambda line: line * 2, "tenfold": lambda line: line * 10, "manifold": lambda line: line * 200,
         "joined": lambda line: line.rstrip(b"\r\n") + b", " + line.partition(b":")[2].lstrip(), "lower": lambda line: line.lower(),
         "upper": lambda line: line.upper(), "bare": lambda line: line.partition(b":")[0] + b":\r\n", "folded": lambda line: line.replace(b" ", b"\r\n  "),
         "unfinished": lambda line: line.rstrip(b"\r\n")}

HEADERS = """\
«via.name:word|Via»«via.colon:mark|: »«via.protocol:word|SIP»/«via.version:word|2.0»/«via.transport:word|@T@» «via.host:host|@IP@»:«via.port:number|@PORT@»;branch=«via.branch:text|z9hG4bK@N@»;rport«via.more:text|;ttl=1;received=1.2.3.4;maddr=5.6.7.8»«via.end:end|
»Via: SIP/2.0/UDP «via2.host:host|192.0.2.7»:«via2.port:number|5062»;branch=z9hG4bKsecond«via2.rest:text|;x»
«from.name:word|From»: «from.display:text|"Alice"» «from.open:mark|<»«from.uri:uri|sip:alice@company.example»«from.close:mark|>»;tag=«from.tag:text|t@N@»
«to.name:word|To»: «to.display:text|Bob» <«to.uri:uri|sip:@NUMBER@@company.example»>«to.rest:text|»
«call-id.name:word|Call-ID»: «call-id.value:text|@N@@mutation»
«cseq.name:word|CSeq»: «cseq.number:number|1»«cseq.blank:mark| »«cseq.method:word|INVITE»
«max-forwards.name:word|Max-Forwards»: «max-forwards.value:number|70»
«contact.name:word|Contact»: «contact.display:text|"Alice"» <«contact.uri:uri|sip:alice@@IP@:@PORT@»>;expires=«contact.expires:number|60»;q=«contact.q:number|0.5»
Route: «route.value:uri|<sip:@PROXY@;lr>»
Record-Route: «record-route.value:uri|<sip:192.0.2.7;lr>»
«content-type.name:word|Content-Type»: «content-type.value:word|application/sdp»«content-type.rest:text|;charset=utf-8»
Accept: «accept.value:text|application/sdp, text/plain;q=0.1»
Allow: «allow.value:text|INVITE, ACK, BYE, CANCEL, OPTIONS»
Supported: «supported.value:text|timer, replaces»
Session-Expires: «session-expires.value:number|1800»;refresher=«session-expires.refresher:word|uac»
Min-SE: «min-se.value:number|90»
Session-ID: «session-id.value:text|0123456789abcdef0123456789abcdef»
P-Asserted-Identity: «pai.value:uri|"A" <sip:+442079460001@company.example>»
P-Preferred-Identity: «ppi.value:uri|<sip:+442079460001@company.example>»
Privacy: «privacy.value:text|none»
Diversion: «diversion.value:uri|<sip:+442079460003@company.example>»;reason=«diversion.reason:text|no-answer»
History-Info: «history-info.value:uri|<sip:+442079460003@company.example>»;index=«history-info.index:number|1»
Reason: «reason.protocol:word|Q.850»;cause=«reason.cause:number|16»;text="«reason.text:text|x»"
Max-Breadth: «max-breadth.value:number|60»
Timestamp: «timestamp.value:number|54.3»
Date: «date.value:text|Sat, 13 Nov 2010 23:29:00 GMT»
User-Agent: «user-agent.value:text|mutation»
Subject: «subject.value:text|hello»
Authorization: Digest username="«authorization.username:text|a»", realm="x", nonce="y", uri="«authorization.uri:uri|sip:x»", response="«authorization.response:text|0»", nc=«authorization.nc:number|00000001»
Expires: «expires.value:number|120»
Alert-Info: «alert-info.value:uri|<http://example.com/a.wav>»
«unknown.name:text|X-Unknown»: «unknown.value:text|value»
"""

SDP = """\
«sdp.v:text|v=0»
«sdp.o.type:mark|o»«sdp.o.sign:mark|=»«sdp.o.user:text|-» «sdp.o.id:number|53655765» «sdp.o.version:number|2353687637» «sdp.o.net:word|IN» «sdp.o.kind:word|IP4» «sdp.o.address:host|@IP@»
s=«sdp.s:text|-»
«sdp.i:text|i=about»
c=«sdp.c.net:word|IN» «sdp.c.kind:word|IP4» «sdp.c.address:host|@IP@»
b=«sdp.b.kind:word|AS»:«sdp.b.value:number|64»
t=«sdp.t.start:number|0» «sdp.t.stop:number|0»
a=«sdp.a.value:text|sendrecv»
m=«sdp.m.kind:word|audio» «sdp.m.port:number|30000»«sdp.m.ports:text|» «sdp.m.protocol:word|RTP/AVP» «sdp.m.formats:text|8 0 101»
a=rtpmap:«sdp.rtpmap.type:number|8» «sdp.rtpmap.name:text|PCMA»/«sdp.rtpmap.rate:number|8000»«sdp.rtpmap.channels:text|/1»
a=rtpmap:101 telephone-event/8000
a=fmtp:101 «sdp.fmtp:text|0-15»
a=ptime:«sdp.ptime:number|20»
a=«sdp.name:text|maxptime»:«sdp.maxptime:number|150»
a=crypto:«sdp.crypto.tag:number|1» «sdp.crypto.suite:word|AES_CM_128_HMAC_SHA1_80» inline:«sdp.crypto.key:text|d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj»
a=rtcp:«sdp.rtcp:number|30001»
m=«sdp.m2.kind:word|image» «sdp.m2.port:number|0» «sdp.m2.protocol:word|udptl» «sdp.m2.formats:text|t38»
"""

INVITE = "«line.method:word|INVITE»«line.blank:mark| »«line.uri:uri|sip:@NUMBER@@company.example»«line.blank2:mark| »«line.version:word|SIP/2.0»«line.end:end|\n»" + HEADERS
# What the gateway's side answers; @COPIED@ stands for the Via, From, To, Call-ID and CSeq fields of the request.
ANSWER_LINE = "«line.version:word|SIP/2.0»«line.blank:mark| »«line.status:number|@STATUS@»«line.blank2:mark| »«line.reason:text|OK»«line.end:end|\n»"
ANSWER_FIELDS = """\
«contact.name:word|Contact»: «contact.uri:uri|<sip:callee@@IP@:@PORT@>»
Server: «server.value:text|mutation»
Allow: «allow.value:text|INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE»
Supported: «supported.value:text|timer»
Require: «require.value:text|timer»
Session-Expires: «session-expires.value:number|1800»;refresher=«session-expires.refresher:word|uas»
RSeq: «rseq.value:number|1»
P-Asserted-Identity: «pai.value:uri|<sip:+442079460123@itsp.example>»
Reason: «reason.protocol:word|Q.850»;cause=«reason.cause:number|16»
Retry-After: «retry-after.value:number|5»
Warning: «warning.value:text|399 host "text"»
Session-ID: «session-id.value:text|0123456789abcdef0123456789abcdef»
Date: «date.value:text|Sat, 13 Nov 2010 23:29:00 GMT»
MIME-Version: «mime-version.value:text|1.0»
Timestamp: «timestamp.value:number|54.3»
Subject: «subject.value:text|x»
Organization: «organization.value:text|x»
Privacy: «privacy.value:text|none»
User-Agent: «user-agent.value:text|x»
«content-type.name:word|Content-Type»: «content-type.value:word|application/sdp»
"""


class Template:
    def __init__(self, head, body):
        """Both are texts with places; line ends become CRLF. Content-Length stands at the end of the head, a place of its own."""
        self.parts, self.places = [], {}
        for text in (head.replace("\n", "\r\n") + "Content-Length«content-length.colon:mark|: »«content-length.value:number|@LENGTH@»\r\n«head.end:end|\r\n»", body.replace("\n", "\r\n")):
            end = 0
            parts = []
            for match in PLACE.finditer(text):
                parts += [text[end:match.start()].encode(), (match[1], match[2], match[3].encode())]
                self.places[match[1]] = match[2]
                end = match.end()
            self.parts.append(parts + [text[end:].encode()])

    def fill(self, values, change_line=None):
        """The message, those places with other values; change_line: (number, function) for a whole line of head and body."""
        head, body = (b"".join(part if isinstance(part, bytes) else values.get(part[0], part[2]) for part in parts) for parts in self.parts)
        if change_line:
            number, change = change_line
            lines = head.split(b"\r\n")
            if number < len(lines) - 2:
                lines = [line + b"\r\n" for line in lines[:-1]]
                lines[number] = change(lines[number])
                head = b"".join(lines)
            else:
                lines = [line + b"\r\n" for line in body.split(b"\r\n")[:-1]]
                at = number - (len(head.split(b"\r\n")) - 2)
                if at < len(lines):
                    lines[at] = change(lines[at])
                    body = b"".join(lines)
        return head, body

    def line_count(self):
        head, body = self.fill({})
        return head.count(b"\r\n") - 1 + body.count(b"\r\n")

    @staticmethod
    def finish(head, body, settings):
        """Fills in the @NAME@s; the length last."""
        for name, text in settings.items():
            head, body = head.replace(b"@%s@" % name, text), body.replace(b"@%s@" % name, text)
        return head.replace(b"@LENGTH@", str(len(body)).encode()) + body

    def cases(self):
        """(what is broken, head, body) of every single mutation, @NAME@s not filled in yet."""
        for place, kind in self.places.items():
            for number, value in enumerate(KINDS[kind]):
                yield (f"{place}/{kind}{number}", *self.fill({place: value}))
        for line in range(1, self.line_count()):
            for name, change in LINES.items():
                yield (f"line{line}/{name}", *self.fill({}, (line, change)))
        # Many values in one field, and one field many times: what is added behind the first Via, and headers of all sizes.
        for count in (69, 70, 71, 1000):
            vias = b"".join(b"Via: SIP/2.0/UDP 192.0.2.9:%d;branch=z9hG4bKv%d\r\n" % (5000 + n, n) for n in range(count - 2))
            yield (f"vias/{count}", *self.insert(vias))
            yield (f"routes/{count}", *self.insert(b"Route: " + b", ".join(b"<sip:r%d.example;lr>" % n for n in range(count)) + b"\r\n"))
            yield (f"fields/{count}", *self.insert(b"".join(b"X-%d: y\r\n" % n for n in range(count))))
        for size in (1000, 8000, 30000, 60000):
            yield (f"field/{size}", *self.insert(b"X-Large: " + b"x" * size + b"\r\n"))

    def insert(self, fields):
        head, body = self.fill({})
        line, _, rest = head.partition(b"\r\nFrom:")
        return line + b"\r\n" + fields + b"From:" + rest, body

    def pairs(self, seed, count):
        """Two to four places broken at a time."""
        chance = random.Random(seed)
        places = sorted(self.places)
        for number in range(count):
            chosen = chance.sample(places, chance.randint(2, 4))
            values = {place: chance.choice(KINDS[self.places[place]]) for place in chosen}
            line = (chance.randrange(1, self.line_count()), chance.choice(list(LINES.values()))) if chance.random() < 0.2 else None
            yield (f"pair{number}/" + "+".join(chosen), *self.fill(values, line))


def invites():
    return Template(INVITE, SDP)


# Fields that real stacks trip over when they stand twice, or where nobody expects them.
EXTRA = [part for part in re.sub(PLACE, r"\3", ANSWER_FIELDS + HEADERS.partition("Route:")[2]).replace("\n", "\r\n").encode().splitlines(True) if not re.search(rb"@[A-Z]+@", part) and b":" in part[:30] and not part.startswith(b" ")]
SDP_LINES = [b"m=image 4000 udptl >\r\n", b"m=audio 4000 RTP/AVP >\r\n", b"m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n", b"m=audio 0 RTP/AVP 8\r\n", b"c=IN IP4 0.0.0.0\r\n", b"a=inactive\r\n",
             b"a=rtpmap:8 PCMA/0\r\n", b"a=ptime:0\r\n", b"a=fmtp:101 0-99999999999\r\n", b"a=group:BUNDLE 0 1\r\n", b"c=IN IP6 ::1\r\n", b"b=AS:-1\r\n", b"m=audio 65536 RTP/AVP 8\r\n", b"m=\r\n", b"=\r\n", b"a=\r\n"]


def broken(message, chance):
    """A message that somebody really sent, with one to three faults; its Content-Length fits the body, most of the time."""
    head, blank, body = message.partition(b"\r\n\r\n")
    lines, media = head.split(b"\r\n"), body.split(b"\r\n")[:-1] if body else []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        where = chance.random()
        if media and where < 0.3:
            at = chance.randrange(len(media))
            media[at] = _broken_line(media[at], chance)
            if chance.random() < 0.3:
                media.insert(chance.randrange(len(media) + 1), chance.choice(SDP_LINES).rstrip())
        elif where < 0.5:
            lines.insert(chance.randrange(1, len(lines)), chance.choice(EXTRA).rstrip(b"\r\n"))
            if chance.random() < 0.7:
                lines.append(lines[chance.randrange(1, len(lines))])
        elif where < 0.6:
            del lines[chance.randrange(1, len(lines))]
        else:
            at = chance.randrange(len(lines))
            lines[at] = _broken_line(lines[at], chance)
    body = b"".join(line + b"\r\n" for line in media)
    if chance.random() < 0.95:
        lines = [b"Content-Length: %d" % len(body) if line.lower().startswith(b"content-length") else line for line in lines]
    return (b"\r\n".join(lines) + blank + body)[:60000]


def _broken_line(line, chance):
    pieces = re.split(rb"([ :;,=<>@/\"]+)", line)
    at = chance.randrange(len(pieces))
    kind = "number" if pieces[at].isdigit() else chance.choice(("text", "text", "host", "uri", "word", "mark"))
    way = chance.random()
    if way < 0.6:
        pieces[at] = chance.choice(KINDS[kind])
    elif way < 0.75:
        pieces[at] = pieces[at] * chance.choice((2, 3, 200))
    elif way < 0.9 and pieces[at]:
        spot = chance.randrange(len(pieces[at]))
        pieces[at] = pieces[at][:spot] + bytes([chance.randrange(256)]) + pieces[at][spot + 1:]
    else:
        del pieces[at]
    return b"".join(pieces)
