# Knows: how to make an issuer and certificates for a laboratory, by the openssl program.
# Must not know: who shows them.
# Next: stunnel.py, tests/interop/tls_test.py.
"""`Authority(lab).leaf("proxy", "DNS:proxy.example,IP:127.0.0.1")` gives (certificate file, key file)."""

import subprocess

EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
RSA = ("-newkey", "rsa:4096", "-nodes")  # a signature takes milliseconds


class Authority:
    def __init__(self, lab, name="ca"):
        self.dir, self.name = lab.dir / "certificates", name
        self.dir.mkdir(exist_ok=True)
        self.file = self.dir / f"{name}.pem"
        self._openssl("req", "-x509", *EC, "-days", "365", "-subj", f"/CN={name}", "-keyout", self.dir / f"{name}.key", "-out", self.file)

    def leaf(self, name, alternatives, usage=None, days=365, key_kind=EC):
        certificate, key, request = (self.dir / f"{name}.{kind}" for kind in ("pem", "key", "csr"))
        extensions = self.dir / "extensions"
        extensions.write_text(f"subjectAltName={alternatives}\n" + (f"extendedKeyUsage={usage}\n" if usage else ""))
        self._openssl("req", "-new", *key_kind, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.dir / f"{self.name}.key", "-CAcreateserial", "-days", str(days),
                      "-extfile", extensions, "-out", certificate)
        key.chmod(0o600)
        return certificate, key

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=30)
