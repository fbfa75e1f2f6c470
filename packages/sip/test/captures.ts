/** Bodies as liblinphone 5.x puts them on the network, those of compressed requests inflated. Lines end with CRLF. */
const crlf = (text: string): string => text.replaceAll('\n', '\r\n');

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="no" ?>';

export const composing = `${XML}<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>active</state><refresh>60</refresh></isComposing>`;

export const delivered = `${XML}<imdn xmlns="urn:ietf:params:xml:ns:imdn"><message-id>WsiEhIznNXKf</message-id><datetime>2026-11-23T21:27:44Z</datetime><delivery-notification><status><delivered/></status></delivery-notification></imdn>`;

export const displayed = `${XML}<imdn xmlns="urn:ietf:params:xml:ns:imdn"><message-id>WsiEhIznNXKf</message-id><datetime>2026-11-23T21:27:44Z</datetime><display-notification><status><displayed/></status></display-notification></imdn>`;

export const cpimComposing =
  crlf(`From: <sip:alice@sip.test>
To: <sip:bob@sip.test>
DateTime: 2026-11-23T21:27:42Z

Content-Type: application/im-iscomposing+xml
Content-Length: 170

`) + composing;

export const cpimText = crlf(`From: <sip:alice@sip.test>
To: <sip:bob@sip.test>
DateTime: 2026-11-23T21:27:44Z
NS: imdn <urn:ietf:params:imdn>
imdn.Message-ID: WsiEhIznNXKf
imdn.Disposition-Notification: positive-delivery, negative-delivery, display

Content-Type: text/plain
Content-Length: 23

hello héllo from alice`);

const cpimNotification = (time: string, body: string): string =>
  crlf(`From: <sip:bob@sip.test>
To: <sip:alice@sip.test>
DateTime: ${time}

Content-Disposition: notification
Content-Type: message/imdn+xml
Content-Length: ${body.length}

`) + body;

export const cpimDelivered = cpimNotification('2026-11-23T21:27:44Z', delivered);
export const cpimDisplayed = cpimNotification('2026-11-23T21:27:46Z', displayed);

/** An edit, as imflow sends it. */
export const operation = [
  'From: <sip:bo@example.com>',
  'To: <sip:ana@example.com>',
  'NS: imdn <urn:ietf:params:imdn>',
  'imdn.Message-ID: o1',
  'imdn.Disposition-Notification: positive-delivery, negative-delivery, display',
  '',
  'Content-Type: application/vnd.imflow.operation+json',
  '',
  '{"kind":"edit","target":"m1","sequence":1,"contentType":"text/plain","body":"better"}',
].join('\r\n');
