"""A second XMPP client (slixmpp) over TCP, driven by lines. It prints what it gets.

`say TEXT`, `share ADDRESS`, `type`, `correct ID TEXT`, `retract ID`, `react ID EMOJI…`, `reply ID TEXT`, `quit`.
"""

import asyncio
import sys
import threading

import slixmpp

address, password, remote, port = sys.argv[1:5]
CONDITION = "{urn:ietf:params:xml:ns:xmpp-stanzas}"
PLUGINS = ("xep_0030", "xep_0066", "xep_0085", "xep_0184", "xep_0199", "xep_0308", "xep_0333", "xep_0424", "xep_0444", "xep_0461")


def report(*words):
    print(*(str(word).replace("\n", "|") for word in words), flush=True)


class Client(slixmpp.ClientXMPP):
    def __init__(self):
        super().__init__(address, password)
        for plugin in PLUGINS:
            self.register_plugin(plugin)
        self.plugin["xep_0184"].auto_ack = True
        self.plugin["xep_0184"].auto_request = True
        self.add_event_handler("session_start", self.begin)
        self.add_event_handler("message", self.got)
        self.add_event_handler("chatstate_composing", lambda _: report("typing"))
        self.add_event_handler("receipt_received", lambda stanza: report("receipt", stanza["receipt"]))
        self.add_event_handler("failed_auth", lambda _: report("refused"))
        self.add_event_handler("message_correction", lambda it: report("correction", it["replace"]["id"], it["body"]))
        self.add_event_handler("message_retract", lambda it: report("retraction", it["apply_to"]["id"]))
        self.add_event_handler(
            "reactions", lambda it: report("reactions", it["reactions"]["id"], *sorted(it["reactions"]["values"]))
        )
        self.add_event_handler("message_error", self.refused)
        self.add_event_handler("message_reply", lambda it: report("reply", it["reply"]["id"], it["body"]))

    async def begin(self, _):
        self.send_presence()
        report("ready")

    def got(self, stanza):
        if stanza["type"] == "chat" and stanza["body"]:
            report("message", stanza["body"])
            if stanza["oob"]["url"]:
                report("file", stanza["oob"]["url"])

    def refused(self, stanza):
        mine = "here" if stanza["to"] == self.boundjid else stanza["to"]
        # slixmpp itself does not know each condition of RFC 6120.
        conditions = [child.tag for child in stanza["error"].xml if child.tag.startswith(CONDITION)]
        report("error", stanza["id"], stanza["error"]["type"], *(tag.removeprefix(CONDITION) for tag in conditions), mine)

    def obey(self, line):
        word, _, rest = line.strip().partition(" ")
        target, _, text = rest.partition(" ")
        if word == "quit":
            self.disconnect()
        elif word == "retract":
            self.plugin["xep_0424"].send_retraction(remote, target)
        elif word == "react":
            self.plugin["xep_0444"].send_reactions(remote, target, text.split())
        elif word == "reply":
            self.plugin["xep_0461"].send_reply(remote, target, mto=remote, mbody=text, mtype="chat")
        else:
            body = text if word == "correct" else rest
            stanza = self.make_message(remote, body or None, mtype="chat")
            stanza["chat_state"] = "composing" if word == "type" else "active"
            if word == "share":
                stanza["oob"]["url"] = rest
            if word == "correct":
                stanza["replace"]["id"] = target
            stanza.send()
            if word == "say":
                report("said", body, "as", stanza["id"])


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
