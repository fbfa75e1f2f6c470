"""A second XMPP client (slixmpp) over TCP, driven by lines: `say TEXT`, `type`, `quit`. It prints what it gets."""

import asyncio
import sys
import threading

import slixmpp

address, password, remote, port = sys.argv[1:5]


def tell(*words):
    print(*words, flush=True)


class Client(slixmpp.ClientXMPP):
    def __init__(self):
        super().__init__(address, password)
        for plugin in ("xep_0030", "xep_0085", "xep_0184", "xep_0199", "xep_0333"):
            self.register_plugin(plugin)
        self.plugin["xep_0184"].auto_ack = True
        self.plugin["xep_0184"].auto_request = True
        self.add_event_handler("session_start", self.begin)
        self.add_event_handler("message", self.got)
        self.add_event_handler("chatstate_composing", lambda _: tell("typing"))
        self.add_event_handler("receipt_received", lambda stanza: tell("receipt", stanza["receipt"]))
        self.add_event_handler("failed_auth", lambda _: tell("refused"))

    async def begin(self, _):
        self.send_presence()
        tell("ready")

    def got(self, stanza):
        if stanza["type"] == "chat" and stanza["body"]:
            tell("message", stanza["body"])

    def obey(self, line):
        word, _, rest = line.strip().partition(" ")
        if word == "quit":
            self.disconnect()
            return
        stanza = self.make_message(remote, rest or None, mtype="chat")
        stanza["chat_state"] = "composing" if word == "type" else "active"
        stanza.send()


client = Client()
client["feature_mechanisms"].unencrypted_scram = True
client["feature_mechanisms"].unencrypted_plain = True
client.connect(("127.0.0.1", int(port)), force_starttls=False, disable_starttls=True)
loop = client.loop


def listen():
    for line in sys.stdin:
        loop.call_soon_threadsafe(client.obey, line)


threading.Thread(target=listen, daemon=True).start()
loop.run_until_complete(client.disconnected)
