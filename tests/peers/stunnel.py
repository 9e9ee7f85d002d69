# Knows: how to put TLS around a program that has none, at either end.
# Must not know: what goes through it.
# Next: certificates.py for what it shows.
"""Debian's SIPp has no TLS: `Stunnel(lab, "name", accept=(ip, port), connect=(ip, port), client=True)` has it for it."""

from lab import tcp_bound, wait_for


class Stunnel:
    """client: TLS towards `connect`, from the address `local`; else TLS at `accept`."""

    def __init__(self, lab, name, accept, connect, certificate, issuers, client, local=None, sni=None):
        path = lab.dir / f"{name}.conf"
        lines = ["foreground = yes", "pid =", "debug = notice", "[sip]", f"client = {'yes' if client else 'no'}", f"accept = {accept[0]}:{accept[1]}",
                 f"connect = {connect[0]}:{connect[1]}", f"cert = {certificate[0]}", f"key = {certificate[1]}", f"CAfile = {issuers}",
                 "verifyChain = yes", "TIMEOUTclose = 0"]
        lines += [f"local = {local}"] if local else []
        lines += [f"sni = {sni}"] if sni else []
        path.write_text("\n".join(lines) + "\n")
        self.process = lab.start(name, ["stunnel4", path])
        wait_for(f"{name} listens", lambda: tcp_bound(f"{accept[0]}:{accept[1]}"))
