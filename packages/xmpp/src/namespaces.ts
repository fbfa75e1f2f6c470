/** The namespaces of the protocols that the transport speaks. */
export const NS = {
  client: 'jabber:client',
  framing: 'urn:ietf:params:xml:ns:xmpp-framing',
  stream: 'http://etherx.jabber.org/streams',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  stanzas: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  sm: 'urn:xmpp:sm:3',
  ping: 'urn:xmpp:ping',
  carbons: 'urn:xmpp:carbons:2',
  forward: 'urn:xmpp:forward:0',
  mam: 'urn:xmpp:mam:2',
  rsm: 'http://jabber.org/protocol/rsm',
  data: 'jabber:x:data',
  receipts: 'urn:xmpp:receipts',
  markers: 'urn:xmpp:chat-markers:0',
  chatStates: 'http://jabber.org/protocol/chatstates',
  delay: 'urn:xmpp:delay',
  ids: 'urn:xmpp:sid:0',
  limits: 'urn:xmpp:stream-limits:0',
  hints: 'urn:xmpp:hints',
  info: 'http://jabber.org/protocol/disco#info',
  last: 'jabber:iq:last',
  caps: 'http://jabber.org/protocol/caps',
  correct: 'urn:xmpp:message-correct:0',
  retract: 'urn:xmpp:message-retract:1',
  /** Of retractions before version 0.4 of XEP-0424, which are inside an `apply-to`. */
  oldRetract: 'urn:xmpp:message-retract:0',
  fasten: 'urn:xmpp:fasten:0',
  reactions: 'urn:xmpp:reactions:0',
  reply: 'urn:xmpp:reply:0',
  fallback: 'urn:xmpp:fallback:0',
  oob: 'jabber:x:oob',
  sharing: 'urn:xmpp:sfs:0',
  fileMetadata: 'urn:xmpp:file:metadata:0',
  urlData: 'http://jabber.org/protocol/url-data',
  /**
   * The fields that XMPP lacks: frame sequence, time of sending, content type, exact text, the messages of a marker, the
   * order of operations.
   */
  imflow: 'urn:imflow:message:1',
} as const;
