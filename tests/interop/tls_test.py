#!/usr/bin/python3
# Knows: calls by TLS through the proxy (stunnel4 around SIPp), who is let in by which certificate, and certificates read anew under load.
# Must not know: plain TCP (streams_test.py).
# Next: tests/unit/tls/ for each refusal's words.
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
import unittest

from interop import Scene, lab, tandem
from certificates import RSA, Authority
from sipp import Sipp
from stunnel import Stunnel

NUMBER = "02079460200"


class TlsScene(Scene):
    bridge_needed = False
    tls = {}

    def setUp(self):
        self.company_options = {"edit": self.secure}
        super().setUp()

    def secure(self, data):
        """The office speaks TLS only; the gateway is reached by it, under a name that its certificate has."""
        place = self.lab
        self.authority = Authority(place)
        self.gateway_certificate = self.authority.leaf("gateway", "DNS:gateway.example")
        self.phone_certificate = self.authority.leaf("phone", "DNS:phone.example", "clientAuth")
        first, second = self.authority.leaf("proxy", "DNS:proxy.example"), self.authority.leaf("second", "DNS:second.example")
        office = data["realms"][0]
        office["listen"] += [f"tls:{place.ip(1)}:5061"]
        office["tls"] = {"certificate_file": str(first[0]), "key_file": str(first[1]), "ca_file": str(self.authority.file),
                         "more_certificates": [{"certificate_file": str(second[0]), "key_file": str(second[1])}], **self.tls}
        gateway = next(trunk for trunk in data["trunks"] if trunk["name"] == "gateway")
        gateway["targets"], gateway["domain"] = [f"tls:{place.ip(30)}:5061"], "gateway.example"

    def caller(self, scenario="uac_signalling.xml", number=0, **options):
        """SIPp behind a stunnel of its own; the proxy sees alice's address."""
        ip = self.lab.ip(11)
        if not number:
            Stunnel(self.lab, "alice-tls", (ip, 5070), (self.lab.ip(1), 5061), self.phone_certificate, self.authority.file, True, local=ip)
        return Sipp(self.lab, f"alice{number}", scenario, ip, port=5060 + number, target=(ip, 5070), service=NUMBER, user="alice", transport="t1",
                    **{"talk_ms": 300, **options})

    def gateway(self, scenario="uas_signalling.xml", certificate=None, **options):
        ip = self.lab.ip(30)
        Stunnel(self.lab, "gateway-tls", (ip, 5061), (ip, 5060), certificate or self.gateway_certificate, self.authority.file, False)
        return Sipp(self.lab, "gateway", scenario, ip, transport="t1", **{"ring_ms": 100, "talk_ms": 300, **options})

    def ended(self, count, outcome="answered"):
        ends = lab.wait_for("every end is recorded", lambda: (lambda r: r if len(r) == count else None)(
            [r for r in self.proxy.records("call") if r["call"].get("phase") == "end"]), 20)
        self.assertEqual({r["call"]["outcome"] for r in ends}, {outcome})

    def connect(self, server_name="proxy.example", certificate=None, host=11, **versions):
        """A TLS connection by Python's own library; gives the names in the certificate that was shown."""
        context = ssl.create_default_context(cafile=self.authority.file)
        context.check_hostname = False
        for key, value in versions.items():
            setattr(context, key, value)
        if certificate:
            context.load_cert_chain(*certificate)
        raw = socket.socket()
        raw.bind((self.lab.ip(host), 0))
        raw.settimeout(5)
        raw.connect((self.lab.ip(1), 5061))
        self.addCleanup(raw.close)
        secure = context.wrap_socket(raw, server_hostname=server_name)
        self.addCleanup(secure.close)
        return secure

    def names(self, secure):
        return [value for kind, value in secure.getpeercert()["subjectAltName"] if kind == "DNS"]

    def options(self, secure, number):
        ip = self.lab.ip(11)
        secure.sendall((f"OPTIONS sip:{ip} SIP/2.0\r\nVia: SIP/2.0/TLS {ip};branch=z9hG4bKt{number};rport\r\nFrom: <sip:a@b>;tag=t{number}\r\n"
                        f"To: <sip:{ip}>\r\nCall-ID: tls{number}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n").encode())
        return secure.recv(65536).decode()


class Tls(TlsScene):
    def test_calls_by_tls_on_both_sides(self):
        gateway = self.gateway(calls=20)
        self.caller(calls=20, options=("-r", "20")).result()
        gateway.result()
        self.ended(20)
        invite = re.search(r"\n(INVITE .*?\r?\n\r?\n)", gateway.messages(), re.S)[1]
        self.assertRegex(invite, rf"Via: SIP/2.0/TLS {self.lab.ip(1)}:5061;alias;rport;branch=")
        self.assertIn(f"Record-Route: <sip:{self.lab.ip(1)}:5061;transport=tls;lr;ck=", invite)

    def test_the_callee_hangs_up(self):
        gateway = self.gateway("uas_signalling_bye.xml")
        self.caller("uac_signalling_bye.xml").result()
        gateway.result()
        self.ended(1)

    def test_a_gateway_of_another_name_is_refused_and_the_log_says_why(self):
        self.gateway(certificate=self.authority.leaf("impostor", "DNS:impostor.example"))
        self.caller("uac_refused.xml", status=500).result()
        self.assertIn("wrong name: the certificate is for DNS:impostor.example, not for gateway.example", self.proxy.log())

    def test_names_versions_and_certificates(self):
        self.assertEqual(self.names(self.connect()), ["proxy.example"])
        self.assertEqual(self.names(self.connect("second.example")), ["second.example"])
        self.assertEqual(self.names(self.connect("third.example")), ["proxy.example"])
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            secure = self.connect(minimum_version=version, maximum_version=version)
            self.assertTrue(self.options(secure, version).startswith("SIP/2.0 200 "))
        # Shown and good, shown and bad; not shown is all right here.
        self.assertTrue(self.options(self.connect(certificate=self.phone_certificate), 1).startswith("SIP/2.0 200 "))
        strange = Authority(self.lab, "strange").leaf("stranger", "DNS:phone.example")
        with self.assertRaises((ssl.SSLError, OSError)):
            self.assertTrue(self.options(self.connect(certificate=strange), 2))
            raise AssertionError("a stranger's certificate was taken")
        lab.wait_for("the log says why", lambda: "unknown issuer" in self.proxy.log())

    def s_client(self, *arguments, said=b"\n"):
        done = subprocess.run(["openssl", "s_client", "-connect", f"{self.lab.ip(1)}:5061", "-CAfile", self.authority.file, *arguments], input=said,
                              capture_output=True, timeout=20)
        return done.returncode, (done.stdout + done.stderr).decode(errors="replace")

    def test_what_openssl_is_refused(self):
        for version in ("-tls1", "-tls1_1"):
            code, text = self.s_client(version, "-cipher", "DEFAULT@SECLEVEL=0")
            self.assertNotEqual(code, 0, text)
            self.assertRegex(text, "protocol version|unsupported protocol|no protocols")
        code, text = self.s_client("-tls1_2", said=b"R\n")  # R asks for a renegotiation
        self.assertRegex(text, "no renegotiation|unexpected|alert")
        code, text = self.s_client("-tls1_3")
        self.assertIn("Verify return code: 0 (ok)", text)
        code, text = self.s_client("-cipher", "NULL:aNULL@SECLEVEL=0", "-tls1_2")
        self.assertNotEqual(code, 0, text)

    def test_silence_and_other_protocols_are_ended(self):
        silent = [socket.create_connection((self.lab.ip(1), 5061)) for _ in range(50)]
        plain = socket.create_connection((self.lab.ip(1), 5061))
        plain.sendall(b"OPTIONS sip:a SIP/2.0\r\n\r\n")
        plain.settimeout(5)
        self.assertTrue(self.options(self.connect(), 1).startswith("SIP/2.0 200 "))
        while plain.recv(1000):
            pass
        time.sleep(10.5)
        for one in silent:
            one.settimeout(2)
            self.assertEqual(one.recv(10), b"")
            one.close()
        plain.close()
        self.assertIn("the peer does not speak TLS", self.proxy.log())

    def test_certificates_are_read_anew_under_load(self):
        """A hundred times, some of them bad: no call fails, connections stay, new ones see the new certificate."""
        gateway = self.gateway(calls=300)
        standing = self.connect()
        calls = self.caller(calls=300, talk_ms=1000, options=("-r", "40"))
        tls = self.company.data["realms"][0]["tls"]
        certificate, key = tls["certificate_file"], tls["key_file"]
        other = self.authority.leaf("renewed", "DNS:renewed.example")
        kept = self.lab.dir / "kept.pem", self.lab.dir / "kept.key"
        shutil.copy(certificate, kept[0])
        shutil.copy(key, kept[1])
        for round_number in range(100):
            kind = round_number % 4
            source = other if kind in (0, 1) else kept
            for path, target in zip(source, (certificate, key)):
                text = pathlib.Path(path).read_text(encoding="ascii")
                pathlib.Path(target).write_text(text[:len(text) // 2] if kind == 1 else text, encoding="ascii")  # half a file
            self.proxy.process.signal(signal.SIGHUP)
            time.sleep(0.08)
        for path, target in zip(other, (certificate, key)):
            shutil.copyfile(path, target)
        self.proxy.process.signal(signal.SIGHUP)
        lab.wait_for("the new certificate is shown", lambda: self.names(self.connect("renewed.example")) == ["renewed.example"])
        calls.result(60)
        gateway.result(60)
        self.ended(300)
        self.assertTrue(self.options(standing, 1).startswith("SIP/2.0 200 "))
        events = {record["event"]["name"] for record in self.proxy.records("event")}
        self.assertLessEqual({"reloaded", "reload_failed"}, events)


class Strangers(TlsScene):
    FLOOD, TRIES, BOUND_S = 2000, 20, 0.25

    def secure(self, data):
        super().secure(data)
        files = self.authority.leaf("costly", "DNS:proxy.example", key_kind=RSA)
        data["realms"][0]["tls"].update(certificate_file=str(files[0]), key_file=str(files[1]), more_certificates=[])

    def flood(self):
        script = pathlib.Path(__file__).resolve().parents[1] / "peers" / "tls_flood.py"
        return subprocess.Popen([script, self.lab.ip(1), "5061", str(self.FLOOD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def test_2000_strangers_in_handshakes_do_not_delay_who_is_known(self):
        """They begin anew as soon as they are answered or refused; each signature takes the proxy milliseconds."""
        flood = self.flood()
        try:
            self.assertEqual(flood.stdout.readline(), "begun\n")
            took = []
            for number in range(self.TRIES):
                begin = time.monotonic()
                secure = self.connect()
                took.append(time.monotonic() - begin)
                self.assertTrue(self.options(secure, number).startswith("SIP/2.0 200 "))
        finally:
            out, _ = flood.communicate("", timeout=20)
        begun, answered = map(int, out.split())
        took.sort()
        print(f"{begun} handshakes of strangers begun, {answered} answered; ours took {1000 * took[self.TRIES // 2]:.0f} ms, at most {1000 * took[-1]:.0f} ms")
        self.assertGreaterEqual(begun, self.FLOOD)
        self.assertGreater(answered, 10)  # they are served as far as there is time
        # Other programs on this machine may cost one of them its turn, not several.
        self.assertLess(took[-3], self.BOUND_S, took)

    def test_the_gateway_is_reached_meanwhile(self):
        gateway, flood = self.gateway(), self.flood()
        try:
            self.assertEqual(flood.stdout.readline(), "begun\n")
            self.caller().result()
            gateway.result()
        finally:
            flood.communicate("", timeout=20)
        self.ended(1)


class Mutual(TlsScene):
    tls = {"client_certificates": "required"}

    def test_without_a_certificate_nobody_comes_in(self):
        self.assertTrue(self.options(self.connect(certificate=self.phone_certificate), 1).startswith("SIP/2.0 200 "))
        with self.assertRaises((ssl.SSLError, OSError)):
            self.options(self.connect(), 2)
        lab.wait_for("the log says why", lambda: "the peer showed no certificate" in self.proxy.log())
        servers_only = self.authority.leaf("servers-only", "DNS:phone.example", "serverAuth")
        with self.assertRaises((ssl.SSLError, OSError)):
            self.options(self.connect(certificate=servers_only), 3)
        lab.wait_for("the log says why", lambda: "it has no clientAuth usage" in self.proxy.log())


if __name__ == "__main__":
    tandem.need("sip-trunk-proxy")
    lab.need("sipp", "stunnel4", "openssl")
    unittest.main()
