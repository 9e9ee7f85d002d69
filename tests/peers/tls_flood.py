#!/usr/bin/python3
# Knows: how strangers keep a TLS server busy: they begin handshakes, take its costly answer, and begin anew.
# Must not know: SIP, who is measured meanwhile.
# Next: tests/interop/tls_test.py.
"""`tls_flood.py HOST PORT COUNT`: COUNT connections at any time, each from an address of its own. A line "begun" once all have spoken; at the
end of stdin a line with how many handshakes were begun and how many were answered."""
import selectors
import socket
import ssl
import sys


def hello():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    out = ssl.MemoryBIO()
    try:
        context.wrap_bio(ssl.MemoryBIO(), out).do_handshake()
    except ssl.SSLWantReadError:
        return out.read()
    raise AssertionError("a handshake without a peer")


def main(host, port, count):
    waiting, said, begun, answered, stop = selectors.DefaultSelector(), hello(), 0, 0, False
    free = [f"127.{88 + n // 60000}.{n // 250 % 240}.{n % 250 + 1}" for n in range(count)]

    def begin(address):
        one = socket.socket()
        one.setblocking(False)
        one.bind((address, 0))
        one.connect_ex((host, port))
        waiting.register(one, selectors.EVENT_WRITE, address)

    def end(one, address):
        waiting.unregister(one)
        one.close()
        free.append(address)

    waiting.register(sys.stdin, selectors.EVENT_READ)
    while not stop:
        while free:
            begin(free.pop())
        for key, _ in waiting.select(1):
            if key.fileobj is sys.stdin:
                stop = True
                continue
            try:
                if key.events == selectors.EVENT_WRITE:
                    key.fileobj.send(said)
                    begun += 1
                    waiting.modify(key.fileobj, selectors.EVENT_READ, key.data)
                    if begun == count:
                        print("begun", flush=True)
                else:
                    answered += bool(key.fileobj.recv(65536))
                    end(key.fileobj, key.data)
            except OSError:
                end(key.fileobj, key.data)
    print(begun, answered)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
